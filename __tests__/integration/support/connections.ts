import { connect, type Socket } from 'node:net';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterEach } from '@jest/globals';
import { systemClock } from '../../../src/lib/clock.ts';
import { createConnector } from '../../../src/lib/connector.ts';
import { createHttp } from '../../../src/lib/http.ts';
import { NoAnswer } from '../../../src/lib/no-answer.ts';
import { createRawExchanges } from '../../../src/lib/raw-exchange.ts';
import { FakeClock } from '../../unit/support/fake-clock.ts';
import { selfSigned } from './certificate.ts';
import { listening, speak } from './loopback.ts';

/** What ends with the test. */
export const open: { close(): void }[] = [];
const ownRoots = getCACertificates('default');
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  setDefaultCACertificates(ownRoots);
});

/** Has certificates trusted until the test is over. */
export function trust(...certificates: readonly string[]): void {
  setDefaultCACertificates([...ownRoots, ...certificates]);
}

/** What an exchange comes to, by both ways in which requests are sent. */
export async function exchangesOver(environment: NodeJS.ProcessEnv, url: string, timeout?: number) {
  const connector = createConnector(environment, timeout);
  const http = createHttp(systemClock, connector);
  open.push(http, connector);
  const byLibrary = http.send({ method: 'GET', url, headers: {}, timeout: 5000 });
  const byBytes = createRawExchanges(
    connector,
    new FakeClock({ auto: false }),
  )({
    method: 'POST',
    url,
    headers: {},
    patience: ({ body }) => (body === '' ? Number.POSITIVE_INFINITY : 0),
  }).answer;
  return Promise.all([byLibrary, byBytes].map((answer) => answer.then(({ body }) => body, meaningOf)));
}

/** An error in short; anything but no answer is one of the test. */
export function meaningOf(error: unknown) {
  if (!(error instanceof NoAnswer)) throw error;
  const { message, sent, mayPass } = error;
  return { message, sent, mayPass };
}

/** A proxy that answers each CONNECT in the same way; what it was asked for, line by line. */
export async function proxy(answer: (socket: Socket, target: string) => void) {
  const asked: string[][] = [];
  const address = await speak((socket, data) => {
    const lines = data.toString().trimEnd().split('\r\n');
    asked.push(lines);
    answer(socket, lines[0]?.split(' ')[1] ?? '');
  });
  return { address, asked };
}

/** A proxy that lets everything through to one port of this machine. */
export const openProxy = (port: number) =>
  proxy((socket) => {
    const upstream = connect(port, '127.0.0.1');
    upstream.on('error', () => undefined);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(upstream).pipe(socket);
  });

/** A server that speaks TLS, by its port and by what it was asked for. */
export async function tlsServer(name: string) {
  const certificate = selfSigned(name);
  const names: (string | false | null | undefined)[] = [];
  const protocols: (string | false | null)[] = [];
  const server = createTlsServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket: TLSSocket) => {
    names.push(socket.servername);
    protocols.push(socket.alpnProtocol);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret'));
  });
  server.on('tlsClientError', () => undefined);
  return { port: await listening(server), certificate, names, protocols };
}
