import { describe, expect, test } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { type RetryPolicy, retry, type Verdict } from '../../../src/lib/retry.ts';
import { fakeRetryContext } from '../support/fakes.ts';
import { hour, minute, second } from '../support/time.ts';

const final: Verdict = { kind: 'final' };
const again: Verdict = { kind: 'again', detail: 'GitHub answered 500' };
const wait = (ms: number): Verdict => ({ kind: 'wait', ms, detail: "GitHub's rate limit: 429" });
const limits: RetryPolicy = { total: 20 * second, attempt: second, toldWaits: 5 * minute, stoppable: false };
const stoppable: RetryPolicy = { ...limits, stoppable: true };

/** Tries with the given verdicts, the last one for ever; answers how often it tried and what it slept. */
async function tryWith(
  verdicts: readonly Verdict[],
  policy: RetryPolicy,
  { cancelAfter, took = 0 }: { cancelAfter?: number; took?: number } = {},
) {
  const context = fakeRetryContext();
  const start = context.clock.monotonic();
  let tries = 0;
  const failures: number[] = [];
  if (cancelAfter === 0) context.cancel();
  else if (cancelAfter !== undefined) context.clock.after(cancelAfter, context.cancel);
  const naps: number[] = [];
  const clock = {
    now: () => context.clock.now(),
    monotonic: () => context.clock.monotonic(),
    sleep: (ms: number, signal?: AbortSignal) => {
      naps.push(ms);
      return context.clock.sleep(ms, signal);
    },
  };
  const attempt = async () => {
    if (took > 0) await context.clock.sleep(took);
    return ++tries;
  };
  const verdictOn = (answer: number, failed: number) => {
    failures.push(failed);
    return verdicts[answer - 1] ?? verdicts.at(-1) ?? final;
  };
  const answer = await retry('Writing it', attempt, verdictOn, policy, { ...context, clock }).catch((error) => error);
  return { answer, tries, failures, naps, lines: context.log.lines, elapsed: context.clock.monotonic() - start };
}

test('a final answer is the answer', async () => {
  const { answer, tries, naps } = await tryWith([final], limits);
  expect({ answer, tries, naps }).toEqual({ answer: 1, tries: 1, naps: [] });
});

test('pauses double from a second on and end with the policy', async () => {
  const { answer, naps, elapsed, failures } = await tryWith([again], limits);
  expect(naps).toEqual([1, 2, 4, 8].map((n) => n * second));
  expect({ answer, elapsed }).toEqual({ answer: 5, elapsed: 15 * second });
  expect(failures).toEqual([0, 1, 2, 3, 4]);
});

test('pauses grow to half a minute', async () => {
  const { naps, elapsed } = await tryWith([again], { ...limits, total: 10 * minute });
  expect(naps.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30].map((n) => n * second));
  expect(elapsed).toBeGreaterThan(9 * minute);
  expect(elapsed).toBeLessThanOrEqual(10 * minute);
});

test('the time that attempts take counts', async () => {
  const { tries, elapsed } = await tryWith([again], limits, { took: 5 * second });
  expect({ tries, elapsed }).toEqual({ tries: 3, elapsed: 18 * second });
});

test('the time that attempts wait for their turn does not count', async () => {
  const context = fakeRetryContext();
  let [tries, queued] = [0, 0];
  const attempt = async () => {
    tries++;
    queued += 60 * second;
    await context.clock.sleep(60 * second);
  };
  await retry(
    'Writing it',
    attempt,
    () => again,
    limits,
    context,
    () => queued,
  );
  expect(tries).toBe(5);
});

test.each([hour, -hour])('a date that jumps by %i ms neither ends nor stretches the trying', async (jump) => {
  const context = fakeRetryContext();
  context.clock.jump(jump);
  let tries = 0;
  const attempt = async () => {
    if (++tries === 2) context.clock.jump(jump);
  };
  const start = context.clock.monotonic();
  await retry('Writing it', attempt, () => again, limits, context);
  expect({ tries, elapsed: context.clock.monotonic() - start }).toEqual({ tries: 5, elapsed: 15 * second });
});

test('exactly the whole time of the policy is still tried', async () => {
  expect((await tryWith([again], { ...limits, total: 15 * second })).tries).toBe(5);
  expect((await tryWith([again], { ...limits, total: 15 * second - 1 })).tries).toBe(4);
});

describe('waits that the server asks for', () => {
  test('are obeyed and do not count as time of our own', async () => {
    const { answer, naps } = await tryWith([wait(2 * minute), wait(3 * minute), again, final], limits);
    expect(naps).toEqual([2 * minute, 3 * minute, 4 * second]);
    expect(answer).toBe(4);
  });

  test('end the trying at once where they come to more than it may', async () => {
    expect(await tryWith([wait(5 * minute + 1)], limits)).toMatchObject({ answer: 1, naps: [] });
    expect(await tryWith([wait(3 * minute), wait(2 * minute + 1)], limits)).toMatchObject({
      answer: 2,
      naps: [3 * minute],
    });
    expect(await tryWith([wait(5 * minute), final], limits)).toMatchObject({ answer: 2, naps: [5 * minute] });
  });
});

test('a server that asks again and again for next to nothing is asked less and less often', async () => {
  const { naps } = await tryWith([wait(second), wait(second), wait(second), final], limits);
  expect(naps).toEqual([second, 2 * second, 4 * second]);
});

test('only a wait of over two seconds is announced', async () => {
  const { lines } = await tryWith([wait(2 * second), again, again, wait(91 * second), final], limits);
  expect(lines).toEqual([
    'Writing it: GitHub answered 500; trying again in 4 s',
    "Writing it: GitHub's rate limit: 429; trying again in 2 min",
  ]);
});

describe('a cancel, where it may stop', () => {
  test('before: nothing is tried', async () => {
    const { answer, tries } = await tryWith([final], stoppable, { cancelAfter: 0 });
    expect(answer).toBeInstanceOf(Cancelled);
    expect(tries).toBe(0);
  });

  test('while it is tried: the answer does not count', async () => {
    const { answer, tries } = await tryWith([final], stoppable, { cancelAfter: second, took: 3 * second });
    expect(answer).toBeInstanceOf(Cancelled);
    expect(tries).toBe(1);
  });

  test.each([
    ['our own pause', again],
    ['a told wait', wait(minute)],
  ])('in %s: it ends at once', async (_, verdict) => {
    const { answer, tries, elapsed } = await tryWith([verdict, final], stoppable, { cancelAfter: second / 2 });
    expect(answer).toBeInstanceOf(Cancelled);
    expect({ tries, elapsed }).toEqual({ tries: 1, elapsed: second / 2 });
  });
});

describe('a cancel, where it must be finished', () => {
  test('cuts our own pause short, and then four a second are tried until the last call', async () => {
    const { naps, elapsed, tries } = await tryWith([again], limits, { cancelAfter: second / 2 });
    expect(naps[0]).toBe(second);
    expect(new Set(naps.slice(1))).toEqual(new Set([second / 4]));
    expect(elapsed).toBe(second / 2 + 6.5 * second);
    expect(tries).toBe(28);
  });

  test('does not cut short what the server asked for: the trying ends', async () => {
    const { answer, tries, elapsed } = await tryWith([wait(minute), final], limits, { cancelAfter: 20 * second });
    expect({ answer, tries, elapsed }).toEqual({ answer: 1, tries: 1, elapsed: 20 * second });
  });

  test('a told wait that ends before the last call is obeyed', async () => {
    const { answer, naps } = await tryWith([wait(6 * second), final], limits, { cancelAfter: 0 });
    expect({ answer, naps }).toEqual({ answer: 2, naps: [6 * second] });
  });

  test('one that does not ends it at once', async () => {
    const { answer, naps } = await tryWith([wait(9 * second), final], limits, { cancelAfter: 0 });
    expect({ answer, naps }).toEqual({ answer: 1, naps: [] });
  });
});

test('a timer that wakes a little early by itself does not end the trying', async () => {
  const context = fakeRetryContext({ auto: false });
  const clock = { now: () => 0, monotonic: () => 0, sleep: () => Promise.resolve() };
  let tries = 0;
  const attempt = async () => ++tries;
  const verdictOn = (answer: number) => (answer === 1 ? wait(minute) : final);
  expect(await retry('Writing it', attempt, verdictOn, limits, { ...context, clock })).toBe(2);
});
