import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DAY, MINUTE } from '../../sandbox/clocks/clock.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { call, type Reply } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const regenerate = (token = world.currentToken): Promise<Reply> =>
  call(world.thousandeyes, 'POST', '/api-tokens', { token });
const current = (token = world.currentToken): Promise<Reply> =>
  call(world.thousandeyes, 'GET', '/users/current', { token });

test('a new token is valid for two years, the old one for 14 days more', async () => {
  const start = Date.UTC(2026, 10, 23);
  world.clock.set(start);
  const { status, headers, body } = await regenerate();
  expect([status, headers.get('content-type')]).toEqual([201, 'application/hal+json']);
  const { bearerToken, validUntil } = body as { bearerToken: string; validUntil: string };
  expect(world.thousandeyes.issued).toEqual([bearerToken]);
  expect(validUntil).toMatch(/^2028-11-23T00:00:0\dZ$/);
  expect(world.thousandeyes.activeTokens()).toEqual([world.currentToken, bearerToken]);
  expect((await current()).status).toBe(200);
  world.clock.set(start + 14 * DAY + MINUTE);
  expect((await current()).status).toBe(401);
  expect((await current(bearerToken)).body).toMatchObject({ uid: '1001', name: 'Acme 1' });
  world.clock.set(Date.parse(validUntil) + 1000);
  expect((await current(bearerToken)).status).toBe(401);
});

test('the old token never lives longer than its own expiry', async () => {
  const [account] = world.thousandeyes.accounts;
  const [old] = account?.tokens ?? [];
  if (!old) throw new Error('no token');
  const expiresAt = world.clock.now() + 3 * DAY;
  old.expiresAt = expiresAt;
  expect((await regenerate()).status).toBe(201);
  expect(old.expiresAt).toBe(expiresAt);
});

test('a second regenerate inside the overlap is a conflict, after it or a revocation it is none', async () => {
  world.thousandeyes.nextToken = 'te-first';
  await regenerate();
  const conflict = await regenerate('te-first');
  expect([conflict.status, conflict.headers.get('content-type')]).toEqual([409, 'application/problem+json']);
  expect(conflict.body).toMatchObject({
    status: 409,
    detail: 'The user has reached the maximum number of allowed tokens',
  });
  const [old] = world.thousandeyes.accounts[0]?.tokens ?? [];
  if (old) old.revoked = true;
  expect((await current()).status).toBe(401);
  expect((await regenerate('te-first')).status).toBe(201);
  world.clock.advance(15 * DAY);
  expect((await regenerate(world.thousandeyes.issued[1])).status).toBe(201);
});

test('tokens are refused when unknown, absent or of a locked account', async () => {
  const refused = { error: 'invalid_token', error_description: 'Invalid access token' };
  expect(await current('te-other')).toMatchObject({ status: 401, body: refused });
  expect((await call(world.thousandeyes, 'GET', '/users/current')).status).toBe(401);
  const [account] = world.thousandeyes.accounts;
  if (account) account.locked = true;
  expect((await current()).headers.get('content-type')).toBe('application/problem+json');
  expect((await regenerate()).status).toBe(401);
});

test('a role without API access may ask who it is, but not regenerate', async () => {
  const [account] = world.thousandeyes.accounts;
  if (account) account.apiAccess = false;
  expect((await current()).status).toBe(200);
  expect(await regenerate()).toMatchObject({ status: 403, body: { title: 'Forbidden', status: 403 } });
  expect(world.thousandeyes.issued).toEqual([]);
});

test('the next token may be any text, once', async () => {
  world.thousandeyes.nextToken = 'te-\n"☃"';
  expect((await regenerate()).body).toMatchObject({ bearerToken: 'te-\n"☃"' });
  expect(world.thousandeyes.nextToken).toBeUndefined();
});

test('a new token spreads after so many attempts or so long', async () => {
  world.thousandeyes.spread = { attempts: 2 };
  world.thousandeyes.nextToken = 'te-next';
  await regenerate();
  const statuses = [await current('te-next'), await current('te-next'), await current('te-next')].map((r) => r.status);
  expect(statuses).toEqual([401, 401, 200]);
  world.thousandeyes.spread = { ms: MINUTE };
  expect((await current('te-next')).status).toBe(401);
  expect((await current()).status).toBe(200);
  world.clock.advance(MINUTE);
  expect((await current('te-next')).status).toBe(200);
});

test('accounts are apart', async () => {
  const other = world.thousandeyes.addAccount({ name: 'Acme two' });
  world.thousandeyes.addToken(other, { value: 'te-other' });
  expect((await regenerate('te-other')).status).toBe(201);
  expect((await regenerate()).status).toBe(201);
  expect(world.thousandeyes.activeTokens(other)).toHaveLength(2);
});

test('the organization may ask so often a minute', async () => {
  world.thousandeyes.rateLimit = 2;
  const first = await current();
  expect(first.headers.get('x-organization-rate-limit-limit')).toBe('2');
  expect(first.headers.get('x-organization-rate-limit-remaining')).toBe('1');
  const reset = Number(first.headers.get('x-organization-rate-limit-reset'));
  expect(Math.abs(reset * 1000 - world.clock.now() - MINUTE)).toBeLessThan(2000);
  await current();
  const refused = await current();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
  world.clock.advance(MINUTE);
  expect((await current()).status).toBe(200);
});

test('a person sees which tokens are active, revokes, and creates where there is room', () => {
  const made = world.thousandeyes.create();
  expect(world.thousandeyes.activeTokens()).toEqual([world.currentToken, made]);
  expect(() => world.thousandeyes.create()).toThrow('two active tokens');
  world.thousandeyes.revoke(world.currentToken);
  expect(() => world.thousandeyes.revoke(world.currentToken)).toThrow('No such active token');
  expect(world.thousandeyes.activeTokens()).toEqual([made]);
  const other = world.thousandeyes.addAccount();
  expect(world.thousandeyes.activeTokens(other)).toEqual([]);
  expect(world.thousandeyes.activeTokens(other)).not.toContain(world.thousandeyes.create(other));
  expect(world.thousandeyes.activeTokens(other)).toHaveLength(1);
});

test('what a person created works at once and for two years, and shortens no other life', async () => {
  const [account] = world.thousandeyes.accounts;
  const before = account?.tokens[0]?.expiresAt;
  world.thousandeyes.spread = { attempts: 3 };
  const token = world.thousandeyes.create();
  expect((await call(world.thousandeyes, 'GET', '/users/current', { token })).status).toBe(200);
  expect(account?.tokens[0]?.expiresAt).toBe(before);
  world.later('729 days');
  expect(world.thousandeyes.activeTokens()).toEqual([token]);
  world.later('3 days');
  expect(world.thousandeyes.activeTokens()).toEqual([]);
});
