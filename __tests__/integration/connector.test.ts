import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/lib/clock.ts';
import { type Connector, createConnector } from '../../src/lib/connector.ts';
import { createNetwork } from '../../src/lib/network.ts';
import { exchangesOver, meaningOf, proxy, tlsServer, trust } from './support/connections.ts';
import { listening, serve, speak, until } from './support/loopback.ts';

/** What a connector comes to: a connection, or why there is none. */
function opened({ connect: open }: Connector, url: string): Promise<Socket | Error> {
  const { protocol, hostname, host, port } = new URL(url);
  return new Promise((resolve) => {
    open({ protocol, hostname, host, port }, (error, socket) => resolve(error ?? socket));
  });
}

describe('TLS', () => {
  test('with a certificate that nobody vouches for fails, names the host, and is not tried again', async () => {
    const { port, names } = await tlsServer('localhost');
    for (const found of await exchangesOver({}, `https://localhost:${port}/`))
      expect(found).toEqual({
        message: `the TLS connection to localhost:${port} failed (DEPTH_ZERO_SELF_SIGNED_CERT; certificates of your own come by NODE_EXTRA_CA_CERTS)`,
        sent: false,
        mayPass: false,
      });
    expect(names.every((name) => name === 'localhost')).toBe(true);
  });

  test('with one that is trusted works, by HTTP/1.1, and asks for the server by its name', async () => {
    const { port, certificate, names, protocols } = await tlsServer('localhost');
    trust(certificate.cert);
    expect(await exchangesOver({}, `https://localhost:${port}/`)).toEqual(['secret', 'secret']);
    expect(names).toEqual(['localhost', 'localhost']);
    expect(protocols).toEqual(['http/1.1', 'http/1.1']);
  });

  test('with one for another name fails', async () => {
    const { port, certificate } = await tlsServer('other.example');
    trust(certificate.cert);
    for (const found of await exchangesOver({}, `https://localhost:${port}/`))
      expect(found).toMatchObject({
        message: expect.stringContaining('(ERR_TLS_CERT_ALTNAME_INVALID;'),
        sent: false,
        mayPass: false,
      });
  });
});

describe('closing', () => {
  test('ends a tunnel that is still being dug', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<Socket>();
    const { address } = await proxy(resolve);
    const connector = createConnector({ http_proxy: address });
    const failed = opened(connector, 'http://te.invalid');
    const socket = await asked;
    connector.close();
    await once(socket, 'close');
    expect(await failed).toMatchObject({ name: 'NoAnswer', sent: false });
  });

  test('ends a tunnel that is dug, also before TLS is spoken in it', async () => {
    let tunnel: Socket | undefined;
    const { address } = await proxy((socket) => {
      tunnel = socket;
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
    });
    const connector = createConnector({ https_proxy: address });
    void opened(connector, 'https://te.invalid');
    // Some of it are the first bytes of TLS.
    await until(() => (tunnel?.bytesRead ?? 0) > 300);
    connector.close();
    await until(() => tunnel?.destroyed === true);
  });

  test('ends what the network has open, also a tunnel that is still being dug', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<Socket>();
    const url = await speak(resolve);
    const { address, asked: tunnels } = await proxy(() => undefined);
    const network = createNetwork(systemClock, { https_proxy: address });
    const direct = network.send({ method: 'GET', url, headers: {}, timeout: 60_000 }).catch(meaningOf);
    const tunnelled = network.open({ method: 'POST', url: 'https://te.invalid/', headers: {}, patience: () => 0 });
    const socket = await asked;
    await until(() => tunnels.length > 0);
    network.close();
    expect(await direct).toMatchObject({ sent: true });
    expect(await tunnelled.answer.catch(meaningOf)).toMatchObject({ sent: false });
    await once(socket.resume(), 'close');
  });

  test('twice is no error', () => {
    const connector = createConnector({});
    connector.close();
    expect(() => connector.close()).not.toThrow();
  });
});

test('a connection that is refused is told to whoever wanted it', async () => {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  expect(await opened(createConnector({}), `http://127.0.0.1:${port}`)).toMatchObject({ code: 'ECONNREFUSED' });
});

test('an address of several is given seconds, not the quarter of one that Node gives it', async () => {
  const url = await serve((_, response) => response.writeHead(204).end());
  const worker = new Worker(new URL('./support/slow-handshake.ts', import.meta.url), {
    workerData: url.replace('127.0.0.1', 'localhost'),
  });
  const exited = once(worker, 'exit');
  expect(await once(worker, 'message')).toEqual([[204, 204]]);
  await exited;
});
