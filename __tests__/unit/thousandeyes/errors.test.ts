import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../../src/lib/problem.ts';
import type { TokenCheck } from '../../../src/thousandeyes/client.ts';
import * as errors from '../../../src/thousandeyes/errors.ts';
import { home } from '../support/asking.ts';
import { now } from '../support/time.ts';

/** The whole wording is in `__tests__/unit/messages.md`; here is what the texts depend on. */
const written = Date.UTC(2026, 10, 20, 8, 30);
const url = 'https://te.example/v7';

function cannotAsk(check: TokenCheck): Problem {
  const judged = errors.judgeCurrentToken(check, url, now);
  if (judged.ok) throw new Error(`${check.kind} is no problem`);
  return judged.error;
}

const refusedWith = (status: number) =>
  errors.whyNotIssued({ kind: 'refused', status, detail: `ThousandEyes answered ${status}` }, home, now, false);

const stepsIn = ({ steps }: Problem) => steps.join('\n');

describe('the way back by hand', () => {
  test('revokes all before it creates one, and names the page and the command', () => {
    const steps = errors.recoverySteps(home);
    expect(steps).toEqual([
      expect.stringMatching(/revoke every token .*User API Tokens\.$/),
      expect.stringContaining('Create a token'),
      expect.stringContaining(`\`${home.setCommand}\``),
      expect.stringContaining('Run'),
    ]);
    expect(errors.recoverySteps(home, 'If it fails')[0]).toMatch(/^If it fails: as this token's user, revoke/);
  });

  test.each([
    [{ name: 'Ada', accountGroup: 'Network' }, 'As Ada (account group Network), revoke'],
    [{ name: 'Ada', accountGroup: undefined }, 'As Ada, revoke'],
    [{ name: undefined, accountGroup: 'Network' }, "As this token's user (account group Network), revoke"],
  ])('says whose token it is, where that may be shown: %j', (user, part) => {
    expect(errors.recoverySteps({ ...home, user })[0]).toContain(part);
  });
});

describe('the current token is refused', () => {
  const refused = (more: Partial<Parameters<typeof errors.currentTokenRefused>[2]> = {}) =>
    errors.currentTokenRefused('ThousandEyes answered 401', home, { homeWrittenAt: written, ...more });

  test('a fresh run comes first, then what the job reads, then the account', () => {
    const { cause, steps, why } = refused();
    expect(cause).toContain('ThousandEyes answered 401');
    expect(steps[0]).toContain('fresh run');
    expect(steps[1]).toContain('acme/network');
    expect(steps.slice(2)).toEqual(errors.recoverySteps(home, 'If so'));
    expect(why).toContain('last written on 2026-11-20 08:30 UTC');
  });

  test('a home in an environment: does the job name it?', () => {
    expect(refused({ environment: 'production' }).steps[1]).toContain('`environment: production`');
    expect(refused().steps[1]).not.toContain('environment');
  });

  test('a second secret of the name is told', () => {
    expect(refused({ shadow: 'There is a second secret.' }).why).toContain('There is a second secret.');
  });
});

test.each([
  [401, 'fresh run', 'although the token was accepted'],
  [403, '"API access"', ''],
  [400, 'it ends in `/v7`', ''],
  [404, 'it ends in `/v7`', ''],
])('a request that is refused with %i', (status, part, also) => {
  const found = refusedWith(status);
  expect(found.cause).toContain(`ThousandEyes answered ${status}`);
  expect(found.cause).toContain(also);
  expect(found.why).toMatch(/^Nothing was issued\./);
  expect(stepsIn(found)).toContain(part);
});

test('only where the token was revoked is there something to revoke', () => {
  const advice = [400, 401, 403, 404].map((status) => stepsIn(refusedWith(status)));
  expect(advice.map((text) => text.includes('revoke'))).toEqual([false, true, false, false]);
});

test('a rate limit that lasts too long, or meets a cancel: come back when it is over', () => {
  // The minute that has begun by then is not over.
  const until = Date.UTC(2026, 10, 23, 19, 0, 1);
  const limited = { kind: 'limited', ms: until - now, detail: '429' } as const;
  const long = errors.whyNotIssued(limited, home, now, false);
  expect(long.cause).toContain('longer than a run should wait');
  expect(stepsIn(long)).toContain('after 2026-11-23 19:01 UTC');
  expect(long.why).toContain('Nothing was issued');
  expect(errors.whyNotIssued(limited, home, now, true).cause).toContain('cancelled');
  expect(stepsIn(cannotAsk({ kind: 'limited', ms: until - 1000 - now, detail: '429' }))).toContain(
    'after 2026-11-23 19:00 UTC',
  );
});

test('a moment with the time that is left', () => {
  expect(errors.untilOf(Date.UTC(2026, 11, 7, 19), now)).toBe('until 2026-12-07 19:00 UTC (14 days left)');
});

test('an address that is wrong is named', () => {
  for (const mayPass of [true, false])
    expect(stepsIn(cannotAsk({ kind: 'down', mayPass, detail: 'no answer' }))).toContain(
      '`thousandeyes-api-url` (https://te.example/v7)',
    );
});

test('what a proxy answers is no word of ThousandEyes', () => {
  expect(cannotAsk({ kind: 'proxy', detail: 'a page' }).why).toContain('from a proxy');
  expect(errors.judgeCurrentToken({ kind: 'unclear', detail: 'a 302' }, url, now)).toEqual({
    ok: true,
    value: expect.stringContaining('a 302, which tells nothing about the token'),
  });
});
