import type { Clock } from '../../../src/lib/clock.ts';
import type { Network } from '../../../src/lib/network.ts';

const never = new Promise<never>(() => undefined);

/** A process within this one that can be killed: from then on nothing that it waits for comes back to it. */
export class Mortal {
  readonly clock: Clock;
  readonly #death = Promise.withResolvers<void>();
  /** What ends its connections. */
  readonly #closes = new Set<() => void>();
  #isDead = false;

  constructor(clock: Clock) {
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => this.#unlessDead(clock.sleep(ms, signal)),
    };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** At once: what is under way on the network is cut off. */
  die(): void {
    this.#isDead = true;
    for (const close of this.#closes) close();
    this.#death.resolve();
  }

  /** Resolves with what the process does, or when it dies. */
  outlived(work: Promise<void>): Promise<void> {
    return Promise.race([work, this.#death.promise]);
  }

  network({ send, open, close }: Network): Network {
    this.#closes.add(close);
    return {
      send: (request) => this.#unlessDead(this.#isDead ? never : send(request)),
      open: (request) => {
        const exchange = open(request);
        this.#closes.add(() => exchange.close());
        return { ...exchange, answer: this.#unlessDead(exchange.answer) };
      },
      close,
    };
  }

  async #unlessDead<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } finally {
      if (this.#isDead) await never;
    }
  }
}
