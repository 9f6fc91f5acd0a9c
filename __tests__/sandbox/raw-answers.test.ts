import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { dripped, rawAnswers } from '../../sandbox/http/raw-answers.ts';
import type { RawFault } from '../../sandbox/http/raw-exchange.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { RawClient } from './support/raw-client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.thousandeyes.nextToken = 'te-next';
});
afterEach(() => world.close());

const MINTED = '"bearerToken":"te-next"';

/** A connection on which a regenerate met this fault. */
function asked(fault: RawFault): RawClient {
  world.faults.add({ server: 'thousandeyes', method: 'POST', times: 1, fault });
  const client = new RawClient(world.thousandeyes);
  client.send('POST', '/v7/api-tokens', world.currentToken);
  return client;
}

/** The lines of a head, and what stands behind it. */
function taken(raw: string, eol = '\r\n'): { lines: string[]; body: string } {
  const at = raw.indexOf(eol + eol);
  return { lines: raw.slice(0, at).split(eol), body: raw.slice(at + 2 * eol.length) };
}

const valuesOf = (lines: string[], name: string): string[] =>
  lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));

const SHOWS: Record<keyof typeof rawAnswers, (raw: string) => void> = {
  continueFirst: (raw) => expect(raw).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 Created\r\n/),
  earlyHints: (raw) =>
    expect(raw).toMatch(/^HTTP\/1.1 103 Early Hints\r\nlink: [^\r]+\r\n\r\nHTTP\/1.1 201 Created\r\n/),
  chunkedBesideLength: (raw) => {
    const { lines, body } = taken(raw);
    expect(valuesOf(lines, 'transfer-encoding')).toEqual(['chunked']);
    expect(valuesOf(lines, 'content-length')).toHaveLength(1);
    expect(body).toMatch(/^[0-9a-f]+\r\n\{.*\r\n0\r\n\r\n$/s);
  },
  lengthTwice: (raw) => {
    const { lines, body } = taken(raw);
    expect(valuesOf(lines, 'content-length')).toEqual([String(body.length), String(body.length)]);
  },
  lengthsDiffer: (raw) => {
    const { lines, body } = taken(raw);
    expect(valuesOf(lines, 'content-length')).toEqual([String(body.length), String(body.length + 7)]);
  },
  hugeHead: (raw) => expect(taken(raw).lines.join('\r\n').length).toBeGreaterThan(300_000),
  bareLineFeeds: (raw) => expect(raw).not.toContain('\r'),
  foldedHeader: (raw) => expect(raw).toContain('\r\nx-folded: first\r\n second\r\n'),
  controlByte: (raw) => expect(raw).toContain('\r\nx-odd: a\u0001b\r\n'),
  headerWithoutColon: (raw) => expect(taken(raw).lines).toContain('this is no header'),
  garbageFirst: (raw) => expect(raw).toMatch(/^proxy: upstream recovered\r\nHTTP\/1.1 201/),
  blankLinesFirst: (raw) => expect(raw).toMatch(/^\r\n\r\nHTTP\/1.1 201/),
  oldVersion: (raw) => {
    expect(raw).toMatch(/^HTTP\/1.0 201 Created\r\n/);
    expect(raw).not.toMatch(/content-length|transfer-encoding/);
  },
  lengthTooSmall: (raw) => {
    const { lines, body } = taken(raw);
    expect(valuesOf(lines, 'content-length')).toEqual([String(body.length - 5)]);
  },
  lengthTooLarge: (raw) => {
    const { lines, body } = taken(raw);
    expect(valuesOf(lines, 'content-length')).toEqual([String(body.length + 7)]);
  },
  bodyWithoutEnd: (raw) => expect(raw).not.toMatch(/content-length|transfer-encoding/),
  byteOrderMark: (raw) => {
    const { lines, body } = taken(raw);
    expect(body.slice(0, 4)).toBe('\u00ef\u00bb\u00bf{');
    expect(valuesOf(lines, 'content-length')).toEqual([String(body.length)]);
  },
  chunkedLineFeeds: (raw) => expect(taken(raw).body).toMatch(/^[0-9a-f]+\n\{[^\r]*\n0\n\n$/s),
  chunkedFinely: (raw) => expect(taken(raw).body).toMatch(/^(?:[1-3]\r\n[^\r]{1,3}\r\n)+0\r\n\r\n$/s),
  gzipUnasked: (raw) => {
    const { lines, body } = taken(raw);
    expect(valuesOf(lines, 'content-encoding')).toEqual(['gzip']);
    expect(gunzipSync(Buffer.from(body, 'latin1')).toString()).toContain(MINTED);
  },
  noReason: (raw) => expect(raw).toMatch(/^HTTP\/1.1 201\r\ndate: /),
};

test.each(Object.keys(SHOWS) as (keyof typeof rawAnswers)[])('%s: the whole answer, in other bytes', async (name) => {
  using client = asked({ ...rawAnswers[name], connection: 'end' });
  await client.ended;
  SHOWS[name](client.received);
  const plain = client.received.replace(/\r?\n[0-9a-f]+\r?\n/g, '');
  if (name !== 'gzipUnasked') expect(plain).toContain(MINTED);
  expect(world.thousandeyes.issued).toEqual(['te-next']);
  expect(world.requests[0]).toMatchObject({ fault: 'raw', status: 201 });
});

test.each(['continueFirst', 'bodyWithoutEnd'] as const)(
  '%s: a kept connection serves the next requests, as if nothing had been odd',
  async (name) => {
    using client = asked(rawAnswers[name]);
    await client.until('"validUntil"');
    client.send('GET', '/v7/users/current', world.currentToken);
    await client.until('HTTP/1.1 200 OK');
    client.send('GET', '/v7/users/current', 'te-unknown');
    await client.until('HTTP/1.1 401 Unauthorized');
    expect(world.requests.map(({ status }) => status)).toEqual([201, 200, 401]);
    expect(client.received).not.toContain('204');
  },
);

test('bytes that were given go out as they are, and the server acts only when told to', async () => {
  using first = asked({ kind: 'raw', bytes: 'nothing of HTTP', connection: 'end' });
  expect([await first.ended, first.received]).toEqual(['closed', 'nothing of HTTP']);
  expect(world.thousandeyes.issued).toEqual([]);
  using second = asked({ kind: 'raw', bytes: Buffer.from([0xff, 0x00]), act: true, connection: 'end' });
  await second.ended;
  expect(second.received).toBe('\u00ff\u0000');
  expect(world.thousandeyes.issued).toHaveLength(1);
});

test('a connection can be reset behind the bytes', async () => {
  using client = asked({ ...rawAnswers.lengthTooLarge, connection: 'reset' });
  expect(await client.ended).toBe('reset');
  expect(client.received).toContain(MINTED);
});

test('chunks come apart, with a pause between them', async () => {
  const started = performance.now();
  using client = asked({ kind: 'raw', bytes: ['one', 'two', 'three'], pause: 20, connection: 'end' });
  await client.ended;
  expect(performance.now() - started).toBeGreaterThanOrEqual(39);
  expect([client.received, client.chunks.length]).toEqual(['onetwothree', 3]);
});

test('an answer that drips is the same answer', async () => {
  using client = asked({ ...dripped(50, 1), connection: 'end' });
  await client.ended;
  expect(client.received).toMatch(/^HTTP\/1.1 201 Created\r\ndate: .*"bearerToken":"te-next"/s);
  expect(client.chunks.length).toBeGreaterThan(3);
});

test('a client that leaves in the middle ends the answer', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  world.on(({ phase }) => phase === 'answered' && resolve());
  const client = asked(dripped(1, 1));
  await client.until('HTTP');
  client[Symbol.dispose]();
  await promise;
  expect(world.violations).toEqual([]);
});
