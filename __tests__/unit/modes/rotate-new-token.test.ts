import { expect, test } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import { rotate } from '../../../src/modes/rotate.ts';
import type { Regeneration, TokenCheck } from '../../../src/thousandeyes/client.ts';
import { resolved } from '../support/fakes.ts';
import { type Change, cannotSeal, type ModeOptions, runMode } from '../support/mode-run.ts';
import { newToken, requestFor, type SceneOptions } from '../support/scene.ts';
import { day, minute, now, second } from '../support/time.ts';

const rotated = (options?: SceneOptions, more?: ModeOptions) => runMode(rotate, options, more);
const validUntil = now + 730 * day;
const issued = (value: string): Regeneration => ({ kind: 'issued', token: new Secret(value), validUntil });
const refused: TokenCheck = { kind: 'refused', detail: 'ThousandEyes answered 401' };
const accepted: TokenCheck = { kind: 'accepted', user: undefined };

test('a new token that ThousandEyes goes on refusing replaces nothing and is kept aside, sealed', async () => {
  const { outcome, steps, problems, journal, elapsed } = await rotated({ newCheck: refused });
  expect(outcome).toMatchObject({
    headline: 'A new token was issued, but it does not work, so the old one stays in place.',
    rotated: false,
    previousValidUntil: now + 14 * day,
    keptAside: {
      kind: 'token',
      home: resolved('acme/network'),
      body: { encrypted_value: `sealed(${newToken.reveal()})`, key_id: 'key of acme/network' },
      validity: { validUntil, previousValidUntil: now + 14 * day },
    },
    leftForPost: false,
  });
  expect(problems).toEqual([
    expect.stringMatching(
      /^Checking the new token .*: ThousandEyes answered 401\. The old token stays in place in acme\/network/,
    ),
  ]);
  expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  expect(steps.filter((step) => step.startsWith('PUT acme'))).toEqual([]);
  expect(journal.lines.map(({ kind }) => kind).slice(-2)).toEqual(['sealed', 'refused']);
  expect(journal.isFinished).toBe(true);
  expect(elapsed()).toBeGreaterThanOrEqual(10 * minute);
});

test('what is kept aside stays in the journal where the summary could not say it', async () => {
  const change: Change = () => ({ report: () => false });
  const { journal } = await rotated({ newCheck: refused }, { change });
  expect(journal.isFinished).toBe(false);
});

test('a rotation that the summary could not tell is finished all the same: nothing is left to do', async () => {
  const { journal } = await rotated({}, { change: () => ({ report: () => false }) });
  expect(journal.isFinished).toBe(true);
});

test('a new token that spreads late, after more than thirty seconds, is stored once it is accepted', async () => {
  const newCheck = [...Array.from({ length: 6 }, () => refused), accepted];
  const { outcome, steps, elapsed } = await rotated({ newCheck });
  expect(outcome).toMatchObject({ rotated: true, problems: [] });
  expect(elapsed()).toBeGreaterThan(45 * second);
  expect(steps.filter((step) => /^note (refused|accepted)$/.test(step))).toEqual(['note refused', 'note accepted']);
});

test('a new token that cannot stand in a header is not even sent, and is kept aside', async () => {
  const { steps, problems, outcome } = await rotated({ regenerations: issued('two words') });
  expect(steps).not.toContain('check the new token');
  expect(problems[0]).toContain('characters that cannot stand in an HTTP header');
  expect(outcome?.keptAside?.body.encrypted_value).toBe('sealed(two words)');
});

test('a new token that cannot be checked is stored, and that is told', async () => {
  const { outcome, log } = await rotated({ newCheck: { kind: 'unclear', detail: 'ThousandEyes answered 302' } });
  expect(outcome?.rotated).toBe(true);
  expect(outcome?.warnings).toEqual([
    expect.stringMatching(
      /^The new token could not be checked: ThousandEyes answered 302\. It was stored all the same/,
    ),
  ]);
  expect(log.lines).toContain('Not verified: ThousandEyes answered 302');
});

test('what is odd about a new token is told: no date, a date that is over, the token that was in use already', async () => {
  const undated = await rotated({
    regenerations: { kind: 'issued', token: new Secret('te-undated'), validUntil: undefined },
  });
  expect(undated.outcome).toMatchObject({
    rotated: true,
    validUntil: undefined,
    warnings: [expect.stringContaining('did not say until when')],
  });
  expect(undated.log.lines).toContain('Issued: a new token; sealed for 2 targets');
  const expired = await rotated({
    regenerations: { kind: 'issued', token: new Secret('te-expired'), validUntil: now - day },
  });
  expect(expired.outcome?.warnings).toEqual([expect.stringContaining('2026-11-22 19:00 UTC, which is over')]);
  const same = await rotated({ regenerations: issued(requestFor(['acme/network']).currentToken.reveal()) });
  expect(same.outcome?.warnings).toEqual([expect.stringContaining('nothing is new')]);
});

test('a token that nothing can seal for the home is told as lost', async () => {
  const { outcome, steps, problems } = await rotated(
    {},
    { change: cannotSeal(newToken.reveal(), 'key of acme/network') },
  );
  expect(outcome?.headline).toContain('A token was issued and lost');
  expect(outcome?.recovery).toBeUndefined();
  expect(problems).toEqual([expect.stringContaining('nothing could be sealed for the public key of acme/network')]);
  expect(steps).not.toContain('PUT acme/network');
});

test('a target that nothing can be sealed for fails, in its place among the results', async () => {
  const lines = ['acme/network', 'acme/a', 'acme/b'];
  const { outcome } = await rotated({}, { lines, change: cannotSeal(newToken.reveal(), 'key of acme/a') });
  expect(outcome?.results.map(({ resolved: { publicName }, status }) => [publicName, status])).toEqual([
    ['acme/network', 'updated'],
    ['acme/a', 'failed'],
    ['acme/b', 'updated'],
  ]);
  expect(outcome?.problems).toHaveLength(1);
});
