import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { forward } from './forward.ts';

export type Seen = { host: string; method: string; path: string; status: number; body: string };

/** Answers what a host's server does not know; undefined where it does. */
export type Answering = (seen: Omit<Seen, 'status'>) => { status: number; body?: unknown } | undefined;
export type Host = { name: string; upstream: string; answer?: Answering };

/**
 * Hosts of the internet, on loopback: a proxy leads every TLS connection for them to one server with a certificate that was
 * made here, and that server hands each request on to the upstream of its host. Other hosts are refused.
 */
export class TlsHosts {
  /** Every request, in order. */
  readonly seen: Seen[] = [];
  /** Hosts that were asked for and are none of these. */
  readonly refused: string[] = [];
  readonly #hosts: readonly Host[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'tls-'));
  readonly #certificate = join(this.#folder, 'certificate.pem');
  readonly #proxy: Server;
  readonly #server;
  readonly #sockets = new Set<Socket>();

  private constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
    const key = join(this.#folder, 'key.pem');
    const names = hosts.map(({ name }) => `DNS:${name}`).join(',');
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
    const made = ['-keyout', key, '-out', this.#certificate, '-days', '2', '-subj', '/CN=loopback'];
    const args = ['req', '-x509', ...curve, ...made, '-addext', `subjectAltName=${names}`];
    execFileSync('openssl', args, { stdio: 'ignore' });
    const tls = { key: readFileSync(key), cert: readFileSync(this.#certificate) };
    this.#server = createTlsServer(tls, (incoming, response) => void this.#serve(incoming, response));
    this.#proxy = createServer().on('connect', (incoming, socket) => this.#lead(incoming, socket as Socket));
  }

  static async start(hosts: readonly Host[]): Promise<TlsHosts> {
    const started = new TlsHosts(hosts);
    for (const server of [started.#server, started.#proxy])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  /** What lets a program meet these hosts: Node, and on Linux those written in Go. */
  get env(): Record<string, string> {
    const proxy = `http://127.0.0.1:${portOf(this.#proxy)}`;
    const trust = { NODE_EXTRA_CA_CERTS: this.#certificate, SSL_CERT_FILE: this.#certificate };
    return { https_proxy: proxy, no_proxy: '127.0.0.1', ...trust };
  }

  #lead(incoming: IncomingMessage, socket: Socket): void {
    this.#keep(socket);
    const name = incoming.url?.split(':')[0] ?? '';
    if (!this.#hosts.some((host) => host.name === name)) {
      this.refused.push(name);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const inner = connect(portOf(this.#server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.pipe(socket).pipe(inner);
    });
    this.#keep(inner);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const host = this.#hosts.find(({ name }) => name === headers.host);
    const body = await buffer(incoming);
    const asked = { host: host?.name ?? '', method, path, body: body.toString() };
    const own = host?.answer?.(asked);
    response.once('finish', () => this.seen.push({ ...asked, status: response.statusCode }));
    if (own !== undefined) {
      response.writeHead(own.status, { 'content-type': 'application/json' });
      response.end(own.body === undefined ? '' : JSON.stringify(own.body));
      return;
    }
    await forward(host?.upstream ?? '', { method, path, headers, body }, response);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    for (const server of [this.#server, this.#proxy]) await new Promise((resolve) => server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}
