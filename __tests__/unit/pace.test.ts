import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Method } from '../../src/github.ts';
import { createPace, inFlightFor, writesAMinute, writesAnHour } from '../../src/pace.ts';
import { hour, minute, second } from '../support/unit-time.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 11, 31, 23, 59) });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Starts so many requests at once and answers when each was let through, in ms from now. */
function start(method: Method, count: number, pace = createPace()) {
  const begin = Date.now();
  const leftAt: number[] = [];
  const done = Promise.all(
    Array.from({ length: count }, () =>
      pace(method, async () => {
        leftAt.push(Date.now() - begin);
      }),
    ),
  );
  return { leftAt, done, pace };
}

/** The most that left within any window of that length. */
function mostIn(leftAt: readonly number[], window: number): number {
  return Math.max(...leftAt.map((from) => leftAt.filter((at) => at >= from && at < from + window).length));
}

describe('writes', () => {
  test('below eighty are not delayed', async () => {
    const { leftAt } = start('PUT', 80);
    await jest.advanceTimersByTimeAsync(0);
    expect(leftAt).toEqual(Array(80).fill(0));
  });

  test('are never more than eighty in any minute, nor slower than that', async () => {
    const { leftAt } = start('PUT', 400);
    await jest.advanceTimersByTimeAsync(10 * minute);
    expect(leftAt).toHaveLength(400);
    // Four seconds are left for requests that arrive closer together than they left.
    expect(mostIn(leftAt, minute + 4 * second)).toBe(writesAMinute);
    // Eighty at once, and from then on one every 0.8 s.
    expect(leftAt.at(-1)).toBe(64 * second + 319 * 800);
  });

  test('are never more than five hundred in any hour', async () => {
    const { leftAt } = start('DELETE', 1001);
    await jest.advanceTimersByTimeAsync(2.5 * hour);
    expect(leftAt).toHaveLength(1001);
    // Two minutes more than an hour, for the same reason.
    expect(mostIn(leftAt, hour + 2 * minute)).toBe(writesAnHour);
    expect(leftAt.at(-1)).toBe(2 * (hour + 2 * minute));
  });

  test('nor where one hour ends in a rush and the next begins with one', async () => {
    const { leftAt, pace } = start('PUT', 1);
    await jest.advanceTimersByTimeAsync(55 * minute);
    const rush = start('PUT', 1000, pace);
    await jest.advanceTimersByTimeAsync(3 * hour);
    const all = [...leftAt, ...rush.leftAt.map((at) => at + 55 * minute)];
    expect(all).toHaveLength(1001);
    expect(mostIn(all, hour + 2 * minute)).toBe(writesAnHour);
  });

  test('of all methods count together', async () => {
    const { pace } = start('PUT', 40);
    start('PATCH', 40, pace);
    const { leftAt } = start('POST', 1, pace);
    await jest.advanceTimersByTimeAsync(0);
    expect(leftAt).toEqual([]);
    await jest.advanceTimersByTimeAsync(1.1 * minute);
    expect(leftAt).toHaveLength(1);
  });
});

describe('points', () => {
  test('nine hundred reads a minute', async () => {
    const { leftAt } = start('GET', 2000);
    await jest.advanceTimersByTimeAsync(0);
    expect(leftAt).toHaveLength(900);
    await jest.advanceTimersByTimeAsync(3 * minute);
    expect(leftAt).toHaveLength(2000);
    expect(mostIn(leftAt, minute + 8 * second)).toBe(900);
    expect(leftAt.at(-1)).toBe(68 * second + 1099 * 76);
  });

  test('a write weighs as five reads', async () => {
    const { pace } = start('PUT', 80);
    await jest.advanceTimersByTimeAsync(0);
    const { leftAt } = start('GET', 600, pace);
    await jest.advanceTimersByTimeAsync(0);
    expect(leftAt).toHaveLength(500);
  });

  test('reads do not use up writes', async () => {
    const { pace } = start('GET', 500);
    await jest.advanceTimersByTimeAsync(0);
    const { leftAt } = start('PUT', 80, pace);
    await jest.advanceTimersByTimeAsync(0);
    expect(leftAt).toHaveLength(80);
  });
});

describe('in flight', () => {
  async function mostAtOnce(pace: ReturnType<typeof createPace>): Promise<number> {
    let [now, most] = [0, 0];
    const all = Array.from({ length: 60 }, () =>
      pace('GET', async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 100));
        now--;
      }),
    );
    await jest.advanceTimersByTimeAsync(minute);
    await Promise.all(all);
    return most;
  }

  test('are ten', async () => {
    expect(await mostAtOnce(createPace())).toBe(10);
  });

  test('or as many as are asked for', async () => {
    expect(await mostAtOnce(createPace(40))).toBe(40);
  });

  test('a few targets are read at once', () => {
    expect([1, 12, 13, 500, Number.POSITIVE_INFINITY].map(inFlightFor)).toEqual([40, 40, 10, 10, 10]);
  });
});

test('an answer and an error come back as they are', async () => {
  const pace = createPace();
  await expect(pace('GET', async () => 7)).resolves.toBe(7);
  await expect(pace('GET', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(pace('GET', async () => 8)).resolves.toBe(8);
});
