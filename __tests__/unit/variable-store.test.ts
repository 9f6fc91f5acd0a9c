import { describe, expect, test } from '@jest/globals';
import { VariableStore } from '../../src/variable-store.ts';
import { githubOver, type Reply } from '../support/unit-github.ts';
import { target } from '../support/unit-ports.ts';

function storeOver(replies: Record<string, Reply | readonly Reply[]>) {
  const wire = githubOver(replies);
  return { ...wire, variables: new VariableStore(wire.github) };
}

describe('a variable stands beside the home', () => {
  test.each([
    ['acme/network', '/repos/acme/network/actions/variables/X'],
    ['acme/network/environments/a b', '/repos/acme/network/environments/a%20b/variables/X'],
    ['orgs/acme', '/orgs/acme/actions/variables/X'],
  ])('%s', async (line, path) => {
    const json = { name: 'X', value: 'v', updated_at: '2026-01-02T03:04:05Z' };
    const { variables } = storeOver({ [`GET ${path}`]: { status: 200, json } });
    expect(await variables.read(target(line).store, 'X')).toEqual({
      found: { value: 'v', updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5) },
    });
  });
});

describe('reading', () => {
  const path = 'GET /repos/acme/network/actions/variables/X';
  const read = (reply: Reply) => storeOver({ [path]: reply }).variables.read(target('acme/network').store, 'X');

  test('what is not there', async () => {
    expect(await read(404)).toMatchObject({ answer: { status: 404 } });
  });

  test('what is refused, whatever comes along', async () => {
    const json = { value: 'v', updated_at: '2026-01-02T03:04:05Z' };
    expect(await read({ status: 403, json })).toMatchObject({ answer: { status: 403, said: '403' } });
  });

  test('again and again says what is read', async () => {
    const { variables, log } = storeOver({ [path]: 500 });
    await variables.read(target('acme/network').store, 'X');
    expect(log.lines[0]).toBe(
      'Reading the variable X beside the Actions secrets of acme/network: GitHub answered 500; trying again in 4 s',
    );
  });

  test.each([undefined, null, { value: 'v' }, { value: 7, updated_at: '2026-01-02' }, { updated_at: '2026-01-02' }])(
    'what is no variable: %j',
    async (json) => {
      expect(await read({ status: 200, json })).toMatchObject({
        answer: { said: '200 without the value and the date of a variable' },
      });
    },
  );
});

describe('writing', () => {
  const patch = 'PATCH /orgs/acme/actions/variables/X';
  const post = 'POST /orgs/acme/actions/variables';
  const access = { visibility: 'all' } as const;
  async function write(replies: Record<string, Reply | readonly Reply[]>) {
    const wire = storeOver(replies);
    const answer = await wire.variables.write(target('orgs/acme').store, 'X', 'v', access);
    return { answer, calls: wire.calls, bodies: wire.bodies, lines: wire.log.lines };
  }

  test('updates, and leaves the visibility alone', async () => {
    expect(await write({ [patch]: 204 })).toEqual({
      answer: undefined,
      calls: [patch],
      bodies: [{ value: 'v' }],
      lines: [],
    });
  });

  test('creates what is not there, seen by those who see the secret', async () => {
    expect(await write({ [patch]: 404, [post]: 201 })).toEqual({
      answer: undefined,
      calls: [patch, post],
      bodies: [{ value: 'v' }, { name: 'X', value: 'v', visibility: 'all' }],
      lines: [],
    });
  });

  test('updates what an attempt with a lost answer created', async () => {
    const { answer, calls, bodies } = await write({ [patch]: [404, 204], [post]: 409 });
    expect(answer).toBeUndefined();
    expect(calls).toEqual([patch, post, patch]);
    expect(bodies[2]).toEqual({ value: 'v' });
  });

  test('again and again says what is written', async () => {
    const { lines } = await write({ [patch]: 500 });
    expect(lines[0]).toBe(
      'Writing the variable X beside the Actions secrets of the organization acme: GitHub answered 500; trying again in 4 s',
    );
  });

  test.each([
    ['the update', { [patch]: 403 }, 403, 1],
    ['the creation', { [patch]: 404, [post]: 403 }, 403, 2],
    ['the second update', { [patch]: [404, 422], [post]: 409 }, 422, 3],
  ])('says what refused it: %s', async (_, replies, status, calls) => {
    const result = await write(replies);
    expect(result.answer).toMatchObject({ status });
    expect(result.calls).toHaveLength(calls);
  });
});
