import type { Clock } from '../../../src/lib/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock that moves by itself: as soon as nothing else is left to do, it jumps to the moment at which the first sleeper
 * wakes. With `{ auto: false }` it stands still until {@link FakeClock.advance} moves it.
 */
export class FakeClock implements Clock {
  /** What every sleep asked for, in order, in ms. */
  readonly naps: number[] = [];
  /** Those of the sleeps during which the process may end, in ms. */
  readonly backgroundNaps: number[] = [];
  #now: number;
  /** How far the date is from what passed: it jumps where a test says so, and spans do not. */
  #jumped = 0;
  readonly #auto: boolean;
  readonly #turns: number;
  #sleepers: Sleeper[] = [];
  #pumping = false;

  /** @param options `turns`: so many turns of the event loop must pass before it counts as idle */
  constructor({
    now = Date.UTC(2026, 10, 23, 19),
    auto = true,
    turns = 1,
  }: {
    now?: number;
    auto?: boolean;
    turns?: number;
  } = {}) {
    this.#now = now;
    this.#auto = auto;
    this.#turns = turns;
  }

  now(): number {
    return this.#now + this.#jumped;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Sets the date forward or back by so many ms; no time passes. */
  jump(ms: number): void {
    this.#jumped += ms;
  }

  sleep(ms: number, signal?: AbortSignal, background?: boolean): Promise<void> {
    this.naps.push(ms);
    if (background) this.backgroundNaps.push(ms);
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        at: this.#now + ms,
        wake: () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
      this.#pump();
    });
  }

  /** Does something so many ms from now. */
  after(ms: number, action: () => void): void {
    this.#sleepers.push({ at: this.#now + ms, wake: action });
    this.#pump();
  }

  /** Moves time by hand and wakes everyone who is due, the earliest first. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#earliest();
      if (next === undefined || next.at > end) break;
      this.#wake(next);
    }
    this.#now = end;
  }

  #pump(turns = this.#turns): void {
    if (!this.#auto || this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      if (turns > 1) return this.#pump(turns - 1);
      const next = this.#earliest();
      if (next !== undefined) this.#wake(next);
      if (this.#sleepers.length > 0) this.#pump();
    });
  }

  #earliest(): Sleeper | undefined {
    return this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
  }

  #wake(sleeper: Sleeper): void {
    this.#now = Math.max(this.#now, sleeper.at);
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }
}
