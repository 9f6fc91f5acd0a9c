import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, message, put, type Reply } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const names = (reply: Reply): string[] => {
  const body = reply.body as { repositories?: { full_name: string }[] } & { full_name: string }[];
  return (body.repositories ?? body).map((repository) => repository.full_name);
};

test('a repository shows its state; names compare without case', async () => {
  world.github.addRepository('acme/attic', { archived: true, private: false });
  world.github.addRepository('acme/blocked', { disabled: true });
  const { body } = await github(world, 'GET', '/repos/Acme/NETWORK');
  expect(body).toMatchObject({ name: 'network', full_name: 'acme/network', private: true, archived: false });
  expect((await github(world, 'GET', '/repos/acme/attic')).body).toMatchObject({ archived: true, private: false });
  expect((await github(world, 'GET', '/repos/acme/blocked')).body).toMatchObject({ disabled: true });
});

test('a repository is public, private or internal; what is internal calls itself private', async () => {
  world.github.addRepository('acme/open', { private: false });
  world.github.addRepository('acme/house', { visibility: 'internal' });
  const shown = async (name: string) => (await github(world, 'GET', `/repos/${name}`)).body;
  expect(await shown('acme/network')).toMatchObject({ private: true, visibility: 'private' });
  expect(await shown('acme/open')).toMatchObject({ private: false, visibility: 'public' });
  expect(await shown('acme/house')).toMatchObject({ private: true, visibility: 'internal' });
  world.github.addRepository('acme/house', { private: false });
  expect(await shown('acme/house')).toMatchObject({ private: false, visibility: 'public' });
  world.github.addRepository('acme/open', { visibility: 'internal' });
  expect(names(await github(world, 'GET', '/user/repos?visibility=private'))).toEqual(['acme/network', 'acme/open']);
  expect(names(await github(world, 'GET', '/user/repos?visibility=public'))).toEqual(['acme/house']);
});

test('an environment shows itself', async () => {
  world.setup(['acme/network/environments/Production EU/1']);
  const path = '/repos/acme/network/environments/production%20eu%2F1';
  const { status, body } = await github(world, 'GET', path);
  expect([status, body]).toEqual([200, expect.objectContaining({ name: 'Production EU/1' })]);
  expect((await github(world, 'GET', '/repos/acme/network/environments/none')).status).toBe(404);
});

test('a path that can not be decoded is a bad request', async () => {
  expect((await github(world, 'GET', '/repos/acme/%E0%A4%A')).status).toBe(400);
});

test('an archived repository can be read only, a disabled one not at all', async () => {
  world.setup(['acme/attic', 'acme/blocked']);
  world.github.addRepository('acme/attic', { archived: true });
  world.github.addRepository('acme/blocked', { disabled: true });
  const refused = await put(world, '/repos/acme/attic/actions/secrets', 'TE_TOKEN', 'x');
  expect([refused.status, message(refused)]).toEqual([403, 'Repository was archived so is read-only.']);
  expect((await github(world, 'GET', '/repos/acme/blocked/actions/secrets/public-key')).status).toBe(403);
});

test('a renamed repository moves every call below its old name', async () => {
  world.github.repositories.rename('acme/network', 'backbone');
  const { id } = (await github(world, 'GET', '/repos/acme/backbone')).body as { id: number };
  for (const rest of ['', '/actions/secrets/TE_TOKEN', '/environments/a%2Fb/secrets/public-key']) {
    const reply = await github(world, 'GET', `/repos/acme/network${rest}`);
    const url = `${world.github.url}/repositories/${id}${rest}`;
    expect([reply.status, reply.headers.get('location')]).toEqual([301, url]);
    expect(reply.body).toMatchObject({ message: 'Moved Permanently', url });
  }
  const moved = await github(world, 'GET', `/repositories/${id}`);
  expect(moved.body).toMatchObject({ full_name: 'acme/backbone' });
  world.github.credential(world.githubToken).hidden = ['acme/backbone'];
  expect((await github(world, 'GET', '/repos/acme/network')).status).toBe(404);
  expect((await github(world, 'GET', `/repositories/${id}`)).status).toBe(404);
});

test('a deleted repository is gone', async () => {
  world.github.repositories.remove('acme/network');
  expect((await github(world, 'GET', '/repos/acme/network')).status).toBe(404);
});

test('repositories are listed in pages, by owner, user, credential and installation', async () => {
  for (let i = 0; i < 150; i += 1) world.github.addRepository(`acme/r${i}`);
  world.github.addRepository('acme/open', { private: false });
  world.github.addRepository('acme-admin/own');
  world.github.addRepository('acme-admin/shown', { private: false });
  const first = await github(world, 'GET', '/orgs/acme/repos?per_page=100');
  expect(names(first)).toHaveLength(100);
  const next = /<([^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  expect(names(await github(world, 'GET', next.slice(world.github.url.length)))).toHaveLength(52);
  expect(names(await github(world, 'GET', '/orgs/acme/repos'))).toHaveLength(30);
  expect(names(await github(world, 'GET', '/users/acme-admin/repos'))).toEqual(['acme-admin/shown']);
  expect(names(await github(world, 'GET', '/user/repos?affiliation=owner'))).toEqual([
    'acme-admin/own',
    'acme-admin/shown',
  ]);
  expect(names(await github(world, 'GET', '/user/repos?per_page=100&page=2'))).toHaveLength(54);
  expect((await github(world, 'GET', '/installation/repositories')).status).toBe(403);
  expect((await github(world, 'GET', '/orgs/acme-admin/repos')).status).toBe(404);
  const token = 'ghs_app';
  world.github.addCredential(token, { kind: 'app', owners: ['acme'], hidden: ['acme/r0'] });
  const installed = await github(world, 'GET', '/installation/repositories?per_page=100&page=2', { token });
  expect(installed.body).toMatchObject({ total_count: 151 });
  expect(names(installed)).toHaveLength(51);
  world.github.addCredential(token, { kind: 'app', owners: ['octo-org'] });
  expect(names(await github(world, 'GET', '/orgs/acme/repos', { token }))).toEqual(['acme/open']);
});

test.each([
  ['acme/network', '/repos/acme/network/actions/variables', {}],
  ['acme/network/environments/prod', '/repos/acme/network/environments/prod/variables', {}],
  ['orgs/acme', '/orgs/acme/actions/variables', { visibility: 'all' }],
])('%s: variables are made once, changed and read', async (line, base, more) => {
  world.setup([line]);
  const missing = await github(world, 'PATCH', `${base}/TE_EXPIRES`, { body: { value: 'a' } });
  expect(missing.status).toBe(404);
  const body = { name: 'te_expires', value: 'a', ...more };
  expect(await github(world, 'POST', base, { body })).toMatchObject({ status: 201, body: {} });
  expect((await github(world, 'POST', base, { body })).status).toBe(409);
  expect((await github(world, 'PATCH', `${base}/TE_EXPIRES`, { body: { value: 'b' } })).status).toBe(204);
  expect((await github(world, 'GET', `${base}/te_expires`)).body).toMatchObject({
    name: 'TE_EXPIRES',
    value: 'b',
    ...more,
  });
  expect(world.github.variable(line, 'TE_EXPIRES')).toBe('b');
});

test('a variable that is seeded has its time, and an update a new one', async () => {
  const base = '/repos/acme/network/actions/variables/TE_EXPIRES';
  world.clock.set(Date.UTC(2026, 0, 1, 12));
  world.github.setVariable('acme/network', 'TE_EXPIRES', '2027-01-01', Date.UTC(2025, 0, 1));
  expect((await github(world, 'GET', base)).body).toMatchObject({ updated_at: '2025-01-01T00:00:00Z' });
  await github(world, 'PATCH', base, { body: { value: '2028-01-01' } });
  expect((await github(world, 'GET', base)).body).toMatchObject({
    created_at: '2025-01-01T00:00:00Z',
    updated_at: expect.stringMatching(/^2026-01-01T12:/),
  });
});

test('variables need a permission of their own', async () => {
  const permissions = { secrets: 'write', environments: 'write', organization_secrets: 'write' } as const;
  world.github.addCredential('github_pat_x', { kind: 'fine-grained', permissions });
  world.github.setVariable('acme/network', 'A', 'a');
  world.github.setVariable('orgs/acme', 'A', 'a');
  const ask = (path: string): Promise<Reply> => github(world, 'GET', path, { token: 'github_pat_x' });
  const repository = await ask('/repos/acme/network/actions/variables/A');
  expect([repository.status, repository.headers.get('x-accepted-github-permissions')]).toEqual([
    403,
    'actions_variables=read',
  ]);
  expect((await ask('/orgs/acme/actions/variables/A')).status).toBe(403);
});

test('a run tells when it was created, to those who may read actions', async () => {
  const createdAt = Date.UTC(2026, 0, 1);
  world.github.addRun('acme/network', { id: 7, createdAt });
  const path = '/repos/acme/network/actions/runs/7';
  expect((await github(world, 'GET', path)).body).toMatchObject({
    id: 7,
    created_at: '2026-01-01T00:00:00Z',
    run_attempt: 1,
  });
  expect((await github(world, 'GET', '/repos/acme/network/actions/runs/8')).status).toBe(404);
  world.github.addCredential('ghs_app', { kind: 'app', permissions: { secrets: 'write' } });
  expect((await github(world, 'GET', path, { token: 'ghs_app' })).status).toBe(403);
});
