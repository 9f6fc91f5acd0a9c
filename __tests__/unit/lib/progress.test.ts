import { expect, test } from '@jest/globals';
import { progressOf } from '../../../src/lib/progress.ts';
import { fakeRetryContext } from '../support/fakes.ts';
import { hour, minute, second } from '../support/time.ts';

test('a line at most every five seconds says how many of how many, and when it will be done', () => {
  const { clock, log } = fakeRetryContext({ auto: false });
  const step = progressOf('Stored', 500, 6 * minute, { clock, log });
  for (let count = 0; count < 4; count++) {
    clock.advance(second);
    step();
  }
  clock.advance(999);
  step();
  expect(log.lines).toEqual([]);
  clock.advance(1);
  step();
  step();
  clock.advance(4999);
  step();
  expect(log.lines).toEqual(['Stored: 6 of 500, done by about 2026-11-23 19:06 UTC']);
  clock.advance(6 * minute - 9999);
  step();
  expect(log.lines.at(-1)).toBe('Stored: 9 of 500');
});

test('a date that jumps brings no line forward, and is the one in which the end is told', () => {
  const { clock, log } = fakeRetryContext({ auto: false });
  const step = progressOf('Stored', 500, 10 * minute, { clock, log });
  clock.jump(hour);
  step();
  expect(log.lines).toEqual([]);
  clock.advance(5 * second);
  step();
  expect(log.lines).toEqual(['Stored: 2 of 500, done by about 2026-11-23 20:10 UTC']);
});
