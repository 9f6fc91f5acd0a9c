import { setImmediate as turn } from 'node:timers/promises';
import { Agent } from 'undici';
import { type Clock, second } from './clock.ts';
import { type Connector, connectTimeout, errorCode, isTlsFault, ProxyFailure } from './connector.ts';
import { longestBody, textOf } from './raw-answer.ts';
import { withoutWebAssembly } from './runtime.ts';

/** Bytes of headers; undici's own 16 KiB would lose an answer that a proxy put much into. */
const largestHead = 256 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The whole exchange, from the call to the end of the body, in ms. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; of a repeated header the last value. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8, what arrived of it. */
  readonly body: string;
  /** False where the connection broke inside the body, or the body was too long. */
  readonly complete: boolean;
}

/** No status line came back. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  /** Whether the server may have seen the request. False means that it can't have acted. */
  readonly sent: boolean;
  /** Whether another try may fare better: not where a setting is surely wrong, as with a certificate. */
  readonly mayPass: boolean;

  /** @param reason in a person's words */
  constructor(reason: string, { sent = true, mayPass = true }: { sent?: boolean; mayPass?: boolean } = {}) {
    super(reason);
    this.sent = sent;
    this.mayPass = mayPass;
  }
}

/** One exchange. Follows no redirect, retries nothing, throws {@link NoAnswer}. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** A {@link Send} over undici, and what ends all of its connections. */
export function createHttp(clock: Clock, { connect }: Pick<Connector, 'connect'>): { send: Send; close: () => void } {
  const agent = new Agent({
    connect,
    maxHeaderSize: largestHead,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const send: Send = async (request) => {
    const abort = new AbortController();
    const finished = new AbortController();
    let ending = '';
    let arrived = 0;
    const end = (reason: string) => {
      ending ||= reason;
      abort.abort();
    };
    const cancelled = () => end('cancelled');
    request.signal?.addEventListener('abort', cancelled);
    if (request.signal?.aborted) cancelled();
    void clock.sleep(request.timeout, finished.signal).then(async () => {
      if (finished.signal.aborted) return;
      await whatHasArrived(() => arrived);
      end(`no answer within ${request.timeout / second} s`);
    });
    try {
      return await exchange(agent, request, abort.signal, (bytes) => {
        arrived += bytes;
      });
    } catch (error) {
      throw ending === '' ? noAnswerFrom(error, new URL(request.url).host) : new NoAnswer(ending);
    } finally {
      // With a reason of its own: an exception made for each would be the largest part of an exchange.
      finished.abort(null);
      request.signal?.removeEventListener('abort', cancelled);
    }
  };
  return { send, close: () => void agent.destroy() };
}

/**
 * Lets the event loop read what lies in the sockets: a process that was stopped for a while finds its timers over before
 * it has looked at answers that came in time.
 *
 * @param arrived counts the bytes that were read so far
 */
export async function whatHasArrived(arrived: () => number): Promise<void> {
  let before: number;
  do {
    before = arrived();
    // Two: what one turn reads may be decrypted and parsed in the next.
    await turn();
    await turn();
  } while (arrived() > before);
}

async function exchange(
  agent: Agent,
  { method, url, headers, body }: HttpRequest,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<HttpAnswer> {
  const { origin, pathname, search } = new URL(url);
  const answer = await agent.request({
    origin,
    path: pathname + search,
    method: method as 'GET',
    headers: { ...headers, 'accept-encoding': 'identity' },
    body: body ?? null,
    signal,
  });
  onBytes(1);
  const chunks: Buffer[] = [];
  let [size, complete] = [0, true];
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      onBytes(chunk.length);
      chunks.push(chunk);
      size += chunk.length;
      if (size <= longestBody) continue;
      complete = false;
      break;
    }
  } catch {
    // The status alone proves a write.
    complete = false;
  }
  const plain = Object.entries(answer.headers).map(([name, value]) => [
    name,
    String(Array.isArray(value) ? value.at(-1) : value),
  ]);
  const named = Object.fromEntries(plain) as Record<string, string>;
  const text = textOf(Buffer.concat(chunks), named['content-encoding']);
  return { status: answer.statusCode, headers: named, body: text, complete };
}

/** What went wrong on the wire, in a person's words, with the host that was meant. */
export function noAnswerFrom(error: unknown, host: string): NoAnswer {
  const { name, code, cause, syscall } = Object(error) as Record<string, unknown>;
  for (const each of [error, cause])
    if (each instanceof ProxyFailure) return new NoAnswer(each.message, { sent: false, mayPass: each.mayPass });
  const text = errorCode(code);
  if (text === 'ECONNREFUSED') return new NoAnswer(`${host} refused the connection`, { sent: false });
  // Small name servers under load also say ENOTFOUND of names that are right.
  if (text === 'ENOTFOUND' || text === 'EAI_AGAIN')
    return new NoAnswer(`the host name ${host} could not be resolved (${text})`, { sent: false });
  if (text === 'UND_ERR_CONNECT_TIMEOUT')
    return new NoAnswer(`no connection to ${host} within ${connectTimeout / second} s`, { sent: false });
  if (text === 'ERR_WEBASSEMBLY_NOT_SUPPORTED')
    return new NoAnswer(withoutWebAssembly, { sent: false, mayPass: false });
  if (isTlsFault(text)) {
    return new NoAnswer(
      `the TLS connection to ${host} failed (${text}; certificates of your own come by NODE_EXTRA_CA_CERTS)`,
      { sent: false, mayPass: false },
    );
  }
  if (['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'].includes(text))
    // Also what a connection that was there comes to when the network goes.
    return new NoAnswer(`${host} cannot be reached (${text})`, { sent: syscall === 'read' || syscall === 'write' });
  if (text === 'ECONNRESET' || text === 'UND_ERR_SOCKET' || text === 'EPIPE')
    return new NoAnswer('the connection broke off');
  if (name === 'HTTPParserError') return new NoAnswer(`${host} answered something that is no HTTP`);
  return new NoAnswer(`the connection failed${text === '' ? '' : ` (${text})`}`);
}
