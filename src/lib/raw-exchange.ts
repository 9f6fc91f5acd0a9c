import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import type { Connector } from './connector.ts';
import { type HttpRequest, whatHasArrived } from './http.ts';
import { NoAnswer, noAnswerFrom } from './no-answer.ts';
import { longestBody, type RawAnswer, rawAnswer } from './raw-answer.ts';

export interface RawRequest extends Pick<HttpRequest, 'method' | 'url' | 'headers'> {
  /** How long a silence ends the exchange, by what has come, in ms: 0 at once, infinite never. */
  readonly patience: (answer: RawAnswer) => number;
}

/** An exchange that stays open until it is answered or closed. */
export interface Exchange<Answer> {
  readonly answer: Promise<Answer>;
  /** How many bytes have arrived so far. */
  readonly arrived: () => number;
  /** Ends it; what had arrived by then is the answer. */
  close(): void;
}

/** Its answer rejects with {@link NoAnswer} where the connection ended without a byte, or never came about. */
export type OpenRawExchange = (request: RawRequest) => Exchange<RawAnswer>;

/** Past so many bytes a head or a body is no answer any more. */
const mostBytes = 2 * longestBody;

const exampleAnswer = Buffer.from('HTTP/1.1 201\r\nA: b\r\n\r\n{}');

/** Exchanges over connections of their own, each byte kept: the answer with the new token is sent only once. */
export function createRawExchanges({ connect }: Pick<Connector, 'connect'>, clock: Clock): OpenRawExchange {
  return ({ method, url, headers, patience }) => {
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    const chunks: Buffer[] = [];
    const over = new AbortController();
    let [size, sent] = [0, false];
    let socket: Socket | undefined;
    const { promise: answer, resolve, reject } = Promise.withResolvers<RawAnswer>();
    // Whoever gives up on it need not look.
    answer.catch(() => undefined);
    const seen = () => rawAnswer(Buffer.concat(chunks));
    const settle = (error: unknown, read = seen()) => {
      if (over.signal.aborted) return;
      over.abort(null);
      // Not before the answer is dealt with: its token is in memory only until it is in the journal.
      setImmediate(() => socket?.destroy());
      if (read !== undefined) return resolve(read);
      const { message, mayPass } = noAnswerFrom(error, host);
      reject(new NoAnswer(message, { sent, mayPass }));
    };
    const look = async () => {
      const [before, read] = [size, seen()];
      const wait = read === undefined ? Number.POSITIVE_INFINITY : patience(read);
      if (wait === 0 || size >= mostBytes) return settle(undefined, read);
      if (wait === Number.POSITIVE_INFINITY) return;
      await clock.sleep(wait, over.signal);
      if (over.signal.aborted) return;
      await whatHasArrived(() => size);
      if (size === before) settle(undefined, read);
    };
    connect({ protocol, hostname: hostname.replace(/^\[|\]$/g, ''), host, port }, (error, connected) => {
      // Where it fails, the connector leaves the socket out.
      if (error !== null) return settle(error);
      socket = connected;
      if (over.signal.aborted) return void socket.destroy();
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        void look();
      });
      socket.on('error', settle);
      socket.on('close', () => settle(new NoAnswer('the connection broke off')));
      sent = true;
      socket.write(headOf(method, `${pathname}${search}`, { host, ...headers }), 'latin1');
      // What reads the answer is compiled while the server is busy: then the token is in the journal half a millisecond earlier.
      const example = rawAnswer(exampleAnswer);
      if (example !== undefined) patience(example);
    });
    return { answer, arrived: () => size, close: () => settle(new NoAnswer('cancelled')) };
  };
}

function headOf(method: string, path: string, headers: Readonly<Record<string, string>>): string {
  const all = { ...headers, 'accept-encoding': 'identity', 'content-length': '0', connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
