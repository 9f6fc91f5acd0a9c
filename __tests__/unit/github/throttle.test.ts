import { describe, expect, test } from '@jest/globals';
import { Throttle, type TurnOptions, writesPerHour, writesPerMinute } from '../../../src/github/throttle.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { hour, minute, second } from '../support/time.ts';

const free: TurnOptions = { quiet: () => 0, mayWait: () => true, signal: () => new AbortController().signal };

function throttled() {
  const clock = new FakeClock();
  const throttle = new Throttle(clock);
  const begin = clock.monotonic();
  /** Starts so many requests at once; when each of them left, in ms from the begin of the test. */
  const leave = async (kind: 'read' | 'write', count: number, options: Partial<TurnOptions> = {}) => {
    const leftAt: number[] = [];
    const request = async () => void leftAt.push(clock.monotonic() - begin);
    await Promise.all(Array.from({ length: count }, () => throttle.run(kind, request, { ...free, ...options })));
    return leftAt;
  };
  return { clock, throttle, leave, elapsed: () => clock.monotonic() - begin };
}

/** The most that left within any window of that length. */
function mostIn(leftAt: readonly number[], window: number): number {
  return Math.max(...leftAt.map((from) => leftAt.filter((at) => at >= from && at < from + window).length));
}

describe('writes to GitHub', () => {
  test('are not delayed below eighty', async () => {
    expect(await throttled().leave('write', 80)).toEqual(Array(80).fill(0));
  });

  test('are never more than eighty in any minute, nor slower than that', async () => {
    const leftAt = await throttled().leave('write', 400);
    // Four seconds are left for requests that arrive closer together than they left.
    expect(mostIn(leftAt, minute + 4 * second)).toBe(writesPerMinute);
    // Eighty at once, and from then on eighty with each window.
    expect(leftAt.at(-1)).toBe(4 * 64 * second);
  });

  test('are spread over a minute where the points of that many are used up, too', async () => {
    const leftAt = await throttled().leave('write', 240);
    expect(mostIn(leftAt, minute + 8 * second) * 5).toBeLessThanOrEqual(900);
  });

  test('are never more than five hundred in any hour', async () => {
    const leftAt = await throttled().leave('write', 1001);
    // Two minutes more than an hour, for the same reason.
    expect(mostIn(leftAt, hour + 2 * minute)).toBe(writesPerHour);
    expect(leftAt.at(-1)).toBe(2 * (hour + 2 * minute));
  });

  test('nor where one hour ends in a rush and the next begins with one', async () => {
    const { leave, clock } = throttled();
    const first = await leave('write', 1);
    await clock.sleep(55 * minute);
    const all = [...first, ...(await leave('write', 1000))];
    expect(all).toHaveLength(1001);
    expect(mostIn(all, hour + 2 * minute)).toBe(writesPerHour);
  });

  test('count by what left, not by what is asked for: the clock on the wall may jump meanwhile', async () => {
    const { leave, clock } = throttled();
    await leave('write', 80);
    clock.jump(hour);
    expect(await leave('write', 1)).toEqual([64 * second]);
  });
});

describe('writes of an earlier process', () => {
  test('count as if they were our own', async () => {
    const { throttle, leave } = throttled();
    throttle.countEarlierWrites(Array(78).fill(10 * second));
    expect(await leave('write', 3)).toEqual([0, 0, 54 * second]);
  });

  test('count by their age, in whatever order they are told', async () => {
    const { throttle, leave } = throttled();
    throttle.countEarlierWrites([...Array(40).fill(10 * second), ...Array(40).fill(50 * second)]);
    expect(await leave('write', 41)).toEqual([...Array(40).fill(14 * second), 54 * second]);
  });

  test('count for the hour', async () => {
    const { throttle, leave } = throttled();
    throttle.countEarlierWrites(Array(500).fill(30 * minute));
    expect(await leave('write', 1)).toEqual([32 * minute]);
  });

  test('that seem to lie ahead, because the clock was set back, count as now', async () => {
    const { throttle, leave } = throttled();
    throttle.countEarlierWrites(Array(80).fill(-hour));
    expect(await leave('write', 1)).toEqual([64 * second]);
  });

  test('weigh on reads as well', async () => {
    const { throttle, leave } = throttled();
    throttle.countEarlierWrites(Array(80).fill(0));
    expect(mostIn(await leave('read', 600), second)).toBe(500);
  });
});

describe("GitHub's points", () => {
  test('are nine hundred reads a minute', async () => {
    const leftAt = await throttled().leave('read', 2000);
    expect(leftAt.filter((at) => at === 0)).toHaveLength(900);
    expect(mostIn(leftAt, minute + 8 * second)).toBe(900);
    expect(leftAt.at(-1)).toBe(2 * 68 * second);
  });

  test('weigh a write as five reads', async () => {
    const { leave } = throttled();
    await leave('write', 80);
    expect((await leave('read', 600)).filter((at) => at === 0)).toHaveLength(500);
  });

  test('are waited for in one go, until there are enough for a write', async () => {
    const { clock, leave } = throttled();
    await leave('read', 4);
    await clock.sleep(second);
    await leave('read', 896);
    expect(await leave('write', 1)).toEqual([69 * second]);
    expect(clock.naps).toEqual([second, 68 * second]);
  });

  test('of reads delay writes only where they are used up', async () => {
    const { leave } = throttled();
    await leave('read', 500);
    expect(await leave('write', 81)).toEqual([...Array(80).fill(0), 68 * second]);
  });
});

describe('requests in flight', () => {
  /** Takes 100 ms for each request and counts how many are under way at once. */
  function slow(clock: FakeClock) {
    const seen = { now: 0, most: 0 };
    const request = async () => {
      seen.most = Math.max(seen.most, ++seen.now);
      await clock.sleep(100);
      seen.now--;
    };
    return { seen, request };
  }

  test('are forty at most', async () => {
    const { clock, throttle, elapsed } = throttled();
    const { seen, request } = slow(clock);
    await Promise.all(Array.from({ length: 120 }, () => throttle.run('read', request, free)));
    expect({ most: seen.most, took: elapsed() }).toEqual({ most: 40, took: 300 });
  });

  test('are forty of reads and writes together', async () => {
    const { clock, throttle } = throttled();
    const { seen, request } = slow(clock);
    const kinds = Array.from({ length: 40 }, () => ['read', 'write'] as const).flat();
    await Promise.all(kinds.map((kind) => throttle.run(kind, request, free)));
    expect(seen.most).toBe(40);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])(
    'are forty also where one comes as another ends, %i turns of the queue later',
    async (turns) => {
      const { clock, throttle } = throttled();
      const { seen, request } = slow(clock);
      const all: Promise<unknown>[] = [];
      const ending = async () => {
        await request();
        let later = Promise.resolve();
        for (let turn = 0; turn < turns; turn++) later = later.then(() => undefined);
        all.push(later.then(() => throttle.run('write', request, free)));
      };
      all.push(throttle.run('read', ending, free));
      for (let n = 0; n < 60; n++) all.push(throttle.run('read', request, free));
      await clock.sleep(second);
      await Promise.all(all);
      expect({ most: seen.most, left: seen.now }).toEqual({ most: 40, left: 0 });
    },
  );

  test('are one fewer when one fails', async () => {
    const { throttle } = throttled();
    for (let n = 0; n < 50; n++)
      await expect(throttle.run('read', () => Promise.reject(new Error('no')), free)).rejects.toThrow('no');
    await expect(throttle.run('read', async () => 7, free)).resolves.toBe(7);
  });
});

describe('a turn that does not come', () => {
  test('is answered with nothing, and the next one comes all the same', async () => {
    const { throttle, leave, elapsed } = throttled();
    throttle.countEarlierWrites(Array(80).fill(0));
    const asked: number[] = [];
    const mayWait = (ms: number) => asked.push(ms) < 1;
    expect(await throttle.run('write', async () => 'sent', { ...free, mayWait })).toBeUndefined();
    expect({ asked, elapsed: elapsed() }).toEqual({ asked: [64 * second], elapsed: 0 });
    expect(await leave('write', 1)).toEqual([64 * second]);
  });

  test('ends as soon as the wait for it is cut short', async () => {
    const { clock, throttle, elapsed } = throttled();
    throttle.countEarlierWrites(Array(80).fill(0));
    const cancel = new AbortController();
    clock.after(5 * second, () => cancel.abort());
    const options = { ...free, mayWait: () => !cancel.signal.aborted, signal: () => cancel.signal };
    const all = await Promise.all(Array.from({ length: 41 }, () => throttle.run('write', async () => 'sent', options)));
    expect(all).toEqual(Array(41).fill(undefined));
    expect(elapsed()).toBe(5 * second);
  });

  test('takes nothing of the limits', async () => {
    const { throttle, leave } = throttled();
    for (let n = 0; n < 80; n++)
      await throttle.run('write', async () => 'sent', { ...free, quiet: () => 1, mayWait: () => false });
    expect(await leave('write', 80)).toEqual(Array(80).fill(0));
  });
});

describe('quiet', () => {
  test('is waited for before anything starts, and no request counts before it left', async () => {
    const { clock, leave } = throttled();
    const until = clock.monotonic() + 2 * minute;
    const leftAt = await leave('write', 100, { quiet: () => until - clock.monotonic() });
    expect(leftAt).toEqual([...Array(80).fill(2 * minute), ...Array(20).fill(2 * minute + 64 * second)]);
  });

  test('is waited for by a request inside the turn of another, too', async () => {
    const { clock, leave } = throttled();
    const until = clock.monotonic() + 30 * second;
    const quiet = () => until - clock.monotonic();
    expect(await leave('read', 1, { quiet, isInside: true })).toEqual([30 * second]);
    const late = clock.monotonic() + second;
    const denied = { quiet: () => late - clock.monotonic(), mayWait: () => false, isInside: true };
    expect(await leave('read', 1, denied)).toEqual([]);
  });
});

test('a request inside the turn of another needs no turn of its own, but counts', async () => {
  const { clock, throttle, leave } = throttled();
  const inner = async () => {
    // Until all of them have their turn.
    await clock.sleep(second);
    return throttle.run('read', async () => 7, { ...free, isInside: true });
  };
  const outer = Promise.all(Array.from({ length: 40 }, () => throttle.run('write', inner, free)));
  const late = clock.sleep(2 * second).then(() => 'they wait for each other');
  expect(await Promise.race([outer, late])).toEqual(Array(40).fill(7));
  expect((await leave('read', 700)).filter((at) => at === second)).toHaveLength(900 - 40 * 5 - 40);
});
