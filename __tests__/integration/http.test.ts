import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/lib/clock.ts';
import { createConnector } from '../../src/lib/connector.ts';
import { createHttp } from '../../src/lib/http.ts';
import { FakeClock } from '../unit/support/fake-clock.ts';
import { nobody, serve, speak, until } from './support/loopback.ts';
import { failure, get, sender } from './support/sending.ts';

describe('an exchange', () => {
  test('sends what it is given and answers with what came back', async () => {
    let seen: unknown;
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        seen = { method: request.method, url: request.url, header: request.headers['x-a'], body };
        response.writeHead(201, { 'X-Some': 'a', 'x-two': ['1', '2'] });
        response.end('grün');
      });
    });
    const answer = await get(`${url}/a%2Fb?c=d`, { method: 'PUT', headers: { 'x-a': 'b' }, body: '{"x":1}' });
    expect(seen).toEqual({ method: 'PUT', url: '/a%2Fb?c=d', header: 'b', body: '{"x":1}' });
    expect(answer).toMatchObject({
      status: 201,
      body: 'grün',
      headers: { 'x-some': 'a', 'x-two': '2' },
    });
  });

  test('tells all headers: their names in lower case, of a repeated one the last', async () => {
    const url = await speak((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nX-Some: One\r\nx-some: Two\r\nContent-Length: 2\r\n\r\nok');
    });
    expect((await get(url)).headers).toEqual({ 'x-some': 'Two', 'content-length': '2' });
  });

  test('takes 256 KB of headers, and no more', async () => {
    const url = await serve((request, response) => {
      response.writeHead(201, { 'x-many': 'x'.repeat(Number(request.url?.slice(1)) * 1024) }).end('ok');
    });
    expect(await get(`${url}/255`)).toMatchObject({ status: 201, body: 'ok' });
    expect(await failure(get(`${url}/257`))).toMatchObject({
      message: 'the connection failed (UND_ERR_HEADERS_OVERFLOW)',
      sent: true,
    });
  });

  test('has as many requests in flight as are sent, each over a connection of its own', async () => {
    const connections = new Set<unknown>();
    const waiting: ServerResponse[] = [];
    const url = await serve((request, response) => {
      connections.add(request.socket);
      waiting.push(response);
    });
    const send = sender();
    const requests = Promise.all(Array.from({ length: 40 }, () => get(url, {}, send)));
    await until(() => waiting.length === 40);
    for (const response of waiting) response.end();
    await requests;
    expect(connections.size).toBe(40);
  });

  test('asks for no compression, and reads gzip that comes all the same', async () => {
    const text = JSON.stringify({ some: 'compressed', filler: 'grün '.repeat(200) });
    let asked: unknown;
    const url = await serve((request, response) => {
      asked = request.headers['accept-encoding'];
      response.writeHead(201, { 'content-encoding': 'gzip' }).end(gzipSync(text));
    });
    expect(await get(url)).toMatchObject({ status: 201, body: text });
    expect(asked).toBe('identity');
  });

  test('follows no redirect', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.writeHead(301, { location: '/elsewhere' }).end();
    });
    expect(await get(url)).toMatchObject({ status: 301, headers: { location: '/elsewhere' } });
    expect(requests).toBe(1);
  });

  test('waits for the answer behind an early hint', async () => {
    const url = await serve((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.writeHead(204).end();
    });
    expect((await get(url)).status).toBe(204);
  });

  test('keeps its connection for the next one, and closing ends all of them', async () => {
    const sockets = new Set<Socket>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      response.end();
    });
    const http = createHttp(systemClock, createConnector({}));
    await get(url, {}, http.send);
    // The connection is free again with the next turn.
    await turn();
    await get(url, {}, http.send);
    expect(sockets.size).toBe(1);
    const [socket] = sockets;
    if (socket === undefined) throw new Error('there was no connection');
    const closed = once(socket, 'close');
    http.close();
    await closed;
  });
});

describe('a body', () => {
  test('that breaks off is what arrived of it', async () => {
    const url = await speak((socket) => {
      socket.write('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"some":"x"', () => socket.destroy());
    });
    expect(await get(url)).toMatchObject({ status: 201, body: '{"some":"x"' });
  });

  test('of two megabytes is whole', async () => {
    const most = 2 * 1024 * 1024;
    const url = await serve((_, response) => response.end('x'.repeat(most)));
    const answer = await get(url);
    expect(answer.body.length).toBe(most);
  });

  test('of over two megabytes is cut', async () => {
    const url = await serve((_, response) => {
      response.writeHead(500);
      response.end('x'.repeat(10 * 1024 * 1024));
    });
    const answer = await get(url);
    expect(answer).toMatchObject({ status: 500 });
    expect(answer.body.length).toBeGreaterThanOrEqual(2 * 1024 * 1024);
    expect(answer.body.length).toBeLessThan(3 * 1024 * 1024);
  });

  test('that never ends is given up with the time, and what arrived counts', async () => {
    const clock = new FakeClock({ auto: false });
    const url = await serve((_, response) => {
      response.writeHead(201);
      response.write('{"a');
    });
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    const arrives = () => resolve();
    subscribe('undici:request:headers', arrives);
    const pending = get(url, { method: 'POST', timeout: 1000 }, sender(clock));
    await arrived;
    unsubscribe('undici:request:headers', arrives);
    // The body's beginning came in the same packet.
    await turn();
    clock.advance(1000);
    expect(await pending).toMatchObject({ status: 201, body: '{"a' });
  });
});

describe('no answer', () => {
  test('because the connection was refused: nothing was sent', async () => {
    const url = await nobody();
    expect(await failure(get(url))).toMatchObject({
      message: `${new URL(url).host} refused the connection`,
      sent: false,
      mayPass: true,
    });
  });

  test('because the name is not known: nothing was sent', async () => {
    // No label of a name is longer than 63 letters, so that no name server is asked for it.
    const host = `${'x'.repeat(64)}.invalid`;
    const error = await failure(get(`http://${host}/`));
    expect(error.message).toMatch(
      new RegExp(`^the host name ${host} could not be resolved \\((?:ENOTFOUND|EAI_AGAIN)\\)$`),
    );
    expect(error.sent).toBe(false);
  });

  test('because the connection broke off: it may have been sent', async () => {
    const url = await speak((socket) => void socket.destroy());
    expect(await failure(get(url))).toMatchObject({ message: 'the connection broke off', sent: true, mayPass: true });
  });

  test('because only an early hint came before the connection broke off', async () => {
    const url = await speak((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n', () => socket.destroy());
    });
    expect(await failure(get(url))).toMatchObject({ message: 'the connection broke off', sent: true });
  });

  test('because of TLS where there is none: nothing was sent, and trying again is no use', async () => {
    const url = await serve((_, response) => response.end());
    const error = await failure(get(url.replace('http:', 'https:')));
    expect(error.message).toMatch(
      /^the TLS connection to 127\.0\.0\.1:\d+ failed \([A-Z_]*SSL[A-Z_]*; certificates of your own come by NODE_EXTRA_CA_CERTS\)$/,
    );
    expect(error).toMatchObject({ sent: false, mayPass: false });
  });

  test('because it is none: it was sent', async () => {
    const url = await speak((socket) => void socket.end('nonsense\r\n\r\n'));
    expect(await failure(get(url))).toMatchObject({
      message: `${new URL(url).host} answered something that is no HTTP`,
      sent: true,
      mayPass: true,
    });
  });

  test('in time', async () => {
    const clock = new FakeClock({ auto: false });
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const url = await serve(() => resolve());
    const pending = failure(get(url, { method: 'POST', timeout: 120_000 }, sender(clock)));
    await asked;
    expect(clock.naps).toEqual([120_000]);
    clock.advance(119_999);
    clock.advance(1);
    expect(await pending).toMatchObject({ message: 'no answer within 120 s', sent: true, mayPass: true });
  });
});
