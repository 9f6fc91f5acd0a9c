import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../../../src/lib/secret.ts';
import {
  dayOf,
  isoOf,
  minuteOf,
  momentFrom,
  notShown,
  oneLine,
  plural,
  quote,
  someOf,
  spanOf,
  timeLeft,
} from '../../../src/lib/text.ts';
import { anyText } from '../support/any-text.ts';
import { day, hour, minute, now, second } from '../support/time.ts';

describe('text from outside', () => {
  test.each([
    ['a  b', 'a b'],
    ['a\r\n::error::b\u2028c\u0000d\u0085e\t', 'a ::error::b c d e'],
    [' \n a \n ', 'a'],
    ['a\u202eb\u2066c', 'a b c'],
    ['a\u2029b\u200bc\ufeffd\u00ade', 'a b c d e'],
    ['\u001b[31mred\u001b[0m \u009b1mbold', '[31mred [0m 1mbold'],
    ['see https://evil.example/x', 'see https: //evil.example/x'],
    ['ftp://a and WWW.evil.example', 'ftp: //a and www .evil.example'],
    ['awww.x', 'awww.x'],
    ['\ud800x', '\ufffdx'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(quote(text)).toBe(shown);
  });

  test.each([undefined, null, 7, {}, [], true])('%j is no text', (value) => {
    expect(quote(value)).toBe('');
  });

  test('is cut to 200 characters, or to what is asked for', () => {
    expect(quote('x'.repeat(200))).toBe('x'.repeat(200));
    expect(quote('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
    expect(quote('xyz', 2)).toBe('x…');
    expect(quote(`${'x'.repeat(198)}\u{1f511}y`)).toBe(`${'x'.repeat(198)}\ufffd…`);
  });

  test.each([
    ['whole', 'Bad credentials: te-token-of-the-text-8261'],
    ['without its last two characters', 'Bad credentials: te-token-of-the-text-82'],
    ['in upper case', 'BAD CREDENTIALS: TE-TOKEN-OF-THE-TEXT-8261'],
    ['with a blank inside', 'Bad credentials: te-token-of -the-text-8261'],
    ['where it would be cut', `${'x '.repeat(95)} te-token-of-the-text-8261`],
    ['far behind what is shown', `${' '.repeat(99_970)}te-token-of-the-text-8261`],
    ['half of it at the end of what is read', `${' '.repeat(99_980)}te-token-of-the-text-8261`],
  ])('that repeats a credential is not shown at all: %s', (_, text) => {
    new Secret('te-token-of-the-text-8261');
    expect(quote(text)).toBe(notShown);
    expect(notShown).toContain('not shown');
  });

  test('of megabytes is read to its hundred thousandth character', () => {
    expect(quote(`${' '.repeat(99_999)}xy`)).toBe('x');
    expect(quote(`${' '.repeat(3_000_000)}te-token-of-the-text-8261`)).toBe('');
  });

  test('whatever it is, it is one well-formed line of bounded length', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 500 }), fc.integer({ min: 1, max: 300 }), (text, max) => {
        const line = quote(text, max);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(line).not.toContain('://');
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });
});

test.each([
  ['a\r\n::stop-commands::x', 'a ::stop-commands::x'],
  ['\u001b[2Ja\u2028b\u0000', '[2Ja b'],
  ['  https://stays.example  as it is ', 'https://stays.example as it is'],
  ['Production EU/grün \u{1f511}', 'Production EU/grün \u{1f511}'],
])('our own inputs are one line, too: %j', (text, line) => {
  expect(oneLine(text)).toBe(line);
});

test('moments for people and for programs', () => {
  const ms = Date.UTC(2028, 1, 3, 4, 5, 6, 789);
  expect(minuteOf(ms)).toBe('2028-02-03 04:05 UTC');
  expect(dayOf(ms)).toBe('2028-02-03');
  expect(isoOf(ms)).toBe('2028-02-03T04:05:06.789Z');
  expect(isoOf(ms - 789)).toBe('2028-02-03T04:05:06Z');
});

describe('a moment is read from', () => {
  const midnight = Date.UTC(2028, 10, 23);
  test.each([
    ['2028-11-23', midnight],
    [' 2028-11-23 ', midnight],
    ['2028-11-23T19:00Z', midnight + 19 * hour],
    ['2028-11-23T19:00:30Z', midnight + 19 * hour + 30 * second],
    ['2028-11-23T19:00:30.250Z', midnight + 19 * hour + 30_250],
    ['2028-11-23T19:00:00+02:00', midnight + 17 * hour],
    ['2028-11-23T19:00:00-0500', midnight + 24 * hour],
    ['2028-11-23 19:00:00', midnight + 19 * hour],
    ['2028-11-23 19:00:00-05:00', midnight + 24 * hour],
    ['2028-11-23T19:00', midnight + 19 * hour],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
    ['9000-01-01', Date.UTC(9000, 0)],
  ])('%j', (text, ms) => {
    expect(momentFrom(text)).toBe(ms);
  });

  test.each([
    ...['', '2028', '2028-11', '23.11.2028', 'Nov 23, 2028', '2028-11-23T19Z', '2028-11-23Z', 'x2028-11-23'],
    ...[
      '2028-11-23x',
      '2028-13-23',
      '2028-11-99',
      '2027-02-29',
      '2028-02-30T10:00Z',
      '2028-04-31',
      '2028-11-23T99:00:00Z',
      '9000-01-01T00:00:01Z',
      '9999-12-31',
      1795460400,
      null,
      undefined,
      {},
    ],
  ])('not %j', (text) => {
    expect(momentFrom(text)).toBeUndefined();
  });
});

test.each([
  [0, '0 s'],
  [1, '1 s'],
  [90_000, '90 s'],
  [90_001, '2 min'],
  [90 * minute - 1, '90 min'],
  [90 * minute, '2 h'],
  [36 * hour - 1, '36 h'],
  [36 * hour, '2 days'],
  [15 * day, '15 days'],
])('a span of %i ms: %s', (ms, text) => {
  expect(spanOf(ms)).toBe(text);
});

test('one and many', () => {
  expect([plural(0, 'day'), plural(1, 'day'), plural(2, 'day')]).toEqual(['0 days', '1 day', '2 days']);
  expect([plural(1, 'repository', 'repositories'), plural(2, 'repository', 'repositories')]).toEqual([
    '1 repository',
    '2 repositories',
  ]);
});

test.each([
  [15 * day, '15 days left'],
  [3 * day - 1, '3 days left'],
  [3 * day - 61 * second, '2 days left'],
  [2 * day, '2 days left'],
  [2 * day - 1, '2 days left'],
  [36 * hour - 1, '36 h left'],
  [3 * hour, '3 h left'],
  [1, '1 s left'],
  [0, 'over'],
  [-day, 'over'],
])('beside a date in %i ms stands: %s', (ms, words) => {
  expect(timeLeft(now + ms, now)).toBe(words);
});

test('of many names the first, each once, and how many more there are', () => {
  expect(someOf(['a', 'b', 'a', 'c', 'b'], 2)).toBe('a, b and 1 more');
  expect(someOf(['a', 'b', 'a'], 2)).toBe('a, b');
  expect(someOf([], 2)).toBe('');
});
