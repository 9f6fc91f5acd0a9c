import type { Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import { second } from './clock.ts';
import { type ProxyServer, proxyFor } from './proxy.ts';

/** How long a connection may take to come about, a proxy's word included, in ms: room for three silent addresses. */
export const connectTimeout = 10 * second;
/**
 * How long one address of several is tried, in ms. Node's own 250 ms are shorter than a handshake with the other side of
 * the world, or than one that lost its first packet (which TCP sends again after a second: RFC 6298, 2.1).
 */
const addressTimeout = 3 * second;

/** No connection came about because of a proxy. Its message is for a person. */
export class ProxyFailure extends Error {
  override name = 'ProxyFailure';
  /** Whether another try may fare better: not where a setting is surely wrong. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(message);
    this.mayPass = mayPass;
  }
}

export interface Connector {
  /** Opens a connection to an origin, with TLS where it has it, directly or through the proxy that the environment names. */
  readonly connect: buildConnector.connector;
  /** Ends every tunnel, also one that is still being dug. */
  close(): void;
}

/**
 * The one place where connections are opened. HTTP/1.1 only: the token's answer is read from the bytes of its own
 * connection. Certificates of one's own come by NODE_EXTRA_CA_CERTS.
 *
 * @param timeout for a connection, and for a proxy's word, in ms
 */
export function createConnector(environment: NodeJS.ProcessEnv, timeout = connectTimeout): Connector {
  const direct = buildConnector({
    timeout,
    allowH2: false,
    autoSelectFamilyAttemptTimeout: addressTimeout,
  });
  const tunnels = new Set<{ destroy(): unknown }>();
  const connect: buildConnector.connector = (options, callback) => {
    const { protocol, port } = options;
    // Undici takes an IPv6 address without its brackets.
    const hostname = options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname;
    const wanted = proxyFor(new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}`), environment);
    if (!wanted.ok) return callback(new ProxyFailure(wanted.error, false), null);
    const proxy = wanted.value;
    if (proxy === undefined) return direct(options, callback);
    tunnel(proxy, `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`).then(
      (socket) =>
        protocol === 'https:' ? direct({ ...options, httpSocket: socket }, callback) : callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };

  /** @throws ProxyFailure where the proxy does not open it */
  async function tunnel({ origin, authorization, variable }: ProxyServer, path: string): Promise<Socket> {
    const client = new Client(origin, { connect: direct });
    tunnels.add(client);
    const headers = { host: path, ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }) };
    const where = `the proxy in the variable ${variable}`;
    try {
      const { statusCode, socket } = await client.connect({ path, headers, signal: AbortSignal.timeout(timeout) });
      tunnels.add(socket);
      if (statusCode >= 200 && statusCode < 300) return socket as Socket;
      socket.destroy();
      throw new ProxyFailure(`${where} refused the connection with ${statusCode}`, statusCode >= 500);
    } catch (error) {
      if (error instanceof ProxyFailure) throw error;
      const { name, code } = error as { name?: string; code?: unknown };
      if (name === 'TimeoutError') throw new ProxyFailure(`${where} did not answer within ${timeout / second} s`, true);
      const shown = errorCode(code);
      // What speaks another language is no proxy.
      const mayPass = !isTlsFault(shown) && name !== 'HTTPParserError';
      throw new ProxyFailure(`${where} gives no connection${shown === '' ? '' : ` (${shown})`}`, mayPass);
    }
  }

  return {
    connect,
    close: () => {
      for (const each of tunnels) each.destroy();
    },
  };
}

/** The code of an error, like `ECONNRESET`, fit to be shown; empty where it is none. */
export function errorCode(code: unknown): string {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : '';
}

/** Whether an error's code is one of TLS: a certificate, or a server that does not speak it. */
export function isTlsFault(code: string): boolean {
  return /CERT|TLS|SSL|UNABLE_TO|EPROTO/.test(code);
}
