import { expect, jest, test } from '@jest/globals';
import { SandboxClock, timestamp } from '../../sandbox/clocks/clock.ts';

test('the clock follows real time, and moves when told to', () => {
  jest.useFakeTimers({ now: 1_000_000 });
  const clock = new SandboxClock();
  expect(clock.now()).toBe(1_000_000);
  jest.advanceTimersByTime(500);
  clock.advance(60_000);
  expect(clock.now()).toBe(1_060_500);
  clock.set(42);
  jest.advanceTimersByTime(8);
  expect(clock.now()).toBe(50);
  jest.useRealTimers();
});

test('a scaled clock runs faster from where it starts', () => {
  jest.useFakeTimers({ now: 0 });
  const clock = new SandboxClock({ start: 5_000, scale: 60 });
  jest.advanceTimersByTime(1_000);
  expect(clock.now()).toBe(65_000);
  jest.useRealTimers();
});

test('timestamps have whole seconds', () => {
  expect(timestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05Z');
});
