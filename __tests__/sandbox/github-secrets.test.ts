import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { timestamp } from '../../sandbox/clocks/clock.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, message, put, type Reply, seal } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** That so much was asked here, on purpose, that the contract doesn't know. */
function expectBreaches(...expected: string[]): void {
  expect(world.violations.splice(0)).toEqual(expected.map((breach) => expect.stringContaining(breach)));
}

const BASE = '/repos/acme/network/actions/secrets';
const ORG = '/orgs/acme/actions/secrets';

const STORES: [string, string, object][] = [
  ['acme/network', BASE, {}],
  ['acme/network/dependabot', '/repos/acme/network/dependabot/secrets', {}],
  ['acme/network/codespaces', '/repos/acme/network/codespaces/secrets', {}],
  ['acme/network/agents', '/repos/acme/network/agents/secrets', {}],
  ['acme/network/environments/Production EU/1', '/repos/acme/network/environments/Production%20EU%2F1/secrets', {}],
  ['orgs/acme', ORG, { visibility: 'all' }],
  ['orgs/acme/dependabot', '/orgs/acme/dependabot/secrets', { visibility: 'all' }],
  ['orgs/acme/codespaces', '/orgs/acme/codespaces/secrets', { visibility: 'all' }],
  ['orgs/acme/agents', '/orgs/acme/agents/secrets', { visibility: 'all' }],
  ['user/codespaces', '/user/codespaces/secrets', {}],
];

test.each(STORES)('%s: a secret is made, replaced, read, listed and deleted', async (line, base, more) => {
  world.github.seed(line, { name: 'OTHER', value: 'other' });
  expect(await put(world, base, 'New_Token', 'first', more)).toMatchObject({ status: 201, body: {} });
  expect(await put(world, base, 'NEW_TOKEN', 'second ☃', more)).toMatchObject({ status: 204, body: undefined });
  expect(world.github.open(line, 'new_token')).toBe('second ☃');
  expect((await github(world, 'GET', `${base}/new_token`)).body).toMatchObject({ name: 'NEW_TOKEN' });
  const listed = await github(world, 'GET', base);
  expect(listed.body).toMatchObject({ total_count: world.github.secretNames(line).length });
  expect((await github(world, 'DELETE', `${base}/NEW_TOKEN`)).status).toBe(204);
  expect((await github(world, 'DELETE', `${base}/NEW_TOKEN`)).status).toBe(404);
  expect((await github(world, 'GET', `${base}/NEW_TOKEN`)).status).toBe(404);
  expect(world.github.secretNames(line)).not.toContain('NEW_TOKEN');
});

test('every store has its own key', async () => {
  for (const [line] of STORES) world.github.seed(line, { value: 'x' });
  const keys = await Promise.all(STORES.map(([, base]) => github(world, 'GET', `${base}/public-key`)));
  expect(new Set(keys.map((reply) => JSON.stringify(reply.body))).size).toBe(STORES.length);
  const [, other] = keys.map((reply) => reply.body as { key_id: string; key: string });
  const { key_id = '', key = '' } = other ?? {};
  const body = { encrypted_value: await seal('x', key), key_id };
  expect((await github(world, 'PUT', `${BASE}/TE_TOKEN`, { body })).status).toBe(422);
});

test('times are those of creation and of the last write', async () => {
  const { createdAt = 0 } = world.github.secret('acme/network') ?? {};
  world.clock.advance(60_000);
  const before = timestamp(world.clock.now());
  await put(world, BASE, 'TE_TOKEN', 'next');
  const { body } = await github(world, 'GET', `${BASE}/TE_TOKEN`);
  expect(body).toMatchObject({ created_at: timestamp(createdAt) });
  const { updated_at } = body as { updated_at: string };
  expect(updated_at >= before).toBe(true);
});

test('with a lag, a read shows the time of the write before', async () => {
  world.github.updatedAtLag = 30_000;
  const { updatedAt = 0 } = world.github.secret('acme/network') ?? {};
  await put(world, BASE, 'TE_TOKEN', 'next');
  const read = async (): Promise<string> =>
    ((await github(world, 'GET', `${BASE}/TE_TOKEN`)).body as { updated_at: string }).updated_at;
  expect(await read()).toBe(timestamp(updatedAt));
  world.clock.advance(30_000);
  expect(await read()).toBe(timestamp(world.github.secret('acme/network')?.updatedAt ?? 0));
});

test('what cannot be opened is refused, each in its own words', async () => {
  const { body: keyBody } = await github(world, 'GET', `${BASE}/public-key`);
  const { key_id, key } = keyBody as { key_id: string; key: string };
  const sealed = await seal('next', key);
  const refused = async (body: object, name = 'TE_TOKEN'): Promise<string> => {
    const reply = await github(world, 'PUT', `${BASE}/${name}`, { body });
    expect(reply.status).toBe(422);
    return message(reply);
  };
  const improper = 'Bad request - validation failed due to an improperly encrypted secret';
  expect(await refused({ encrypted_value: sealed, key_id: '1' })).toBe(improper);
  expect(await refused({ encrypted_value: 'AAAA', key_id })).toBe(improper);
  expect(await refused({ encrypted_value: sealed })).toBe('Invalid request.\n\n"key_id" wasn\'t supplied.');
  expect(await refused({ key_id })).toBe('Invalid request.\n\n"encrypted_value" wasn\'t supplied.');
  const unpadded = sealed.replace(/=+$/, '');
  expect(await refused({ encrypted_value: `${unpadded}-`, key_id })).toMatch(/^Invalid request.\n\n.* does not match/);
  expect(await refused({ encrypted_value: sealed, key_id }, '1X')).toContain('must not start with a number');
  expect(await refused({ encrypted_value: sealed, key_id }, 'github_token')).toContain('GITHUB_');
  expect(await refused({ encrypted_value: await seal('x'.repeat(49_153), key), key_id })).toContain('48 KB');
  expectBreaches("property 'key_id'", "property 'encrypted_value'", 'encrypted_value must match pattern');
  expect(world.github.open('acme/network')).toBe(world.currentToken);
  world.github.rotateKey('acme/network');
  expect(await refused({ encrypted_value: sealed, key_id })).toBe(improper);
  expect((await put(world, BASE, 'TE_TOKEN', 'next')).status).toBe(204);
});

test('a body that is no JSON object is refused', async () => {
  expect(await github(world, 'PUT', `${BASE}/TE_TOKEN`, { body: [] })).toMatchObject({ status: 400 });
  expectBreaches('body must be object');
});

test('a repository holds 100 secrets and replaces them still', async () => {
  for (let i = 1; i < 100; i += 1) world.github.seed('acme/network', { name: `S${i}`, value: 'x' });
  expect((await put(world, BASE, 'ONE_MORE', 'x')).status).toBe(422);
  expect((await put(world, BASE, 'S1', 'y')).status).toBe(204);
});

test('an organization wants the visibility, and keeps what it is told', async () => {
  world.github.seed('orgs/acme', { value: 'old', selected: ['network', 'edge'] });
  const ids = world.github.secret('orgs/acme')?.selectedRepositoryIds ?? [];
  expect(ids).toHaveLength(2);
  const without = await put(world, ORG, 'TE_TOKEN', 'x');
  expect([without.status, message(without)]).toEqual([422, 'Invalid request.\n\n"visibility" wasn\'t supplied.']);
  expect((await put(world, ORG, 'TE_TOKEN', 'x', { visibility: 'some' })).status).toBe(422);
  const texts = { visibility: 'selected', selected_repository_ids: ids.map(String) };
  expect((await put(world, ORG, 'TE_TOKEN', 'x', texts)).status).toBe(422);
  const strangers = { visibility: 'selected', selected_repository_ids: [999_999] };
  expect((await put(world, ORG, 'TE_TOKEN', 'x', strangers)).status).toBe(422);
  expect(world.github.secret('orgs/acme')).toMatchObject({ value: 'old', selectedRepositoryIds: ids });
  const right = { visibility: 'selected', selected_repository_ids: ids };
  expect((await put(world, ORG, 'TE_TOKEN', 'new', right)).status).toBe(204);
  expect(world.github.secret('orgs/acme')).toMatchObject({
    value: 'new',
    visibility: 'selected',
    selectedRepositoryIds: ids,
  });
  await put(world, ORG, 'TE_TOKEN', 'new', { ...right, visibility: 'all' });
  expect(world.github.secret('orgs/acme')).toMatchObject({ visibility: 'all', selectedRepositoryIds: [] });
  expectBreaches("property 'visibility'", 'visibility must be equal to one of');
});

test('selected without ids clears the list, in an organization and for a user', async () => {
  world.github.seed('orgs/acme', { value: 'old', selected: ['network'] });
  await put(world, ORG, 'TE_TOKEN', 'x', { visibility: 'selected' });
  expect(world.github.secret('orgs/acme')?.selectedRepositoryIds).toEqual([]);
  world.github.seed('user/codespaces', { value: 'old', selected: ['acme/network'] });
  expect(world.github.secret('user/codespaces')?.selectedRepositoryIds).toHaveLength(1);
  await put(world, '/user/codespaces/secrets', 'TE_TOKEN', 'x');
  expect(world.github.secret('user/codespaces')?.selectedRepositoryIds).toEqual([]);
});

test.each([
  ['orgs/acme', ORG],
  ['user/codespaces', '/user/codespaces/secrets'],
])('%s: selected repositories come in pages, and only those the credential sees', async (line, base) => {
  const selected = Array.from({ length: 5 }, (_, i) => `acme/r${i}`);
  world.github.seed(line, { value: 'x', selected });
  const list = `${base}/TE_TOKEN/repositories`;
  const names = (reply: Reply): string[] =>
    (reply.body as { repositories: { full_name: string }[] }).repositories.map((repository) => repository.full_name);
  const page = await github(world, 'GET', `${list}?per_page=2&page=2`);
  expect(page.body).toMatchObject({ total_count: 5 });
  expect(names(page)).toEqual(['acme/r2', 'acme/r3']);
  const next = `<${world.github.url}${list}?per_page=2&page=3>; rel="next"`;
  expect(page.headers.get('link')?.split(', ')).toContain(next);
  const last = await github(world, 'GET', `${list}?per_page=2&page=3`);
  expect(last.headers.get('link')).not.toContain('rel="next"');
  world.github.credential(world.githubToken).hidden = ['acme/r1', 'acme/r4'];
  const partial = await github(world, 'GET', `${list}?per_page=100`);
  expect(partial.body).toMatchObject({ total_count: 5 });
  expect(names(partial)).toEqual(['acme/r0', 'acme/r2', 'acme/r3']);
  expect(partial.headers.get('link')).toBeNull();
});

test('a secret shows its visibility, and where the list is', async () => {
  world.github.seed('orgs/acme', { name: 'A', value: 'x' });
  world.github.seed('orgs/acme', { name: 'B', value: 'x', selected: ['network'] });
  const { body } = await github(world, 'GET', `${ORG}/A`);
  expect(body).toMatchObject({ visibility: 'private' });
  expect(body).not.toHaveProperty('selected_repositories_url');
  const url = `${world.github.url}${ORG}/B/repositories`;
  expect((await github(world, 'GET', `${ORG}/B`)).body).toMatchObject({
    visibility: 'selected',
    selected_repositories_url: url,
  });
  expect((await github(world, 'GET', '/repos/acme/network/actions/secrets/TE_TOKEN/repositories')).status).toBe(404);
  expectBreaches('TE_TOKEN/repositories: not in the contract');
});

test('an absent repository, environment or organization is not found', async () => {
  for (const base of ['/repos/acme/none/actions', '/repos/acme/network/environments/none', '/orgs/none/actions']) {
    expect((await github(world, 'GET', `${base}/secrets/public-key`)).status).toBe(404);
  }
});

test('environment names compare without case', async () => {
  world.setup(['acme/network/environments/Production']);
  expect((await github(world, 'GET', '/repos/acme/network/environments/production/secrets/TE_TOKEN')).status).toBe(200);
});

test('an Enterprise Server has its own base and lacks some stores', async () => {
  await using server = await startWorld({ enterprise: true });
  expect(new URL(server.github.url).pathname).toBe('/api/v3');
  server.setup(['orgs/acme']);
  expect((await put(server, BASE, 'TE_TOKEN', 'x')).status).toBe(204);
  expect((await put(server, ORG, 'TE_TOKEN', 'x', { visibility: 'all' })).status).toBe(204);
  for (const [, base] of STORES.filter(([line]) => /codespaces|agents/.test(line))) {
    expect(await github(server, 'GET', `${base}/public-key`)).toMatchObject({
      status: 404,
      body: { message: 'Not Found' },
    });
  }
  const outside = await fetch(`${server.github.origin}${BASE}/public-key`, {
    headers: { authorization: `Bearer ${server.githubToken}` },
  });
  expect(outside.status).toBe(404);
  expect(server.violations.splice(0)).toEqual([
    'GET /outside/repos/acme/network/actions/secrets/public-key: not in the contract',
  ]);
});
