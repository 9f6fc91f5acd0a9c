import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github } from './support/client.ts';

/** What tells a workflow's own repository which secret of a name it reads. */

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function shared(repository: string): Promise<string[]> {
  const { status, body } = await github(world, 'GET', `/repos/${repository}/actions/organization-secrets`);
  expect(status).toBe(200);
  const { secrets, total_count } = body as { secrets: { name: string }[]; total_count: number };
  expect(total_count).toBe(secrets.length);
  return secrets.map(({ name }) => name);
}

test("a repository lists the organization's secrets that it gets", async () => {
  world.github.addRepository('acme/open', { private: false });
  world.github.addRepository('acme/house', { visibility: 'internal' });
  world.github.seed('orgs/acme', { name: 'FOR_ALL', value: 'x', visibility: 'all' });
  world.github.seed('orgs/acme', { name: 'FOR_PRIVATE', value: 'x', visibility: 'private' });
  world.github.seed('orgs/acme', { name: 'FOR_SOME', value: 'x', selected: ['network'] });
  world.github.seed('orgs/octo-org', { name: 'OF_OTHERS', value: 'x', visibility: 'all' });
  expect(await shared('acme/network')).toEqual(['FOR_ALL', 'FOR_PRIVATE', 'FOR_SOME']);
  expect(await shared('acme/house')).toEqual(['FOR_ALL', 'FOR_PRIVATE']);
  expect(await shared('acme/open')).toEqual(['FOR_ALL']);
});

test('a repository of a user has no organization', async () => {
  world.github.addRepository('acme-admin/own');
  expect(await shared('acme-admin/own')).toEqual([]);
});

test('a secret of the repository is listed by its own name, whatever the others hold', async () => {
  world.setup(['orgs/acme', 'acme/network/environments/prod']);
  const own = await github(world, 'GET', '/repos/acme/network/actions/secrets/TE_TOKEN');
  expect(own.body).toMatchObject({ name: 'TE_TOKEN' });
  world.github.deleteSecret('acme/network');
  expect((await github(world, 'GET', '/repos/acme/network/actions/secrets/TE_TOKEN')).status).toBe(404);
  const inEnvironment = '/repos/acme/network/environments/prod/secrets/TE_TOKEN';
  expect((await github(world, 'GET', inEnvironment)).status).toBe(200);
});
