import { describe, expect, test } from '@jest/globals';
import { httpDateFrom, retryAfterMs, serverTime } from '../../../src/lib/http-date.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { hour, minute, now, second } from '../support/time.ts';

describe('an HTTP date', () => {
  test.each(['Mon, 23 Nov 2026 19:00:00 GMT', '  Mon, 23 Nov 2026 19:00:00 GMT\t'])('is read: %j', (text) => {
    expect(httpDateFrom(text)).toBe(now);
  });

  test.each([
    undefined,
    '',
    'Sun, 22 Nov 2026 19:00:00 GMT+0100',
    '2026-11-23T19:00:00Z',
    'Mon, 23 Nov 2026 19:00:00',
    'Mon, 23 Nov 2026 19:00:00 UTC',
    'Mon, 23 Nov 2026 19:00:00 +0000',
    'Monday, 23-Nov-26 19:00:00 GMT',
    'Mon Nov 23 19:00:00 2026',
    'Mon, 3 Nov 2026 19:00:00 GMT',
    'Mon, 23 Nov 2026 25:00:00 GMT',
    'xMon, 23 Nov 2026 19:00:00 GMT',
    'Mon, 23 Nov 2026 19:00:00 GMTx',
    '12.5',
  ])('is none: %j', (text) => {
    expect(httpDateFrom(text)).toBeUndefined();
  });
});

test("a server's moments are counted by its own clock, and by ours where it does not show one", () => {
  const clock = new FakeClock({ now: now + 35 * minute });
  expect(serverTime({ date: 'Mon, 23 Nov 2026 19:00:00 GMT' }, clock)).toBe(now);
  expect(serverTime({ date: 'today' }, clock)).toBe(now + 35 * minute);
  expect(serverTime({}, clock)).toBe(now + 35 * minute);
});

describe('Retry-After', () => {
  test.each([
    ['120', 120 * second],
    [' 7 ', 7 * second],
    ['1', second],
    ['0', second],
    ['999999999', 999_999_999 * second],
    ['Mon, 23 Nov 2026 20:00:00 GMT', hour],
    ['Mon, 23 Nov 2026 19:00:02 GMT', 2 * second],
    ['Mon, 23 Nov 2026 19:00:00 GMT', second],
    ['Sun, 22 Nov 2026 19:00:00 GMT', second],
  ])('%j asks for %i ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  test.each([
    undefined,
    '',
    ' ',
    '12.5',
    '120;',
    '120, 120',
    '-5',
    '+5',
    '0x10',
    '1e3',
    '9999999999',
    'soon',
    '2026-11-23',
  ])('%j is neither seconds nor a date, so as if missing', (header) => {
    expect(retryAfterMs(header, now)).toBeUndefined();
  });

  test("a date counts from the server's own time, not from ours", () => {
    expect(retryAfterMs('Mon, 23 Nov 2026 19:00:30 GMT', now - 10 * minute)).toBe(10 * minute + 30 * second);
  });
});
