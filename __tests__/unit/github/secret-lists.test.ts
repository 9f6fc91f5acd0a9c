import { describe, expect, test } from '@jest/globals';
import { SecretsClient } from '../../../src/github/secrets.ts';
import { resolved } from '../support/fakes.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';

function secretsOver(replies: Record<string, Reply>) {
  const { github } = gitHubOver(replies);
  return new SecretsClient(github);
}

describe('the count of the secrets of a store', () => {
  const path = 'GET /orgs/acme/actions/secrets?per_page=1';
  const count = (reply: Reply) => secretsOver({ [path]: reply }).count(resolved('orgs/acme'));

  test('is what GitHub says', async () => {
    expect(await count({ status: 200, json: { total_count: 1000, secrets: [] } })).toEqual({ ok: true, value: 1000 });
  });

  test.each<[Reply, string]>([
    [{ status: 403, json: { total_count: 7 } }, '403'],
    [{ status: 200, json: { total_count: '7' } }, '200 without a count of secrets'],
    [{ status: 200, json: [] }, '200 without a count of secrets'],
  ])('is not in %j', async (reply, detail) => {
    expect(await count(reply)).toMatchObject({ ok: false, error: { detail } });
  });
});

describe('a secret that an organization shares with a repository', () => {
  const path = 'GET /repos/acme/network/actions/organization-secrets?per_page=100';
  const isShared = (reply: Reply) =>
    secretsOver({ [path]: reply }).isSharedByOrganization('acme', 'network', 'TE_TOKEN');
  const shared = (...names: readonly unknown[]) => ({
    status: 200,
    json: { secrets: names.map((name) => ({ name })) },
  });

  test('is found by its name', async () => {
    expect(await isShared(shared('OTHER', 'TE_TOKEN'))).toBe(true);
    expect(await isShared(shared('TE_TOKEN_2', 7, undefined))).toBe(false);
  });

  test.each<[string, Reply]>([
    ['may not be read', { status: 403, json: { secrets: [{ name: 'TE_TOKEN' }] } }],
    ['is no list', { status: 200, json: { secrets: { name: 'TE_TOKEN' } } }],
    ['holds nothing that is one', { status: 200, json: { secrets: [null, 'TE_TOKEN'] } }],
    ['is nothing', { status: 200, json: null }],
  ])('is not known where the list %s', async (_, reply) => {
    expect(await isShared(reply)).toBe(false);
  });
});
