import { type Clock, second } from './clock.ts';
import type { Network } from './network.ts';
import type { Log } from './workflow.ts';

/** A wait that goes without a line in the log, in ms. */
export const silentWait = 10 * second;

/** The same network. Of answers that are waited for longer than ten seconds the log tells, in one line in that time. */
export function announced({ send, open, close }: Network, { clock, log }: { clock: Clock; log: Log }): Network {
  let saidAt = Number.NEGATIVE_INFINITY;
  const told = async <Answer>(answer: Promise<Answer>, url: string): Promise<Answer> => {
    const come = new AbortController();
    void clock.sleep(silentWait, come.signal, true).then(() => {
      const now = clock.monotonic();
      if (come.signal.aborted || now - saidAt < silentWait) return;
      saidAt = now;
      log.info(`No answer from ${new URL(url).host} for ${silentWait / second} s; waiting on`);
    });
    try {
      return await answer;
    } finally {
      come.abort(null);
    }
  };
  return {
    send: (request) => (request.timeout <= silentWait ? send(request) : told(send(request), request.url)),
    open: (request) => {
      const exchange = open(request);
      return { ...exchange, answer: told(exchange.answer, request.url) };
    },
    close,
  };
}
