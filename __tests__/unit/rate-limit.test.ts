import { describe, expect, test } from '@jest/globals';
import { allowanceFrom, isLimited, limitWait, resetFrom, secondsOf } from '../../src/rate-limit.ts';
import { githubAnswer } from '../support/unit-ports.ts';
import { minute, now, second } from '../support/unit-time.ts';

const remaining = { 'x-ratelimit-remaining': '0' };

describe('an answer is limited, or not', () => {
  test.each([
    ['429', 429, {}, '429', true],
    ['403 with retry-after', 403, { 'retry-after': '60' }, '403', true],
    ['403 that speaks of a secondary limit', 403, {}, '403 (You have exceeded a secondary rate limit)', true],
    ['403 that speaks of abuse', 403, {}, '403 (You have triggered an ABUSE detection mechanism)', true],
    ['403 with nothing remaining', 403, remaining, '403 (API calls exhausted)', true],
    ['403 with something remaining', 403, { 'x-ratelimit-remaining': '1' }, '403 (Forbidden)', false],
    ['403 of an integration', 403, remaining, '403 (Resource not accessible by integration)', false],
    ['403 of a right', 403, remaining, '403 (Must have admin rights to Repository.)', false],
    ['403 of protection', 403, remaining, '403 (Resource protected by organization SAML enforcement)', false],
    ['403 of SSO', 403, remaining, '403 (authorize for SSO)', false],
    ['404 with nothing remaining', 404, remaining, '404', false],
    ['503 with retry-after', 503, { 'retry-after': '60' }, '503', false],
  ])('%s: %s', (_, status, headers, said, limited) => {
    expect(isLimited(githubAnswer(status, { headers, said }))).toBe(limited);
  });
});

describe('the allowance', () => {
  const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795460400' };

  test('is what the headers say', () => {
    expect(allowanceFrom(headers)).toEqual({ remaining: 0, limit: 5000, resetAt: 1_795_460_400_000 });
  });

  test.each([
    ['limit', '0'],
    ['limit', 'many'],
    ['remaining', '-1'],
    ['reset', '0'],
  ])('is not told by %s %s', (name, value) => {
    expect(allowanceFrom({ ...headers, [`x-ratelimit-${name}`]: value })).toBeUndefined();
  });

  test.each(['limit', 'remaining', 'reset'])('is not told without %s', (name) => {
    const others = Object.entries(headers).filter(([key]) => key !== `x-ratelimit-${name}`);
    expect(allowanceFrom(Object.fromEntries(others))).toBeUndefined();
  });
});

describe('the reset', () => {
  test.each([
    ['1', 1_000],
    ['9999999999', 9_999_999_999_000],
    ['10000000000', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['1e99', undefined],
    ['soon', undefined],
  ])('%s', (header, ms) => {
    expect(resetFrom({ 'x-ratelimit-reset': header })).toBe(ms);
  });
});

describe('how long a limit is waited for', () => {
  test.each<[string, Record<string, string>, number, number]>([
    ['Retry-After comes first', { ...remaining, 'retry-after': '7', 'x-ratelimit-reset': '1795460460' }, 0, 7 * second],
    [
      'until the reset, and a second',
      { ...remaining, 'x-ratelimit-reset': String(now / second + 120) },
      3,
      121 * second,
    ],
    ['a reset that is past', { ...remaining, 'x-ratelimit-reset': '1000000000' }, 0, second],
    ['a reset while something remains', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '9000000000' }, 0, minute],
    ['nothing is told', {}, 0, minute],
    ['nothing is told the fifth time', {}, 4, 16 * minute],
    ['nothing is told the sixth time', {}, 5, 16 * minute],
  ])('%s', (_, headers, failures, ms) => {
    expect(limitWait(headers, failures, now)).toBe(ms);
  });
});

describe('Retry-After', () => {
  test.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['999999999', 999_999_999_000],
    ['Mon, 23 Nov 2026 19:01:00 GMT', 60_000],
    ['0', 1_000],
    ['Mon, 23 Nov 2026 18:00:00 GMT', 1_000],
    ['soon', undefined],
    ['9999999999999', undefined],
    [undefined, undefined],
  ])('%s', (header, ms) => {
    expect(secondsOf(header, now)).toBe(ms);
  });
});
