import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MINUTE } from '../../sandbox/clocks/clock.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, put, seal } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ scale: 0 });
});
afterEach(() => world.close());

const BASE = '/repos/acme/network/actions/secrets';

async function shownKey(): Promise<string> {
  const { body } = await github(world, 'GET', `${BASE}/public-key`);
  return (body as { key_id: string }).key_id;
}

async function stored(): Promise<number> {
  return (await put(world, BASE, 'TE_TOKEN', 'next')).status;
}

test('a new key shows at once, unless told otherwise', async () => {
  const old = await shownKey();
  world.github.rotateKey('acme/network');
  expect(await shownKey()).not.toBe(old);
  expect(await stored()).toBe(204);
});

test('a key that was replaced is shown for some reads more, and refused already', async () => {
  const old = await shownKey();
  world.github.rotateKey('acme/network', { reads: 2 });
  expect([await stored(), await stored(), await stored()]).toEqual([422, 422, 204]);
  expect(await shownKey()).not.toBe(old);
});

test('or for some time', async () => {
  world.github.rotateKey('acme/network', { ms: MINUTE });
  expect(await stored()).toBe(422);
  world.clock.advance(MINUTE - 1);
  expect(await stored()).toBe(422);
  world.clock.advance(1);
  expect(await stored()).toBe(204);
});

test('to look at the key as a test does is no read', async () => {
  world.github.rotateKey('acme/network', { reads: 1 });
  const shown = world.github.store('acme/network')?.publicKey;
  expect(world.github.store('acme/network')?.publicKey).toEqual(shown);
  expect(await shownKey()).toBe(shown?.key_id);
  expect(await shownKey()).not.toBe(shown?.key_id);
});

test('a dead key is shown for ever and opens nothing, until it is replaced', async () => {
  const dead = await shownKey();
  world.github.killKey('acme/network');
  expect([await stored(), await stored()]).toEqual([422, 422]);
  expect(await shownKey()).toBe(dead);
  expect(world.github.open('acme/network')).toBe(world.currentToken);
  world.github.rotateKey('acme/network');
  expect(await stored()).toBe(204);
});

test('an environment that is deleted and created anew has another key, and nothing in it', async () => {
  const line = 'acme/network/environments/prod';
  const base = '/repos/acme/network/environments/prod/secrets';
  world.github.seed(line, { value: 'x' });
  world.variable('A', line).seed('a');
  const before = (await github(world, 'GET', `${base}/public-key`)).body as { key: string; key_id: string };
  world.github.recreateEnvironment(line);
  expect([world.github.secretNames(line), world.variable('A', line).value]).toEqual([[], undefined]);
  const body = { encrypted_value: await seal('y', before.key), key_id: before.key_id };
  expect((await github(world, 'PUT', `${base}/TE_TOKEN`, { body })).status).toBe(422);
  expect((await put(world, base, 'TE_TOKEN', 'y')).status).toBe(201);
  world.github.deleteEnvironment(line);
  expect((await github(world, 'GET', `${base}/public-key`)).status).toBe(404);
  expect(() => world.github.deleteEnvironment(line)).toThrow('No environment: prod');
  expect(() => world.github.deleteEnvironment('acme/network')).toThrow('No environment: acme/network');
});
