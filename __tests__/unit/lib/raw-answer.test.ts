import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { rawAnswer } from '../../../src/lib/raw-answer.ts';

const json = '{"bearerToken":"te-raw","validUntil":"2028-11-23T19:00:00Z"}';
const read = (text: string) => rawAnswer(Buffer.from(text, 'latin1'));

describe('a head is read', () => {
  test('as it should be', () => {
    expect(read(`HTTP/1.1 201 Created\r\nX-Some: a: b\r\nContent-Length: 60\r\n\r\n${json}`)).toEqual({
      status: 201,
      headers: { 'x-some': 'a: b', 'content-length': '60' },
      body: json,
    });
  });

  test.each([
    ['with an unsolicited 100 Continue in front', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n${json}`],
    [
      'with several informational answers in front',
      `HTTP/1.1 103 Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 201\r\n\r\n${json}`,
    ],
    ['of bare line feeds', `HTTP/1.1 201 Created\nA: b\n\n${json}`],
    ['of bare carriage returns', `HTTP/1.1 201 Created\rA: b\r\r${json}`],
    ['that ends with a mixture', `HTTP/1.1 201 Created\r\nA: b\n\r\n${json}`],
    ['that ends with a line of blanks', `HTTP/1.1 201 Created\r\nA: b\r\n \t\r\n${json}`],
    ['of HTTP/1.0', `HTTP/1.0 201 Created\r\n\r\n${json}`],
    ['of HTTP/2 by name', `HTTP/2 201\r\n\r\n${json}`],
    ['in lower case', `http/1.1 201 created\r\n\r\n${json}`],
    ['with more blanks than it should have', `HTTP/1.1 \t 201   Created\r\n\r\n${json}`],
    ['with empty lines in front', `\r\n\r\nHTTP/1.1 201 Created\r\n\r\n${json}`],
    ['with garbage in front', `\0\u0016 junk\r\nmore HTTP/1.1 201 Created\r\n\r\n${json}`],
    ['with a control byte in a header', `HTTP/1.1 201 Created\r\nX-Bad: a\0\u0001b\r\n\r\n${json}`],
    ['of 300 KB', `HTTP/1.1 201 Created\r\nX-Much: ${'x'.repeat(300_000)}\r\n\r\n${json}`],
  ])('%s', (_, text) => {
    expect(read(text)).toMatchObject({ status: 201, body: json });
  });

  test('names in lower case, the last of a repeated one, folded lines, and nothing of what is no header', () => {
    const lines = ['X-A: 1', 'x-a:  2 ', 'X-Fold: a', '\t b', 'Retry-After : 7', 'no header', ': no name'].join('\r\n');
    const headers = { 'x-a': '2', 'x-fold': 'a b', 'retry-after': '7' };
    expect(read(`HTTP/1.1 429 T\r\n${lines}\r\n\r\n`)?.headers).toEqual(headers);
    expect(read(`HTTP/1.1 429 T\r${lines.replaceAll('\r\n\t', '').replaceAll('\r\n', '\r')}\r\r`)?.headers).toEqual(
      headers,
    );
  });

  test('the first final status counts, not what a body speaks of', () => {
    expect(read('HTTP/1.1 502 Bad\r\n\r\nthe upstream said\r\nHTTP/1.1 201 Created\r\n\r\n')?.status).toBe(502);
  });
});

test('no byte is no answer', () => {
  expect(read('')).toBeUndefined();
});

test.each([
  ['no head', json, 0],
  ['garbage in front that is too long to look through', `${'x'.repeat(65)}HTTP/1.1 201 C\r\n\r\n${json}`, 0],
  ['a status of three other signs', `HTTP/1.1 2xx OK\r\n\r\n${json}`, 0],
  ['nothing but a 100', `HTTP/1.1 100 Continue\r\n\r\n${json}`, 0],
  ['no empty line', `HTTP/1.1 201 Created\r\nX-A: b\r\n${json}`, 201],
])('%s: all of it is body', (_, text, status) => {
  expect(read(text)).toEqual({ status, headers: {}, body: text });
});

test.each([
  ['a length that is too small', 'Content-Length: 5', json],
  ['a length that is too large', 'Content-Length: 999', json],
  ['chunks', 'Transfer-Encoding: chunked', `3c\r\n${json}\r\n0\r\n\r\n`],
])('%s changes nothing of what has come', (_, header, body) => {
  expect(read(`HTTP/1.1 201 Created\r\n${header}\r\n\r\n${body}`)?.body).toBe(body);
});

test('gzip is undone where a header says so', () => {
  const answer = (header: string) =>
    rawAnswer(Buffer.concat([Buffer.from(`HTTP/1.1 201 Created\r\n${header}\r\n\r\n`), gzipSync(json)]));
  expect(answer('Content-Encoding: gzip')?.body).toBe(json);
  expect(answer('X-None: gzip')?.body).not.toBe(json);
});
