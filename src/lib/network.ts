import type { Clock } from './clock.ts';
import { createConnector } from './connector.ts';
import { createHttp, type Send } from './http.ts';
import { createRawExchanges, type OpenRawExchange } from './raw-exchange.ts';

/** The two ways in which requests are sent, over the same connector. */
export interface Network {
  readonly send: Send;
  readonly open: OpenRawExchange;
  /** Ends every connection. */
  close(): void;
}

/** @param environment where proxies are named */
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
