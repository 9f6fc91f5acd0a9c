import type { Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import { second } from './clock.ts';
import { connectTimeout, errorCode, isTlsFault, NoAnswer } from './no-answer.ts';
import { type ProxyServer, proxyFor } from './proxy.ts';

/** For one address of several, in ms: within Node's own 250 a lost packet is not sent again (1 s: RFC 6298, 2.1). */
const addressTimeout = 3 * second;

export interface Connector {
  /** Opens a connection to an origin, with TLS where it has it, directly or through the proxy that the environment names. */
  readonly connect: buildConnector.connector;
  /** Ends every tunnel, also one that is still being dug. */
  close(): void;
}

/**
 * The one place where connections are opened. HTTP/1.1 only: the token's answer is read from its bytes.
 *
 * @param timeout for a connection, and for a proxy's word, in ms
 */
export function createConnector(environment: NodeJS.ProcessEnv, timeout = connectTimeout): Connector {
  const direct = buildConnector({ timeout, allowH2: false, autoSelectFamilyAttemptTimeout: addressTimeout });
  const tunnels = new Set<{ destroy(): unknown }>();
  const connect: buildConnector.connector = (options, callback) => {
    const { protocol, port } = options;
    // Undici takes an IPv6 address without its brackets.
    const hostname = options.hostname.includes(':') ? `[${options.hostname}]` : options.hostname;
    const proxy = proxyFor(new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}`), environment);
    if (!proxy.ok) return callback(new NoAnswer(proxy.error, { sent: false, mayPass: false }), null);
    if (proxy.value === undefined) return direct(options, callback);
    tunnel(proxy.value, `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`).then(
      (socket) =>
        protocol === 'https:' ? direct({ ...options, httpSocket: socket }, callback) : callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };

  /** @throws NoAnswer where the proxy does not open it */
  async function tunnel({ origin, authorization, variable }: ProxyServer, path: string): Promise<Socket> {
    const client = new Client(origin, { connect: direct });
    tunnels.add(client);
    const headers = { host: path, ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }) };
    const where = `the proxy in the variable ${variable}`;
    const failure = (message: string, mayPass: boolean) => new NoAnswer(message, { sent: false, mayPass });
    const opened = await client.connect({ path, headers, signal: AbortSignal.timeout(timeout) }).catch((error) => {
      const { name, code } = Object(error) as { name?: unknown; code?: unknown };
      if (name === 'TimeoutError') throw failure(`${where} did not answer within ${timeout / second} s`, true);
      const shown = errorCode(code);
      // What speaks another language is no proxy.
      const mayPass = !isTlsFault(shown) && name !== 'HTTPParserError';
      throw failure(`${where} gives no connection${shown === '' ? '' : ` (${shown})`}`, mayPass);
    });
    const { statusCode, socket } = opened;
    tunnels.add(socket);
    if (statusCode >= 200 && statusCode < 300) return socket as Socket;
    socket.destroy();
    throw failure(`${where} refused the connection with ${statusCode}`, statusCode >= 500);
  }

  return {
    connect,
    close: () => {
      for (const each of tunnels) each.destroy();
    },
  };
}
