import { describe, expect, test } from '@jest/globals';
import { allowanceFrom, isRateLimited, rateLimitWait, untilReset } from '../../../src/github/rate-limit.ts';
import { serverTime } from '../../../src/lib/http-date.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { day, minute, now, second } from '../support/time.ts';

const remaining = { 'x-ratelimit-remaining': '0' };
const date = { date: 'Mon, 23 Nov 2026 19:00:00 GMT' };
const resetIn = (ms: number) => ({ 'x-ratelimit-reset': String((now + ms) / second) });

/** Headers of an answer that came while the runner's clock showed this time. */
const told = (headers: Record<string, string>, clock = runnerClock()) => ({ headers, at: serverTime(headers, clock) });

/** The runner's clock, so far ahead of GitHub's. */
function runnerClock(ahead = 0): FakeClock {
  const clock = new FakeClock({ now });
  clock.jump(ahead);
  return clock;
}

describe("an answer is GitHub's rate limit, or not", () => {
  const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  test.each([
    ['429', 429, {}, '', true],
    ['403 with retry-after', 403, { 'retry-after': '60' }, 'Wait.', true],
    ['403 of the secondary limit', 403, {}, secondary, true],
    ['403 of the primary limit', 403, {}, 'API rate limit exceeded for installation ID 7.', true],
    ['403 of abuse', 403, {}, 'You have triggered an ABUSE detection mechanism.', true],
    ['403 with nothing remaining', 403, remaining, 'API calls exhausted', true],
    ['403 with nothing remaining and no words', 403, remaining, '', true],
    ['403 with something remaining', 403, { 'x-ratelimit-remaining': '1' }, 'Forbidden', false],
    ['404 with nothing remaining', 404, remaining, '', false],
    ['503 with retry-after', 503, { 'retry-after': '60' }, '', false],
  ])('%s', (_, status, headers, message, limited) => {
    expect(isRateLimited(gitHubAnswer(status, { headers, message }))).toBe(limited);
  });

  test.each([
    'Resource not accessible by integration',
    'Resource not accessible by personal access token',
    'Must have admin rights to Repository.',
    'Resource protected by organization SAML enforcement.',
    '`acme` forbids access via a personal access token (classic).',
    "The 'Acme Open Source' enterprise forbids access via a personal access tokens (classic) if the token's lifetime is greater than 365 days.",
    'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled',
    'This installation has been suspended',
  ])('no limit, also on the last request of the hour: %s', (message) => {
    expect(isRateLimited(gitHubAnswer(403, { headers: remaining, message }))).toBe(false);
  });

  test.each([
    'Repository acme/abuse-reports is not accessible.',
    '`acme-rate-limit` forbids access via a personal access token (classic).',
    'No access to "You have exceeded a secondary rate limit"',
  ])('no limit, although a name in it sounds like one: %s', (message) => {
    expect(isRateLimited(gitHubAnswer(403, { message }))).toBe(false);
  });
});

describe('the allowance', () => {
  const headers = { 'x-ratelimit-limit': '5000', ...remaining, ...resetIn(minute), ...date };

  test('is what the headers say', () => {
    expect(allowanceFrom(told(headers), runnerClock())).toEqual({ remaining: 0, limit: 5000, resetAt: now + minute });
  });

  test.each([35 * minute, -6 * minute])("ends by GitHub's clock, where the runner's is %i ms ahead of it", (ahead) => {
    expect(allowanceFrom(told(headers, runnerClock(ahead)), runnerClock(ahead))?.resetAt).toBe(now + minute);
  });

  test.each([
    ['limit', '0'],
    ['limit', 'many'],
    ['remaining', '-1'],
    ['remaining', ''],
    ['remaining', '0x10'],
    ['reset', '0'],
    ['reset', '1795460400000'],
  ])('is not told by %s %j', (name, value) => {
    expect(allowanceFrom(told({ ...headers, [`x-ratelimit-${name}`]: value }), runnerClock())).toBeUndefined();
  });

  test.each(['limit', 'remaining', 'reset'])('is not told without %s', (name) => {
    const others = Object.entries(headers).filter(([key]) => key !== `x-ratelimit-${name}`);
    expect(allowanceFrom(told(Object.fromEntries(others)), runnerClock())).toBeUndefined();
  });
});

describe('the time until the reset', () => {
  test.each([
    ['1795460460', minute],
    ['1795460400', 0],
    ['1', 0],
    ['9999999999', 9_999_999_999_000 - now],
    ['10000000000', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['1e99', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s', (header, ms) => {
    const headers = header === undefined ? {} : { 'x-ratelimit-reset': header };
    expect(untilReset(told(headers))).toBe(ms);
  });

  test("is counted from the answer's date; from our own clock where it has none that is one", () => {
    const clock = runnerClock(30 * second);
    expect(untilReset(told({ ...resetIn(minute), ...date }, clock))).toBe(minute);
    expect(untilReset(told(resetIn(minute), clock))).toBe(30 * second);
    expect(untilReset(told({ ...resetIn(minute), date: '2026-11-23T19:00:00Z' }, clock))).toBe(30 * second);
  });
});

describe('how long a rate limit is waited for', () => {
  test.each<[string, Record<string, string>, number, number]>([
    ['Retry-After comes first', { ...remaining, 'retry-after': '7', ...resetIn(minute) }, 0, 7 * second],
    ['Retry-After as a date', { 'retry-after': 'Mon, 23 Nov 2026 19:01:00 GMT' }, 0, minute],
    ['until the reset, and a second', { ...remaining, ...resetIn(2 * minute) }, 3, 121 * second],
    ['a reset that is past', { ...remaining, 'x-ratelimit-reset': '1000000000' }, 0, second],
    ['a reset while something remains', { 'x-ratelimit-remaining': '7', ...resetIn(day) }, 0, minute],
    ['nothing is told', {}, 0, minute],
    ['nothing is told the fifth time', {}, 4, 16 * minute],
    ['nothing is told the sixth time', {}, 5, 16 * minute],
  ])('%s', (_, headers, failures, ms) => {
    expect(rateLimitWait(told(headers), failures)).toBe(ms);
  });

  test.each(['12.5', '120;', 'soon', '', '2026-11-23', 'Mon, 23 Nov 2026', '9999999999999'])(
    'Retry-After: %s is as if it was missing',
    (header) => {
      expect(rateLimitWait(told({ 'retry-after': header, ...remaining, ...resetIn(minute) }), 0)).toBe(61 * second);
      expect(rateLimitWait(told({ 'retry-after': header }), 1)).toBe(2 * minute);
    },
  );

  test("a date is counted from the answer's own date, wherever the runner's clock is", () => {
    const headers = { 'retry-after': 'Mon, 23 Nov 2026 19:01:00 GMT', ...date };
    expect(rateLimitWait(told(headers, runnerClock(35 * minute)), 0)).toBe(minute);
    expect(rateLimitWait(told({ ...remaining, ...resetIn(minute), ...date }, runnerClock(35 * minute)), 0)).toBe(
      61 * second,
    );
  });
});
