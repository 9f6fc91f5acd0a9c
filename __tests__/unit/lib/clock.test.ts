import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { day, hour, minute, second, systemClock } from '../../../src/lib/clock.ts';

const now = Date.UTC(2026, 11, 31, 23, 59, 59);

test('units', () => {
  expect([second, minute, hour, day]).toEqual([1000, 60_000, 3_600_000, 86_400_000]);
});

describe('the clock of the system', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** A sleep, and whether it is over. */
  function asleep(ms: number, signal?: AbortSignal) {
    const state = { over: false };
    void systemClock.sleep(ms, signal).then(() => {
      state.over = true;
    });
    return state;
  }

  test('tells the date', () => {
    expect(systemClock.now()).toBe(now);
  });

  test('counts spans by what passes, whatever the date does', async () => {
    const before = systemClock.monotonic();
    jest.setSystemTime(now + 365 * day);
    expect(systemClock.now() - now).toBe(365 * day);
    expect(systemClock.monotonic() - before).toBe(0);
    await jest.advanceTimersByTimeAsync(1500);
    expect(systemClock.monotonic() - before).toBe(1500);
  });

  test('sleeps as long as it is told', async () => {
    const sleep = asleep(20);
    await jest.advanceTimersByTimeAsync(19);
    expect(sleep.over).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(sleep.over).toBe(true);
  });

  test('an abort wakes it, before and during', async () => {
    await systemClock.sleep(1e9, AbortSignal.abort());
    const controller = new AbortController();
    const sleeping = systemClock.sleep(1e9, controller.signal);
    controller.abort();
    await sleeping;
    expect(jest.getTimerCount()).toBe(0);
  });

  test('a sleep that would overflow a timer does not end at once', async () => {
    const sleep = asleep(2 ** 40);
    await jest.advanceTimersByTimeAsync(2 ** 31 - 2);
    expect(sleep.over).toBe(false);
  });

  test('a sleep that is over no longer listens', async () => {
    const { signal } = new AbortController();
    const sleep = asleep(1, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(sleep.over).toBe(true);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test.each([
    ['in the foreground keeps the process alive', undefined, true],
    ['in the background does not', true, false],
  ])('a sleep %s', (_, background, isAlive) => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    void systemClock.sleep(hour, undefined, background);
    const [timer] = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect(timer?.hasRef()).toBe(isAlive);
    timers.mockRestore();
  });
});
