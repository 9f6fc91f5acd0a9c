import { expect, test } from '@jest/globals';
import { Progress } from '../../src/progress.ts';
import { fakeRetryPorts } from '../support/unit-ports.ts';

test('a line at most every five seconds says how many of how many, and when it will be done', () => {
  const { clock, log } = fakeRetryPorts({ auto: false });
  const progress = new Progress('Stored', 500, 6 * 60_000, { clock, log });
  for (let count = 0; count < 4; count++) {
    clock.advance(1000);
    progress.step();
  }
  clock.advance(999);
  progress.step();
  expect(log.lines).toEqual([]);
  clock.advance(1);
  progress.step();
  progress.step();
  clock.advance(4999);
  progress.step();
  expect(log.lines).toEqual(['Stored: 6 of 500, done by about 2026-11-23 19:06 UTC']);
  clock.advance(6 * 60_000 - 9999);
  progress.step();
  expect(log.lines.at(-1)).toBe('Stored: 9 of 500');
});
