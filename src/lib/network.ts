import { type Clock, second } from './clock.ts';
import { createConnector } from './connector.ts';
import { createHttp, type Send } from './http.ts';
import { createRawExchanges, type OpenRawExchange } from './raw-exchange.ts';
import type { Log } from './workflow.ts';

/** The two ways in which requests are sent, over the same connector. */
export interface Network {
  readonly send: Send;
  readonly open: OpenRawExchange;
  close(): void;
}

export function createNetwork(clock: Clock, environment: NodeJS.ProcessEnv): Network {
  const connector = createConnector(environment);
  const { send, close } = createHttp(clock, connector);
  return {
    send,
    open: createRawExchanges(connector, clock),
    close: () => {
      close();
      connector.close();
    },
  };
}

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
