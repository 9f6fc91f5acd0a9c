import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { createSend, type HttpRequest, NoAnswer } from '../../src/http.ts';
import { FakeClock } from '../support/fake-clock.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) delete process.env[name];
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

  test('reads of a compressed body that broke off what came of it', async () => {
    const text = `{"bearerToken":"te-first"}${Array.from({ length: 5000 }, (_, index) => index).join()}`;
    const body = gzipSync(text);
    const url = await serve((_, response) => {
      response.writeHead(201, { 'content-encoding': 'gzip', 'content-length': body.length });
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
    });
    const answer = await get(url);
    expect(answer).toMatchObject({ status: 201, complete: false });
    expect(answer.body.startsWith('{"bearerToken":"te-first"}')).toBe(true);
    expect(answer.body.length).toBeLessThan(text.length);
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
    let answered: () => void = () => undefined;
    const written = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const url = await serve((_, response) => {
      response.writeHead(201);
      response.write('{"a', () => answered());
    });
    const pending = createSend(clock)({ method: 'POST', url, headers: {}, timeout: 1000 });
    await written;
    // What was written is on its way by now; the clock stands still until it has arrived.
    const arrived = setInterval(() => clock.advance(100), 20);
    const answer = await pending;
    clearInterval(arrived);
    expect(answer).toMatchObject({ status: 201, complete: false });
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
    const error = await failure(get('http://no-such-host.invalid/'));
    expect(error.message).toMatch(/^the host name could not be resolved \((?:ENOTFOUND|EAI_AGAIN)\)$/);
    expect(error.sent).toBe(false);
  });

  test('because the connection broke off: it may have been sent', async () => {
    const url = await speak((socket) => socket.destroy());
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
    clock.advance(119_999);
    clock.advance(1);
    expect(await pending).toMatchObject({ message: 'no answer within 120 s', sent: true });
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

  test('during: it may have been sent', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    expect(await failure(get(url, { signal: controller.signal }))).toMatchObject({ message: 'cancelled', sent: true });
  });

  test('afterwards nothing listens any more', async () => {
    const controller = new AbortController();
    const url = await serve((_, response) => response.end());
    await get(url, { signal: controller.signal });
    controller.abort();
    expect((await get(url)).status).toBe(200);
  });
});

describe('a proxy', () => {
  test('from the environment is used, once for all requests', async () => {
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

  test.each(['socks5://127.0.0.1:1080', '::::'])('of another kind is told: %s', async (address) => {
    process.env.http_proxy = address;
    expect(await failure(get('http://te.invalid/'))).toMatchObject({
      message: 'the proxy that the environment names can not be used: it must be an http or https address',
      sent: false,
    });
  });

  test('tunnels what it lets through', async () => {
    const url = await serve((request, response) => response.end(`for ${request.headers.host}`));
    const port = Number(new URL(url).port);
    const proxy = await speak((socket) => {
      const upstream = connect(port, '127.0.0.1');
      upstream.on('error', () => undefined);
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    process.env.http_proxy = proxy;
    expect((await get('http://te.invalid/')).body).toBe('for te.invalid');
  });

  test('is not used for this machine', async () => {
    process.env.http_proxy = 'http://127.0.0.1:9';
    const url = await serve((_, response) => response.end('direct'));
    expect((await get(url)).body).toBe('direct');
  });
});
