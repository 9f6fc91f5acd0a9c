import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../src/github/policies.ts';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { NoAnswer } from '../../../src/lib/no-answer.ts';
import { read, readOnce, scriptedGitHub, write } from '../support/scripted-github.ts';
import { minute, now, second } from '../support/time.ts';

const reset = (ms: number) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((now + ms) / second) });
const limited = (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) } });

describe("GitHub's rate limit", () => {
  test('is waited for as Retry-After says, and the log says why', async () => {
    const message = 'You have exceeded a secondary rate limit';
    const { naps, log, answer } = await readOnce(
      { status: 403, headers: { 'retry-after': '40' }, body: JSON.stringify({ message }) },
      { status: 200 },
    );
    expect({ naps, status: answer.status }).toEqual({ naps: [40_000], status: 200 });
    expect(log.lines).toEqual([`Reading it: GitHub's rate limit: 403 (${message}); trying again in 40 s`]);
  });

  test('is waited for until the reset, and a second', async () => {
    expect((await readOnce({ status: 403, headers: reset(2 * minute) }, { status: 200 })).naps).toEqual([121_000]);
  });

  test.each([
    ['ahead', 35 * minute],
    ['behind', -6 * minute],
  ])("is counted from the answer's date where the runner's clock is %s", async (_, jump) => {
    const headers = { ...reset(2 * minute), date: new Date(now).toUTCString() };
    const { github, clock } = scriptedGitHub([{ status: 429, headers }, { status: 200 }]);
    clock.jump(jump);
    expect((await github.call(read)).status).toBe(200);
    expect(clock.naps).toEqual([121_000]);
  });

  test('of an ordinary length is waited for at the home, and announced first', async () => {
    const { github, clock, log, elapsed } = scriptedGitHub([
      { status: 403, headers: reset(11 * minute) },
      { status: 204 },
    ]);
    const call = github.call(write);
    const meanwhile: string[] = [];
    clock.after(second, () => meanwhile.push(...log.lines));
    expect((await call).status).toBe(204);
    expect(meanwhile).toEqual([expect.stringMatching(/^Writing it: .*again in 12 min$/)]);
    expect(elapsed()).toBe(11 * minute + second);
  });

  test.each([
    ['neither a number of seconds nor a date', { 'retry-after': '12.5' }],
    ['not told', {}],
    ['told while something remains', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '9000000000' }],
    ['told without a reset', { 'x-ratelimit-remaining': '0' }],
    ['told as nonsense', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1e99' }],
  ])('that is %s is a minute, then grows to sixteen', async (_, headers) => {
    const { github, clock } = scriptedGitHub([{ status: 429, headers }]);
    await github.call(write);
    expect(clock.naps.map((ms) => ms / minute)).toEqual([1, 2, 4, 8, 16, 16]);
  });

  test('that lasts longer than it may be waited for is the answer', async () => {
    const { naps, answer } = await readOnce({ status: 429, headers: { 'retry-after': '301' } });
    expect({ naps, status: answer.status }).toEqual({ naps: [], status: 429 });
  });
});

describe('when GitHub asks for quiet', () => {
  test('all requests wait for it, not just the one that was refused', async () => {
    const { github, clock, sentAt, log } = scriptedGitHub([limited(40), { status: 200 }]);
    const first = github.call(read);
    const other = clock.sleep(10 * second).then(() => github.call(read));
    expect([(await first).status, (await other).status]).toEqual([200, 200]);
    expect(sentAt).toEqual([0, 40, 40]);
    // One line for the silence, not one for every request that keeps it.
    expect(log.lines).toHaveLength(1);
  });

  test('it is waited for up to an hour, by whoever may wait so long', async () => {
    const { github, clock, sentAt, log } = scriptedGitHub([limited(61 * 60), { status: 204 }]);
    const first = github.call(write);
    const other = clock.sleep(0).then(() => github.call(write));
    const reading = clock.sleep(0).then(() => github.call(read));
    expect((await reading).status).toBe(429);
    expect([(await first).status, (await other).status]).toEqual([204, 204]);
    expect(sentAt).toEqual([0, 3660, 3660]);
    expect(log.lines).toHaveLength(1);
  });

  test('for longer than a request may wait, it is answered in its place', async () => {
    const { github, clock, requests } = scriptedGitHub([limited(4000), { status: 200 }]);
    await github.call(read);
    const answer = await github.call(read);
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': '4000' },
      detail: 'that it wants no requests before 2026-11-23 20:06 UTC',
    });
    expect(requests).toHaveLength(1);
    await clock.sleep(4000 * second);
    expect((await github.call(read)).status).toBe(200);
  });

  test('a request that may not wait so long is answered at once, also behind one that may', async () => {
    const { github, clock, elapsed } = scriptedGitHub([limited(5 * 60), { status: 204 }]);
    const patient = github.call(write);
    await clock.sleep(second);
    const also = github.call(write);
    const impatient = await github.call({ ...write, method: 'DELETE', body: {}, policy: policies.cleanup });
    expect({ status: impatient.status, at: elapsed() }).toEqual({ status: 429, at: second });
    expect([(await patient).status, (await also).status]).toEqual([204, 204]);
  });

  test('quiet that grows while a request waits for its turn counts for it, too', async () => {
    const { github, throttle, requests, elapsed } = scriptedGitHub([limited(50), limited(4000)]);
    throttle.countEarlierWrites(Array(78).fill(0));
    const first = github.call(write);
    const second_ = github.call(write);
    const third = github.call(write);
    expect([(await first).status, (await second_).status, (await third).status]).toEqual([429, 429, 429]);
    expect(requests.length).toBeLessThan(4);
    expect(elapsed()).toBeLessThan(2 * minute);
  });

  test('no more than eighty writes leave in the minute after it', async () => {
    const { github, sentAt } = scriptedGitHub([{ status: 204 }, limited(70), { status: 204 }]);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => github.call({ ...write, policy: policies.other })),
    );
    expect(answers.every(({ status }) => status === 204)).toBe(true);
    const most = Math.max(...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + 60).length));
    expect(most).toBe(80);
  });

  test('a cancel does not break the silence', async () => {
    const { github, clock, requests, cancel, elapsed } = scriptedGitHub([limited(60), { status: 204 }]);
    const refused = github.call(write);
    clock.after(5 * second, cancel);
    const waiting = clock.sleep(second).then(() => github.call(write));
    expect([(await refused).status, (await waiting).status]).toEqual([429, 429]);
    expect(requests).toHaveLength(1);
    expect(elapsed()).toBe(5 * second);
  });

  test('a cancel where nothing has been asked for ends the waiting', async () => {
    const { github, clock, cancel } = scriptedGitHub([limited(60), { status: 200 }]);
    const refused = github.call(read).catch((error: unknown) => error);
    clock.after(5 * second, cancel);
    const waiting = clock.sleep(second).then(() => github.call(read));
    await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    expect(await refused).toBeInstanceOf(Cancelled);
    expect(clock.monotonic()).toBe(now + 5 * second);
  });
});

describe('a request that waits for its turn', () => {
  test.each([
    [53 * second, ["Writing it: waiting 11 s, as GitHub's limits ask"]],
    [54 * second, []],
  ])('says so where that is longer than ten seconds: behind writes %i ms ago', async (age, lines) => {
    const { github, throttle, log, elapsed } = scriptedGitHub([{ status: 204 }]);
    throttle.countEarlierWrites(Array(80).fill(age));
    await github.call(write);
    expect({ lines: log.lines, took: elapsed() }).toEqual({ lines, took: 64 * second - age });
  });

  test('is a write: reads go ahead of it', async () => {
    const { github, throttle, elapsed } = scriptedGitHub([{ status: 200 }]);
    throttle.countEarlierWrites(Array(80).fill(0));
    await github.call(read);
    expect(elapsed()).toBe(0);
  });

  test('is a read behind the points of many writes, each of which weighs five', async () => {
    const { github, throttle, sentAt } = scriptedGitHub([{ status: 204 }, { status: 200 }]);
    throttle.countEarlierWrites(Array(179).fill(65 * second));
    await github.call(write);
    await github.call(read);
    expect(sentAt).toEqual([0, 3]);
  });

  test('ends with a cancel, and says so', async () => {
    const { github, clock, throttle, requests, cancel, elapsed } = scriptedGitHub([{ status: 204 }]);
    throttle.countEarlierWrites(Array(80).fill(0));
    clock.after(3 * second, cancel);
    const answer = await github.call(write);
    expect(answer).toMatchObject({
      status: 0,
      isCancelled: true,
      detail: 'the run was cancelled before its turn came',
    });
    expect(requests).toEqual([]);
    expect(elapsed()).toBe(3 * second);
  });

  test('ends with a cancel as such also at the end of a silence', async () => {
    const { github, clock, throttle, cancel, elapsed } = scriptedGitHub([limited(3), { status: 204 }]);
    await github.call({ ...read, policy: { ...policies.read, toldWaits: 0 } });
    throttle.countEarlierWrites(Array(80).fill(0));
    clock.after(3 * second, cancel);
    expect(await github.call(write)).toMatchObject({ status: 0, isCancelled: true });
    expect(elapsed()).toBe(3 * second);
  });

  test.each([
    ['before the last seconds are over', 60 * second],
    ['with their end', 56.5 * second],
  ])('is let through where its turn comes %s', async (_, age) => {
    const { github, clock, throttle, cancel, elapsed } = scriptedGitHub([{ status: 204 }]);
    throttle.countEarlierWrites(Array(80).fill(age));
    clock.after(second, cancel);
    expect((await github.call(write)).status).toBe(204);
    expect(elapsed()).toBe(64 * second - age);
  });

  test('is thrown away by a cancel where nothing has been asked for', async () => {
    const { github, clock, throttle, requests, cancel, elapsed } = scriptedGitHub([{ status: 204 }]);
    throttle.countEarlierWrites(Array(80).fill(0));
    clock.after(3 * second, cancel);
    await expect(github.call({ ...write, policy: policies.read })).rejects.toBeInstanceOf(Cancelled);
    expect(requests).toEqual([]);
    expect(elapsed()).toBe(3 * second);
  });

  test('does not count as failing meanwhile', async () => {
    const { github, throttle } = scriptedGitHub([{ status: 503 }, { status: 503 }, { status: 204 }]);
    throttle.countEarlierWrites(Array(80).fill(0));
    expect((await github.call({ ...write, policy: policies.cleanup })).status).toBe(204);
  });
});

test('a cancel while something is read is thrown', async () => {
  const { github, clock, cancel } = scriptedGitHub([{ status: 503 }]);
  clock.after(500, cancel);
  await expect(github.call(read)).rejects.toBeInstanceOf(Cancelled);
});

test('an exchange that the last call cut off is told as cancelled', async () => {
  const { github, clock, cancel } = scriptedGitHub([new NoAnswer('cancelled')]);
  cancel();
  await clock.sleep(8 * second);
  expect(await github.call(write)).toMatchObject({ status: 0, isCancelled: true });
});
