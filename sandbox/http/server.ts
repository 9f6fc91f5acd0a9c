import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, toWire, type Wire } from './answer.ts';
import type { Api } from './contract.ts';
import { acts, distort } from './fault-effects.ts';
import type { Fault } from './faults.ts';
import { writeRaw } from './raw-exchange.ts';
import type { SandboxRequest, Traffic } from './traffic.ts';

export type { Answer } from './answer.ts';

export type ActOptions = {
  /** Everything is checked and answered, and nothing is written. */
  swallow: boolean;
};

/** A server on loopback that records what it is asked, breaks where a fault says so, and keeps to the contract. */
export abstract class SandboxServer {
  /** Every answer takes this many milliseconds longer. */
  latency = 0;
  /** Milliseconds by which this server's clock is ahead of the sandbox's: in its `Date` header and every moment it names. */
  skew = 0;
  /** The most requests in flight at once so far. */
  maxConcurrent = 0;
  protected readonly traffic: Traffic;
  protected readonly basePath: string;
  protected concurrent = 0;
  readonly #api: Api;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(api: Api, basePath: string, traffic: Traffic) {
    this.#api = api;
    this.basePath = basePath;
    this.traffic = traffic;
  }

  protected abstract act(request: SandboxRequest, path: string, options: ActOptions): Answer;

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The API's base, as an action's input takes it. */
  get url(): string {
    return this.origin + this.basePath;
  }

  /** Listens; after a stop on the same port as before. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    // A test that fails before it closes its servers shall end all the same.
    this.#server = server.unref();
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Connections are refused from now on. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.concurrent += 1;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.concurrent);
    response.once('close', () => {
      this.concurrent -= 1;
    });
    // A client that goes away while it sends is none of the sandbox's business.
    const body = await text(incoming).catch(() => undefined);
    if (body === undefined) return void response.destroy();
    try {
      await this.#answer(this.#record(incoming, body), response);
    } catch (error) {
      this.traffic.violations.push(`the sandbox failed at ${incoming.method} ${incoming.url}: ${String(error)}`);
      response.destroy();
    }
  }

  #record(incoming: IncomingMessage, body: string): SandboxRequest {
    const [path = '', query = ''] = (incoming.url ?? '').split(/\?(.*)/s);
    const { method = '' } = incoming;
    const headers = plain(incoming.headers);
    const at = this.traffic.clock.now();
    const request = { server: this.#api, method, path, query: new URLSearchParams(query), headers, body, at };
    this.traffic.requests.push(request);
    this.traffic.emit('received', request);
    const found = this.traffic.contract.checkRequest(this.#api, method, this.#below(path), request.query, body);
    this.traffic.violations.push(...found);
    return request;
  }

  async #answer(request: SandboxRequest, response: ServerResponse): Promise<void> {
    const fault = this.traffic.faults.take(request);
    if (fault) request.fault = fault.kind;
    if (fault?.kind === 'refuse') return void response.socket?.destroy();
    if (fault?.kind === 'reset-before') return void response.socket?.resetAndDestroy();

    const acted = fault === undefined || acts(fault) ? this.#act(request, fault) : undefined;
    if (fault?.kind === 'reset-after') return void response.socket?.resetAndDestroy();
    if (fault?.kind === 'hang') return;

    const wire = fault ? distort(fault, request, acted) : acted;
    const pause = this.latency + (fault?.kind === 'delay' ? fault.ms : 0);
    if (pause > 0) await sleep(pause);
    await this.traffic.hold();
    if (fault?.kind === 'raw') await this.#sendRaw(request, response, fault, acted);
    else if (wire) this.#send(request, response, wire, fault);
  }

  #act(request: SandboxRequest, fault: Fault | undefined): Wire {
    const path = this.#below(request.path);
    const wire = toWire(this.act(request, path, { swallow: fault?.kind === 'swallow' }));
    this.traffic.emit('acted', request);
    const { contract, violations } = this.traffic;
    if (fault === undefined || fault.kind === 'swallow') {
      const { status, headers, body } = wire;
      violations.push(...contract.checkResponse(this.#api, request.method, path, status, headers, body.toString()));
    }
    return wire;
  }

  #send(request: SandboxRequest, response: ServerResponse, wire: Wire, fault: Fault | undefined): void {
    request.status = wire.status;
    response.sendDate = false;
    response.writeHead(wire.status, this.#complete(wire).headers);
    if (fault?.kind === 'truncated') {
      const part = wire.body.subarray(0, fault.bytes ?? Math.floor(wire.body.length / 2));
      response.write(part, () => response.socket?.destroy());
      return;
    }
    response.end(wire.body, () => this.traffic.emit('answered', request));
  }

  async #sendRaw(
    request: SandboxRequest,
    response: ServerResponse,
    fault: Extract<Fault, { kind: 'raw' }>,
    acted: Wire | undefined,
  ): Promise<void> {
    if (acted) request.status = acted.status;
    const made = acted && typeof fault.bytes === 'function' ? fault.bytes(this.#complete(acted)) : undefined;
    const bytes = typeof fault.bytes === 'function' ? (made ?? '') : fault.bytes;
    await writeRaw(response, bytes, fault);
    this.traffic.emit('answered', request);
  }

  #complete(wire: Wire): Wire {
    const date = new Date(this.traffic.clock.now() + this.skew).toUTCString();
    const length = wire.status === 204 ? {} : { 'content-length': String(wire.body.length) };
    return { ...wire, headers: { date, ...wire.headers, ...length } };
  }

  #below(path: string): string {
    // Outside the base nothing is to be found.
    return path.startsWith(`${this.basePath}/`) ? path.slice(this.basePath.length) : `/outside${path}`;
  }
}

function plain(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
