import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HOUR, MINUTE } from '../../sandbox/clocks/clock.ts';
import { type CredentialKind, type CredentialOptions, longAppToken } from '../../sandbox/github/access/credentials.ts';
import { PUBLISHED_LIMITS } from '../../sandbox/github/access/limits.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { call, github, message, type Reply } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  // Asked here for its headers alone; the action never does.
  const known = 'GET /user: not in the contract';
  expect(world.violations.splice(0).filter((violation) => violation !== known)).toEqual([]);
  await world.close();
});

const TOKENS: Record<CredentialKind, string> = {
  app: 'ghs_app',
  workflow: 'ghs_workflow',
  'fine-grained': 'github_pat_x',
  classic: 'ghp_x',
};
const KEY = '/repos/acme/network/actions/secrets/public-key';
const SECRET = '/repos/acme/network/actions/secrets/TE_TOKEN';

/** Asks with a credential made for it. A DELETE stands for every write. */
function ask(kind: CredentialKind, options: Partial<CredentialOptions>, method: string, path: string): Promise<Reply> {
  const token = TOKENS[kind];
  world.github.addCredential(token, { kind, ...options });
  return github(world, method, path, { token });
}

test("the workflow's own token reads its repository and its runs, never secrets", async () => {
  const refused = await ask('workflow', {}, 'GET', KEY);
  expect([refused.status, message(refused)]).toEqual([403, 'Resource not accessible by integration']);
  expect(refused.headers.get('x-ratelimit-limit')).toBe('1000');
  expect((await ask('workflow', {}, 'GET', '/repos/acme/network')).status).toBe(200);
  expect((await ask('workflow', {}, 'GET', '/repos/acme/network/actions/runs/4711')).status).toBe(200);
});

test('classic tokens need their scope and a user who may', async () => {
  world.setup(['orgs/acme']);
  const org = '/orgs/acme/actions/secrets/public-key';
  const refused = await ask('classic', { scopes: ['repo', 'gist'] }, 'GET', org);
  expect(refused.status).toBe(403);
  expect(refused.headers.get('x-oauth-scopes')).toBe('repo, gist');
  expect(refused.headers.get('x-accepted-oauth-scopes')).toBe('admin:org');
  expect((await ask('classic', { scopes: ['admin:org'] }, 'GET', org)).status).toBe(200);
  expect((await ask('classic', { readOnly: true }, 'GET', KEY)).status).toBe(200);
  const write = await ask('classic', { readOnly: true }, 'DELETE', SECRET);
  expect([write.status, write.headers.get('x-accepted-oauth-scopes')]).toEqual([403, 'repo']);
});

test('a public repository wants no scope where GitHub says so', async () => {
  world.github.addRepository('acme/open', { private: false });
  world.setup(['acme/open']);
  const none = { scopes: ['gist'] };
  expect((await ask('classic', none, 'GET', '/repos/acme/open/actions/secrets/public-key')).status).toBe(200);
  expect((await ask('classic', none, 'GET', '/repos/acme/open/actions/secrets/TE_TOKEN')).status).toBe(403);
  expect((await ask('classic', none, 'GET', KEY)).status).toBe(403);
});

test('what a credential may not see is not found; what is public it sees, but not the secrets', async () => {
  world.github.addRepository('octo-org/open', { private: false });
  world.setup(['orgs/octo-org', 'octo-org/closed']);
  const stranger = { owners: ['acme'] };
  const status = async (path: string): Promise<number> => (await ask('fine-grained', stranger, 'GET', path)).status;
  expect(await status('/repos/octo-org/closed')).toBe(404);
  expect(await status('/repos/octo-org/closed/actions/secrets/public-key')).toBe(404);
  expect(await status('/orgs/octo-org/actions/secrets/public-key')).toBe(404);
  expect(await status('/repos/octo-org/open')).toBe(200);
  expect(await status('/repos/octo-org/open/actions/secrets/public-key')).toBe(403);
  expect(await status(KEY)).toBe(200);
  const hidden = await ask('app', { hidden: ['Acme/Network'] }, 'GET', KEY);
  expect(hidden.status).toBe(404);
});

test('single sign-on comes first where an organization wants it', async () => {
  const reply = await ask('classic', { ssoRequired: ['acme'] }, 'GET', KEY);
  expect(reply.status).toBe(403);
  expect(reply.headers.get('x-github-sso')).toMatch(/^required; url=https:\/\/github\.com\/orgs\/acme\/sso\?/);
  world.setup(['octo-org/other']);
  const other = await ask('classic', { ssoRequired: ['acme'] }, 'GET', '/repos/octo-org/other');
  expect(other.status).toBe(200);
});

test.each([
  ['app', 401, 'Bad credentials'],
  ['app', 403, 'Resource not accessible by integration'],
  ['fine-grained', 403, 'Resource not accessible by personal access token'],
] as const)('a fresh token (%s) is refused at first, with a %d', async (kind, status, words) => {
  const first = await ask(kind, { fresh: { requests: 2, status } }, 'GET', KEY);
  expect([first.status, message(first)]).toEqual([status, words]);
  const again = (): Promise<Reply> => github(world, 'GET', KEY, { token: TOKENS[kind] });
  expect([(await again()).status, (await again()).status]).toEqual([status, 200]);
});

test('or for some time from its first use', async () => {
  world.clock.set(Date.UTC(2026, 0, 1));
  expect((await ask('app', { fresh: { ms: MINUTE } }, 'GET', KEY)).status).toBe(401);
  world.clock.set(Date.UTC(2026, 0, 1) + MINUTE - 1000);
  expect((await github(world, 'GET', KEY, { token: TOKENS.app })).status).toBe(401);
  world.clock.set(Date.UTC(2026, 0, 1) + MINUTE + 1000);
  expect((await github(world, 'GET', KEY, { token: TOKENS.app })).status).toBe(200);
});

test("an App's token of the newer kind is long, with two dots, and works", async () => {
  const token = longAppToken();
  expect(token).toMatch(/^ghs_\d+_eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/);
  expect(Math.abs(token.length - 520)).toBeLessThan(10);
  expect(longAppToken(42)).toMatch(/^ghs_42_/);
  world.github.addCredential(token, { kind: 'app' });
  expect((await github(world, 'GET', KEY, { token })).status).toBe(200);
});

test('bad, absent and expired credentials are refused; an expiry is told before', async () => {
  const bad = await github(world, 'GET', KEY, { token: 'ghp_unknown' });
  expect(bad).toMatchObject({ status: 401, body: { message: 'Bad credentials', status: '401' } });
  expect((await call(world.github, 'GET', KEY)).status).toBe(401);
  const expiresAt = Date.UTC(2040, 11, 31, 23, 59, 59);
  const told = await ask('fine-grained', { expiresAt }, 'GET', KEY);
  expect(told.headers.get('github-authentication-token-expiration')).toBe('2040-12-31 23:59:59 UTC');
  const app = await ask('app', { expiresAt }, 'GET', KEY);
  expect([app.status, app.headers.get('github-authentication-token-expiration')]).toEqual([200, null]);
  world.clock.set(expiresAt);
  expect((await github(world, 'GET', KEY, { token: TOKENS.app })).status).toBe(401);
});

test('every answer has an id, a media type and what is left of the limit', async () => {
  for (const path of [KEY, '/repos/acme/none']) {
    const { headers } = await github(world, 'GET', path);
    expect(headers.get('x-github-request-id')).toMatch(/^[0-9A-F]+:[0-9A-F]+$/);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('x-ratelimit-limit')).toBe('5000');
  }
});

test('the primary limit refuses until the hour is over', async () => {
  const first = await ask('app', { limit: 2 }, 'GET', KEY);
  expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
  const again = (): Promise<Reply> => github(world, 'GET', KEY, { token: TOKENS.app });
  expect((await again()).status).toBe(200);
  const refused = await again();
  expect([refused.status, message(refused)]).toEqual([403, 'API rate limit exceeded for user ID 1.']);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  const reset = Number(refused.headers.get('x-ratelimit-reset')) * 1000;
  expect(Math.abs(reset - world.clock.now() - HOUR)).toBeLessThan(5000);
  expect(world.github.refusedForLimits).toBe(1);
  world.clock.set(reset);
  expect((await again()).headers.get('x-ratelimit-used')).toBe('1');
});

test('without secondary limits nothing is refused', async () => {
  for (let i = 0; i < 90; i += 1) await github(world, 'DELETE', SECRET);
  expect(world.github.refusedForLimits).toBe(0);
});

test('writes a minute and an hour are limited over sliding windows', async () => {
  world.github.secondaryLimits = { ...PUBLISHED_LIMITS, pointsPerMinute: 10_000, status: 429 };
  const write = (): Promise<Reply> => github(world, 'DELETE', SECRET);
  const burst = async (count: number): Promise<Reply[]> => {
    const replies: Reply[] = [];
    for (let i = 0; i < count; i += 1) replies.push(await write());
    return replies.filter((reply) => reply.status === 429);
  };
  expect(await burst(80)).toEqual([]);
  world.clock.advance(40_000);
  const [refused] = await burst(1);
  expect(refused && message(refused)).toContain('You have exceeded a secondary rate limit');
  const wait = Number(refused?.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(10);
  expect(wait).toBeLessThanOrEqual(20);
  expect((await github(world, 'GET', KEY)).status).toBe(200);
  world.clock.advance(wait * 1000);
  expect(await burst(1)).toEqual([]);
  world.clock.advance(MINUTE);
  for (let minute = 0; minute < 5; minute += 1) {
    expect(await burst(80)).toEqual([]);
    world.clock.advance(MINUTE);
  }
  expect(await burst(19)).toEqual([]);
  const [hourly] = await burst(1);
  expect(Number(hourly?.headers.get('retry-after'))).toBeGreaterThan(50 * 60);
  world.clock.advance(HOUR);
  expect(await burst(1)).toEqual([]);
  expect(world.github.refusedForLimits).toBe(2);
});

test('a read is a point, a write five, of 900 a minute', async () => {
  world.github.secondaryLimits = { ...PUBLISHED_LIMITS, pointsPerMinute: 12, writesPerMinute: 100 };
  await github(world, 'DELETE', SECRET);
  await github(world, 'DELETE', SECRET);
  await github(world, 'GET', KEY);
  expect((await github(world, 'DELETE', SECRET)).status).toBe(403);
  expect((await github(world, 'GET', KEY)).status).toBe(200);
  expect((await github(world, 'GET', KEY)).status).toBe(403);
  world.clock.advance(MINUTE);
  expect((await github(world, 'GET', KEY)).status).toBe(200);
});

test('too many requests at once are refused', async () => {
  world.github.secondaryLimits = { ...PUBLISHED_LIMITS, concurrent: 3 };
  world.faults.add({ times: 3, fault: { kind: 'hang', acted: true } });
  const full = Promise.withResolvers<void>();
  let acted = 0;
  world.on(({ phase }) => {
    if (phase === 'acted') acted += 1;
    if (acted === 3) full.resolve();
  });
  const held = [1, 2, 3].map(() => github(world, 'GET', KEY));
  await full.promise;
  expect(world.github.refusedForLimits).toBe(0);
  expect((await github(world, 'GET', KEY)).status).toBe(403);
  expect(world.github.refusedForLimits).toBe(1);
  await world.github.stop();
  await Promise.allSettled(held);
});
