import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MINUTE } from '../../sandbox/clocks/clock.ts';
import { moment } from '../../sandbox/http/moments.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, put } from './support/client.ts';
import { FakeAction } from './support/fake-action.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ scale: 0 });
});
afterEach(() => world.close());

const BASE = '/repos/acme/network/actions/secrets';
const ORG = '/orgs/acme/actions/secrets';

test('someone else writes before a request acts, or after it', async () => {
  const put1 = { method: 'PUT', path: '/TE_TOKEN' };
  world.meanwhile(put1, () => world.github.rewrite('acme/network', 'of another'));
  world.meanwhile({ ...put1, nth: 2, phase: 'acted' }, () => world.github.rewrite('acme/network', 'of another'));
  world.clock.advance(MINUTE);
  await put(world, BASE, 'TE_TOKEN', 'ours');
  expect(world.github.secret('acme/network')).toMatchObject({ value: 'ours', updatedAt: world.clock.now() });
  await put(world, BASE, 'TE_TOKEN', 'ours');
  expect(world.github.open('acme/network')).toBe('of another');
  await put(world, BASE, 'TE_TOKEN', 'ours');
  expect(world.github.open('acme/network')).toBe('ours');
});

test('a write of another moves the date, and shows as late as any', async () => {
  world.github.updatedAtLag = MINUTE;
  const shown = async () =>
    ((await github(world, 'GET', `${BASE}/TE_TOKEN`)).body as { updated_at: string }).updated_at;
  const before = await shown();
  world.github.rewrite('acme/network', 'of another');
  expect(await shown()).toBe(before);
  world.clock.advance(MINUTE);
  expect(await shown()).not.toBe(before);
  expect(world.github.secret('acme/network')?.createdAt).toBeLessThan(world.clock.now() - MINUTE);
});

test('or narrows who reads it, or deletes it, or the repository that was to read it', async () => {
  world.setup(['orgs/acme'], { selected: ['network', 'edge'] });
  const ids = [...(world.github.secret('orgs/acme')?.selectedRepositoryIds ?? [])];
  const { updatedAt } = world.github.secret('orgs/acme') ?? {};
  world.github.select('orgs/acme', ['edge']);
  expect(world.github.secret('orgs/acme')).toMatchObject({
    visibility: 'selected',
    selectedRepositoryIds: [ids[1]],
    updatedAt,
  });
  world.meanwhile({ method: 'PUT', path: '/TE_TOKEN' }, () => world.github.repositories.remove('acme/edge'));
  const access = { visibility: 'selected', selected_repository_ids: [ids[1]] };
  expect((await put(world, ORG, 'TE_TOKEN', 'x', access)).status).toBe(422);
  world.github.deleteSecret('orgs/acme');
  expect((await put(world, ORG, 'TE_TOKEN', 'x', { visibility: 'all' })).status).toBe(201);
  expect(() => world.github.deleteSecret('orgs/acme', 'NONE')).toThrow('Not Found');
  expect(() => world.github.rewrite('orgs/none', 'x')).toThrow('No store: orgs/none');
  expect(() => world.github.select('orgs/acme', [], 'NONE')).toThrow('No secret NONE in orgs/acme');
});

test('until it is told to stop', async () => {
  const stop = world.meanwhile({}, () => world.github.deleteSecret('acme/network'));
  stop();
  await github(world, 'GET', `${BASE}/TE_TOKEN`);
  expect(world.github.secretNames('acme/network')).toEqual(['TE_TOKEN']);
});

test('a moment ends a run, at the request and the phase that are meant', async () => {
  using action = new FakeAction(`
    for (const name of ['A', 'B', 'C'])
      await fetch(E['INPUT_GITHUB-API-URL'] + '/repos/acme/network/actions/secrets/' + name,
        { headers: { authorization: 'Bearer ' + E['INPUT_GITHUB-TOKEN'] } }).then(() => say(name));`);
  const kill = moment('acted', { path: /secrets/, nth: 2 });
  const { signal, stdout } = await world.run({ actionDir: action.folder, kill });
  expect([signal, stdout, world.requests.length]).toEqual(['SIGKILL', 'A\n', 2]);
});
