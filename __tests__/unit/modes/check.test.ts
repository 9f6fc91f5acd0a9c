import { expect, test } from '@jest/globals';
import { check } from '../../../src/modes/check.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { type ModeOptions, runMode } from '../support/mode-run.ts';
import type { SceneOptions } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

const checked = (options?: SceneOptions, more?: ModeOptions) => runMode(check, options, more);

test('check: a rotation would go through; nothing is written, not even a journal', async () => {
  const { outcome, steps, journal } = await checked({}, { lines: ['acme/network', 'orgs/acme'] });
  expect(outcome).toMatchObject({
    mode: 'check',
    headline: 'A rotation would ask for a new token and write it to 2 targets.',
    rotated: false,
    problems: [],
    notices: [expect.stringMatching(/cannot tell whether writing is allowed: `mode: rehearse` tests that/)],
  });
  expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  expect(steps).toEqual([]);
  expect(journal.header).toBeUndefined();
});

test('check: what a rotation would create is counted, and is no fault', async () => {
  const secrets = { 'acme/a': gitHubAnswer(404), 'acme/b': gitHubAnswer(404) };
  const lines = ['acme/network', 'acme/a', 'acme/b'];
  const { outcome } = await checked({ secrets }, { lines, request: { createMissing: true } });
  expect(outcome).toMatchObject({
    headline: 'A rotation would ask for a new token and write it to 3 targets, creating 2.',
    problems: [],
  });
});

test('check: the one problem that would stop a rotation is in the headline', async () => {
  const { outcome } = await checked({ secrets: { 'acme/network': gitHubAnswer(404) } }, { lines: ['acme/network'] });
  expect(outcome).toMatchObject({ mode: 'check', problems: [{}], results: [{ status: 'failed' }] });
  expect(outcome?.headline).toMatch(
    /^A rotation would stop before changing anything\. Reading acme\/network: GitHub answered 404/,
  );
});

test('check: everything that would stop a rotation is told at once', async () => {
  const { outcome } = await checked(
    {
      check: { kind: 'refused', detail: 'ThousandEyes answered 401' },
      repositories: { 'acme/gone': gitHubAnswer(404) },
    },
    { lines: ['acme/network', 'acme/gone'] },
  );
  expect(outcome?.headline).toBe('A rotation would stop before changing anything: 2 problems.');
  expect(outcome?.problems).toHaveLength(2);
  expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
});

test('check: says when a rotation is due, and until when the token is valid', async () => {
  const variable = { value: new Date(now + 100 * day).toISOString(), updatedAt: now };
  const when = (rotateWhenDaysLeft: number) =>
    checked({ variable }, { lines: ['acme/network'], request: { expiryVariable: 'TE_EXPIRY', rotateWhenDaysLeft } });
  const notYet = await when(99);
  expect(notYet.outcome?.headline).toBe(
    'A rotation would do nothing yet. No rotation is due: the token is valid until 2027-03-03 (100 days left).',
  );
  expect(notYet.outcome?.validUntil).toBe(now + 100 * day);
  expect((await when(100)).outcome?.headline).toBe(
    'A rotation would ask for a new token and write it to 1 target. The token in place is valid until 2027-03-03 (100 days left).',
  );
});

test('check: a target that was last written long before the home fails it', async () => {
  const secrets = { 'acme/network': { updatedAt: now - day }, 'acme/edge': { updatedAt: now - 2 * day } };
  const { outcome } = await checked({ secrets });
  expect(outcome?.problems).toHaveLength(1);
  expect(outcome?.headline).toMatch(/But 1 target may hold an older token\.$/);
});

test('check: warnings of what was read are told', async () => {
  const { outcome } = await checked({ check: { kind: 'unclear', detail: 'ThousandEyes answered 302' } });
  expect(outcome).toMatchObject({ problems: [], warnings: [expect.stringContaining('ThousandEyes answered 302')] });
});
