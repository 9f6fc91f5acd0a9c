import { describe, expect, test } from '@jest/globals';
import { day, hour, minute, second, systemClock } from '../../src/clock.ts';

test('units', () => {
  expect([second, minute, hour, day]).toEqual([1000, 60_000, 3_600_000, 86_400_000]);
});

describe('the clock of the system', () => {
  test('tells the time', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('sleeps', async () => {
    const start = performance.now();
    await systemClock.sleep(20);
    expect(performance.now() - start).toBeGreaterThanOrEqual(18);
  });

  test('an abort wakes it, before and during', async () => {
    await systemClock.sleep(1e9, AbortSignal.abort());
    const controller = new AbortController();
    const sleeping = systemClock.sleep(1e9, controller.signal);
    controller.abort();
    await sleeping;
  });

  test('a sleep that would overflow a timer does not end at once', async () => {
    const controller = new AbortController();
    let awake = false;
    const sleeping = systemClock.sleep(2 ** 40, controller.signal).then(() => {
      awake = true;
    });
    await systemClock.sleep(10);
    expect(awake).toBe(false);
    controller.abort();
    await sleeping;
  });

  test('a sleep that is over no longer listens', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const signal = Object.assign(controller.signal, {
      addEventListener: () => {
        listeners++;
      },
      removeEventListener: () => {
        listeners--;
      },
    });
    await systemClock.sleep(1, signal);
    expect(listeners).toBe(0);
  });
});
