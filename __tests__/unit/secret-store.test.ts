import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Cancelled } from '../../src/errors.ts';
import { patience } from '../../src/retry.ts';
import { accessOfNobody, bodyOf, nameOf, pathOf, SecretStore } from '../../src/secret-store.ts';
import { githubOver, type Reply } from '../support/unit-github.ts';
import { target } from '../support/unit-ports.ts';

const key = `${'A'.repeat(43)}=`;
const dates = { created_at: '2025-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z' };
const moments = { createdAt: Date.UTC(2025, 0, 2, 3, 4, 5), updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5) };

function storeOver(replies: Record<string, Reply | readonly Reply[]>) {
  const wire = githubOver(replies);
  return { ...wire, secrets: new SecretStore(wire.github) };
}

describe('the public key', () => {
  const path = 'GET /repos/acme/network/actions/secrets/public-key';
  const read = (reply: Reply) => storeOver({ [path]: reply }).secrets.publicKey(target('acme/network').store);

  test('is read', async () => {
    expect(await read({ status: 200, json: { key_id: '7', key } })).toEqual({ found: { keyId: '7', key } });
  });

  test('or GitHub says why not', async () => {
    expect(await read({ status: 403, json: { message: 'Forbidden' } })).toMatchObject({
      answer: { status: 403, said: '403 (Forbidden)' },
    });
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['no id', { key }],
    ['an id that is a number', { key_id: 7, key }],
    ['no key', { key_id: '7' }],
    ['a list of keys', { key_id: '7', key: [key] }],
    ['a key that is too short', { key_id: '7', key: 'AAAA' }],
    ['a key in another alphabet', { key_id: '7', key: `${'-'.repeat(43)}=` }],
    ['a key and more', { key_id: '7', key: `${key}x` }],
  ])('200 with %s is none', async (_, json) => {
    expect(await read({ status: 200, json })).toMatchObject({
      answer: { status: 200, said: '200 without a usable public key' },
    });
  });
});

describe('a secret of a repository', () => {
  const line = 'acme/network/environments/Production EU';
  const path = 'GET /repos/acme/network/environments/Production%20EU/secrets/TE_TOKEN';

  test('has dates, and nobody chooses who sees it', async () => {
    const { secrets, calls } = storeOver({ [path]: { status: 200, json: { ...dates, visibility: 'all' } } });
    expect(await secrets.read(target(line))).toEqual({ found: { ...moments, access: {} } });
    expect(calls).toEqual([path]);
  });

  test.each([undefined, null, {}, { created_at: 'x', updated_at: dates.updated_at }, { created_at: dates.created_at }])(
    'without dates it is none: %j',
    async (json) => {
      const { secrets } = storeOver({ [path]: { status: 200, json } });
      expect(await secrets.read(target(line))).toMatchObject({
        answer: { said: '200 without the dates or the visibility of a secret' },
      });
    },
  );

  test('that is not there', async () => {
    expect(await storeOver({}).secrets.read(target(line))).toMatchObject({ answer: { status: 404, said: '404' } });
  });
});

describe('a secret of an organization', () => {
  const path = 'GET /orgs/acme/actions/secrets/TE_TOKEN';
  const page = (number: number) => `${path}/repositories?per_page=100&page=${number}`;
  const repositories = (from: number, count: number) => Array.from({ length: count }, (_, n) => ({ id: from + n }));
  const read = (replies: Record<string, Reply>) => storeOver(replies).secrets.read(target('orgs/acme'));

  test.each(['all', 'private'] as const)('that %s see keeps that, and its list does not count', async (visibility) => {
    expect(await read({ [path]: { status: 200, json: { ...dates, visibility } }, [page(1)]: 500 })).toEqual({
      found: { ...moments, access: { visibility } },
    });
  });

  test('that some see keeps all of them, page after page, each once', async () => {
    const wire = storeOver({
      [path]: { status: 200, json: { ...dates, visibility: 'selected' } },
      [page(1)]: { status: 200, json: { total_count: 150, repositories: repositories(1, 100) } },
      [page(2)]: { status: 200, json: { total_count: 150, repositories: repositories(100, 51) } },
    });
    const read = await wire.secrets.read(target('orgs/acme'));
    if (!('found' in read)) throw new Error(read.answer.said);
    expect(read.found.access).toEqual({
      visibility: 'selected',
      selectedRepositoryIds: Array.from({ length: 150 }, (_, n) => n + 1),
    });
    expect(wire.calls.sort()).toEqual([path, page(1), page(2)]);
  });

  test('that nobody sees', async () => {
    const json = { total_count: 0, repositories: [] };
    expect(
      await read({
        [path]: { status: 200, json: { ...dates, visibility: 'selected' } },
        [page(1)]: { status: 200, json },
      }),
    ).toMatchObject({ found: { access: { visibility: 'selected', selectedRepositoryIds: [] } } });
  });

  test('whose list is shorter than it says, so that writing would drop the rest', async () => {
    const answer = await read({
      [path]: { status: 200, json: { ...dates, visibility: 'selected' } },
      [page(1)]: { status: 200, json: { total_count: 3, repositories: repositories(1, 2) } },
      [page(2)]: { status: 200, json: { total_count: 3, repositories: [] } },
    });
    expect(answer).toMatchObject({ answer: { said: 'only 2 of 3 selected repositories' } });
  });

  test('what is no repository in the list does not count', async () => {
    const listed = [null, {}, { id: 'x' }, { id: 1.5 }, 7, { id: 1 }];
    const answer = await read({
      [path]: { status: 200, json: { ...dates, visibility: 'selected' } },
      [page(1)]: { status: 200, json: { total_count: 6, repositories: listed } },
      [page(2)]: { status: 200, json: { total_count: 6, repositories: [] } },
    });
    expect(answer).toMatchObject({ answer: { said: 'only 1 of 6 selected repositories' } });
  });

  test('whose list never ends is stopped after a thousand pages', async () => {
    const wire = storeOver(
      Object.fromEntries([
        [path, { status: 200, json: { ...dates, visibility: 'selected' } }],
        ...Array.from({ length: 1001 }, (_, n) => [
          page(n + 1),
          { status: 200, json: { total_count: 9e9, repositories: [{ id: n }] } },
        ]),
      ]),
    );
    expect(await wire.secrets.read(target('orgs/acme'))).toMatchObject({
      answer: { said: 'only 1000 of 9000000000 selected repositories' },
    });
    expect(wire.calls).toHaveLength(1001);
  });

  test.each([
    ['404', 404, '404'],
    ['no total', { status: 200, json: { repositories: [] } }, '200 without a list of repositories'],
    ['no list', { status: 200, json: { total_count: 1 } }, '200 without a list of repositories'],
    ['no object', { status: 200, json: null }, '200 without a list of repositories'],
  ])('whose list can not be read: %s', async (_, reply, said) => {
    expect(
      await read({ [path]: { status: 200, json: { ...dates, visibility: 'selected' } }, [page(1)]: reply }),
    ).toMatchObject({ answer: { said } });
  });

  test.each([undefined, 'some', 7])('whose visibility is %j is not understood', async (visibility) => {
    const json = { total_count: 0, repositories: [] };
    expect(
      await read({ [path]: { status: 200, json: { ...dates, visibility } }, [page(1)]: { status: 200, json } }),
    ).toMatchObject({ answer: { said: '200 without the dates or the visibility of a secret' } });
  });
});

test('a cancel that ends both reads of a secret is thrown once, and nothing stays unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const wire = storeOver({});
    wire.cancel();
    await expect(wire.secrets.read(target('orgs/acme'))).rejects.toBeInstanceOf(Cancelled);
    await turn();
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

describe("a user's secret", () => {
  const path = 'GET /user/codespaces/secrets/TE_TOKEN';
  const list = `${path}/repositories?per_page=100&page=1`;
  const json = { total_count: 1, repositories: [{ id: 5 }] };

  test.each([undefined, 'selected'])(
    'has selected repositories, and no visibility to send (%j)',
    async (visibility) => {
      const wire = storeOver({
        [path]: { status: 200, json: { ...dates, visibility } },
        [list]: { status: 200, json },
      });
      expect(await wire.secrets.read(target('user/codespaces'))).toEqual({
        found: { ...moments, access: { selectedRepositoryIds: [5] } },
      });
    },
  );

  test('that all see sends nothing of that', async () => {
    const wire = storeOver({ [path]: { status: 200, json: { ...dates, visibility: 'all' } }, [list]: 404 });
    expect(await wire.secrets.read(target('user/codespaces'))).toEqual({ found: { ...moments, access: {} } });
  });
});

describe('a write', () => {
  const path = 'PUT /orgs/acme/actions/secrets/TE_TOKEN';
  const sealed = { keyId: '7', value: 'c2VhbGVk' };

  test.each([
    [201, 'created'],
    [204, 'updated'],
  ] as const)('%i: %s', async (status, expected) => {
    const { secrets, bodies } = storeOver({ [path]: status });
    const access = { visibility: 'selected', selectedRepositoryIds: [1, 2] } as const;
    expect(await secrets.write(target('orgs/acme'), sealed, access, patience.home)).toEqual({ status: expected });
    expect(bodies).toEqual([
      { encrypted_value: 'c2VhbGVk', key_id: '7', visibility: 'selected', selected_repository_ids: [1, 2] },
    ]);
  });

  test.each([200, 202, 301, 403, 404, 422])('%i is no proof', async (status) => {
    const { secrets } = storeOver({ [path]: status });
    expect(await secrets.write(target('orgs/acme'), sealed, { visibility: 'all' }, patience.home)).toMatchObject({
      answer: { status },
    });
  });

  test('of a body that is ready goes out as it is', async () => {
    const { secrets, bodies } = storeOver({ [path]: 204 });
    const body = { encrypted_value: 'c2VhbGVk', key_id: '1', visibility: 'all' };
    expect(await secrets.writeBody(target('orgs/acme'), body, patience.home)).toEqual({ status: 'updated' });
    expect(bodies).toEqual([body]);
  });

  test('sends nothing of access where there is none', () => {
    expect(bodyOf(sealed, {})).toStrictEqual({ encrypted_value: 'c2VhbGVk', key_id: '7' });
    expect(bodyOf(sealed, { selectedRepositoryIds: [] })).toStrictEqual({
      encrypted_value: 'c2VhbGVk',
      key_id: '7',
      selected_repository_ids: [],
    });
  });
});

describe('the secret of a write test', () => {
  const path = 'DELETE /repos/acme/network/dependabot/secrets/ROTATION_WRITE_TEST';

  test.each([204, 404])('is gone after %i', async (status) => {
    const { secrets, calls } = storeOver({ [path]: status });
    expect(await secrets.removeWriteTest(target('acme/network/dependabot').store)).toBeUndefined();
    expect(calls).toEqual([path]);
  });

  test('is left over after anything else', async () => {
    const { secrets } = storeOver({ [path]: 403 });
    expect(await secrets.removeWriteTest(target('acme/network/dependabot').store)).toMatchObject({ status: 403 });
  });

  test('is seen by no repository, where that can be said', () => {
    expect(accessOfNobody(target('acme/network').store)).toEqual({});
    expect(accessOfNobody(target('orgs/acme/agents').store)).toEqual({
      visibility: 'selected',
      selectedRepositoryIds: [],
    });
    expect(accessOfNobody(target('user/codespaces').store)).toEqual({ selectedRepositoryIds: [] });
  });
});

describe('a wait for GitHub is announced by what is done', () => {
  const network = target('acme/network');
  const organization = target('orgs/acme');
  const secret = { status: 200, json: { ...dates, visibility: 'selected' } };

  test.each<[string, string, (secrets: SecretStore) => Promise<unknown>, string]>([
    [
      'a key',
      'GET /repos/acme/network/actions/secrets/public-key',
      (secrets) => secrets.publicKey(network.store),
      'Reading the public key of the Actions secrets of acme/network',
    ],
    [
      'a secret',
      'GET /repos/acme/network/actions/secrets/TE_TOKEN',
      (secrets) => secrets.read(network),
      'Reading TE_TOKEN in the Actions secrets of acme/network',
    ],
    [
      'who sees it',
      'GET /orgs/acme/actions/secrets/TE_TOKEN/repositories?per_page=100&page=1',
      (secrets) => secrets.read(organization),
      'Reading the selected repositories of TE_TOKEN in the Actions secrets of the organization acme',
    ],
    [
      'a write',
      'PUT /repos/acme/network/actions/secrets/TE_TOKEN',
      (secrets) => secrets.write(network, { keyId: '7', value: 'c2VhbGVk' }, {}, patience.read),
      'Writing TE_TOKEN in the Actions secrets of acme/network',
    ],
    [
      'the end of a write test',
      'DELETE /repos/acme/network/actions/secrets/ROTATION_WRITE_TEST',
      (secrets) => secrets.removeWriteTest(network.store),
      'Deleting ROTATION_WRITE_TEST in the Actions secrets of acme/network',
    ],
  ])('%s', async (_, path, act, what) => {
    const { secrets, log } = storeOver({ 'GET /orgs/acme/actions/secrets/TE_TOKEN': secret, [path]: 503 });
    await act(secrets);
    expect(log.lines[0]).toBe(`${what}: GitHub answered 503; trying again in 4 s`);
  });
});

test('a target in words, and its path', () => {
  expect(nameOf(target('acme/network/dependabot as X'))).toBe('X in the Dependabot secrets of acme/network');
  expect(pathOf(target('user/codespaces as X'))).toBe('/user/codespaces/secrets/X');
});
