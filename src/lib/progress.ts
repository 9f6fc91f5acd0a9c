import { type Clock, second } from './clock.ts';
import { minuteOf } from './text.ts';
import type { Log } from './workflow.ts';

const atMostEvery = 5 * second;

/** Counts work done, once a call, in the log, with the time when all will be done: `duration` ms from now on. */
export function progressOf(
  what: string,
  total: number,
  duration: number,
  { clock, log }: { clock: Clock; log: Log },
): () => void {
  let saidAt = clock.monotonic();
  const end = saidAt + duration;
  let count = 0;
  return () => {
    count++;
    const now = clock.monotonic();
    if (now - saidAt < atMostEvery) return;
    saidAt = now;
    const left = end - now;
    const by = left > 0 ? `, done by about ${minuteOf(clock.now() + left)}` : '';
    log.info(`${what}: ${count} of ${total}${by}`);
  };
}
