import { expect, test } from '@jest/globals';
import { sync } from '../../../src/modes/sync.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { credentialOf, gitHubAnswer, target } from '../support/fakes.ts';
import { cannotSeal, type ModeOptions, runMode } from '../support/mode-run.ts';
import { requestFor, type SceneOptions } from '../support/scene.ts';
import { day, hour, now } from '../support/time.ts';

const synced = (options?: SceneOptions, more?: ModeOptions) => runMode(sync, options, more);
const currentToken = requestFor(['acme/network']).currentToken.reveal();
const homeAt = (updatedAt: number) => ({ secrets: { 'acme/network': { updatedAt } } });
const yesterday = homeAt(now - day);

test('sync: the current token goes to every target but the home, and nothing is issued', async () => {
  const { outcome, steps, sent } = await synced(
    {
      secrets: { 'acme/network': { updatedAt: now - day }, 'orgs/acme': { access: { visibility: 'private' } } },
      writes: { 'acme/edge': 201 },
    },
    { lines: ['acme/network', 'acme/edge', 'orgs/acme'] },
  );
  expect(steps).toEqual(['PUT acme/edge', 'PUT orgs/acme']);
  expect(sent.map(({ sealed }) => sealed.value)).toEqual([`sealed(${currentToken})`, `sealed(${currentToken})`]);
  expect(sent[1]?.access).toEqual({ visibility: 'private' });
  expect(outcome).toMatchObject({
    mode: 'sync',
    headline: 'The current token was written to 2 of 2 targets.',
    rotated: false,
    problems: [],
    leftForPost: false,
  });
  expect(outcome?.results.map(({ resolved, status }) => [resolved.publicName, status])).toEqual([
    ['acme/network', 'unchanged'],
    ['acme/edge', 'created'],
    ['orgs/acme', 'updated'],
  ]);
});

test('sync: a target whose key has changed gets the token sealed anew', async () => {
  const { outcome, steps } = await synced({ ...yesterday, writes: { 'acme/edge': [422, 204] } });
  expect(outcome?.problems).toEqual([]);
  expect(steps).toEqual(['PUT acme/edge', 'new key of acme/edge', 'PUT acme/edge']);
});

test('sync: without another target there is nothing to do, and nothing is waited for', async () => {
  const { outcome, steps, elapsed } = await synced({}, { lines: ['acme/network'] });
  expect(outcome).toMatchObject({
    headline: 'There is no target but the home, so there was nothing to write.',
    problems: [],
  });
  expect({ steps, elapsed: elapsed() }).toEqual({ steps: [], elapsed: 0 });
});

test('sync: a token that ThousandEyes refuses is not written', async () => {
  const { outcome, steps } = await synced({ check: { kind: 'refused', detail: 'ThousandEyes answered 401' } });
  expect(outcome).toMatchObject({
    mode: 'sync',
    problems: [{ cause: expect.stringContaining('ThousandEyes answered 401') }],
  });
  expect(steps).toEqual([]);
});

test('sync: without its home nothing is written', async () => {
  const { outcome, steps } = await synced({ secrets: { 'acme/network': gitHubAnswer(404) } });
  expect(outcome?.results.map(({ status }) => status)).toEqual(['failed', 'unchanged']);
  expect(outcome?.problems).toHaveLength(1);
  expect(steps).toEqual([]);
});

test('sync: without libsodium nothing is written', async () => {
  const { outcome, steps } = await synced({ ...yesterday, sealer: 'a file is missing' });
  expect(outcome).toMatchObject({ problems: [{ attempt: expect.stringContaining('Loading libsodium') }] });
  expect(steps).toEqual([]);
});

test("sync: nothing is written where the credential's limit cannot carry all writes", async () => {
  const { outcome, steps } = await synced({ ...yesterday, allowance: { limit: 10, remaining: 10, resetAt: now } });
  expect(outcome).toMatchObject({ problems: [{ cause: expect.stringContaining('they need 11 requests') }] });
  expect(steps).toEqual([]);
});

test('sync: a target that cannot be read does not stop the others', async () => {
  const { outcome, steps } = await synced(
    { ...yesterday, repositories: { 'acme/gone': gitHubAnswer(404) } },
    { lines: ['acme/network', 'acme/gone', 'acme/edge'] },
  );
  expect(steps).toEqual(['PUT acme/edge']);
  expect(outcome?.headline).toBe('The current token was written to 1 of 2 targets.');
  expect(outcome?.results.map(({ resolved, status }) => [resolved.publicName, status])).toEqual([
    ['acme/network', 'unchanged'],
    ['acme/gone', 'failed'],
    ['acme/edge', 'updated'],
  ]);
  expect(outcome?.problems).toHaveLength(1);
});

test('sync: where no other target can be read, it fails, and nothing is written', async () => {
  const { outcome, steps } = await synced({ repositories: { 'acme/edge': gitHubAnswer(404) } });
  expect(outcome).toMatchObject({ headline: 'The current token was written to 0 of 1 target.', problems: [{}] });
  expect(steps).toEqual([]);
});

test.each([
  ['be written', { writes: { 'acme/a': 403 } }, {}],
  ['be sealed for', {}, { change: cannotSeal(currentToken, 'key of acme/a') }],
])('sync: a target that cannot %s does not stop the others', async (_, options, more) => {
  const { outcome } = await synced(
    { ...yesterday, ...options },
    { lines: ['acme/network', 'acme/a', 'acme/b'], ...more },
  );
  expect(outcome?.problems).toHaveLength(1);
  expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed', 'updated']);
});

test('sync: a token that could not be checked is written all the same, and that is told', async () => {
  const { outcome, steps } = await synced({
    ...yesterday,
    check: { kind: 'unclear', detail: 'ThousandEyes answered 404' },
  });
  expect(steps).toEqual(['PUT acme/edge']);
  expect(outcome?.warnings).toEqual([expect.stringContaining('ThousandEyes answered 404, which tells nothing')]);
});

test('sync: a secret that was deleted meanwhile and is created anew by the write is told', async () => {
  const { outcome } = await synced({ ...yesterday, writes: { 'acme/edge': 201 } });
  expect(outcome?.warnings).toEqual([expect.stringMatching(/^acme\/edge was deleted while this ran/)]);
});

test('sync: until when the token is valid is told where the variable says it', async () => {
  expect((await synced(yesterday)).outcome).not.toHaveProperty('validUntil');
  const variable = { value: '2028-01-01', updatedAt: now - day };
  const { outcome } = await synced({ ...yesterday, variable }, { request: { expiryVariable: 'TE_EXPIRY' } });
  expect(outcome?.validUntil).toBe(Date.UTC(2028, 0, 1));
});

const withAges = (ages: readonly number[]) =>
  Object.fromEntries([
    ['acme/network', { updatedAt: now - day }],
    ...ages.map((age, n) => [`acme/r${n}`, { updatedAt: now - day - age }] as const),
  ]);
const withTargets = (count: number) => ['acme/network', ...Array.from({ length: count }, (_, n) => `acme/r${n}`)];

test('sync: targets that were over an hour behind the home are told with their age', async () => {
  const { outcome } = await synced({ secrets: withAges([hour, hour + 1, 5 * day]) }, { lines: withTargets(3) });
  expect(outcome?.notices).toEqual([
    'Written before the home (2026-11-22 19:00 UTC) until now: acme/r1 (0 days older), acme/r2 (5 days older).',
  ]);
});

test('sync: a target that had no secret at all was not behind', async () => {
  const secrets = { ...withAges([]), 'acme/r0': gitHubAnswer(404) };
  const { outcome } = await synced({ secrets }, { lines: withTargets(1), request: { createMissing: true } });
  expect(outcome).toMatchObject({ notices: [], problems: [] });
});

test.each([
  [20, /acme\/r19 \(1 day older\)\.$/],
  [23, /acme\/r19 \(1 day older\) and 3 more\.$/],
])('sync: of %i targets behind, twenty are named', async (count, end) => {
  const { outcome } = await synced(
    { secrets: withAges(Array.from({ length: count }, () => day)) },
    { lines: withTargets(count) },
  );
  expect(outcome?.notices).toEqual([expect.stringMatching(end)]);
});

test('sync: of targets that must not be named, the pattern is told', async () => {
  const { targets } = requestFor(['acme/network']);
  const found = ['acme/r0', 'acme/r1'].map((line) => hiddenTarget(target(line), target('acme/r*'), 'TE_TOKEN'));
  const { outcome } = await synced(
    { secrets: withAges([day, day]) },
    { request: { targets: [...targets, ...found], credential: credentialOf() } },
  );
  expect(outcome?.notices).toEqual([
    'Written before the home (2026-11-22 19:00 UTC) until now: acme/r* (1 day older).',
  ]);
});
