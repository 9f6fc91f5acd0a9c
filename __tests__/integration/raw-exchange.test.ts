import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createConnector } from '../../src/lib/connector.ts';
import { NoAnswer } from '../../src/lib/no-answer.ts';
import type { RawAnswer } from '../../src/lib/raw-answer.ts';
import { createRawExchanges, type Exchange } from '../../src/lib/raw-exchange.ts';
import { issuedFrom, patienceFor } from '../../src/thousandeyes/issued-answer.ts';
import { FakeClock } from '../unit/support/fake-clock.ts';
import { listening, nobody, speak, until } from './support/loopback.ts';
import {
  answers,
  chunk,
  chunked,
  created,
  head,
  json,
  tail,
  token,
  validUntil,
  withLength,
} from './support/token-answers.ts';

/** Asks for a token, on a clock that stands still unless it is moved by hand. */
function ask(url: string, clock = new FakeClock({ auto: false })): Exchange<RawAnswer> {
  const open = createRawExchanges(createConnector({}), clock);
  return open({ method: 'POST', url: `${url}/v7/api-tokens`, headers: { 'x-a': 'b' }, patience: patienceFor });
}

/** The token and its date that an exchange brings. */
async function tokenOf(exchange: Exchange<RawAnswer>) {
  const issued = issuedFrom(await exchange.answer);
  return issued?.kind === 'issued' ? [issued.token.reveal(), issued.validUntil] : issued?.detail;
}

async function failure(exchange: Exchange<RawAnswer>): Promise<NoAnswer> {
  const error: unknown = await exchange.answer.then(
    (answer) => new Error(`answered ${answer.status}`),
    (reason: unknown) => reason,
  );
  if (error instanceof NoAnswer) return error;
  throw error;
}

/** A server that answers with the first part, then with each further one as soon as the one before was read. */
async function askInParts(
  parts: readonly (string | Buffer)[],
  { ends }: { ends: boolean },
): Promise<Exchange<RawAnswer>> {
  const { promise: asked, resolve } = Promise.withResolvers<Socket>();
  const exchange = ask(await speak(resolve));
  const socket = await asked;
  let sent = 0;
  for (const part of parts) {
    socket.write(part, 'latin1');
    sent += part.length;
    await until(() => exchange.arrived() === sent || socket.destroyed);
  }
  if (ends) socket.end();
  return exchange;
}

describe('a token is read from an answer that then ends', () => {
  test.each(Object.entries(answers))('%s', async (_, parts) => {
    expect(await tokenOf(await askInParts(parts, { ends: true }))).toEqual([token, validUntil]);
  });

  test('also where the connection is reset behind it', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<Socket>();
    const exchange = ask(await speak(resolve));
    const socket = await asked;
    socket.write(withLength(9999) + json.slice(0, -1));
    await until(() => exchange.arrived() > withLength(9999).length);
    socket.resetAndDestroy();
    expect(await tokenOf(exchange)).toEqual([token, validUntil]);
  });
});

describe('a token is read although the connection stays open', () => {
  test.each([
    ['as it should be', [withLength() + json]],
    ['a length that is too large', [withLength(9999), head, tail]],
    ['chunks, cut in the token', [chunked + chunk(head), chunk(tail.slice(0, 9)), chunk(tail.slice(9))]],
    ['no length', [`${created}\r\n${head}`, tail]],
    ['a last chunk that never comes', [chunked + chunk(head), chunk(tail)]],
    ['bare line feeds and no length', [`HTTP/1.1 201 Created\n\n${json}`]],
    ['a length of nothing', [withLength(0), json]],
    ['gzip without a length', [`${created}Content-Encoding: gzip\r\n\r\n`, gzipSync(json)]],
  ])('%s', async (_, parts) => {
    expect(await tokenOf(await askInParts(parts, { ends: false }))).toEqual([token, validUntil]);
  });

  test('and the connection is closed then', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<Socket>();
    const exchange = ask(await speak(resolve));
    const socket = await asked;
    socket.resume();
    socket.write(withLength() + json);
    await exchange.answer;
    await once(socket, 'close');
  });

  test('from what had come, where it is closed', async () => {
    const exchange = await askInParts([`${created}\r\n{"bearerToken":"${token}","validU`], { ends: false });
    exchange.close();
    expect(await tokenOf(exchange)).toEqual([token, undefined]);
  });
});

/** Parts that come one after the other on an open connection, on a clock that is moved by hand. */
async function askSlowly() {
  const { promise: asked, resolve } = Promise.withResolvers<Socket>();
  const clock = new FakeClock({ auto: false });
  const exchange = ask(await speak(resolve), clock);
  const socket = await asked;
  const answered = { is: false };
  void exchange.answer.then(() => {
    answered.is = true;
  });
  const come = async (part: string) => {
    const before = exchange.arrived();
    socket.write(part, 'latin1');
    await until(() => exchange.arrived() === before + part.length);
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let turns = 0; turns < 10; turns++) await turn();
    return answered.is;
  };
  return { exchange, socket, come, pass };
}

describe('a silence on an open connection', () => {
  test('behind a token has a second for its date', async () => {
    const { exchange, come, pass } = await askSlowly();
    await come(`${created}\r\n{"bearerToken":"${token}","validUntil"`);
    expect(await pass(999)).toBe(false);
    await come(':');
    expect(await pass(999)).toBe(false);
    expect(await pass(1)).toBe(true);
    expect(await tokenOf(exchange)).toEqual([token, undefined]);
  });

  test.each([400, 401, 409, 429])('behind a %i ends it after five seconds', async (status) => {
    const { exchange, come, pass } = await askSlowly();
    await come(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\n{`);
    expect(await pass(4999)).toBe(false);
    await come('}');
    expect(await pass(4999)).toBe(false);
    expect(await pass(1)).toBe(true);
    expect(await exchange.answer).toMatchObject({ status, body: '{}' });
  });

  test.each([200, 201, 204, 302, 500, 502, 503])('behind a %i without a token ends nothing', async (status) => {
    const { exchange, socket, come, pass } = await askSlowly();
    await come(`HTTP/1.1 ${status} Some\r\nContent-Length: 2\r\n\r\n{}`);
    expect(await pass(130_000)).toBe(false);
    socket.end();
    expect(await exchange.answer).toMatchObject({ status, body: '{}' });
  });
});

test('the request is one of HTTP/1.1 that asks for no compression and for the end of the connection', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<string>();
  const url = await speak((socket, data) => {
    resolve(data.toString());
    socket.end(withLength() + json);
  });
  await ask(url).answer;
  expect(await asked).toBe(
    [
      'POST /v7/api-tokens HTTP/1.1',
      `host: ${url.replace('http://', '')}`,
      'x-a: b',
      'accept-encoding: identity',
      'content-length: 0',
      'connection: close',
      '\r\n',
    ].join('\r\n'),
  );
});

test('a whole answer after 130 s is an answer', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<Socket>();
  const clock = new FakeClock({ auto: false });
  const exchange = ask(await speak(resolve), clock);
  const socket = await asked;
  clock.advance(130_000);
  socket.end(withLength() + json);
  expect(await tokenOf(exchange)).toEqual([token, validUntil]);
});

test('of an answer without an end four megabytes are read', async () => {
  const most = 4 * 1024 * 1024;
  const url = await speak((socket) => {
    socket.write(created);
    const more = () => {
      while (!socket.destroyed && socket.write('x'.repeat(64 * 1024)));
    };
    socket.on('drain', more);
    more();
  });
  const exchange = ask(url);
  expect(await exchange.answer).toMatchObject({ status: 201 });
  expect(exchange.arrived()).toBeGreaterThanOrEqual(most);
  expect(exchange.arrived()).toBeLessThan(most + 1024 * 1024);
});

describe('no answer', () => {
  test('where nobody listens: it was not sent, and another try may fare better', async () => {
    const url = await nobody();
    expect(await failure(ask(url))).toMatchObject({
      message: `${new URL(url).host} refused the connection`,
      sent: false,
      mayPass: true,
    });
  });

  test('where the name is not known: it was not sent', async () => {
    // No label of a name is longer than 63 letters, so that no name server is asked for it.
    const error = await failure(ask(`http://${'x'.repeat(64)}.invalid`));
    expect(error.message).toMatch(/could not be resolved/);
    expect(error.sent).toBe(false);
  });

  test.each([
    ['ends', (socket: Socket) => void socket.end()],
    ['is reset', (socket: Socket) => void socket.resetAndDestroy()],
  ])('where the connection %s without a byte: it was sent', async (_, end) => {
    expect(await failure(ask(await speak(end)))).toMatchObject({ message: 'the connection broke off', sent: true });
  });

  test('where it is closed before a byte came, once and for all', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<Socket>();
    const exchange = ask(await speak(resolve));
    const socket = await asked;
    exchange.close();
    exchange.close();
    expect(await failure(exchange)).toMatchObject({ message: 'cancelled', sent: true });
    socket.resume();
    await once(socket, 'close');
  });

  test('where it is closed while it connects: nothing is sent', async () => {
    const server = createServer();
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const exchange = ask(`http://127.0.0.1:${await listening(server)}`);
    exchange.close();
    expect(await failure(exchange)).toMatchObject({ message: 'cancelled', sent: false });
    const [socket] = await connected;
    let received = 0;
    socket.on('data', (data) => {
      received += data.length;
    });
    await once(socket, 'close');
    expect(received).toBe(0);
  });

  test('that nobody waits for is no error of the process', async () => {
    const script = new URL('./support/unheard-exchange.ts', import.meta.url);
    const worker = new Worker(script, { workerData: await nobody() });
    expect(await once(worker, 'exit')).toEqual([0]);
  });
});
