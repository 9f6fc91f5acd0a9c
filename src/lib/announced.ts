import { type Clock, second } from './clock.ts';
import type { Send } from './http.ts';
import type { OpenRawExchange } from './raw-exchange.ts';
import type { Log } from './workflow.ts';

/** A wait that goes without a line in the log, in ms. */
export const silentWait = 10 * second;

/** Says in the log that an answer is still waited for: at most one line in ten seconds, however many are. */
export class Announcer {
  readonly #clock: Clock;
  readonly #log: Log;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, log }: { clock: Clock; log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** The same requests; those that are silent for ten seconds are told. */
  send(send: Send): Send {
    return (request) => {
      if (request.timeout <= silentWait) return send(request);
      return this.#while(send(request), request.url);
    };
  }

  open(open: OpenRawExchange): OpenRawExchange {
    return (request) => {
      const exchange = open(request);
      return { ...exchange, answer: this.#while(exchange.answer, request.url) };
    };
  }

  async #while<Answer>(answer: Promise<Answer>, url: string): Promise<Answer> {
    const come = new AbortController();
    void this.#clock.sleep(silentWait, come.signal, true).then(() => {
      if (!come.signal.aborted) this.#say(new URL(url).host);
    });
    try {
      return await answer;
    } finally {
      come.abort(null);
    }
  }

  #say(host: string): void {
    const now = this.#clock.monotonic();
    if (now - this.#saidAt < silentWait) return;
    this.#saidAt = now;
    this.#log.info(`No answer from ${host} for ${silentWait / second} s; waiting on`);
  }
}
