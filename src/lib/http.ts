import { setImmediate as turn } from 'node:timers/promises';
import { Agent } from 'undici';
import { type Clock, second } from './clock.ts';
import type { Connector } from './connector.ts';
import { NoAnswer, noAnswerFrom } from './no-answer.ts';
import { longestBody, type RawAnswer, textOf } from './raw-answer.ts';

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

/** One exchange. Follows no redirect, retries nothing, throws {@link NoAnswer}. */
export type Send = (request: HttpRequest) => Promise<RawAnswer>;

/** A {@link Send} over undici, and what ends its connections. */
export function createHttp(clock: Clock, { connect }: Pick<Connector, 'connect'>): { send: Send; close: () => void } {
  const agent = new Agent({ connect, maxHeaderSize: largestHead, headersTimeout: 0, bodyTimeout: 0 });
  const send: Send = async (request) => {
    const late = new AbortController();
    const finished = new AbortController();
    let arrived = 0;
    void clock.sleep(request.timeout, finished.signal).then(async () => {
      if (finished.signal.aborted) return;
      await whatHasArrived(() => arrived);
      late.abort(new NoAnswer(`no answer within ${request.timeout / second} s`));
    });
    const ends = request.signal === undefined ? late.signal : AbortSignal.any([late.signal, request.signal]);
    try {
      return await exchange(agent, request, ends, (bytes) => {
        arrived += bytes;
      });
    } catch (error) {
      if (!ends.aborted) throw noAnswerFrom(error, new URL(request.url).host);
      throw ends.reason instanceof NoAnswer ? ends.reason : new NoAnswer('cancelled');
    } finally {
      // With a reason of its own: an exception made for each would be the largest part of an exchange.
      finished.abort(null);
    }
  };
  return { send, close: () => void agent.destroy() };
}

/** Reads what lies in the sockets: a process that was stopped finds its timers over before answers that are there. */
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
): Promise<RawAnswer> {
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
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      onBytes(chunk.length);
      chunks.push(chunk);
      size += chunk.length;
      if (size > longestBody) break;
    }
  } catch {
    // What has come counts: the status alone proves a write.
  }
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) named[name] = String([value].flat().at(-1));
  const text = textOf(Buffer.concat(chunks), named['content-encoding']);
  return { status: answer.statusCode, headers: named, body: text };
}
