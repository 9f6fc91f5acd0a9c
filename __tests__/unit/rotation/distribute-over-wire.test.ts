import { expect, test } from '@jest/globals';
import { FirstReads } from '../../../src/github/first-reads.ts';
import { type Access, type SecretBody, SecretsClient } from '../../../src/github/secrets.ts';
import { ok } from '../../../src/lib/result.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { type SealedTarget, storeHome, storeOthers } from '../../../src/rotation/distribute.ts';
import { credentialOf, readyHome } from '../support/fakes.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';
import { FakeJournal } from '../support/scene.ts';
import { minute, second } from '../support/time.ts';

const key = { key_id: 'k-1', key: `${'A'.repeat(43)}=` };
const dates = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' };

/** The writing of sealed tokens through the real clients, over a wire that answers as it is told. */
function over(replies: Parameters<typeof gitHubOver>[0]) {
  const wire = gitHubOver(replies);
  const secrets = new SecretsClient(wire.github, wire.clock);
  const dependencies = { ...wire, secrets, firstReads: new FirstReads(secrets) };
  const distribution = {
    token: new Secret('te-of-storing'),
    sealer: {
      seal: (clear: string, { keyId }: { keyId: string }) =>
        ok({ keyId, value: Buffer.from(clear).toString('base64') }),
    },
    journal: new FakeJournal(),
    credential: credentialOf(),
  };
  const pauses: [number, SecretBody][] = [];
  const startedAt = wire.clock.monotonic();
  return {
    ...wire,
    pauses,
    home: (one: SealedTarget) => storeHome(one, distribution, dependencies, (ms, body) => void pauses.push([ms, body])),
    others: (targets: readonly SealedTarget[]) => storeOthers(targets, 0, distribution, dependencies),
    elapsed: () => wire.clock.monotonic() - startedAt,
    /** What each PUT sent. */
    puts: () => wire.bodies.filter((_, index) => wire.calls[index]?.startsWith('PUT')),
  };
}

const sealed = (line: string, access: Access = {}): SealedTarget => ({
  ready: readyHome(line, { access }),
  number: 0,
  sealed: { keyId: 'k-1', value: 'c2VhbGVk' },
});

const secretPath = '/orgs/acme/actions/secrets/TE_TOKEN';
const selection = (...ids: number[]): Reply => ({
  status: 200,
  json: { total_count: ids.length, repositories: ids.map((id) => ({ id })) },
});
const selected = { status: 200, json: { name: 'TE_TOKEN', ...dates, visibility: 'selected' } };
const asRead = { visibility: 'selected', selectedRepositoryIds: [1, 2, 3] } as const;

test('a selection that was narrowed since the preflight is not undone: it is read again right before the write', async () => {
  const { home, puts, calls } = over({
    [`GET ${secretPath}`]: selected,
    [`GET ${secretPath}/repositories?per_page=100&page=1`]: selection(1, 3),
    [`PUT ${secretPath}`]: 204,
  });
  const { body, result } = await home(sealed('orgs/acme', asRead));
  expect(result.status).toBe('updated');
  expect(puts()).toEqual([
    { encrypted_value: 'c2VhbGVk', key_id: 'k-1', visibility: 'selected', selected_repository_ids: [1, 3] },
  ]);
  expect(body).toEqual(puts()[0]);
  expect(calls.at(-1)).toBe(`PUT ${secretPath}`);
});

test('a selection that is narrowed between two attempts is not undone by the second', async () => {
  const { home, puts } = over({
    [`GET ${secretPath}`]: selected,
    [`GET ${secretPath}/repositories?per_page=100&page=1`]: [selection(1, 3), selection(3)],
    [`PUT ${secretPath}`]: [503, 204],
  });
  const { body } = await home(sealed('orgs/acme', asRead));
  expect(puts().map((sent) => Object(sent).selected_repository_ids)).toEqual([[1, 3], [3]]);
  // What a person would send by hand is the latest, too.
  expect(body.selected_repository_ids).toEqual([3]);
});

test('a home that fails for good: the command for a person has the latest selection', async () => {
  const { home } = over({
    [`GET ${secretPath}`]: selected,
    [`GET ${secretPath}/repositories?per_page=100&page=1`]: selection(3),
    [`PUT ${secretPath}`]: 403,
  });
  const { body, at } = await home(sealed('orgs/acme', asRead));
  expect(at).toBeUndefined();
  expect(body.selected_repository_ids).toEqual([3]);
});

test('a secret that is visible to all by now is not narrowed by the write', async () => {
  const { others, puts } = over({
    [`GET ${secretPath}`]: { status: 200, json: { name: 'TE_TOKEN', ...dates, visibility: 'all' } },
    [`GET ${secretPath}/repositories?per_page=100&page=1`]: 409,
    [`PUT ${secretPath}`]: 204,
  });
  await others([sealed('orgs/acme', asRead)]);
  expect(puts()).toEqual([{ encrypted_value: 'c2VhbGVk', key_id: 'k-1', visibility: 'all' }]);
});

test('a selected repository that was deleted as the write left (422): the selection is read again, the key as it is', async () => {
  const { others, puts } = over({
    [`GET ${secretPath}`]: selected,
    [`GET ${secretPath}/repositories?per_page=100&page=1`]: [selection(1, 2), selection(1)],
    'GET /orgs/acme/actions/secrets/public-key': { status: 200, json: key },
    [`PUT ${secretPath}`]: [422, 204],
  });
  const [stored] = await others([sealed('orgs/acme', asRead)]);
  expect(stored?.result.status).toBe('updated');
  expect(puts().map((sent) => Object(sent).selected_repository_ids)).toEqual([[1, 2], [1]]);
});

test('a 422 that stays is tried twice at another target', async () => {
  const { others, puts } = over({
    [`GET ${secretPath}`]: selected,
    [`GET ${secretPath}/repositories?per_page=100&page=1`]: selection(1),
    'GET /orgs/acme/actions/secrets/public-key': { status: 200, json: key },
    [`PUT ${secretPath}`]: 422,
  });
  const [stored] = await others([sealed('orgs/acme', asRead)]);
  expect(stored).toMatchObject({ result: { status: 'failed' }, isKeyRefused: true });
  expect(puts()).toHaveLength(2);
});

const path = '/repos/acme/network/actions/secrets/TE_TOKEN';

test('the home is tried for ten minutes, and each pause is told beforehand with what to send by hand', async () => {
  const { home, pauses, elapsed } = over({ [`PUT ${path}`]: 503 });
  const stored = await home(sealed('acme/network'));
  expect(stored).toMatchObject({ result: { status: 'failed' }, isKeyRefused: false });
  expect(elapsed()).toBeGreaterThan(9 * minute);
  expect(elapsed()).toBeLessThanOrEqual(10 * minute);
  expect(pauses[0]).toEqual([second, { encrypted_value: 'c2VhbGVk', key_id: 'k-1' }]);
  expect(pauses.at(-1)?.[0]).toBe(30 * second);
});

test('at the home a rate limit that ends in eleven minutes is waited for, announced first', async () => {
  const limit = { status: 429, headers: { 'retry-after': '660' } };
  const { home, pauses, elapsed } = over({ [`PUT ${path}`]: [limit, 204] });
  expect((await home(sealed('acme/network'))).result.status).toBe('updated');
  expect(pauses.map(([ms]) => ms)).toEqual([660 * second]);
  expect(elapsed()).toBe(660 * second);
});

test('another target is tried for three minutes', async () => {
  const { others, elapsed } = over({ [`PUT ${path}`]: 503 });
  const [stored] = await others([sealed('acme/network')]);
  expect(stored?.result.status).toBe('failed');
  expect(elapsed()).toBeGreaterThan(2 * minute);
  expect(elapsed()).toBeLessThanOrEqual(3 * minute);
});

test('a cancel among more writes than a minute takes: what is written and what is not is known before the process ends', async () => {
  const targets = Array.from({ length: 121 }, (_, number) => sealed(`acme/r${number}`));
  const replies = targets.map(({ ready }) => [`PUT /repos/${ready.publicName}/actions/secrets/TE_TOKEN`, 204]);
  const { others, clock, cancel, elapsed } = over(Object.fromEntries(replies));
  clock.after(5 * second, cancel);
  const stored = await others(targets);
  const written = stored.filter(({ result }) => result.status === 'updated');
  expect(written).toHaveLength(80);
  const rest = stored.filter(({ result }) => result.status === 'failed');
  expect(rest).toHaveLength(41);
  expect(rest[0]?.result.problem?.cause).toContain('the run was cancelled before its turn came');
  expect(elapsed()).toBeLessThanOrEqual(13 * second);
});
