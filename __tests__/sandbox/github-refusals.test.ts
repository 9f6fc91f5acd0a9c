import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DAY } from '../../sandbox/clocks/clock.ts';
import { githubRefusals } from '../../sandbox/github/refusals.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, message, type Reply } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const SECRET = '/repos/acme/network/actions/secrets/TE_TOKEN';

test.each([
  ['ipAllowList', /`acme` organization has an IP allow list enabled/],
  ['classicForbidden', /^`acme` forbids access via a personal access token \(classic\)/],
  ['lifetimeTooLong', /^The 'acme' organization forbids .* lifetime is greater than 366 days/],
  ['suspendedInstallation', /^This installation has been suspended$/],
  ['notAdmin', /^Must have admin rights to Repository\.$/],
] as const)('%s: a 403 that names no permission and no limit', async (name, words) => {
  world.faults.add({ server: 'github', fault: githubRefusals[name]() });
  const reply = await github(world, 'DELETE', SECRET);
  expect([reply.status, message(reply)]).toEqual([403, expect.stringMatching(words)]);
  for (const header of ['x-accepted-github-permissions', 'x-accepted-oauth-scopes', 'retry-after', 'x-github-sso']) {
    expect(reply.headers.get(header)).toBeNull();
  }
  expect(Number(reply.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
  expect(world.github.secretNames('acme/network')).toEqual(['TE_TOKEN']);
});

test('an ended version by itself', async () => {
  world.faults.add({ server: 'github', fault: githubRefusals.endedVersion() });
  const reply = await github(world, 'GET', SECRET);
  expect([reply.status, message(reply)]).toEqual([410, 'The API version 2022-11-28 is no longer supported.']);
});

test('pages in place of an API', async () => {
  const page = async (): Promise<Response> =>
    fetch(world.github.url + SECRET, { redirect: 'manual', headers: { authorization: `Bearer ${world.githubToken}` } });
  world.faults.add({ times: 1, fault: githubRefusals.loginPage() });
  const login = await page();
  expect([login.status, login.headers.get('location')]).toEqual([302, 'https://github.example/login?return_to=%2F']);
  world.faults.add({ times: 1, fault: githubRefusals.loginPage('/login', 307) });
  expect((await page()).status).toBe(307);
  world.faults.add({ times: 1, fault: githubRefusals.webNotFound() });
  const missing = await page();
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
});

test('a version of the API is announced to end, and ends', async () => {
  const start = Date.UTC(2027, 2, 10);
  world.clock.set(start);
  world.github.endingVersion = { version: '2022-11-28', deprecated: start + DAY, sunset: start + 365 * DAY };
  const ends = (reply: Reply) => [reply.status, reply.headers.get('deprecation'), reply.headers.get('sunset')];
  expect(ends(await github(world, 'GET', SECRET))).toEqual([200, null, null]);
  world.clock.set(start + DAY);
  const told = [`@${(start + DAY) / 1000}`, 'Thu, 09 Mar 2028 00:00:00 GMT'];
  expect(ends(await github(world, 'GET', SECRET))).toEqual([200, ...told]);
  world.clock.set(start + 365 * DAY);
  expect(ends(await github(world, 'GET', SECRET))).toEqual([410, ...told]);
  const newer = await fetch(world.github.url + SECRET, {
    headers: { authorization: `Bearer ${world.githubToken}`, 'x-github-api-version': '2026-03-10' },
  });
  expect([newer.status, newer.headers.get('sunset')]).toEqual([200, null]);
});
