import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';
import { replaceDate } from './replaced-date.ts';

/**
 * Preloaded into the action (`node --import`), it runs on the sandbox's clock: an hour of GitHub's rate limits passes in
 * a minute, and the bundle needs no switch for it. The time of day, monotonic time and every kind of timer go as fast.
 */
const { scale, since, base } = JSON.parse(process.env.SANDBOX_CLOCK ?? '{"scale":1,"since":0,"base":0}') as {
  scale: number;
  since: number;
  base: number;
};

const SECOND = 1_000_000_000n;

scaleDate();
scaleMonotonicTime();
scaleTimers();
syncBuiltinESMExports();

function scaleDate(): void {
  const { now } = Date;
  replaceDate(() => Math.round(base + (now() - since) * scale));
}

function scaleMonotonicTime(): void {
  const now = performance.now.bind(performance);
  Object.defineProperty(performance, 'now', { value: () => now() * scale, configurable: true, writable: true });
  const { bigint } = process.hrtime;
  const nanoseconds = (): bigint => BigInt(Math.round(Number(bigint()) * scale));
  const pair = (before?: [number, number]): [number, number] => {
    const passed = nanoseconds() - (before ? BigInt(before[0]) * SECOND + BigInt(before[1]) : 0n);
    return [Number(passed / SECOND), Number(passed % SECOND)];
  };
  process.hrtime = Object.assign(pair, { bigint: nanoseconds });
}

function scaleTimers(): void {
  const { setTimeout, setInterval } = globalThis;
  const { setTimeout: sleep, setInterval: ticks, scheduler } = promises;
  const wait = scheduler.wait.bind(scheduler);
  promises.setTimeout = (delay, value, options) => sleep(scaled(delay), value, options);
  promises.setInterval = (delay, value, options) => ticks(scaled(delay), value, options);
  scheduler.wait = (delay, options) => wait(scaled(delay) ?? 0, options);

  const timeout = (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]): NodeJS.Timeout =>
    setTimeout(callback, scaled(delay), ...args);
  const interval = (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]): NodeJS.Timeout =>
    setInterval(callback, scaled(delay), ...args);
  Object.defineProperty(timeout, promisify.custom, { value: promises.setTimeout, enumerable: true });
  globalThis.setTimeout = timers.setTimeout = timeout as typeof setTimeout;
  globalThis.setInterval = timers.setInterval = interval as typeof setInterval;

  const abortAfter = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (delay) => abortAfter(Math.ceil(delay / scale));
}

function scaled(delay: number | undefined): number | undefined {
  return delay === undefined ? undefined : delay / scale;
}
