import type { Socket } from 'node:net';
import { type Clock, second } from './clock.ts';
import type { Connector } from './connector.ts';
import { longestBody } from './decoded-body.ts';
import { type HttpAnswer, NoAnswer, noAnswerFrom } from './http.ts';
import { lenientAnswer } from './lenient-answer.ts';

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether an answer has all that is wanted of it, whatever its framing says; then nothing more is waited for. */
  readonly isEnough: (answer: HttpAnswer) => boolean;
}

/** An exchange that stays open until it is answered or closed. */
export interface RawExchange {
  /** Rejects with {@link NoAnswer} where the connection ended without a byte, or never came about. */
  readonly answer: Promise<HttpAnswer>;
  /** How many bytes have arrived so far. */
  readonly arrived: () => number;
  /** What has arrived so far, read as if nothing more came; undefined where that is nothing. */
  readonly soFar: () => HttpAnswer | undefined;
  /** Ends it; what had arrived by then is the answer. */
  close(): void;
}

export type OpenRawExchange = (request: RawRequest) => RawExchange;

/** Past so many bytes a head or a body is no answer any more. */
const mostBytes = 2 * longestBody;
/**
 * How long is waited for more, in ms, where the framing says that all is there, but what is wanted is not in it: a wrong
 * length is likelier than an answer without it. A server that closes, as it was asked to, is not waited for.
 */
const restTimeout = 5 * second;

const exampleAnswer = Buffer.from('HTTP/1.1 201\r\nContent-Length: 2\r\n\r\n{}');

/**
 * One exchange over a connection of its own, of which every byte is kept: the answer that holds the new token is sent
 * once, and no malformed framing shall lose it. For all other requests a client library does.
 */
export function createRawExchanges({ connect }: Pick<Connector, 'connect'>, clock: Clock): OpenRawExchange {
  return ({ method, url, headers, isEnough }) => {
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    const chunks: Buffer[] = [];
    const over = new AbortController();
    let [size, sent, isWhole] = [0, false, false];
    let socket: Socket | undefined;
    const { promise: answer, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    // Whoever gives up on it need not look.
    answer.catch(() => undefined);
    const settle = (isClosed: boolean, error: unknown = new NoAnswer('the connection broke off')) => {
      if (over.signal.aborted) return;
      const ended = isClosed || size >= mostBytes;
      const read = lenientAnswer(Buffer.concat(chunks), ended);
      // The server's own refusal; behind a 5xx of a proxy the real answer may still come.
      const isRefusal = read?.isWhole === true && read.status >= 400 && read.status < 500;
      if (!ended && !isRefusal && (read === undefined || !isEnough(read))) {
        if (read?.isWhole && !isWhole) void clock.sleep(restTimeout, over.signal).then(() => settle(true));
        isWhole ||= read?.isWhole ?? false;
        return;
      }
      over.abort(null);
      // Not before the answer is dealt with: its token is in memory only until it is in the journal.
      setImmediate(() => socket?.destroy());
      if (read !== undefined) return resolve(read);
      const { message, mayPass } = error instanceof NoAnswer ? error : noAnswerFrom(error, host);
      reject(new NoAnswer(message, { sent, mayPass }));
    };
    connect({ protocol, hostname: hostname.replace(/^\[|\]$/g, ''), host, port }, (error, connected) => {
      // Where it fails, the connector leaves the socket out.
      if (error !== null) return settle(true, error);
      socket = connected;
      if (over.signal.aborted) return void socket.destroy();
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        settle(false);
      });
      socket.on('error', (broken) => settle(true, broken));
      socket.on('close', () => settle(true));
      sent = true;
      socket.write(headOf(method, `${pathname}${search}`, { host, ...headers }), 'latin1');
      // What reads the answer is compiled while the server is busy: then the token is in the journal half a millisecond earlier.
      const example = lenientAnswer(exampleAnswer, true);
      if (example !== undefined) isEnough(example);
    });
    return {
      answer,
      arrived: () => size,
      soFar: () => lenientAnswer(Buffer.concat(chunks), true),
      close: () => settle(true, new NoAnswer('cancelled')),
    };
  };
}

function headOf(method: string, path: string, headers: Readonly<Record<string, string>>): string {
  const all = { ...headers, 'accept-encoding': 'identity', 'content-length': '0', connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
