import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { createSend, type HttpRequest, NoAnswer, reasonFrom } from '../../src/http.ts';
import { FakeClock } from '../support/fake-clock.ts';

const open: { close(): void }[] = [];
const withoutProxy = () => {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    delete process.env[name];
    delete process.env[name.toUpperCase()];
  }
};
beforeEach(withoutProxy);
afterEach(() => {
  for (const server of open.splice(0)) server.close();
  withoutProxy();
});

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listening(createServer(listener));
/** A server that speaks raw bytes. */
const speak = (onData: (socket: Socket) => void) =>
  listening(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => onData(socket));
    }),
  );

const send = createSend(systemClock);
const get = (url: string, more: Partial<HttpRequest> = {}) =>
  send({ method: 'GET', url, headers: {}, timeout: 5000, ...more });
const failure = (request: Promise<unknown>): Promise<NoAnswer> =>
  request.then(
    () => {
      throw new Error('expected no answer');
    },
    (error: unknown) => {
      if (error instanceof NoAnswer) return error;
      throw error;
    },
  );

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
        response.writeHead(201, { 'X-Some': 'ä'.normalize(), 'x-two': ['1', '2'] });
        response.end('grün');
      });
    });
    const answer = await get(`${url}/a%2Fb?c=d`, { method: 'PUT', headers: { 'x-a': 'b' }, body: '{"x":1}' });
    expect(seen).toEqual({ method: 'PUT', url: '/a%2Fb?c=d', header: 'b', body: '{"x":1}' });
    expect(answer).toMatchObject({ status: 201, body: 'grün', complete: true, headers: { 'x-two': '2' } });
  });

  test('tells all headers: their names in lower case, of a repeated one the last', async () => {
    const url = await speak((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nX-Some: One\r\nx-some: Two\r\nContent-Length: 2\r\n\r\nok');
    });
    expect((await get(url)).headers).toEqual({ 'x-some': 'Two', 'content-length': '2' });
  });

  test('takes 256 KB of headers, and no more', async () => {
    const url = await serve((request, response) => {
      response.on('error', () => undefined);
      response.writeHead(201, { 'x-many': 'x'.repeat(Number(request.url?.slice(1)) * 1024) }).end('ok');
    });
    expect(await get(`${url}/255`)).toMatchObject({ status: 201, body: 'ok', complete: true });
    expect(await failure(get(`${url}/257`))).toMatchObject({
      message: 'the connection failed (UND_ERR_HEADERS_OVERFLOW)',
      sent: true,
    });
  });

  test('keeps to as many connections as it may have', async () => {
    const connections = new Set<unknown>();
    const url = await serve((request, response) => {
      connections.add(request.socket);
      response.end();
    });
    const sendByTwo = createSend(systemClock, 2);
    const requests = Array.from({ length: 6 }, () => sendByTwo({ method: 'GET', url, headers: {}, timeout: 5000 }));
    await Promise.all(requests);
    expect(connections.size).toBe(2);
  });

  test('asks for no compression, and reads what comes compressed all the same', async () => {
    const text = JSON.stringify({ bearerToken: 'te-compressed', filler: 'grün '.repeat(200) });
    const coded = { gzip: gzipSync(text), deflate: deflateSync(text), br: brotliCompressSync(text) };
    let asked: unknown;
    for (const [coding, body] of Object.entries(coded)) {
      const url = await serve((request, response) => {
        asked = request.headers['accept-encoding'];
        response.writeHead(201, { 'content-encoding': coding }).end(body);
      });
      expect(await get(url)).toMatchObject({ status: 201, body: text, complete: true });
      expect(asked).toBe('identity');
    }
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('reads of a compressed body that broke off what came of it: %s', async (coding, compress) => {
    const text = `{"bearerToken":"te-first"}${Array.from({ length: 5000 }, (_, index) => index).join()}`;
    const body = compress(text);
    const url = await serve((_, response) => {
      response.writeHead(201, { 'content-encoding': coding, 'content-length': body.length });
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
    });
    const answer = await get(url);
    expect(answer).toMatchObject({ status: 201, complete: false });
    expect(answer.body.startsWith('{"bearerToken":"te-first"}')).toBe(true);
    expect(answer.body.length).toBeLessThan(text.length);
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('unpacks no more than two megabytes: %s', async (coding, compress) => {
    const packed = (length: number) => compress('x'.repeat(length));
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-encoding': coding }).end(packed(Number(request.url?.slice(1))));
    });
    const most = 2 * 1024 * 1024;
    const whole = await get(`${url}/${most}`);
    expect([whole.complete, whole.body.length]).toEqual([true, most]);
    const answer = await get(`${url}/${most + 1}`);
    expect(answer).toMatchObject({ status: 200, complete: false });
    expect(answer.body.length).toBeLessThan(10_000);
  });

  test('knows the name of a compression however it is written', async () => {
    const body = gzipSync('packed');
    const url = await speak((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\ncontent-encoding: GZip \r\n\r\n`);
      socket.end(body);
    });
    expect(await get(url)).toMatchObject({ body: 'packed', complete: true });
  });

  test('leaves alone what claims to be compressed and is not', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'));
    expect(await get(url)).toMatchObject({ status: 200, body: 'plain', complete: false });
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
});

describe('a body', () => {
  test('that breaks off is what arrived of it', async () => {
    const url = await speak((socket) => {
      socket.write('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"bearerToken":"x"', () => socket.destroy());
    });
    expect(await get(url)).toMatchObject({ status: 201, body: '{"bearerToken":"x"', complete: false });
  });

  test('of two megabytes is whole', async () => {
    const most = 2 * 1024 * 1024;
    const url = await serve((_, response) => response.end('x'.repeat(most)));
    const answer = await get(url);
    expect([answer.complete, answer.body.length]).toEqual([true, most]);
  });

  test('of over two megabytes is cut', async () => {
    const url = await serve((_, response) => {
      response.on('error', () => undefined);
      response.writeHead(500);
      response.end('x'.repeat(10 * 1024 * 1024));
    });
    const answer = await get(url);
    expect(answer).toMatchObject({ status: 500, complete: false });
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
    const pending = createSend(clock)({ method: 'POST', url, headers: {}, timeout: 1000 });
    await arrived;
    unsubscribe('undici:request:headers', arrives);
    // The body's beginning came in the same packet.
    await turn();
    clock.advance(1000);
    expect(await pending).toMatchObject({ status: 201, body: '{"a', complete: false });
  });
});

describe('no answer', () => {
  test('because the connection was refused: nothing was sent', async () => {
    const server = createServer();
    const url = await listening(server);
    server.close();
    await once(server, 'close');
    const error = await failure(get(url));
    expect(error).toMatchObject({ name: 'NoAnswer', message: 'the connection was refused', sent: false });
  });

  test('because the name is not known: nothing was sent', async () => {
    // No label of a name is longer than 63 letters, so that no name server is asked for it.
    const error = await failure(get(`http://${'x'.repeat(64)}.invalid/`));
    expect(error.message).toMatch(/^the host name could not be resolved \((?:ENOTFOUND|EAI_AGAIN)\)$/);
    expect(error.sent).toBe(false);
  });

  test('because the connection broke off: it may have been sent', async () => {
    const url = await speak((socket) => socket.destroy());
    expect(await failure(get(url))).toMatchObject({ message: 'the connection broke off', sent: true });
  });

  test('because only an early hint came before the connection broke off', async () => {
    const url = await speak((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n', () => socket.destroy());
    });
    expect(await failure(get(url))).toMatchObject({ message: 'the connection broke off', sent: true });
  });

  test('because of TLS where there is none: nothing was sent', async () => {
    const url = await serve((_, response) => response.end());
    const error = await failure(get(url.replace('http:', 'https:')));
    expect(error.message).toMatch(
      /^the TLS connection failed \([A-Z_]*SSL[A-Z_]*; certificates of your own come by NODE_EXTRA_CA_CERTS\)$/,
    );
    expect(error.sent).toBe(false);
  });

  test('that is one', async () => {
    const url = await speak((socket) => socket.end('nonsense\r\n\r\n'));
    const error = await failure(get(url));
    expect(error.message).toMatch(/^the connection failed \([A-Z_]+\)$/);
    expect(error.sent).toBe(true);
  });

  test('in time', async () => {
    const clock = new FakeClock({ auto: false });
    let received: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      received = resolve;
    });
    const url = await serve(() => received());
    const pending = failure(createSend(clock)({ method: 'POST', url, headers: {}, timeout: 120_000 }));
    await waiting;
    expect(clock.naps).toEqual([120_000]);
    clock.advance(120_000);
    expect(await pending).toMatchObject({ message: 'no answer within 120 s', sent: true });
  });
});

describe('what went wrong on the wire, in words', () => {
  test.each([
    ['ENOTFOUND', 'the host name could not be resolved (ENOTFOUND)'],
    ['EAI_AGAIN', 'the host name could not be resolved (EAI_AGAIN)'],
    ['UND_ERR_CONNECT_TIMEOUT', 'no connection within 10 s'],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'the TLS connection failed (DEPTH_ZERO_SELF_SIGNED_CERT; certificates of your own come by NODE_EXTRA_CA_CERTS)',
    ],
    ['ECONNRESET', 'the connection broke off'],
    ['UND_ERR_SOCKET', 'the connection broke off'],
    ['EPIPE', 'the connection broke off'],
    ['EHOSTUNREACH', 'the connection failed (EHOSTUNREACH)'],
    ['E2BIG', 'the connection failed'],
    ['ODD\n', 'the connection failed'],
    ['odd CODE', 'the connection failed'],
    ['CODE odd', 'the connection failed'],
  ])('%j', (code, words) => {
    expect(reasonFrom(Object.assign(new Error('m'), { code }))).toBe(words);
  });

  test('without a code', () => {
    expect(reasonFrom(new Error('m'))).toBe('the connection failed');
  });
});

describe('a cancel', () => {
  test('before: nothing is sent', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end();
    });
    expect(await failure(get(url, { signal: AbortSignal.abort() }))).toMatchObject({
      message: 'cancelled',
      sent: false,
    });
    expect(requests).toBe(0);
  });

  test('while it connects: nothing is sent', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end();
    });
    const controller = new AbortController();
    const pending = failure(
      createSend(systemClock)({ method: 'GET', url, headers: {}, timeout: 5000, signal: controller.signal }),
    );
    // The request is under way by now, but no connection can be there before the next turn of the event loop.
    for (let turn = 0; turn < 10; turn++) await null;
    controller.abort();
    expect(await pending).toMatchObject({ message: 'cancelled', sent: false });
    expect((await get(url)).status).toBe(200);
    expect(requests).toBe(1);
  });

  test('during: it may have been sent, and the connection is closed', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    const url = await serve(({ socket }) => {
      closed = once(socket, 'close');
      controller.abort();
    });
    expect(await failure(get(url, { signal: controller.signal }))).toMatchObject({ message: 'cancelled', sent: true });
    expect(closed).toBeDefined();
    await closed;
  });

  test('afterwards nothing listens any more', async () => {
    const controller = new AbortController();
    const url = await serve((_, response) => response.end());
    await get(url, { signal: controller.signal });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect((await get(url)).status).toBe(200);
  });
});

describe('a proxy', () => {
  test('from the environment is used', async () => {
    const asked: string[] = [];
    const proxy = await speak((socket) => {
      asked.push('CONNECT');
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    process.env.http_proxy = proxy;
    const requests = [failure(get('http://te.invalid/')), failure(get('http://te.invalid/'))];
    for (const error of await Promise.all(requests)) {
      expect(error).toMatchObject({ message: 'the proxy refused the connection with 407', sent: false });
    }
    expect(asked.length).toBeGreaterThanOrEqual(2);
  });

  test('may itself speak TLS', async () => {
    const proxy = await serve((_, response) => response.end());
    process.env.http_proxy = proxy.replace('http:', 'https:');
    expect((await failure(get('http://te.invalid/'))).message).toMatch(/^the TLS connection failed \(/);
  });

  test.each(['socks5://127.0.0.1:1080', '::::'])('of another kind is told: %s', async (address) => {
    process.env.http_proxy = address;
    expect(await failure(get('http://te.invalid/'))).toMatchObject({
      message: 'the proxy that the environment names can not be used: it must be an http or https address',
      sent: false,
    });
  });

  test('tunnels what it lets through, with fewer tunnels than requests', async () => {
    let tunnels = 0;
    const url = await serve((request, response) => response.end(`for ${request.headers.host}`));
    const port = Number(new URL(url).port);
    const proxy = await speak((socket) => {
      tunnels++;
      const upstream = connect(port, '127.0.0.1');
      upstream.on('error', () => undefined);
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    process.env.http_proxy = proxy;
    for (let request = 0; request < 4; request++) {
      expect((await get('http://te.invalid/')).body).toBe('for te.invalid');
    }
    expect(tunnels).toBeLessThan(4);
  });

  test('is not used for this machine', async () => {
    process.env.http_proxy = 'http://127.0.0.1:9';
    const url = await serve((_, response) => response.end('direct'));
    expect((await get(url)).body).toBe('direct');
  });
});
