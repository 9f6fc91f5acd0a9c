import { getProxyUrl } from '@actions/http-client/lib/proxy';
import type { Dispatcher } from 'undici';
// By its file: undici's entry loads fetch, WebSocket, caches and mocks too, some 20 ms that no run uses.
import Agent from 'undici/lib/dispatcher/agent.js';
import { type Clock, second } from './clock.ts';

/** Answers are short; what is longer is cut here. A token is at most 48 KB. */
const longestBody = 2 * 1024 * 1024;
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

  constructor(reason: string, sent: boolean) {
    super(reason);
    this.sent = sent;
  }
}

/** One exchange. Follows no redirect, retries nothing, throws {@link NoAnswer}. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * A {@link Send} over undici, with at most so many connections to an origin. Proxies come from the environment by the
 * toolkit's own rules (`no_proxy`, loopback never by proxy, a proxy without a scheme).
 */
export function createSend(clock: Clock, connections = 10): Send {
  const options = {
    connections,
    maxHeaderSize: largestHead,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const direct = new Agent(options);
  const proxies = new Map<string, Dispatcher>();

  const dispatcherFor = async (url: URL): Promise<Dispatcher> => {
    const proxy = proxyFor(url);
    if (proxy === undefined) return direct;
    // Few runs have a proxy. By undici's entry: only that gives dispatchers the method with which a tunnel is opened.
    const { ProxyAgent } = await import('undici');
    const agent = proxies.get(proxy.href) ?? new ProxyAgent({ uri: proxy.href, ...options });
    proxies.set(proxy.href, agent);
    return agent;
  };

  return async (request) => {
    const url = new URL(request.url);
    return decoded(await exchange(await dispatcherFor(url), url, request, clock));
  };
}

/** @throws NoAnswer where the environment names a proxy of another kind, like SOCKS */
function proxyFor(url: URL): URL | undefined {
  try {
    const proxy = getProxyUrl(url);
    if (proxy === undefined || ['http:', 'https:'].includes(proxy.protocol)) return proxy;
  } catch {
    // Its address is no URL.
  }
  throw new NoAnswer(
    'the proxy that the environment names can not be used: it must be an http or https address',
    false,
  );
}

/** An answer as it came over the wire. */
type RawAnswer = Omit<HttpAnswer, 'body'> & { readonly body: Buffer };

/** Nobody is asked to compress, but what is compressed all the same is read, as far as it came. */
async function decoded({ body, ...answer }: RawAnswer): Promise<HttpAnswer> {
  const coding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity') return { ...answer, body: body.toString('utf8') };
  const zlib = await import('node:zlib');
  const zlibOptions = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: longestBody };
  const brotliOptions = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH, maxOutputLength: longestBody };
  try {
    const text = coding === 'br' ? zlib.brotliDecompressSync(body, brotliOptions) : zlib.unzipSync(body, zlibOptions);
    return { ...answer, body: text.toString('utf8') };
  } catch {
    return { ...answer, body: body.toString('utf8'), complete: false };
  }
}

function exchange(dispatcher: Dispatcher, url: URL, request: HttpRequest, clock: Clock): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const over = new AbortController();
    let [size, status, sent] = [0, 0, false];
    let headers: Record<string, string> = {};
    let abort: ((reason?: Error) => void) | undefined;

    const end = (settle: () => void) => {
      if (over.signal.aborted) return;
      over.abort();
      request.signal?.removeEventListener('abort', cancelled);
      settle();
      abort?.();
    };
    const answer = (complete: boolean) =>
      end(() => resolve({ status, headers, body: Buffer.concat(chunks), complete }));
    const fail = (reason: string) => (status > 0 ? answer(false) : end(() => reject(new NoAnswer(reason, sent))));
    const cancelled = () => fail('cancelled');

    void clock.sleep(request.timeout, over.signal).then(() => fail(`no answer within ${request.timeout / second} s`));
    request.signal?.addEventListener('abort', cancelled);
    if (request.signal?.aborted) return cancelled();

    // The dispatcher's own interface rather than `undici.request`: only it tells whether a byte was sent, and keeps
    // what arrived of a body that broke off.
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method as Dispatcher.HttpMethod,
        headers: { ...request.headers, 'accept-encoding': 'identity' },
        body: request.body ?? null,
      },
      {
        onConnect: (abortExchange) => {
          abort = abortExchange;
          if (over.signal.aborted) return abortExchange();
          sent = true;
        },
        onHeaders: (code, raw) => {
          if (code >= 200) [status, headers] = [code, headersFrom(raw)];
          return true;
        },
        onData: (chunk) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > longestBody) answer(false);
          return true;
        },
        onComplete: () => answer(true),
        onError: (error) => fail(reasonFrom(error)),
      },
    );
  });
}

function headersFrom(raw: Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < raw.length; index += 2) {
    headers[String(raw[index]).toLowerCase()] = String(raw[index + 1]);
  }
  return headers;
}

/** What went wrong on the wire, in a person's words. */
export function reasonFrom(error: Error & { code?: string }): string {
  const code = error.code ?? '';
  const tunnel = /Proxy response \((\d+)\)/.exec(error.message);
  if (tunnel) return `the proxy refused the connection with ${tunnel[1]}`;
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name could not be resolved (${code})`;
  // Undici's own limit.
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'no connection within 10 s';
  if (/CERT|TLS|SSL|UNABLE_TO/.test(code)) {
    return `the TLS connection failed (${code}; certificates of your own come by NODE_EXTRA_CA_CERTS)`;
  }
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE') return 'the connection broke off';
  return `the connection failed${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}`;
}
