import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../src/github/policies.ts';
import type { Access } from '../../../src/github/secrets.ts';
import { describeVariable, VariablesClient } from '../../../src/github/variables.ts';
import { target } from '../support/fakes.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';

function variablesOver(replies: Record<string, Reply | readonly Reply[]>) {
  const wire = gitHubOver(replies);
  return { ...wire, variables: new VariablesClient(wire.github) };
}

const access = { visibility: 'selected', selectedRepositoryIds: [1, 2] } as const;
const placeBeside = (line: string) => ({ store: target(line).store, name: 'X' });
const refusals: readonly number[] = [200, 301, 400, 403, 404, 409, 422];

test.each<[string, string, Access]>([
  ['acme/network', '/repos/acme/network/actions/variables', {}],
  ['acme/network/environments/a b', '/repos/acme/network/environments/a%20b/variables', {}],
  ['orgs/acme', '/orgs/acme/actions/variables', { visibility: 'all' }],
])('a variable is kept beside the home %s', async (line, path, seenByAll) => {
  const json = { name: 'X', value: 'v', created_at: '2026-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z' };
  const { variables, calls } = variablesOver({
    [`GET ${path}/X`]: { status: 200, json },
    [`PATCH ${path}/X`]: 204,
    [`POST ${path}`]: 201,
  });
  expect(await variables.read(placeBeside(line))).toEqual({ ok: true, value: 'v' });
  expect(await variables.update(placeBeside(line), { value: 'w' }, policies.other)).toEqual({ ok: true });
  expect(await variables.create(placeBeside(line), { value: 'w', access: seenByAll }, policies.other)).toEqual({
    ok: true,
  });
  expect(calls).toEqual([`GET ${path}/X`, `PATCH ${path}/X`, `POST ${path}`]);
});

test('a variable in words', () => {
  expect(describeVariable(placeBeside('acme/network'))).toBe('X in the Actions variables of acme/network');
});

describe('reading', () => {
  const path = 'GET /repos/acme/network/actions/variables/X';
  const read = (reply: Reply) => variablesOver({ [path]: reply }).variables.read(placeBeside('acme/network'));

  test.each([401, 403, 404])('what is answered with %i, whatever comes along, is told as that', async (status) => {
    expect(await read({ status, json: { value: 'v' } })).toMatchObject({ ok: false, error: { status } });
  });

  test('again and again says what is read, by the policy that is given', async () => {
    const { variables, log, calls, clock } = variablesOver({ [path]: 500 });
    await variables.read(placeBeside('acme/network'), policies.reread);
    expect(log.lines).toEqual([
      'Reading X in the Actions variables of acme/network: GitHub answered 500; trying again in 4 s',
    ]);
    expect({ sent: calls.length, naps: clock.naps }).toEqual({ sent: 4, naps: [1000, 2000, 4000] });
  });

  test.each([undefined, null, {}, { value: 7 }, { value: null }, 'v'])(
    'an answer that holds none: %j',
    async (json) => {
      expect(await read({ status: 200, json })).toMatchObject({
        ok: false,
        error: { detail: '200 without the value of a variable' },
      });
    },
  );

  test('an empty value is one', async () => {
    expect(await read({ status: 200, json: { value: '' } })).toEqual({ ok: true, value: '' });
  });
});

const seenBy = { visibility: 'selected', selected_repository_ids: [1, 2] };

describe('changing', () => {
  const patch = 'PATCH /orgs/acme/actions/variables/X';
  async function change(reply: Reply | readonly Reply[], content: Parameters<VariablesClient['update']>[1]) {
    const { variables, bodies, log } = variablesOver({ [patch]: reply });
    return { written: await variables.update(placeBeside('orgs/acme'), content, policies.cleanup), bodies, log };
  }

  test('the value also says who sees it: as many as see the secret', async () => {
    const { written, bodies } = await change(204, { value: 'v', access });
    expect(written).toEqual({ ok: true });
    expect(bodies).toEqual([{ name: 'X', value: 'v', ...seenBy }]);
  });

  test('nothing sends its name alone, and so changes neither the value nor who sees it', async () => {
    const { written, bodies } = await change(204, { access });
    expect(written).toEqual({ ok: true });
    expect(bodies).toEqual([{ name: 'X' }]);
  });

  test('an empty value is a value', async () => {
    expect((await change(204, { value: '' })).bodies).toEqual([{ name: 'X', value: '' }]);
  });

  test.each(refusals)('is proven by 204 only, not by %i', async (status) => {
    expect((await change({ status, json: {} }, { value: 'v' })).written).toMatchObject({
      ok: false,
      error: { status },
    });
  });

  test('again and again says what is written', async () => {
    const { log } = await change(500, { value: 'v' });
    expect(log.lines[0]).toMatch(/^Writing X in the Actions variables of the organization acme: GitHub answered 500;/);
  });
});

describe('creating', () => {
  const post = 'POST /orgs/acme/actions/variables';
  async function create(reply: Reply | readonly Reply[]) {
    const { variables, bodies, log } = variablesOver({ [post]: reply });
    const written = await variables.create(placeBeside('orgs/acme'), { value: 'v', access }, policies.cleanup);
    return { written, bodies, log };
  }

  test('it is seen by those who see the secret', async () => {
    const { written, bodies } = await create(201);
    expect(written).toEqual({ ok: true });
    expect(bodies).toEqual([{ name: 'X', value: 'v', ...seenBy }]);
  });

  test.each([204, ...refusals])('is proven by 201 only, not by %i', async (status) => {
    expect((await create({ status, json: {} })).written).toMatchObject({ ok: false, error: { status } });
  });

  test('again and again says what is created', async () => {
    const { log } = await create(500);
    expect(log.lines[0]).toMatch(/^Creating X in the Actions variables of the organization acme: GitHub answered 500;/);
  });
});
