import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../../src/secret.ts';
import { dayOf, isoOf, minuteOf, momentFrom, plural, quote, spanOf } from '../../src/text.ts';
import { day, hour, minute, second } from '../support/unit-time.ts';

describe('text from outside', () => {
  test.each([
    ['a  b', 'a b'],
    ['a\r\n::error::b\u2028c\u0000d\u0085e\t', 'a ::error::b c d e'],
    [' \n a \n ', 'a'],
    ['a\u202eb\u2066c', 'a b c'],
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

  test('loses tokens before it is cut', () => {
    new Secret('te-token-of-the-text');
    expect(quote('te-token-of-the-text rest', 8)).toBe('*** rest');
    expect(quote(`${' '.repeat(99_990)}te-token-of-the-text`)).toBe('***');
    expect(quote(`${' '.repeat(3_000_000)}te-token-of-the-text`)).toBe('');
  });

  test('whatever it is, it is one well-formed line of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.integer({ min: 1, max: 300 }), (text, max) => {
        const line = quote(text, max);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });
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
  ])('%j', (text, ms) => {
    expect(momentFrom(text)).toBe(ms);
  });

  test.each([
    ...['', '2028', '2028-11', '23.11.2028', 'Nov 23, 2028', '2028-11-23T19Z', '2028-11-23Z', 'x2028-11-23'],
    ...['2028-11-23x', '2028-13-23', '2028-11-99', '2028-11-23T99:00:00Z', 1795460400, null, undefined, {}],
  ])('not %j', (text) => {
    expect(momentFrom(text)).toBeUndefined();
  });
});

test.each([
  [0, '0 s'],
  [1, '1 s'],
  [89_999, '90 s'],
  [90_000, '2 min'],
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
