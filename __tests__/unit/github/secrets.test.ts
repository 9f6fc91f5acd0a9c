import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../src/github/policies.ts';
import { pathOf, SecretsClient } from '../../../src/github/secrets.ts';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { resolved, target } from '../support/fakes.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';

const key = `${'A'.repeat(43)}=`;
const dates = { created_at: '2025-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z' };
const moments = { updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5) };
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

describe('the public key of a store', () => {
  const path = 'GET /repos/acme/network/actions/secrets/public-key';
  const read = (reply: Reply) => secretsOver({ [path]: reply }).secrets.publicKey(resolved('acme/network'));

  test('is read', async () => {
    expect(await read({ status: 200, json: { key_id: '7', key } })).toEqual({ ok: true, value: { keyId: '7', key } });
  });

  test('or GitHub says why not', async () => {
    expect(await read({ status: 403, json: { message: 'Forbidden' } })).toMatchObject({
      ok: false,
      error: { status: 403, detail: '403 (Forbidden)' },
    });
  });

  test.each([
    ['nothing', undefined],
    ['no id', { key }],
    ['an id that closes a code fence', { key_id: '7```', key }],
    ['a key that is too short', { key_id: '7', key: 'AAAA' }],
  ])('is not in a 200 with %s', async (_, json) => {
    expect(await read({ status: 200, json })).toMatchObject({
      ok: false,
      error: { status: 200, detail: '200 without a usable public key' },
    });
  });
});

describe('a secret of a repository', () => {
  const line = 'acme/network/environments/Production EU';
  const path = 'GET /repos/acme/network/environments/Production%20EU/secrets/TE_TOKEN';

  test('has dates, and nobody chooses who sees it', async () => {
    const { secrets, calls } = secretsOver({ [path]: seenBy('all') });
    expect(await secrets.read(resolved(line))).toEqual({ ok: true, value: { ...moments, access: {} } });
    expect(calls).toEqual([path]);
  });

  test.each([
    undefined,
    null,
    {},
    { created_at: dates.created_at },
    { created_at: dates.created_at, updated_at: '9999-12-31T23:59:59Z' },
    { created_at: dates.created_at, updated_at: 'Fri, 02 Jan 2026 03:04:05 GMT' },
  ])('is none without dates that make sense: %j', async (json) => {
    const { secrets } = secretsOver({ [path]: { status: 200, json } });
    expect(await secrets.read(resolved(line))).toMatchObject({
      ok: false,
      error: { detail: '200 without the dates or the visibility of a secret' },
    });
  });

  test('is asked for once more after a 401 that may be passing', async () => {
    const { secrets, calls } = secretsOver({ [path]: [seenBy('all'), 401, seenBy('all')] });
    await secrets.read(resolved(line));
    expect(await secrets.read(resolved(line))).toMatchObject({ ok: true });
    expect(calls).toHaveLength(3);
  });

  test('is not there', async () => {
    expect(await secretsOver({}).secrets.read(resolved(line))).toMatchObject({ ok: false, error: { status: 404 } });
  });
});

describe('a secret of an organization', () => {
  const path = `GET ${ofOrganization}`;
  const read = (replies: Record<string, Reply>) => secretsOver(replies).secrets.read(resolved('orgs/acme'));

  test.each(['all', 'private'] as const)('that %s see keeps that, and its list does not count', async (visibility) => {
    expect(await read({ [path]: seenBy(visibility), [listed()]: 500 })).toEqual({
      ok: true,
      value: { ...moments, access: { visibility } },
    });
  });

  test('that some see keeps all of them, page after page, each once', async () => {
    const pages = [Array.from({ length: 100 }, (_, n) => n + 1), Array.from({ length: 51 }, (_, n) => n + 100)];
    const wire = secretsOver({
      [path]: seenBy('selected'),
      [listed()]: selected(150, ...(pages[0] ?? [])),
      [listed(2)]: selected(150, ...(pages[1] ?? [])),
    });
    const read = await wire.secrets.read(resolved('orgs/acme'));
    expect(read.ok && read.value.access).toEqual({
      visibility: 'selected',
      selectedRepositoryIds: Array.from({ length: 150 }, (_, n) => n + 1),
    });
    expect(wire.calls.sort()).toEqual([path, listed(), listed(2)]);
  });

  test('that nobody sees', async () => {
    expect(await read({ [path]: seenBy('selected'), [listed()]: selected(0) })).toMatchObject({
      value: { access: { visibility: 'selected', selectedRepositoryIds: [] } },
    });
  });

  test('whose list is shorter than it says, so that writing would drop the rest', async () => {
    expect(
      await read({ [path]: seenBy('selected'), [listed()]: selected(3, 1, 2), [listed(2)]: selected(3) }),
    ).toMatchObject({ ok: false, error: { partialSelection: { listed: 2, total: 3 } } });
  });

  test('what is no repository in the list does not count', async () => {
    const repositories = [null, {}, { id: 'x' }, { id: 1.5 }, 7, { id: 1 }];
    expect(
      await read({
        [path]: seenBy('selected'),
        [listed()]: { status: 200, json: { total_count: 6, repositories } },
        [listed(2)]: selected(6),
      }),
    ).toMatchObject({ error: { partialSelection: { listed: 1, total: 6 } } });
  });

  test('whose list never ends is stopped after a thousand pages', async () => {
    const pages = Array.from({ length: 1001 }, (_, n) => [listed(n + 1), selected(9e9, n)] as const);
    const wire = secretsOver({ [path]: seenBy('selected'), ...Object.fromEntries(pages) });
    expect(await wire.secrets.read(resolved('orgs/acme'))).toMatchObject({
      error: { partialSelection: { listed: 1000, total: 9_000_000_000 } },
    });
    expect(wire.calls).toHaveLength(1001);
  });

  test.each<[string, Reply, string]>([
    ['404', 404, '404'],
    ['no total', { status: 200, json: { repositories: [] } }, '200 without a list of repositories'],
    ['no list', { status: 200, json: { total_count: 1 } }, '200 without a list of repositories'],
    ['no object', { status: 200, json: null }, '200 without a list of repositories'],
  ])('whose list cannot be read: %s', async (_, reply, detail) => {
    expect(await read({ [path]: seenBy('selected'), [listed()]: reply })).toMatchObject({ error: { detail } });
  });

  test.each([undefined, 'some', 7])('whose visibility is %j is not understood', async (visibility) => {
    expect(await read({ [path]: seenBy(visibility), [listed()]: selected(0) })).toMatchObject({
      error: { detail: '200 without the dates or the visibility of a secret' },
    });
  });
});

test('a cancel that ends both reads of a secret is thrown once, and nothing stays unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const wire = secretsOver({});
    wire.cancel();
    await expect(wire.secrets.read(resolved('orgs/acme'))).rejects.toBeInstanceOf(Cancelled);
    await turn();
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

describe("a user's secret", () => {
  const path = 'GET /user/codespaces/secrets/TE_TOKEN';
  const list = `${path}/repositories?per_page=100&page=1`;

  test.each([undefined, 'selected'])(
    'has selected repositories, and no visibility to send (%j)',
    async (visibility) => {
      const wire = secretsOver({ [path]: seenBy(visibility), [list]: selected(1, 5) });
      expect(await wire.secrets.read(resolved('user/codespaces'))).toEqual({
        ok: true,
        value: { ...moments, access: { selectedRepositoryIds: [5] } },
      });
    },
  );

  test('that all see sends nothing of that', async () => {
    const wire = secretsOver({ [path]: seenBy('all'), [list]: 404 });
    expect(await wire.secrets.read(resolved('user/codespaces'))).toEqual({
      ok: true,
      value: { ...moments, access: {} },
    });
  });
});

describe('a wait for GitHub is announced by what is done', () => {
  test.each<[string, (secrets: SecretsClient) => Promise<unknown>, string]>([
    [
      'GET /repos/acme/network/actions/secrets/public-key',
      (secrets) => secrets.publicKey(resolved('acme/network')),
      'Reading the public key of the Actions secrets of acme/network',
    ],
    [
      'GET /repos/acme/network/actions/secrets/TE_TOKEN',
      (secrets) => secrets.read(resolved('acme/network')),
      'Reading TE_TOKEN in the Actions secrets of acme/network',
    ],
    [
      listed(),
      (secrets) => secrets.read(resolved('orgs/acme')),
      'Reading the selected repositories of TE_TOKEN in the Actions secrets of the organization acme',
    ],
    [
      'PUT /repos/acme/network/actions/secrets/TE_TOKEN',
      (secrets) => secrets.write(resolved('acme/network'), sealed, policies.cleanup),
      'Writing TE_TOKEN in the Actions secrets of acme/network',
    ],
    [
      'DELETE /repos/acme/network/actions/secrets/TE_TOKEN',
      (secrets) => secrets.delete(resolved('acme/network'), policies.cleanup),
      'Deleting TE_TOKEN in the Actions secrets of acme/network',
    ],
    [
      'GET /repos/acme/network/actions/secrets?per_page=1',
      (secrets) => secrets.count(resolved('acme/network')),
      'Counting the Actions secrets of acme/network',
    ],
    [
      'GET /repos/acme/network/actions/organization-secrets?per_page=100',
      (secrets) => secrets.isSharedByOrganization('acme', 'network', 'TE_TOKEN'),
      'Reading which secrets acme shares with acme/network',
    ],
  ])('%s', async (path, act, what) => {
    const { secrets, log } = secretsOver({
      [`GET ${ofOrganization}`]: seenBy('selected'),
      [path]: { status: 503, json: { message: 'it is not well' } },
    });
    await act(secrets);
    expect(log.lines[0]).toBe(`${what}: GitHub answered 503 (it is not well); trying again in 4 s`);
  });
});

test('the path of a secret', () => {
  expect(pathOf(target('user/codespaces as X'))).toBe('/user/codespaces/secrets/X');
  expect(pathOf(target('acme/network/environments/a/b c'))).toBe(
    '/repos/acme/network/environments/a%2Fb%20c/secrets/TE_TOKEN',
  );
});
