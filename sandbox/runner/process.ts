import type { ChildProcess } from 'node:child_process';
import type { TrafficEvent, TrafficListener } from '../http/traffic.ts';
import type { CommandFiles } from './files.ts';
import type { StepLog } from './log.ts';

/** A moment: when a promise settles, or at the first event that fits. */
export type Trigger = Promise<unknown> | ((event: TrafficEvent) => boolean);

export type Listen = (listener: TrafficListener) => () => void;

export type StageOptions = {
  /** SIGKILL, at once. */
  kill?: Trigger;
  /** SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL. */
  cancel?: { at: Trigger; terminateAfter?: number; killAfter?: number };
  /** Any other signals, each at its moment. */
  signals?: readonly { signal: NodeJS.Signals; at: Trigger }[];
  /** SIGSTOP; SIGCONT at a moment after it, or so many milliseconds later. */
  freeze?: { at: Trigger; until: Trigger | number };
  /** Steps the time of day, and it alone, by so many milliseconds. They last into the stages that follow. */
  wallClock?: readonly { at: Trigger; by: number }[];
  /** When the step's disk is full. */
  fill?: Trigger;
  /** Paths in place of the runner's own command files, such as `/dev/full`. */
  commandFiles?: Partial<CommandFiles>;
  /** Gives up on a process after so many milliseconds. */
  timeout?: number;
  onSpawn?: (child: ChildProcess) => void;
};

export type Chunk = { stream: 'stdout' | 'stderr'; at: number; text: string };

export type Ended = {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  durationMs: number;
  timedOut: boolean;
  /** Both streams in order, with milliseconds since the start. */
  chunks: Chunk[];
};

const TIMEOUT = 120_000;

/** What else happens at a moment, beside the signals that a process gets. */
export type Happening = { at: Trigger; act: (child: ChildProcess) => void };

/** Follows a process to its end: feeds the log, and stops it when told to. */
export async function watch(
  child: ChildProcess,
  log: StepLog,
  options: StageOptions,
  on: Listen | undefined,
  happenings: readonly Happening[],
): Promise<Ended> {
  const started = performance.now();
  const chunks: Chunk[] = [];
  const flush = (['stdout', 'stderr'] as const).map((stream) => {
    const lines = splitLines((line) => log.line(line));
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      chunks.push({ stream, at: performance.now() - started, text });
      lines.push(text);
    });
    return lines.end;
  });
  let timedOut = false;
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, act: () => void): void => void timers.add(setTimeout(act, ms));
  later(options.timeout ?? TIMEOUT, () => {
    timedOut = true;
    child.kill('SIGKILL');
  });
  const stops = new Set<() => void>();
  const when: When = (at, act) => void stops.add(trigger(at, on, act));
  for (const { at, act } of happenings) when(at, () => act(child));
  signalAt(child, options, when, later);
  options.onSpawn?.(child);
  try {
    const [exitCode, signal] = await closed(child);
    for (const end of flush) end();
    return { exitCode, signal, durationMs: performance.now() - started, timedOut, chunks };
  } finally {
    for (const stop of stops) stop();
    for (const timer of timers) clearTimeout(timer);
  }
}

type When = (at: Trigger, act: () => void) => void;
type Later = (ms: number, act: () => void) => void;

function signalAt(child: ChildProcess, options: StageOptions, when: When, later: Later): void {
  const { kill, cancel, signals = [], freeze } = options;
  if (kill) when(kill, () => child.kill('SIGKILL'));
  if (cancel) when(cancel.at, () => interrupt(child, cancel, later));
  for (const { signal, at } of signals) when(at, () => child.kill(signal));
  if (!freeze) return;
  const { until } = freeze;
  const thaw = (): void => void child.kill('SIGCONT');
  when(freeze.at, () => {
    child.kill('SIGSTOP');
    if (typeof until === 'number') later(until, thaw);
    else when(until, thaw);
  });
}

function interrupt(
  child: ChildProcess,
  { terminateAfter = 7500, killAfter = 2500 }: { terminateAfter?: number; killAfter?: number },
  later: Later,
): void {
  child.kill('SIGINT');
  later(terminateAfter, () => {
    child.kill('SIGTERM');
    later(killAfter, () => child.kill('SIGKILL'));
  });
}

function trigger(when: Trigger, on: Listen | undefined, act: () => void): () => void {
  let armed = true;
  const fire = (): void => {
    if (armed) act();
    armed = false;
  };
  const disarm = (): void => {
    armed = false;
  };
  if (typeof when === 'object') void when.then(fire, fire);
  if (typeof when !== 'function') return disarm;
  if (!on) throw new Error('A trigger by event needs somewhere to listen');
  const stop = on((event) => {
    if (armed && when(event)) fire();
  });
  return () => {
    stop();
    disarm();
  };
}

function closed(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve([exitCode, signal]));
  });
}

function splitLines(take: (line: string) => void): { push(text: string): void; end(): void } {
  let rest = '';
  return {
    push(text) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    },
    end() {
      if (rest !== '') take(rest);
    },
  };
}
