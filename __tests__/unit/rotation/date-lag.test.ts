import { expect, test } from '@jest/globals';
import { dateLag, pausesForLag } from '../../../src/rotation/date-lag.ts';
import { minute, second } from '../support/time.ts';

const sum = (pauses: readonly number[]) => pauses.reduce((total, pause) => total + pause, 0);

test('ninety seconds are allowed for a date that GitHub shows late, and reads are spread over all of them', () => {
  expect(dateLag).toBe(90 * second);
  expect(sum(pausesForLag())).toBe(90 * second);
  expect(Math.max(...pausesForLag())).toBeLessThanOrEqual(30 * second);
});

test.each([
  [0, 0],
  [5 * second - 1, 0],
  [5 * second, 5],
  [minute, 60],
])('for at most %i ms they come to %i s', (most, seconds) => {
  expect(sum(pausesForLag(most))).toBe(seconds * second);
});
