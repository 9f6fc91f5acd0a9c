import type { HttpRequest } from '../../../src/lib/http.ts';
import type { RawAnswer } from '../../../src/lib/raw-answer.ts';
import type { RawRequest } from '../../../src/lib/raw-exchange.ts';
import { createThousandEyes } from '../../../src/thousandeyes/client.ts';
import { FakeClock } from './fake-clock.ts';
import { judged } from './judged-wire.ts';
import { now } from './time.ts';

/** What the wire answers; an error is thrown in place of an answer. */
export type WireReply = Partial<RawAnswer> | Error;

/**
 * The ThousandEyes client over a wire that answers everything alike. A request that ThousandEyes' description doesn't know
 * fails the test.
 */
export function thousandEyesOver(reply: WireReply, baseUrl = 'https://te.example/v7') {
  const requests: HttpRequest[] = [];
  const opened: RawRequest[] = [];
  let closed = 0;
  const answered = (): RawAnswer => {
    if (reply instanceof Error) throw reply;
    return { status: 200, headers: {}, body: '', ...reply };
  };
  const send = judged('thousandeyes', baseUrl, async (request) => {
    requests.push(request);
    return answered();
  });
  const post = judged('thousandeyes', baseUrl, async () => answered());
  const api = createThousandEyes(baseUrl, {
    clock: new FakeClock({ now }),
    send,
    open: (request) => {
      opened.push(request);
      const { method, url, headers } = request;
      const answer = post({ method, url, headers, timeout: 0 });
      answer.catch(() => undefined);
      return {
        answer,
        arrived: () => 7,
        close: () => {
          closed++;
        },
      };
    },
  });
  return { api, requests, opened, closed: () => closed };
}

/** An answer with a JSON body. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return { status, headers, body: JSON.stringify(body) };
}
