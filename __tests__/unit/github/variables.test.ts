import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../src/github/policies.ts';
import { VariablesClient } from '../../../src/github/variables.ts';
import { target } from '../support/fakes.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';

function variablesOver(replies: Record<string, Reply | readonly Reply[]>) {
  const wire = gitHubOver(replies);
  return { ...wire, variables: new VariablesClient(wire.github) };
}

test.each([
  ['acme/network', '/repos/acme/network/actions/variables/X'],
  ['acme/network/environments/a b', '/repos/acme/network/environments/a%20b/variables/X'],
  ['orgs/acme', '/orgs/acme/actions/variables/X'],
])('a variable is read beside the home %s', async (line, path) => {
  const json = { name: 'X', value: 'v', updated_at: '2026-01-02T03:04:05Z' };
  const { variables } = variablesOver({ [`GET ${path}`]: { status: 200, json } });
  expect(await variables.read(target(line).store, 'X')).toEqual({
    ok: true,
    value: { value: 'v', updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5) },
  });
});

describe('reading a variable', () => {
  const path = 'GET /repos/acme/network/actions/variables/X';
  const { store } = target('acme/network');
  const read = (reply: Reply) => variablesOver({ [path]: reply }).variables.read(store, 'X');

  test('that is not there', async () => {
    expect(await read(404)).toMatchObject({ ok: false, error: { status: 404 } });
  });

  test('that is refused, whatever comes along', async () => {
    const json = { value: 'v', updated_at: '2026-01-02T03:04:05Z' };
    expect(await read({ status: 403, json })).toMatchObject({ ok: false, error: { status: 403 } });
  });

  test('again and again says what is read, by the policy that is given', async () => {
    const { variables, log, calls, clock } = variablesOver({ [path]: 500 });
    await variables.read(store, 'X', policies.reread);
    expect(log.lines).toEqual([
      'Reading the variable X beside the Actions secrets of acme/network: GitHub answered 500; trying again in 4 s',
    ]);
    expect({ sent: calls.length, naps: clock.naps }).toEqual({ sent: 4, naps: [1000, 2000, 4000] });
  });

  test.each([
    undefined,
    null,
    { value: 'v' },
    { value: 7, updated_at: '2026-01-02' },
    { updated_at: '2026-01-02' },
    { value: 'v', updated_at: '9999-01-02T03:04:05Z' },
  ])('in an answer that holds none: %j', async (json) => {
    expect(await read({ status: 200, json })).toMatchObject({
      ok: false,
      error: { detail: '200 without the value and the date of a variable', isUnusable: true },
    });
  });
});

describe('writing a variable', () => {
  const patch = 'PATCH /orgs/acme/actions/variables/X';
  const post = 'POST /orgs/acme/actions/variables';
  async function write(replies: Record<string, Reply | readonly Reply[]>) {
    const { variables, calls, bodies, log } = variablesOver(replies);
    const access = { visibility: 'selected', selectedRepositoryIds: [1, 2] } as const;
    const written = await variables.write(target('orgs/acme').store, 'X', 'v', access);
    return { written, calls, bodies, lines: log.lines };
  }

  test('updates it, and leaves its visibility alone', async () => {
    expect(await write({ [patch]: 204 })).toEqual({
      written: { ok: true, value: undefined },
      calls: [patch],
      bodies: [{ value: 'v' }],
      lines: [],
    });
  });

  test('creates one that is not there, seen by those who see the secret', async () => {
    const { written, calls, bodies } = await write({ [patch]: 404, [post]: 201 });
    expect(written.ok).toBe(true);
    expect(calls).toEqual([patch, post]);
    expect(bodies[1]).toEqual({ name: 'X', value: 'v', visibility: 'selected', selected_repository_ids: [1, 2] });
  });

  test('updates one that an attempt with a lost answer created', async () => {
    const { written, calls, bodies } = await write({ [patch]: [404, 204], [post]: 409 });
    expect(written.ok).toBe(true);
    expect(calls).toEqual([patch, post, patch]);
    expect(bodies[2]).toEqual({ value: 'v' });
  });

  test('again and again says what is written', async () => {
    const { lines } = await write({ [patch]: 500 });
    expect(lines[0]).toMatch(
      /^Writing the variable X beside the Actions secrets of the organization acme: GitHub answered 500;/,
    );
  });

  test.each([
    ['the update', { [patch]: 403 }, 403, 1],
    ['the creation', { [patch]: 404, [post]: 403 }, 403, 2],
    ['the second update', { [patch]: [404, 422], [post]: 409 }, 422, 3],
    ['a proxy', { [patch]: { status: 200, json: {} } }, 200, 1],
  ])('tells what refused it: %s', async (_, replies, status, count) => {
    const { written, calls } = await write(replies);
    expect(written).toMatchObject({ ok: false, error: { status } });
    expect(calls).toHaveLength(count);
  });
});
