import { describe, expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../src/github/answer.ts';
import { policies } from '../../../src/github/policies.ts';
import { accessBody, accessOfNobody, bodyOf, SecretsClient, sealedIn } from '../../../src/github/secrets.ts';
import { withSecret } from '../../../src/targets/target.ts';
import { gitHubAnswer, resolved, target } from '../support/fakes.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';
import { second } from '../support/time.ts';

const dates = { created_at: '2025-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z' };
const sealed = { keyId: '7', value: 'c2VhbGVk' };
const ofOrganization = '/orgs/acme/actions/secrets/TE_TOKEN';
const listed = (number = 1) => `GET ${ofOrganization}/repositories?per_page=100&page=${number}`;
const selected = (total: number, ...ids: readonly number[]) => ({
  status: 200,
  json: { total_count: total, repositories: ids.map((id) => ({ id })) },
});
const seenBy = (visibility: unknown) => ({ status: 200, json: { ...dates, visibility } });

function secretsOver(replies: Record<string, Reply | readonly Reply[]>) {
  const wire = gitHubOver(replies);
  return { ...wire, secrets: new SecretsClient(wire.github) };
}

describe('a write', () => {
  const path = 'PUT /repos/acme/network/actions/secrets/TE_TOKEN';

  test.each([
    [201, 'created'],
    [204, 'updated'],
  ] as const)('is proven by %i, and told with the moment by the date of the answer: %s', async (status, expected) => {
    const headers = { date: 'Mon, 23 Nov 2026 19:35:00 GMT' };
    const { secrets, bodies } = secretsOver({ [path]: { status, headers } });
    expect(await secrets.write(resolved('acme/network'), sealed, policies.home)).toEqual({
      ok: true,
      value: { status: expected, at: Date.UTC(2026, 10, 23, 19, 35) },
    });
    expect(bodies).toEqual([{ encrypted_value: 'c2VhbGVk', key_id: '7' }]);
  });

  test.each([200, 202, 301, 403, 404, 422])('is not proven by %i', async (status) => {
    const { secrets } = secretsOver({ [path]: { status, json: {} } });
    expect(await secrets.write(resolved('acme/network'), sealed, policies.home)).toMatchObject({
      ok: false,
      error: { status },
    });
  });

  test('asks right before each attempt whether it may be sent', async () => {
    const { secrets, calls } = secretsOver({ [path]: 503 });
    const asked: number[] = [];
    const mayWrite = async () => {
      asked.push(calls.length);
      return calls.length < 2 ? undefined : gitHubAnswer(412);
    };
    const written = await secrets.write(resolved('acme/network'), sealed, policies.home, { mayWrite });
    expect(written).toMatchObject({ ok: false, error: { status: 412 } });
    expect(asked).toEqual([0, 1, 2]);
    expect(calls).toHaveLength(2);
  });

  test('tells every answer, of each attempt, and what kept the last from being sent', async () => {
    const { secrets } = secretsOver({ [path]: [0, 503, 204] });
    const told: number[] = [];
    const onAnswer = ({ status }: GitHubAnswer) => void told.push(status);
    await secrets.write(resolved('acme/network'), sealed, policies.home, { onAnswer });
    expect(told).toEqual([0, 503, 204]);
    const mayWrite = async () => gitHubAnswer(412);
    await secrets.write(resolved('acme/network'), sealed, policies.home, { onAnswer, mayWrite });
    expect(told.at(-1)).toBe(412);
  });

  test('of what is sealed anew for each attempt sends the newest', async () => {
    const { secrets, bodies } = secretsOver({ [path]: [503, 204] });
    let times = 0;
    const anew = async () => ({ keyId: `key ${++times}`, value: 'c2VhbGVk' });
    expect(await secrets.write(resolved('acme/network'), anew, policies.home)).toMatchObject({ ok: true });
    expect(bodies).toMatchObject([{ key_id: 'key 1' }, { key_id: 'key 2' }]);
  });

  test.each([
    [true, 3],
    [false, 1],
  ])('tries a refusal again where it persists (%s)', async (persists, attempts) => {
    const { secrets, calls } = secretsOver({ [path]: [403, 422, 204] });
    const written = await secrets.write(resolved('acme/network'), sealed, policies.home, { persists });
    expect({ ok: written.ok, attempts: calls.length }).toEqual({ ok: persists, attempts });
  });
});

describe("a write of an organization's secret", () => {
  const get = `GET ${ofOrganization}`;
  const put = `PUT ${ofOrganization}`;

  test('sends who sees it at that moment, not who saw it before', async () => {
    const { secrets, calls, bodies } = secretsOver({
      [get]: seenBy('selected'),
      [listed()]: [selected(2, 1, 2), selected(1, 2)],
      [put]: 204,
    });
    await secrets.read(resolved('orgs/acme'));
    const written = await secrets.write(resolved('orgs/acme'), sealed, policies.home);
    expect(written.ok).toBe(true);
    expect(bodies.at(-1)).toEqual({
      encrypted_value: 'c2VhbGVk',
      key_id: '7',
      visibility: 'selected',
      selected_repository_ids: [2],
    });
    expect(calls.at(-1)).toBe(put);
  });

  test('reads that anew before each attempt', async () => {
    const { secrets, bodies } = secretsOver({
      [get]: [seenBy('all'), seenBy('private')],
      [listed()]: 404,
      [put]: [503, 204],
    });
    await secrets.write(resolved('orgs/acme'), sealed, policies.home);
    const sent = bodies.filter((body) => body !== undefined);
    expect(sent).toMatchObject([{ visibility: 'all' }, { visibility: 'private' }]);
  });

  test('sends nothing where not everyone who sees it can be told', async () => {
    const { secrets, calls } = secretsOver({
      [get]: seenBy('selected'),
      [listed()]: selected(3, 1),
      [listed(2)]: selected(3),
    });
    expect(await secrets.write(resolved('orgs/acme'), sealed, policies.home)).toMatchObject({
      ok: false,
      error: { partialSelection: { listed: 1, total: 3 } },
    });
    expect(calls).not.toContain(put);
  });

  test('creates none that was deleted meanwhile', async () => {
    const { secrets, calls } = secretsOver({ [put]: 201 });
    expect(await secrets.write(resolved('orgs/acme'), sealed, policies.home)).toMatchObject({ error: { status: 404 } });
    expect(calls).not.toContain(put);
  });

  test('is tried twice at a 401 that may be passing, and what it reads is not tried on its own', async () => {
    const { secrets, calls } = secretsOver({ [get]: [seenBy('all'), 401], [listed()]: 404 });
    await secrets.read(resolved('orgs/acme'));
    expect(await secrets.write(resolved('orgs/acme'), sealed, policies.home)).toMatchObject({ error: { status: 401 } });
    expect(calls.filter((call) => call === get)).toHaveLength(1 + 2);
  });

  test('waits for a GitHub that is down before it can be read, for as long as the write may take', async () => {
    const down = Array<Reply>(8).fill(503);
    const { secrets, clock } = secretsOver({ [get]: [...down, seenBy('all')], [listed()]: 404, [put]: 204 });
    const startedAt = clock.monotonic();
    expect((await secrets.write(resolved('orgs/acme'), sealed, policies.home)).ok).toBe(true);
    expect(clock.monotonic() - startedAt).toBeGreaterThan(10 * second);
  });

  test('sends who shall see it where that is given, and reads nothing', async () => {
    const { secrets, calls, bodies } = secretsOver({ [put]: 201 });
    const access = accessOfNobody(target('orgs/acme').store);
    await secrets.write(resolved('orgs/acme'), sealed, policies.other, { access });
    expect(calls).toEqual([put]);
    expect(bodies).toMatchObject([{ visibility: 'selected', selected_repository_ids: [] }]);
  });

  test('goes on in its own turn when all others are taken', async () => {
    const { secrets, calls } = secretsOver({ [get]: seenBy('all'), [listed()]: 404, [put]: 204 });
    const writes = Array.from({ length: 60 }, () => secrets.write(resolved('orgs/acme'), sealed, policies.other));
    expect((await Promise.all(writes)).every(({ ok }) => ok)).toBe(true);
    expect(calls.filter((call) => call === put)).toHaveLength(60);
  });
});

describe('what a write sends', () => {
  test('is nothing of access where there is none', () => {
    expect(bodyOf(sealed, {})).toStrictEqual({ encrypted_value: 'c2VhbGVk', key_id: '7' });
    expect(accessBody({ selectedRepositoryIds: [] })).toStrictEqual({ selected_repository_ids: [] });
  });

  test('holds the sealed value', () => {
    expect(sealedIn(bodyOf(sealed, { visibility: 'all' }))).toEqual(sealed);
  });

  test('is seen by no repository where it is a write test, as far as that can be said', () => {
    expect(accessOfNobody(target('acme/network').store)).toEqual({});
    expect(accessOfNobody(target('orgs/acme/agents').store)).toEqual({
      visibility: 'selected',
      selectedRepositoryIds: [],
    });
    expect(accessOfNobody(target('user/codespaces').store)).toEqual({ selectedRepositoryIds: [] });
  });
});

describe('a deleted secret', () => {
  const path = 'DELETE /repos/acme/network/dependabot/secrets/ROTATION_WRITE_TEST';
  const writeTest = withSecret(resolved('acme/network/dependabot'), 'ROTATION_WRITE_TEST');

  test.each([204, 404])('is gone after %i', async (status) => {
    const { secrets, calls } = secretsOver({ [path]: status });
    expect(await secrets.delete(writeTest, policies.cleanup)).toEqual({ ok: true, value: undefined });
    expect(calls).toEqual([path]);
  });

  test('is left over after anything else', async () => {
    const { secrets } = secretsOver({ [path]: 403 });
    expect(await secrets.delete(writeTest, policies.cleanup)).toMatchObject({ ok: false, error: { status: 403 } });
  });
});
