import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { longestBody, textOf, withoutChunkLines } from '../../../src/lib/raw-answer.ts';

const text = JSON.stringify({ bearerToken: 'te-packed', filler: 'grün '.repeat(200) });

/** The same in chunks of so many bytes. */
function inChunks(body: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

describe('gzip that a header tells of is undone', () => {
  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    [' GZip\t', gzipSync(text)],
    ['gzip', Buffer.concat([gzipSync(text), Buffer.from('behind')])],
    ['gzip', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8, 7)])],
    ['gzip', inChunks(gzipSync(text), 40)],
    ['gzip', inChunks(gzipSync(text), 1000)],
  ])('%j', (coding, body) => {
    expect(textOf(body, coding)).toBe(text);
  });

  test.each([
    ['whole', (body: Buffer) => body],
    ['chunks', (body: Buffer) => inChunks(body, 1000)],
  ])('as far as it came, in %s', (_, framed) => {
    const long = `{"bearerToken":"te-first"}${Array.from({ length: 5000 }, (_, index) => index).join()}`;
    const body = framed(gzipSync(long));
    const read = textOf(body.subarray(0, body.length / 2), 'gzip');
    expect(read.startsWith('{"bearerToken":"te-first"}')).toBe(true);
    expect(read.length).toBeLessThan(long.length);
  });

  test('but not to more than two megabytes', () => {
    const most = 2 * 1024 * 1024;
    expect(longestBody).toBe(most);
    expect(textOf(gzipSync('x'.repeat(most)), 'gzip')).toHaveLength(most);
    expect(textOf(gzipSync('x'.repeat(most + 1)), 'gzip').length).toBeLessThan(10_000);
  });

  test('and what was unpacked on its way, or is broken, is read as it is', () => {
    expect(textOf(Buffer.from(text), 'gzip')).toBe(text);
    expect(textOf(Buffer.concat([gzipSync(text).subarray(0, 10), Buffer.from('\u0007te')]), 'gzip')).toMatch(/te$/);
  });
});

test('without such a header bytes are text, in UTF-8, without its mark', () => {
  expect(textOf(Buffer.from(`\uFEFF${text}`))).toBe(text);
  expect(textOf(Buffer.from([0x61, 0xe4]), 'br')).toBe('a\ufffd');
  expect(textOf(Buffer.alloc(0), 'gzip')).toBe('');
});

describe('sizes of chunks are taken out', () => {
  test.each([1, 2, 3, 16, 40])('of %i bytes each', (size) => {
    const ascii = '{"bearerToken":"abcdef0123456789-te-ff00","validUntil":"2028-11-23"}';
    expect(withoutChunkLines(inChunks(Buffer.from(ascii), size).toString())).toBe(`${ascii}\r\n`);
  });

  test('with extensions, line feeds only, and written otherwise', () => {
    expect(withoutChunkLines('2 ;a="b"\nte\n0x3\n-ab\n0\n')).toBe('te-ab');
  });

  test('and nothing else', () => {
    const plain = '{\n  "a": 12,\n  "b": "12\\r\\n34"\n}\n';
    expect(withoutChunkLines(plain)).toBe(plain);
  });
});
