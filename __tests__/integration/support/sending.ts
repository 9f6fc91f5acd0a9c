import { afterEach } from '@jest/globals';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { createConnector } from '../../../src/lib/connector.ts';
import { createHttp, type HttpRequest, type Send } from '../../../src/lib/http.ts';
import { NoAnswer } from '../../../src/lib/no-answer.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** What sends requests, until the test is over. */
export function sender(clock: Clock = systemClock): Send {
  const http = createHttp(clock, createConnector({}));
  open.push(http);
  return http.send;
}

/** One exchange, of five seconds at most. */
export const get = (url: string, more: Partial<HttpRequest> = {}, send = sender()) =>
  send({ method: 'GET', url, headers: {}, timeout: 5000, ...more });

/** Why there was no answer. */
export const failure = (request: Promise<unknown>): Promise<NoAnswer> =>
  request.then(
    () => {
      throw new Error('expected no answer');
    },
    (error: unknown) => {
      if (error instanceof NoAnswer) return error;
      throw error;
    },
  );
