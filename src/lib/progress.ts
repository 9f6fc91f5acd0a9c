import { type Clock, second } from './clock.ts';
import { minuteOf } from './text.ts';
import type { Log } from './workflow.ts';

const atMostEvery = 5 * second;

/** Counts work done and says so in the log, at most every five seconds, with the time when it will be done. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #end: number;
  #count = 0;
  #saidAt: number;

  /** @param duration how long the whole is expected to take, in ms */
  constructor(what: string, total: number, duration: number, { clock, log }: { clock: Clock; log: Log }) {
    this.#what = what;
    this.#total = total;
    this.#clock = clock;
    this.#log = log;
    this.#saidAt = clock.monotonic();
    this.#end = this.#saidAt + duration;
  }

  step(): void {
    this.#count++;
    const now = this.#clock.monotonic();
    if (now - this.#saidAt < atMostEvery) return;
    this.#saidAt = now;
    const left = this.#end - now;
    const end = left > 0 ? `, done by about ${minuteOf(this.#clock.now() + left)}` : '';
    this.#log.info(`${this.#what}: ${this.#count} of ${this.#total}${end}`);
  }
}
