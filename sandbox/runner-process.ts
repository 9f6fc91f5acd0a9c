import type { ChildProcess } from 'node:child_process';
import type { StepLog } from './runner-log.ts';
import type { TrafficEvent, TrafficListener } from './traffic.ts';

/** A moment: when a promise settles, or at the first event that fits. */
export type Trigger = Promise<unknown> | ((event: TrafficEvent) => boolean);

export type Listen = (listener: TrafficListener) => () => void;

export type StageOptions = {
  /** SIGKILL, at once. */
  kill?: Trigger;
  /** SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL. */
  cancel?: { at: Trigger; terminateAfter?: number; killAfter?: number };
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

/** Follows a process to its end: feeds the log, and stops it when told to. */
export async function watch(
  child: ChildProcess,
  log: StepLog,
  options: StageOptions,
  on: Listen | undefined,
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
  const stops = [
    trigger(options.kill, on, () => child.kill('SIGKILL')),
    trigger(options.cancel?.at, on, () => cancel(child, options.cancel ?? {}, later)),
  ];
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

function cancel(
  child: ChildProcess,
  { terminateAfter = 7500, killAfter = 2500 }: { terminateAfter?: number; killAfter?: number },
  later: (ms: number, act: () => void) => void,
): void {
  child.kill('SIGINT');
  later(terminateAfter, () => {
    child.kill('SIGTERM');
    later(killAfter, () => child.kill('SIGKILL'));
  });
}

function trigger(when: Trigger | undefined, on: Listen | undefined, act: () => void): () => void {
  let armed = when !== undefined;
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
