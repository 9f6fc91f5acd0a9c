import { type Clock, second } from './clock.ts';
import type { Log } from './log.ts';
import { minuteOf } from './text.ts';

const atMostEvery = 5 * second;

/** Counts work done and says so in the log, at most every five seconds, with the time when it will be done. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #doneAt: number;
  readonly #ports: { readonly clock: Clock; readonly log: Log };
  #count = 0;
  #saidAt: number;

  /** @param duration how long the whole is expected to take, in ms */
  constructor(what: string, total: number, duration: number, ports: { readonly clock: Clock; readonly log: Log }) {
    this.#what = what;
    this.#total = total;
    this.#ports = ports;
    this.#saidAt = ports.clock.now();
    this.#doneAt = this.#saidAt + duration;
  }

  step(): void {
    this.#count++;
    const now = this.#ports.clock.now();
    if (now - this.#saidAt < atMostEvery) return;
    this.#saidAt = now;
    const done = this.#doneAt > now ? `, done by about ${minuteOf(this.#doneAt)}` : '';
    this.#ports.log.info(`${this.#what}: ${this.#count} of ${this.#total}${done}`);
  }
}
