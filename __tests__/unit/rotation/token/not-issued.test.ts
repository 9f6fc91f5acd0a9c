import { describe, expect, test } from '@jest/globals';
import { happenedIn } from '../../../../src/lib/problem.ts';
import { issuedAndLost, maybeIssued, newTokenRefused, twoTokens } from '../../../../src/rotation/token/not-issued.ts';
import { recoverySteps } from '../../../../src/thousandeyes/errors.ts';
import { home } from '../../support/asking.ts';
import { day, now } from '../../support/time.ts';

/** The whole wording is in `__tests__/unit/messages.md`; here is what the advice depends on. */

describe('two active tokens', () => {
  const two = (overlapUntil: number) => twoTokens('a 409', home, overlapUntil, now);

  test('the other may be the one before it: wait, and revoke nothing before', () => {
    const { steps, why } = two(now + 13 * day);
    expect(why).toContain('may be the one before it');
    expect(steps[0]).toContain('after 2026-12-07 19:00 UTC. Revoke nothing before.');
    expect(steps.slice(1)).toEqual(recoverySteps(home, 'If it fails again'));
  });

  test('the overlap is over by the record, and by a day more for clocks that differ: someone made a second token', () => {
    const found = two(now - day - 1);
    expect(found.cause).toContain('Someone made a second one');
    expect(found.steps).toEqual(recoverySteps(home));
    const within = two(now - day);
    expect(within.cause).not.toContain('Someone');
    expect(within.steps[0]).toContain('after 2026-11-23 19:00 UTC. Revoke nothing before.');
  });
});

test('a token that is lost: what came back in order, the deadline, and what to revoke', () => {
  const found = issuedAndLost(['500', '201 without a token'], home, now + 14 * day);
  expect(found.cause).toMatch(/^500; then 201 without a token\. .* until 2026-12-07 19:00 UTC/);
  expect(found.steps).toEqual(recoverySteps(home, 'Before 2026-12-07 19:00 UTC'));
});

test('a token that may be lost: the next run tells, so nothing is to be revoked', () => {
  const found = maybeIssued(['500', '409'], now + 14 * day, now);
  expect(happenedIn(found)).toContain('500; then 409. ');
  expect(found.steps).toEqual([expect.stringContaining('before 2026-12-07 19:00 UTC')]);
  expect(found.steps.join()).not.toMatch(/revoke/i);
});

describe('a new token that ThousandEyes refuses', () => {
  const refused = (isParked: boolean) =>
    newTokenRefused('a 401', { home, nextName: 'TE_TOKEN_NEXT', isParked }, now + 14 * day, now);

  test('is parked: the next run asks once more, by the end of the old one', () => {
    const found = refused(true);
    expect(found.cause).toMatch(/^a 401\. .*acme\/network and works until 2026-12-07 19:00 UTC/);
    expect(found.steps).toEqual([expect.stringContaining('again by 2026-12-07 19:00 UTC')]);
    expect(found.why).toContain('TE_TOKEN_NEXT');
  });

  test('could not be parked: a person puts it there first', () => {
    const found = refused(false);
    expect(found.steps).toHaveLength(2);
    expect(found.steps[0]).toMatch(/2026-12-07 19:00 UTC.*command/);
    expect(found.steps[0]).toContain('run the command below');
    expect(found.why).not.toContain('TE_TOKEN_NEXT');
  });
});
