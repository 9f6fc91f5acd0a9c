import { type Clock, hour, minute, second } from '../lib/clock.ts';

/** GitHub's published limits. Source: "Rate limits for the REST API", secondary rate limits. */
export const writesPerMinute = 80;
export const writesPerHour = 500;
export const pointsPerMinute = 900;
const pointsOfWrite = 5;
/** Requests in flight at once; GitHub takes 100. */
const mostInFlight = 40;
/** A request that leaves in time may arrive closer to the one before it; the windows are a little longer for that. */
const slack = 4 * second;

/** Requests of one kind are started in the order in which they came. */
type Kind = 'read' | 'write';

export interface TurnOptions {
  /** How long nothing may start, in ms, whatever the limits allow; asked again after each wait. */
  readonly quiet: () => number;
  /** Whether so many ms may still be waited for; asked again whenever a wait was cut short. */
  readonly mayWait: (ms: number) => boolean;
  /** Cuts the wait short. */
  readonly signal: () => AbortSignal;
  /** Whether it is made inside the turn of another request, which has not left yet: then it is its turn, too. */
  readonly isInside?: boolean;
}

/** A sliding window: so many points in any span of so many ms. */
class SlidingWindow {
  readonly #most: number;
  readonly #span: number;
  #taken: { readonly at: number; readonly points: number }[] = [];
  #sum = 0;

  constructor(most: number, span: number) {
    this.#most = most;
    this.#span = span;
  }

  /** How long until there is room for so many points, in ms. */
  wait(points: number, now: number): number {
    // What has left the window would count for nothing: it is let go, so that the list stays short.
    while (this.#taken[0] !== undefined && this.#taken[0].at + this.#span <= now) {
      this.#sum -= this.#taken[0].points;
      this.#taken.shift();
    }
    let free = this.#most - this.#sum;
    for (const each of this.#taken) {
      if (free >= points) return 0;
      free += each.points;
      if (free >= points) return each.at + this.#span - now;
    }
    return 0;
  }

  take(points: number, at: number): void {
    this.#taken.push({ at, points });
    this.#sum += points;
  }
}

/**
 * Starts requests when GitHub's limits allow it: no delay below 80 writes, then at most 80 in any minute and 500 in any
 * hour, reads and writes weighed as GitHub weighs them, 40 in flight. Our own, because it must hear a cancel, count what
 * an earlier process wrote, and keep to a clock that never jumps: docs/design/decisions.md.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #minute = new SlidingWindow(writesPerMinute, minute + slack);
  readonly #hour = new SlidingWindow(writesPerHour, hour + 2 * minute);
  readonly #points = new SlidingWindow(pointsPerMinute, minute + 2 * slack);
  readonly #last: Partial<Record<Kind, Promise<void>>> = {};
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts writes of an earlier process, by how long ago they were, in ms. */
  countEarlierWrites(ages: readonly number[]): void {
    const now = this.#clock.monotonic();
    for (const age of [...ages].sort((a, b) => b - a)) this.#take('write', now - Math.max(age, 0));
  }

  /** Runs a request when it is its turn; undefined where it did not get it. */
  async run<Answer>(kind: Kind, request: () => Promise<Answer>, options: TurnOptions): Promise<Answer | undefined> {
    if (options.isInside) {
      if (!(await this.#waitWhile(() => 0, options))) return undefined;
      this.#take(kind, this.#clock.monotonic());
      return request();
    }
    const before = this.#last[kind];
    const { promise, resolve: done } = Promise.withResolvers<void>();
    this.#last[kind] = promise;
    await before;
    await this.#slot();
    try {
      // Inside the slot: a request that was let through and then waited for a slot would leave too late.
      if (!(await this.#waitWhile(() => this.#wait(kind), options))) return undefined;
      this.#take(kind, this.#clock.monotonic());
      done();
      return await request();
    } finally {
      done();
      this.#free();
    }
  }

  /** Waits until there is quiet no more and nothing else to wait for; false where that may not be waited for. */
  async #waitWhile(limits: () => number, { quiet, mayWait, signal }: TurnOptions): Promise<boolean> {
    const left = () => Math.max(limits(), quiet());
    for (let wait = left(); wait > 0; wait = left()) {
      if (!mayWait(wait)) return false;
      await this.#clock.sleep(wait, signal());
    }
    return true;
  }

  #wait(kind: Kind): number {
    const now = this.#clock.monotonic();
    if (kind === 'read') return this.#points.wait(1, now);
    return Math.max(this.#minute.wait(1, now), this.#hour.wait(1, now), this.#points.wait(pointsOfWrite, now));
  }

  #take(kind: Kind, at: number): void {
    this.#points.take(kind === 'write' ? pointsOfWrite : 1, at);
    if (kind === 'read') return;
    this.#minute.take(1, at);
    this.#hour.take(1, at);
  }

  async #slot(): Promise<void> {
    if (this.#inFlight < mostInFlight) this.#inFlight++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the slot on, or a newcomer could take it before the one who waits for it. */
  #free(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inFlight--;
    else next();
  }
}
