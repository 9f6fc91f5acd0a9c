import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { rehearse } from '../../../src/modes/rehearse.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { type ModeOptions, runMode } from '../support/mode-run.ts';
import type { SceneOptions } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

/** A rehearsal, which never asks for a token, whatever it finds. */
async function rehearsed(options?: SceneOptions, more?: ModeOptions) {
  const run = await runMode(rehearse, options, more);
  expect(run.steps).not.toContain('POST /api-tokens');
  expect(run.steps).not.toContain('claim');
  expect(run.log.outputs).toEqual({});
  return run;
}

test('rehearse: does everything up to the request for a token, removes it again, and writes no secret', async () => {
  const { steps, outcome, journal } = await rehearsed(
    {},
    { lines: ['acme/network', 'orgs/acme'], request: { expiryVariable: 'TE_EXPIRY' } },
  );
  expect(steps).toEqual([
    'note testing',
    'note testing',
    'PUT test acme/network',
    'PUT test orgs/acme',
    'DELETE test acme/network',
    'DELETE test orgs/acme',
    'note tested',
    'note tested',
    'finish',
  ]);
  expect(outcome).toMatchObject({
    mode: 'rehearse',
    headline: 'Rehearsed: a rotation would now ask for a new token and write it to 2 targets.',
    rotated: false,
    problems: [],
    warnings: [],
    notices: [expect.stringMatching(/write tests included\. Only ThousandEyes itself was not asked/)],
    leftForPost: false,
  });
  expect(journal.header).toMatchObject({
    kind: 'run',
    targets: [{ publicName: 'acme/network' }, { publicName: 'orgs/acme' }],
  });
});

test('rehearse: what a rotation would create is counted, and is no fault', async () => {
  const { outcome } = await rehearsed(
    { secrets: { 'acme/edge': gitHubAnswer(404) } },
    { request: { createMissing: true } },
  );
  expect(outcome).toMatchObject({ problems: [], headline: expect.stringContaining('to 2 targets, creating 1.') });
});

test('rehearse: tests writing also where no rotation is due, and says so', async () => {
  const variable = { value: new Date(now + 100 * day).toISOString(), updatedAt: now };
  const request = { expiryVariable: 'TE_EXPIRY', rotateWhenDaysLeft: 99 };
  const { outcome, steps } = await rehearsed({ variable }, { request });
  expect(steps).toContain('PUT test acme/network');
  expect(outcome).toMatchObject({
    headline:
      'Rehearsed: a rotation would do nothing yet. No rotation is due: the token is valid until 2027-03-03 (100 days left).',
    validUntil: now + 100 * day,
  });
  const due = await rehearsed({ variable }, { request: { ...request, rotateWhenDaysLeft: 100 } });
  expect(due.outcome?.headline).toMatch(
    /would now ask for .* The token in place is valid until 2027-03-03 \(100 days left\)\.$/,
  );
});

test('rehearse: fails for what reading finds, and writes nothing', async () => {
  const { outcome, steps } = await rehearsed({ repositories: { 'acme/edge': gitHubAnswer(404) } });
  expect(outcome).toMatchObject({ mode: 'rehearse', problems: [{ attempt: 'Reading acme/edge' }] });
  expect(steps).toEqual([]);
});

test.each([
  ['a limit that cannot carry all writes', { allowance: { limit: 11, remaining: 11, resetAt: now } }, 'Planning'],
  ['a credential that ends too early', { expiresAt: now - 1 }, 'Planning'],
  ['no place for the journal', { journal: 'RUNNER_TEMP is empty' }, 'Creating the journal'],
])('rehearse: fails for %s, and writes nothing', async (_, options, attempt) => {
  const { outcome, steps } = await rehearsed(options);
  expect(outcome).toMatchObject({ mode: 'rehearse', problems: [{ attempt: expect.stringContaining(attempt) }] });
  expect(steps).toEqual([]);
});

test('rehearse: fails for a refused write test, with all warnings, and removes what was written', async () => {
  const { outcome, steps } = await rehearsed(
    { writes: { 'test acme/network': 409, 'test octo-org/edge': 403 } },
    { lines: ['acme/network', 'octo-org/edge'] },
  );
  expect(outcome?.problems).toMatchObject([{ attempt: 'Testing whether octo-org/edge can be written' }]);
  expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
  expect(outcome?.warnings).toEqual([expect.stringContaining('Testing whether acme/network can be written')]);
  expect(steps.filter((step) => step.startsWith('DELETE'))).toHaveLength(2);
  expect(steps.at(-1)).toBe('finish');
});

test('rehearse: fails for a dead public key', async () => {
  const { outcome } = await rehearsed({ writes: { 'test acme/network': 422 } });
  expect(outcome?.problems).toMatchObject([
    { cause: expect.stringContaining('422 to a value sealed for a key that was read') },
  ]);
});

test('rehearse: fails for a target that was last written long before the home', async () => {
  const secrets = { 'acme/network': { updatedAt: now - day }, 'acme/edge': { updatedAt: now - 2 * day } };
  const { outcome } = await rehearsed({ secrets });
  expect(outcome?.problems).toHaveLength(1);
  expect(outcome?.headline).toMatch(/^Rehearsed: .* But 1 target may hold an older token\.$/);
});

test('rehearse: a write test that could not be removed is a warning beside all others', async () => {
  const { outcome } = await rehearsed({
    check: { kind: 'unclear', detail: 'ThousandEyes answered 302' },
    deletes: { 'acme/network': gitHubAnswer(503) },
  });
  expect(outcome).toMatchObject({ problems: [] });
  expect(outcome?.warnings).toEqual([
    expect.stringContaining('ThousandEyes answered 302'),
    expect.stringContaining('could not be deleted from the Actions secrets of acme/network'),
  ]);
});

test('rehearse: a cancel while writing is tested leaves the journal to the post step, which removes the tests', async () => {
  const { thrown, outcome, steps } = await rehearsed({ writes: { 'test acme/network': new Cancelled('cancelled') } });
  expect(thrown).toBeInstanceOf(Cancelled);
  expect(outcome).toBeUndefined();
  expect(steps).toEqual(['note testing', 'PUT test acme/network', 'DELETE test acme/network']);
});

test('rehearse: a cancel while the tests are removed is no success', async () => {
  const { thrown, outcome, steps } = await rehearsed(
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
  expect(outcome).toBeUndefined();
  expect(steps).not.toContain('finish');
});
