import { describe, expect, test } from '@jest/globals';
import * as errors from '../../../src/thousandeyes/errors.ts';
import { day, now } from '../support/time.ts';

/** The whole wording is in `__tests__/unit/messages.md`; here is what the texts depend on. */
const home: errors.HomeReference = {
  publicName: 'acme/network',
  setCommand: 'gh secret set TE_TOKEN --repo acme/network',
  user: undefined,
};
const written = Date.UTC(2026, 10, 20, 8, 30);

describe('the way back by hand', () => {
  test('names the page, the command and the mode that repairs the rest', () => {
    const text = errors.recoveryByHand(home);
    for (const part of ['User API Tokens', 'revoke, then create', `\`${home.setCommand}\``, '`mode: sync`'])
      expect(text).toContain(part);
    expect(text).not.toContain(' of ');
  });

  test.each([
    [{ name: 'Ada', accountGroup: 'Network' }, 'User API Tokens of Ada (account group Network);'],
    [{ name: 'Ada', accountGroup: undefined }, 'User API Tokens of Ada;'],
    [{ name: undefined, accountGroup: 'Network' }, 'User API Tokens (account group Network);'],
  ])('says whose token it is, where that may be shown: %j', (user, part) => {
    expect(errors.recoveryByHand({ ...home, user })).toContain(part);
  });
});

describe('the current token is refused', () => {
  const refused = (more: Parameters<typeof errors.currentTokenRefused>[2]) =>
    errors.currentTokenRefused('ThousandEyes answered 401', home, more);

  test('a fresh run comes first, then where else the job may read, then the account', () => {
    const { cause, action } = refused({ homeWrittenAt: written });
    expect(cause).toBe('ThousandEyes answered 401, so it does not accept the token');
    expect(action).toMatch(/^First start a fresh run: .* Or this job reads another secret .* If that fails too, .*\.$/);
    expect(action).toContain('the home acme/network (last written on 2026-11-20 08:30 UTC)');
    expect(action).toContain('API Key');
    expect(action).toContain(home.setCommand);
  });

  test('where the date of the home is not known, none is named', () => {
    expect(refused({ homeWrittenAt: undefined }).action).not.toContain('last written');
  });

  test('a home in an environment: does the job name it?', () => {
    expect(refused({ homeWrittenAt: undefined, environment: 'production' }).action).toContain(
      'does it name `environment: production`?',
    );
  });

  test('a second secret of the name is told', () => {
    expect(refused({ homeWrittenAt: undefined, shadow: 'There is a second secret.' }).action).toContain(
      ' There is a second secret. If that fails too',
    );
  });
});

test.each([
  [401, 'Start a fresh run; if that fails too: In ThousandEyes'],
  [403, 'lacks API access'],
  [400, 'it ends in `/v7`'],
  [404, 'it ends in `/v7`'],
])('a request that is refused with %i', (status, part) => {
  const { cause, action } = errors.regenerateRefused(`ThousandEyes answered ${status}`, status, home);
  expect(cause).toBe(`ThousandEyes answered ${status}`);
  expect(action).toMatch(/^Nothing was issued\. /);
  expect(action).toContain(part);
});

test('a rate limit that lasts too long, or meets a cancel', () => {
  const until = Date.UTC(2026, 10, 23, 19, 0, 1);
  expect(errors.regenerateLimited('429', until, false)).toMatchObject({
    cause: '429, longer than a run should wait',
    action: expect.stringMatching(/^Nothing was issued: .* Start the run again after 2026-11-23 19:01 UTC\.$/),
  });
  expect(errors.regenerateLimited('429', until, true).cause).toBe('429, and the run was cancelled');
  expect(errors.currentTokenLimited('429', until - 1000)).toMatchObject({
    cause: '429 and asks to wait longer than a run should',
    action: expect.stringMatching(/^Nothing was changed: .* Start the run again after 2026-11-23 19:00 UTC\.$/),
  });
});

test('a home that was only ever created is told from one that is too old', () => {
  const cause = (neverUpdated: boolean) =>
    errors.twoActiveTokens('409', home, { updatedAt: written, neverUpdated }).cause;
  expect(cause(true)).toContain('was created on 2026-11-20 and never updated since');
  expect(cause(false)).toContain('was last written on 2026-11-20, over 15 days ago');
});

test('an issued token that is lost: what came back in order, until when the old one works, and whether an answer was kept', () => {
  const lost = (isKept: boolean) => errors.issuedAndLost(['500', '409'], home, now + 14 * day, now, isKept);
  expect(lost(false).cause).toBe('500; then 409');
  expect(lost(false).action).toContain('until 2026-12-07 at the latest (14 days left)');
  expect(lost(false).action).not.toContain('Kept aside');
  expect(lost(true).action).toContain('sealed in the job summary, below "Kept aside"');
});

test('where it can be the usual overlap, nothing is to be revoked, and it says when to look again', () => {
  const { action } = errors.overlapOrLost(['500', '409'], home, written, written + 14 * day);
  expect(action).toContain('Do NOT revoke anything yet');
  expect(action).toContain('Start a run after 2026-12-04');
  expect(action).not.toContain('revoke, then create');
});

test('a main that was killed is told from one that still waits', () => {
  expect(errors.lostWhileAsking(home, false).cause).toContain('was killed while it waited');
  expect(errors.lostWhileAsking(home, true).cause).toContain('still waits for the answer');
});

test('a refused new token: the old one stays, with its time, and the new one is in the summary', () => {
  const { attempt, action } = errors.newTokenRefused('ThousandEyes answered 401', home, now + 14 * day, now);
  expect(attempt).toBe('Checking the new token (GET /users/current)');
  expect(action).toContain('stays in place in acme/network and works until 2026-12-07 19:00 UTC');
  expect(action).toContain('below "Kept aside"');
});

test('an address that is wrong is named', () => {
  for (const make of [errors.currentTokenUnchecked, errors.wrongThousandEyesUrl])
    expect(make('no answer', 'https://te.example/v7').action).toContain(
      '`thousandeyes-api-url` (https://te.example/v7)',
    );
});
