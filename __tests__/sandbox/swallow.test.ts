import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, put } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.faults.add({ where: ({ method }) => method !== 'GET', fault: { kind: 'swallow' } });
});
afterEach(() => world.close());

const BASE = '/repos/acme/network/actions/secrets';
const VARIABLES = '/repos/acme/network/actions/variables';

test('a secret that is swallowed is answered as if it were stored', async () => {
  const before = { ...world.github.secret('acme/network') };
  expect(await put(world, BASE, 'TE_TOKEN', 'next')).toMatchObject({ status: 204, body: undefined });
  expect(await put(world, BASE, 'OTHER', 'next')).toMatchObject({ status: 201, body: {} });
  expect((await github(world, 'DELETE', `${BASE}/TE_TOKEN`)).status).toBe(204);
  expect(world.github.secretNames('acme/network')).toEqual(['TE_TOKEN']);
  expect(world.github.secret('acme/network')).toEqual(before);
});

test('it is checked all the same', async () => {
  const body = { encrypted_value: 'AAAA', key_id: '1' };
  expect((await github(world, 'PUT', `${BASE}/TE_TOKEN`, { body })).status).toBe(422);
  expect((await github(world, 'DELETE', `${BASE}/OTHER`)).status).toBe(404);
});

test('so is a variable', async () => {
  world.github.setVariable('acme/network', 'A', 'a');
  expect((await github(world, 'PATCH', `${VARIABLES}/A`, { body: { value: 'b' } })).status).toBe(204);
  expect((await github(world, 'POST', VARIABLES, { body: { name: 'B', value: 'b' } })).status).toBe(201);
  expect(world.github.variable('acme/network', 'A')).toBe('a');
  expect(world.github.variable('acme/network', 'B')).toBeUndefined();
});
