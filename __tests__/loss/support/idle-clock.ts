import { setImmediate as turn } from 'node:timers/promises';
import type { SandboxRequest } from '../../../sandbox/http/traffic.ts';
import type { World } from '../../../sandbox/world.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Send } from '../../../src/lib/http.ts';
import type { OpenRawExchange } from '../../../src/lib/raw-exchange.ts';

/** Turns of the event loop after which everything that can go on without time and network has gone on. */
const settlingTurns = 3;

/**
 * A frozen world's time, which passes only when nothing else can happen: every request in flight hangs, and everybody
 * else sleeps. Then it jumps to the moment at which the first sleeper wakes.
 */
export class IdleClock implements Clock {
  readonly #world: World;
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  readonly #timedOut = new Set<SandboxRequest>();
  #working = 0;
  #looking = false;

  constructor(world: World) {
    this.#world = world;
    world.on(() => this.#look());
  }

  now(): number {
    return this.#world.clock.now();
  }

  monotonic(): number {
    return this.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { at: this.now() + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
      this.#look();
    });
  }

  /** No time passes while this work goes on. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.#working += 1;
    try {
      return await work;
    } finally {
      this.#working -= 1;
      this.#look();
    }
  }

  /** The same for requests, unless the server lets them hang. */
  watch(send: Send): Send {
    return (request) =>
      this.during(
        send(request).catch((error) => {
          this.#forgetHung(request);
          throw error;
        }),
      );
  }

  /** The same for an exchange that stays open until it is answered or closed. */
  watchExchange(open: OpenRawExchange): OpenRawExchange {
    return (request) => {
      const exchange = open(request);
      void this.during(exchange.answer.catch(() => this.#forgetHung(request)));
      return exchange;
    };
  }

  #forgetHung({ method, url }: { method: string; url: string }): void {
    const { pathname } = new URL(url);
    const hung = this.#hanging().find((each) => each.method === method && each.path === pathname);
    if (hung !== undefined) this.#timedOut.add(hung);
  }

  #hanging(): SandboxRequest[] {
    return this.#world.requests.filter((request) => request.fault === 'hang' && !this.#timedOut.has(request));
  }

  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    void this.#passTime();
  }

  async #passTime(): Promise<void> {
    for (let count = 0; count < settlingTurns; count++) await turn();
    this.#looking = false;
    if (this.#working > this.#hanging().length || this.#sleepers.size === 0) return;
    const at = Math.min(...[...this.#sleepers].map((sleeper) => sleeper.at));
    if (at > this.now()) this.#world.clock.set(at);
    for (const sleeper of [...this.#sleepers]) if (sleeper.at <= at) sleeper.wake();
    this.#look();
  }
}
