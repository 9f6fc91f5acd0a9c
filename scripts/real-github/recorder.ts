import { createServer, type IncomingMessage, request as requestHttp, type Server } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Description } from './description.ts';
import { type Exchange, shapeOfBody } from './exchange.ts';

export type Recorder = {
  /** The API's base on loopback, as the action's input takes it. */
  url: string;
  close(): Promise<void>;
};

type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer };

/** Headers about one connection, which are not passed on. */
const OF_A_CONNECTION = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding', 'accept-encoding'];

/**
 * Stands on loopback in front of a GitHub API, passes everything on as it is, and notes the shape of each answer. Redirects
 * and links are turned to itself, so that a client that keeps to one origin can judge them.
 */
export async function startRecorder(upstream: string, note: (exchange: Exchange) => void): Promise<Recorder> {
  const description = new Description();
  const base = new URL(upstream);
  const server = createServer(async (incoming, response) => {
    try {
      const answer = await pass(base, incoming);
      const path = (incoming.url ?? '').split('?')[0] ?? '';
      const below = path.startsWith(base.pathname) ? path.slice(base.pathname.replace(/\/$/, '').length) : path;
      note(exchangeOf(description.operationOf(incoming.method ?? '', below), answer));
      response.writeHead(answer.status, turned(answer.headers, base.origin, originOf(server))).end(answer.body);
    } catch {
      // The client sees a broken connection where GitHub gave none, and judges that itself.
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: originOf(server) + base.pathname.replace(/\/$/, ''),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(base: URL, incoming: IncomingMessage): Promise<Answer> {
  const body = await buffer(incoming);
  const send = base.protocol === 'https:' ? requestHttps : requestHttp;
  const kept = Object.entries(incoming.headers).filter(([name]) => !OF_A_CONNECTION.includes(name));
  const headers = {
    ...Object.fromEntries(kept),
    'accept-encoding': 'identity',
    ...(body.length > 0 ? { 'content-length': String(body.length) } : {}),
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = send(`${base.origin}${incoming.url ?? ''}`, { method: incoming.method, headers }, resolve);
    outgoing.once('error', reject).end(body);
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
}

function exchangeOf(operation: string, { status, headers, body }: Answer): Exchange {
  const mediaType = body.length === 0 ? '' : (headers['content-type']?.split(';')[0]?.trim() ?? 'none');
  return { operation, status, mediaType, headers: Object.keys(headers).sort(), body: shapeOfBody(body.toString()) };
}

function turned(headers: IncomingMessage['headers'], from: string, to: string): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name]) => !OF_A_CONNECTION.includes(name));
  const own = kept.map(([name, value = '']) => [
    name,
    ['link', 'location'].includes(name) ? String(value).replaceAll(from, to) : value,
  ]);
  return Object.fromEntries(own);
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
