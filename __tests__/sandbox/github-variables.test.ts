import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MINUTE, timestamp } from '../../sandbox/clocks/clock.ts';
import type { Permissions } from '../../sandbox/github/access/credentials.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, message, type Reply } from './support/client.ts';

/** Variables at three levels, as the record uses them. */

let world: World;
beforeEach(async () => {
  world = await startWorld({ scale: 0 });
});
afterEach(() => world.close());

const REPOSITORY = '/repos/acme/network/actions/variables';
const ENVIRONMENT = '/repos/acme/network/environments/prod/variables';
const ORG = '/orgs/acme/actions/variables';
const NAME = 'TE_TOKEN_ROTATION';
const HOMES: [string, string, keyof Permissions][] = [
  ['acme/network', REPOSITORY, 'actions_variables'],
  ['acme/network/environments/prod', ENVIRONMENT, 'environments'],
  ['orgs/acme', ORG, 'organization_actions_variables'],
];

const patch = (base: string, body: object, token?: string): Promise<Reply> =>
  github(world, 'PATCH', `${base}/${NAME}`, { body, ...(token === undefined ? {} : { token }) });

test.each(HOMES)('%s: a change may leave out anything, and one of nothing moves no date', async (line, base) => {
  const record = world.variable(NAME, line);
  record.seed({ v: 1 }, { updatedAt: world.clock.now() - MINUTE });
  const before = record.stored;
  expect([(await patch(base, { name: NAME })).status, (await patch(base, {})).status]).toEqual([204, 204]);
  expect(record.stored).toEqual(before);
  expect((await patch(base, { value: '{"v":2}' })).status).toBe(204);
  expect(record.stored).toEqual({ ...before, value: '{"v":2}', updatedAt: world.clock.now() });
  expect((await github(world, 'GET', `${base}/${NAME}`)).body).toMatchObject({
    created_at: timestamp(world.clock.now() - MINUTE),
    updated_at: timestamp(world.clock.now()),
  });
});

test.each(HOMES)('%s: of 48 KB and no more', async (line, base) => {
  world.variable(NAME, line).seed('x');
  const more = line === 'orgs/acme' ? { visibility: 'all' } : {};
  expect((await patch(base, { value: 'x'.repeat(48 * 1024) })).status).toBe(204);
  const tooLong = await patch(base, { value: 'é'.repeat(24 * 1024 + 1) });
  expect([tooLong.status, message(tooLong)]).toEqual([422, 'Variable values cannot be larger than 48 KB.']);
  const body = { name: 'OTHER', value: 'x'.repeat(48 * 1024 + 1), ...more };
  expect((await github(world, 'POST', base, { body })).status).toBe(422);
});

test.each(HOMES)('%s: its own permission lets write it, one for reading does not', async (line, base, permission) => {
  world.variable(NAME, line).seed('x');
  const others = { secrets: 'write', organization_secrets: 'write', actions: 'write' } as const;
  world.github.addCredential('ghs_read', { kind: 'app', permissions: { ...others, [permission]: 'read' } });
  world.github.addCredential('ghs_write', { kind: 'app', permissions: { [permission]: 'write' } });
  const refused = await patch(base, { name: NAME }, 'ghs_read');
  expect([refused.status, refused.headers.get('x-accepted-github-permissions')]).toEqual([403, `${permission}=write`]);
  expect((await github(world, 'GET', `${base}/${NAME}`, { token: 'ghs_read' })).status).toBe(200);
  expect((await patch(base, { name: NAME }, 'ghs_write')).status).toBe(204);
});

test.each(HOMES)('%s: what was created is read as absent for a while, and written already', async (line, base) => {
  const more = line === 'orgs/acme' ? { visibility: 'private' } : {};
  const record = world.variable(NAME, line);
  record.showLate(MINUTE);
  const create = () => github(world, 'POST', base, { body: { name: NAME, value: 'first', ...more } });
  const read = async () => ((await github(world, 'GET', `${base}/${NAME}`)).body as { value?: string }).value;
  expect([(await create()).status, await read(), (await create()).status]).toEqual([201, undefined, 409]);
  world.later('30 s');
  expect((await patch(base, { value: 'second' })).status).toBe(204);
  expect([record.value, await read()]).toEqual(['second', undefined]);
  world.later('30 s');
  expect(await read()).toBe('first');
  world.later('30 s');
  expect(await read()).toBe('second');
  await patch(base, { value: 'third' });
  record.seed('long there');
  expect(await read()).toBe('long there');
});

test('an organization says who may read one, and keeps to it until it is told otherwise', async () => {
  const [edge, core] = ['acme/edge', 'acme/core'].map((name) => world.github.repositories.add(name).id);
  const stranger = world.github.repositories.add('octo-org/x').id;
  const record = world.variable(NAME, 'orgs/acme');
  const create = (more: object) => github(world, 'POST', ORG, { body: { name: NAME, value: 'x', ...more } });
  expect((await create({ visibility: 'selected', selected_repository_ids: [stranger] })).status).toBe(422);
  expect((await create({ visibility: 'selected', selected_repository_ids: [edge, core] })).status).toBe(201);
  const selected = { visibility: 'selected', selectedRepositoryIds: [edge, core] };
  expect(record.stored).toMatchObject(selected);
  const { body } = await github(world, 'GET', `${ORG}/${NAME}`);
  expect(body).toMatchObject({ selected_repositories_url: `${world.github.url}${ORG}/${NAME}/repositories` });
  await patch(ORG, { value: 'y' });
  expect(record.stored).toMatchObject({ value: 'y', ...selected });
  await patch(ORG, { selected_repository_ids: [core] });
  expect(record.stored).toMatchObject({ visibility: 'selected', selectedRepositoryIds: [core] });
  await patch(ORG, { visibility: 'private', selected_repository_ids: [core] });
  expect(record.stored).toMatchObject({ visibility: 'private', selectedRepositoryIds: [] });
});

test('what is no audience is refused, and breaks the contract', async () => {
  const create = (more: object) => github(world, 'POST', ORG, { body: { name: NAME, value: 'x', ...more } });
  const refused = [await create({}), await create({ visibility: 'some' })];
  expect(refused.map(({ status }) => status)).toEqual([422, 422]);
  expect(
    (await github(world, 'POST', REPOSITORY, { body: { name: NAME, value: 'x', visibility: 'all' } })).status,
  ).toBe(201);
  expect(world.violations.splice(0)).toHaveLength(3);
  expect(world.variable().stored).not.toHaveProperty('visibility');
});

test('a name is taken by one only, and a store is full at its limit', async () => {
  world.github.setVariable('acme/network', NAME, 'x');
  world.github.setVariable('acme/network', 'OTHER', 'x');
  expect((await patch(REPOSITORY, { name: 'other' })).status).toBe(409);
  expect((await patch(REPOSITORY, { name: 'third' })).status).toBe(204);
  expect([world.variable().value, world.variable('THIRD').value]).toEqual([undefined, 'x']);
  const line = 'acme/network/environments/prod';
  for (let number = 0; number < 100; number += 1) world.github.setVariable(line, `V${number}`, 'x');
  const full = await github(world, 'POST', ENVIRONMENT, { body: { name: NAME, value: 'x' } });
  expect([full.status, message(full)]).toEqual([422, 'Cannot exceed 100 variables.']);
});

test('a record is put in place, read and deleted', async () => {
  const record = world.variable();
  expect([record.value, record.json]).toEqual([undefined, undefined]);
  record.seed({ v: 1, targets: [] });
  expect([record.value, record.json]).toEqual(['{"v":1,"targets":[]}', { v: 1, targets: [] }]);
  record.seed('no JSON');
  expect(() => record.json).toThrow('JSON');
  record.delete();
  expect(record.stored).toBeUndefined();
  const shared = world.variable('OTHER', 'orgs/acme');
  shared.seed('x', { selected: ['network'] });
  shared.seed('y');
  const id = world.github.repositories.get('acme/network')?.id;
  expect(shared.stored).toMatchObject({ value: 'y', visibility: 'selected', selectedRepositoryIds: [id] });
  expect(() => world.variable('X', 'user/codespaces')).toThrow('No variables: user/codespaces');
});
