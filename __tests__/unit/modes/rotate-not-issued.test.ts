import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { rotate } from '../../../src/modes/rotate.ts';
import type { Regeneration } from '../../../src/thousandeyes/client.ts';
import { gitHubAnswer, resolved } from '../support/fakes.ts';
import { cannotSeal, type ModeOptions, runMode } from '../support/mode-run.ts';
import type { SceneOptions } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

const rotated = (options?: SceneOptions, more?: ModeOptions) => runMode(rotate, options, more);
const conflict: Regeneration = { kind: 'conflict', detail: 'ThousandEyes answered 409' };
const ambiguous: Regeneration = { kind: 'ambiguous', detail: 'ThousandEyes answered 500' };

const issuedIn = (steps: readonly string[]) => steps.includes('POST /api-tokens');

test('nothing is issued where anything that was read is wrong', async () => {
  const { outcome, steps } = await rotated({ repositories: { 'acme/edge': gitHubAnswer(404) } });
  expect(outcome?.headline).toBe('Nothing was issued and nothing was changed. Reading acme/edge: GitHub answered 404.');
  expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
  expect(steps).toEqual([]);
});

test('nothing is issued where no rotation is due', async () => {
  const variable = { value: new Date(now + 31 * day).toISOString(), updatedAt: now };
  const request = { expiryVariable: 'TE_EXPIRY', rotateWhenDaysLeft: 30 };
  const { outcome, steps } = await rotated({ variable }, { request });
  expect(outcome).toMatchObject({
    mode: 'rotate',
    headline: 'No rotation is due: the token is valid until 2026-12-24 (31 days left).',
    rotated: false,
    problems: [],
    validUntil: now + 31 * day,
  });
  expect(steps).toEqual([]);
});

test("nothing is issued where the credential's limit cannot carry all writes", async () => {
  const { problems, steps } = await rotated({ allowance: { limit: 15, remaining: 15, resetAt: now } });
  // The test and its deletion, two targets, the variable's two, and ten in reserve.
  expect(problems).toEqual([
    expect.stringContaining("they need 16 requests in an hour, and the credential's limit is 15 an hour"),
  ]);
  expect(steps).toEqual([]);
  expect(issuedIn((await rotated({ allowance: { limit: 16, remaining: 16, resetAt: now } })).steps)).toBe(true);
});

test('nothing is issued without a journal', async () => {
  const { problems, steps } = await rotated({ journal: 'RUNNER_TEMP is empty' });
  expect(problems).toEqual([
    expect.stringMatching(/^Creating the journal.*: RUNNER_TEMP is empty\. .*nothing is issued without it/),
  ]);
  expect(steps).toEqual([]);
});

test('nothing is issued where the post step has closed the journal', async () => {
  const { problems, steps, journal } = await rotated(
    {},
    {
      change: ({ journal: taken }) => {
        taken.isClaimable = false;
        return {};
      },
    },
  );
  expect(problems).toEqual([
    expect.stringMatching(/the journal is closed or gone\. Nothing was issued\. .*Start the run again/),
  ]);
  expect(issuedIn(steps)).toBe(false);
  expect(journal.isFinished).toBe(true);
});

test.each([
  ['the home', 'acme/network', ['failed', 'unchanged']],
  ['another owner', 'octo-org/edge', ['unchanged', 'failed']],
])('nothing is issued where the write test of %s is refused', async (_, line, statuses) => {
  const { outcome, steps } = await rotated(
    { writes: { [`test ${line}`]: 403 } },
    { lines: ['acme/network', 'octo-org/edge'] },
  );
  expect(outcome?.headline).toContain(`Testing whether ${line} can be written: GitHub answered 403`);
  expect(outcome?.results.map(({ status }) => status)).toEqual(statuses);
  expect(issuedIn(steps)).toBe(false);
  expect(steps.filter((step) => step.startsWith('DELETE'))).toHaveLength(2);
  expect(steps.at(-1)).toBe('finish');
});

test('nothing is issued where GitHub gives a dead public key: a 422 twice to a key that was just read', async () => {
  const { problems, steps } = await rotated({ writes: { 'test acme/network': 422 } });
  expect(problems).toEqual([
    expect.stringMatching(
      /^Testing whether acme\/network can be written: GitHub answered 422 to a value sealed for a key that was read/,
    ),
  ]);
  expect(issuedIn(steps)).toBe(false);
});

test('a cancel while writing is tested issues nothing, and the journal stays for the post step to delete the tests', async () => {
  const { thrown, steps, outcome } = await rotated({ writes: { 'test acme/network': new Cancelled('cancelled') } });
  expect(thrown).toBeInstanceOf(Cancelled);
  expect(outcome).toBeUndefined();
  expect(steps).toEqual(['note testing', 'PUT test acme/network', 'DELETE test acme/network']);
});

test('a cancel just before the token would be asked for issues nothing', async () => {
  const { thrown, steps } = await rotated(
    {},
    {
      change: ({ dependencies: { secrets }, cancel }) => ({
        secrets: {
          ...secrets,
          delete: (...args) => {
            cancel();
            return secrets.delete(...args);
          },
        },
      }),
    },
  );
  expect(thrown).toBeInstanceOf(Cancelled);
  expect(issuedIn(steps)).toBe(false);
  expect(steps).not.toContain('claim');
});

test.each([
  [
    'is refused',
    [{ kind: 'refused', status: 403, detail: 'ThousandEyes answered 403' }],
    'Nothing was issued and nothing was changed. Asking ThousandEyes for a new token (POST /api-tokens): ThousandEyes answered 403.',
  ],
  ['was lost', [ambiguous, conflict], 'A token was issued and lost. The one in use still works, but not for long.'],
  [
    'may have been issued',
    [ambiguous, ambiguous, ambiguous],
    'It is unknown whether a token was issued. The one in use still works.',
  ],
] as const)(
  'a token that %s leaves every target as it is, and the post step has nothing to do',
  async (_, regenerations, headline) => {
    const { outcome, journal } = await rotated({ regenerations });
    expect(outcome).toMatchObject({ mode: 'rotate', headline, rotated: false, leftForPost: false });
    expect(outcome?.problems).toHaveLength(1);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
    expect(journal.isFinished).toBe(true);
  },
);

test('a cancel while the token is asked for does not hide that one may be lost', async () => {
  const { thrown, outcome, log } = await rotated(
    { regenerations: ambiguous },
    {
      change: ({ dependencies: { thousandEyes }, cancel }) => ({
        thousandEyes: {
          ...thousandEyes,
          regenerate: (token) => {
            cancel();
            return thousandEyes.regenerate(token);
          },
        },
      }),
    },
  );
  expect(thrown).toBeUndefined();
  expect(log.lines).toContain('Cancelled, but the token is asked for by now: this step stores it before it ends');
  expect(outcome?.headline).toBe('It is unknown whether a token was issued. The one in use still works.');
});

test('an answer from which no token can be read is masked, sealed whole for the home, journaled and kept aside', async () => {
  const content = new Secret('{"bearerToken": 7, "hint": "te-in-another-field"}');
  const unreadable: Regeneration = {
    kind: 'unreadable',
    detail: 'ThousandEyes answered 201 without a token in it',
    content,
  };
  const { outcome, journal, log, problems } = await rotated({ regenerations: [unreadable, conflict] });
  const body = { encrypted_value: `sealed(${content.reveal()})`, key_id: 'key of acme/network' };
  expect(outcome).toMatchObject({
    headline: 'A token was issued and lost. The one in use still works, but not for long.',
    keptAside: {
      kind: 'answer',
      home: resolved('acme/network'),
      body,
      validity: { previousValidUntil: now + 14 * day },
    },
  });
  expect(journal.lines).toContainEqual({ kind: 'unread', body });
  expect(log.masks).toContain('te-in-another-field');
  expect(problems[0]).toContain('sealed in the job summary, below "Kept aside"');
});

test('an answer that cannot be sealed is told as lost, and nothing is kept aside', async () => {
  const content = new Secret('{"bearerToken": 8, "hint": "te-that-cannot-be-sealed"}');
  const unreadable: Regeneration = {
    kind: 'unreadable',
    detail: 'ThousandEyes answered 201 without a token in it',
    content,
  };
  const { outcome, problems } = await rotated(
    { regenerations: [unreadable, conflict] },
    { change: cannotSeal(content.reveal()) },
  );
  expect(outcome?.keptAside).toBeUndefined();
  expect(problems[0]).not.toContain('Kept aside');
});

test('a 409 that a rotation of the home explains is a success, with the date from which one is possible again', async () => {
  const home = { createdAt: 0, updatedAt: now - 3 * day };
  const secrets = { 'acme/network': home, 'acme/edge': home };
  const { outcome, journal } = await rotated({ secrets, regenerations: conflict });
  expect(outcome).toMatchObject({
    headline:
      'The token was rotated a short while ago; the next rotation is possible again on 2026-12-04 (in 11 days).',
    rotated: false,
    problems: [],
  });
  expect(journal.isFinished).toBe(true);
});

test('a 409 with a home that cannot be read again is judged by its first date', async () => {
  const home = [{ createdAt: 0, updatedAt: now - 3 * day }, gitHubAnswer(500)];
  const { outcome } = await rotated(
    { secrets: { 'acme/network': home }, regenerations: conflict },
    { lines: ['acme/network'] },
  );
  expect(outcome?.headline).toMatch(/^The token was rotated a short while ago/);
});
