import { expect, test } from '@jest/globals';
import { SandboxClock } from '../../sandbox/clocks/clock.ts';
import { type RunOptions, runAction } from '../../sandbox/runner/runner.ts';
import { FakeAction } from './support/fake-action.ts';

/** The clocks that a test can give to the action's process. */

const SCALED = import.meta.resolve('../../sandbox/clocks/scaled.ts');

async function run(script: string, options: RunOptions = {}): Promise<string> {
  using action = new FakeAction(script);
  const { stdout, exitCode, stderr } = await runAction({ actionDir: action.folder, ...options });
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.trim();
}

/** What passes on every clock of a process that waits for a minute in this way, in milliseconds, on a clock 600 times as fast. */
async function minuteBy(wait: string): Promise<number[]> {
  const clock = new SandboxClock({ scale: 600 });
  const script = `
    import * as promises from 'node:timers/promises';
    import * as timers from 'node:timers';
    import { performance as measured } from 'node:perf_hooks';
    import { promisify } from 'node:util';
    const look = () => [Date.now(), +new Date(), performance.now(), measured.now(), Number(process.hrtime.bigint()) / 1e6];
    const [pair, before] = [process.hrtime(), look()];
    await (${wait})(60_000);
    const [seconds, nanoseconds] = process.hrtime(pair);
    say(JSON.stringify([...look().map((after, index) => after - before[index]), seconds * 1000 + nanoseconds / 1e6]));`;
  return JSON.parse(await run(script, { env: clock.env, execArgv: ['--import', SCALED] }));
}

test.each([
  '(ms) => new Promise((resolve) => setTimeout(resolve, ms))',
  '(ms) => new Promise((resolve) => timers.setTimeout(resolve, ms))',
  '(ms) => promises.setTimeout(ms)',
  '(ms) => promises.scheduler.wait(ms)',
  'promisify(setTimeout)',
  '(ms) => new Promise((resolve) => { const ticks = setInterval(() => { clearInterval(ticks); resolve(); }, ms) })',
  'async (ms) => { for await (const tick of promises.setInterval(ms)) return tick; }',
  `(ms) => new Promise((resolve) => {
    const alive = setTimeout(() => {}, ms * 600);
    AbortSignal.timeout(ms).addEventListener('abort', () => { clearTimeout(alive); resolve(); }); })`,
])('a scaled clock carries every timer and every clock along: %s', async (wait) => {
  for (const passed of await minuteBy(wait)) {
    expect(passed).toBeGreaterThanOrEqual(59_000);
    // A hundred milliseconds of a busy machine are a minute here.
    expect(passed).toBeLessThan(10 * 60_000);
  }
});

test('a value and a cancel reach the scaled timers', async () => {
  const clock = new SandboxClock({ scale: 600 });
  const script = `
    import { setTimeout as sleep } from 'node:timers/promises';
    const abort = new AbortController();
    const never = sleep(3_600_000_000, 0, { signal: abort.signal }).catch((error) => error.name);
    abort.abort();
    say([await sleep(600, 'value'), await never, await new Promise((resolve) => setTimeout(resolve, 600, 'given'))].join());`;
  expect(await run(script, { env: clock.env, execArgv: ['--import', SCALED] })).toBe('value,AbortError,given');
});

const HELD = `
  const wall = () => [Date.now(), +new Date()];
  const steady = () => [performance.now(), Number(process.hrtime.bigint()) / 1e6];
  const [walls, steadies, zero] = [wall(), steady(), +new Date(0)];
  say('ready');
  while (Date.now() - walls[0] < 30_000 && performance.now() - steadies[0] < 10_000) await new Promise((resolve) => setTimeout(resolve, 1));
  say(JSON.stringify([wall().map((at, i) => at - walls[i]), steady().map((at, i) => at - steadies[i]), zero]));
`;

test('the time of day steps at a moment, and nothing else does', async () => {
  const ready = Promise.withResolvers<void>();
  const stdout = await run(HELD, {
    onSpawn: (child) => child.stdout?.once('data', ready.resolve),
    wallClock: [{ at: ready.promise, by: 35_000 }],
  });
  const [walls, steadies, zero] = JSON.parse(stdout.replace('ready\n', '')) as [number[], number[], number];
  for (const passed of walls) expect(passed).toBeGreaterThanOrEqual(35_000);
  for (const passed of steadies) expect(passed).toBeLessThan(10_000);
  expect(zero).toBe(0);
});

test('steps add up, back as well as forth, on a scaled clock too, and last into post', async () => {
  const before = Date.now();
  using action = new FakeAction(
    `say('ready'); await new Promise((resolve) => setTimeout(resolve, 3_600_000)); say(String(Date.now()));`,
    `say(String(Date.now()));`,
  );
  const ready = Promise.withResolvers<void>();
  const result = await runAction({
    actionDir: action.folder,
    env: new SandboxClock({ scale: 60_000 }).env,
    execArgv: ['--import', SCALED],
    onSpawn: (child) => child.stdout?.once('data', ready.resolve),
    wallClock: [
      { at: ready.promise, by: -8_640_000_000 },
      { at: ready.promise, by: 864_000_000 },
    ],
  });
  const [, main] = result.stdout.split('\n').map(Number);
  const step = 8_640_000_000 - 864_000_000;
  // The clock that goes so fast has made some hours by then, not the ninety days that it was put back.
  for (const told of [main, Number(result.post?.stdout)]) {
    expect(told).toBeGreaterThan(before - step);
    expect(told).toBeLessThan(before - step / 2);
  }
});
