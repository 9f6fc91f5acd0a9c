import { describe, expect, test } from '@jest/globals';
import { type Expiry, expiryFrom, isDue, keepExpiry } from '../../src/expiry.ts';
import type { GitHubAnswer } from '../../src/github.ts';
import { githubAnswer, target } from '../support/unit-ports.ts';
import { day, hour, now } from '../support/unit-time.ts';

describe('what the variable tells', () => {
  const value = '2027-01-01T00:00:00Z';
  const validUntil = Date.UTC(2027, 0, 1);
  test.each([
    ['written with the home', now, now, { kind: 'known', validUntil, writtenAt: now }],
    ['written later', now + day, now, { kind: 'known', validUntil, writtenAt: now + day }],
    ['an hour older', now - hour, now, { kind: 'known', validUntil, writtenAt: now - hour }],
    ['over an hour older: the token was replaced by hand', now - hour - 1, now, { kind: 'outdated' }],
  ])('%s', (_, updatedAt, homeUpdatedAt, expiry) => {
    expect(expiryFrom({ value, updatedAt }, homeUpdatedAt)).toEqual(expiry);
  });

  test('no date', () => {
    expect(expiryFrom({ value: 'soon', updatedAt: now }, now)).toBeUndefined();
  });
});

describe('a rotation is due', () => {
  const known = (daysLeft: number): Expiry => ({ kind: 'known', validUntil: now + daysLeft * day, writtenAt: 0 });
  test.each([
    ['always, unless it is asked to wait', known(500), undefined, true],
    ['with as many days left as asked for', known(30), 30, true],
    ['with fewer', known(29), 30, true],
    ['not with more', known(30.01), 30, false],
    ['where nothing is known', { kind: 'unknown' } as const, 30, true],
    ['where the date is of another token', { kind: 'outdated' } as const, 30, true],
    ['when it is over', known(-1), 30, true],
  ])('%s', (_, expiry, days, due) => {
    expect(isDue(expiry, days, now)).toBe(due);
  });
});

describe('the variable is kept', () => {
  async function keep(validUntil: number | undefined, answer?: GitHubAnswer, line = 'orgs/acme') {
    const written: unknown[][] = [];
    const variables = {
      write: async (...args: unknown[]) => {
        written.push(args);
        return answer;
      },
    };
    const home = { target: target(line), access: { visibility: 'all' } } as const;
    const problem = await keepExpiry(
      'TE_EXPIRY',
      validUntil,
      home,
      { kind: 'classic', severalOwners: false },
      variables,
    );
    return { written, message: problem?.message };
  }

  test('as a date, with the visibility of the home', async () => {
    expect(await keep(now)).toEqual({
      written: [[target('orgs/acme').store, 'TE_EXPIRY', '2026-11-23T19:00:00Z', { visibility: 'all' }]],
      message: undefined,
    });
  });

  test('or it is said that only this is missing', async () => {
    expect((await keep(now, githubAnswer(403, { said: '403 (no)' }))).message).toBe(
      'Writing the expiry variable TE_EXPIRY: GitHub answered 403 (no). Everything else is stored; only this is missing. Set it by hand to 2026-11-23T19:00:00Z, and give the credential the permission "Variables: read and write" (a classic token the scope `repo`, for an organization `admin:org`).',
    );
  });

  test('not without a date', async () => {
    expect(await keep(undefined)).toEqual({
      written: [],
      message:
        'Writing the expiry variable TE_EXPIRY: ThousandEyes did not say until when the new token is valid. Everything else is stored; only this is missing. Set it by hand to a date two years from now, like 2028-11-23T19:00:00Z.',
    });
  });
});
