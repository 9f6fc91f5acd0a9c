import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decodedBody, longestBody } from '../../../src/lib/decoded-body.ts';

const text = JSON.stringify({ bearerToken: 'te-packed', filler: 'grün '.repeat(200) });
const whole = { text, complete: true };

describe('compressed although nobody asked for it', () => {
  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    [' GZip\t', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
  ])('as %j', (coding, body) => {
    expect(decodedBody(body, coding)).toEqual(whole);
  });

  test.each([
    ['gzip, and no header says so', gzipSync(text)],
    ['zlib, and no header says so', deflateSync(text)],
    ['gzip twice', gzipSync(gzipSync(text))],
    ['gzip with a wrong checksum', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8, 7)])],
    ['gzip with something behind it', Buffer.concat([gzipSync(text), Buffer.from('behind')])],
    ['zlib with a wrong checksum', Buffer.concat([deflateSync(text).subarray(0, -4), Buffer.alloc(4, 7)])],
  ])('as %s', (_, body) => {
    expect(decodedBody(body, undefined)).toEqual(whole);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('and broken off: what came of it is read: %s', (coding, compress) => {
    const long = `{"bearerToken":"te-first"}${Array.from({ length: 5000 }, (_, index) => index).join()}`;
    const body = compress(long);
    const read = decodedBody(body.subarray(0, body.length / 2), coding).text;
    expect(read.startsWith('{"bearerToken":"te-first"}')).toBe(true);
    expect(read.length).toBeLessThan(long.length);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('to more than two megabytes is not unpacked: %s', (coding, compress) => {
    const most = 2 * 1024 * 1024;
    expect(longestBody).toBe(most);
    const fits = decodedBody(compress('x'.repeat(most)), coding);
    expect([fits.complete, fits.text.length]).toEqual([true, most]);
    const bomb = decodedBody(compress('x'.repeat(most + 1)), coding);
    expect(bomb.complete).toBe(false);
    expect(bomb.text.length).toBeLessThan(10_000);
  });

  test('what unpacks without a header, but to no text, was probably not packed', () => {
    const body = deflateRawSync(Buffer.from([0xe4, 0xff, 0xfe]));
    expect(decodedBody(body, 'deflate')).toEqual({ text: body.toString('utf8'), complete: false });
  });

  test('three times is not unpacked to the end, and one that unpacks to itself could not go on for ever', () => {
    expect(decodedBody(gzipSync(gzipSync(gzipSync(text))), 'gzip').text).not.toBe(text);
  });
});

describe('not compressed, whatever the header says', () => {
  test.each(['gzip', 'deflate', 'br', 'zstd', 'identity', ''])('%j', (coding) => {
    expect(decodedBody(Buffer.from(text), coding)).toEqual(whole);
  });

  test('bytes that are neither that nor text are shown as far as they are text', () => {
    const body = Buffer.from([...Buffer.from('{"a":"'), 0xe4, ...Buffer.from('"}')]);
    expect(decodedBody(body, undefined)).toEqual({ text: '{"a":"\ufffd"}', complete: true });
    expect(decodedBody(body, 'br')).toEqual({ text: '{"a":"\ufffd"}', complete: false });
    expect(decodedBody(body, 'deflate')).toEqual({ text: '{"a":"\ufffd"}', complete: false });
    expect(decodedBody(Buffer.from([0xe4]), 'br')).toEqual({ text: '\ufffd', complete: false });
  });
});

describe('text', () => {
  test('of nothing', () => {
    expect(decodedBody(Buffer.alloc(0), 'gzip')).toEqual({ text: '', complete: true });
    expect(decodedBody(Buffer.from('7'), undefined).text).toBe('7');
  });

  test('in UTF-8, with and without its mark', () => {
    expect(decodedBody(Buffer.from(text), undefined)).toEqual(whole);
    expect(decodedBody(Buffer.from(`\uFEFF${text}`), undefined)).toEqual(whole);
  });

  const little = Buffer.from(text, 'utf16le');
  const big = Buffer.from(text, 'utf16le').swap16();
  test.each([
    ['little endian', little],
    ['big endian', big],
    ['little endian with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['big endian with its mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['big endian, broken off in a character', Buffer.concat([big, Buffer.from([0])])],
  ])('in UTF-16, %s', (_, body) => {
    expect(decodedBody(body, undefined).text).toBe(text);
  });

  test('one zero at the beginning makes no UTF-16', () => {
    expect(decodedBody(Buffer.from('\0\0ab'), undefined).text).toBe('\0\0ab');
  });
});
