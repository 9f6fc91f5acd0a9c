import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HOUR, MINUTE, timestamp } from '../../sandbox/clocks/clock.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { call, github, put } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ scale: 0, skew: 35 * MINUTE, updatedAtLag: 30_000 });
});
afterEach(() => world.close());

const SKEW = 35 * MINUTE;
const BASE = '/repos/acme/network/actions/secrets';

async function shown(name = 'TE_TOKEN'): Promise<number> {
  const { body } = await github(world, 'GET', `${BASE}/${name}`);
  return Date.parse((body as { updated_at: string }).updated_at) - SKEW;
}

const whole = (ms: number): number => Date.parse(timestamp(ms));

test('a write shows its date late, and the dates before it in turn', async () => {
  const before = whole(world.github.secret('acme/network')?.updatedAt ?? 0);
  const first = whole(world.clock.now());
  await put(world, BASE, 'TE_TOKEN', 'first');
  world.clock.advance(20_000);
  await put(world, BASE, 'TE_TOKEN', 'second');
  expect(await shown()).toBe(before);
  world.clock.advance(10_000);
  expect(await shown()).toBe(first);
  world.clock.advance(20_000);
  expect(await shown()).toBe(first + 20_000);
});

test('one secret may be later than the others', async () => {
  world.github.seed('acme/network', { name: 'OTHER', value: 'x', createdAt: 0 });
  world.github.showLate('acme/network', HOUR, 'OTHER');
  await put(world, BASE, 'TE_TOKEN', 'next');
  await put(world, BASE, 'OTHER', 'next');
  world.clock.advance(MINUTE);
  expect([await shown('OTHER'), await shown()]).toEqual([0, whole(world.clock.now() - MINUTE)]);
  world.clock.advance(HOUR);
  expect(await shown('OTHER')).not.toBe(0);
});

test('a clock that is ahead shows in every moment that GitHub names', async () => {
  const ahead = world.clock.now() + SKEW;
  world.github.addCredential('github_pat_x', { kind: 'fine-grained', expiresAt: world.clock.now() + HOUR });
  world.github.setVariable('acme/network', 'A', 'a');
  const read = (path: string) => github(world, 'GET', path, { token: 'github_pat_x' });
  const { headers } = await read(`${BASE}/TE_TOKEN`);
  expect(Date.parse(headers.get('date') ?? '')).toBe(whole(ahead));
  expect(Number(headers.get('x-ratelimit-reset'))).toBe(Math.ceil((ahead + HOUR) / 1000));
  const expires = headers.get('github-authentication-token-expiration') ?? '';
  expect(Date.parse(expires)).toBe(whole(ahead + HOUR));
  const variable = await read('/repos/acme/network/actions/variables/A');
  expect(variable.body).toMatchObject({ updated_at: timestamp(ahead), created_at: timestamp(ahead) });
  const run = await read('/repos/acme/network/actions/runs/4711');
  expect(run.body).toMatchObject({ created_at: timestamp(ahead), run_started_at: timestamp(ahead) });
});

test('and in those of ThousandEyes, whose clock is its own', async () => {
  world.thousandeyes.skew = -6 * MINUTE;
  const behind = world.clock.now() - 6 * MINUTE;
  const ask = (method: string, path: string) => call(world.thousandeyes, method, path, { token: world.currentToken });
  const { headers } = await ask('GET', '/users/current');
  expect(Date.parse(headers.get('date') ?? '')).toBe(whole(behind));
  expect(Number(headers.get('x-organization-rate-limit-reset'))).toBe(Math.ceil((behind + MINUTE) / 1000));
  const { validUntil } = (await ask('POST', '/api-tokens')).body as { validUntil: string };
  const [, issued] = world.thousandeyes.accounts[0]?.tokens ?? [];
  expect(validUntil).toBe(timestamp((issued?.expiresAt ?? 0) - 6 * MINUTE));
});

test.each([-5000, 3000])('what is stored may be dated otherwise than the server is: by %i ms', async (datesSkew) => {
  await using other = await startWorld({ scale: 0, skew: MINUTE, datesSkew });
  other.github.setVariable('acme/network', 'A', 'a');
  await put(other, BASE, 'TE_TOKEN', 'next');
  const server = other.clock.now() + MINUTE;
  for (const path of [`${BASE}/TE_TOKEN`, '/repos/acme/network/actions/variables/A']) {
    const { headers, body } = await github(other, 'GET', path);
    expect(Date.parse(headers.get('date') ?? '')).toBe(whole(server));
    expect(body).toMatchObject({ updated_at: timestamp(server + datesSkew) });
  }
  const run = await github(other, 'GET', '/repos/acme/network/actions/runs/4711');
  expect(run.body).toMatchObject({ created_at: timestamp(server) });
});
