import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { lenientAnswer } from '../../../src/lib/lenient-answer.ts';

const json = '{"bearerToken":"te-lenient","validUntil":"2028-11-23T19:00:00Z"}';
const length = `content-length: ${json.length}`;
const [head, tail] = [json.slice(0, 20), json.slice(20)];
const chunk = (text: string, end = '\r\n') => `${text.length.toString(16)}${end}${text}${end}`;

/** What is read of the bytes; of a connection that is over, unless it is said that it is open. */
function read(text: string, ended = true) {
  return lenientAnswer(Buffer.from(text, 'latin1'), ended);
}

/** The status and the body that are read of a connection that is over. */
function answer(text: string) {
  const found = read(text);
  return found === undefined ? undefined : [found.status, found.body];
}

describe('a head is read', () => {
  test('as it should be', () => {
    expect(read(`HTTP/1.1 201 Created\r\nX-Some: a: b\r\n${length}\r\n\r\n${json}`)).toEqual({
      status: 201,
      headers: { 'x-some': 'a: b', 'content-length': String(json.length) },
      body: json,
      bytes: Buffer.from(json),
      complete: true,
      isWhole: true,
    });
  });

  test.each([
    ['with an unsolicited 100 Continue in front', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n${json}`],
    [
      'with several informational answers in front',
      `HTTP/1.1 103 Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 201\r\n\r\n${json}`,
    ],
    ['of bare line feeds', `HTTP/1.1 201 Created\n${length}\n\n${json}`],
    ['of bare carriage returns', `HTTP/1.1 201 Created\r${length}\r\r${json}`],
    ['that ends with a mixture', `HTTP/1.1 201 Created\r\n${length}\n\r\n${json}`],
    ['that ends with a line of blanks', `HTTP/1.1 201 Created\r\n${length}\r\n \t\r\n${json}`],
    ['of HTTP/1.0', `HTTP/1.0 201 Created\r\n\r\n${json}`],
    ['of HTTP/2 by name', `HTTP/2 201\r\n\r\n${json}`],
    ['in lower case', `http/1.1 201 created\r\n\r\n${json}`],
    ['with more blanks than it should have', `HTTP/1.1 \t 201   Created\r\n\r\n${json}`],
    ['without a reason', `HTTP/1.1 201\r\n\r\n${json}`],
    ['with empty lines in front', `\r\n\r\nHTTP/1.1 201 Created\r\n\r\n${json}`],
    ['with garbage in front', `\0\u0016 junk\r\nmore HTTP/1.1 201 Created\r\n\r\n${json}`],
    ['with a control byte in a header', `HTTP/1.1 201 Created\r\nX-Bad: a\0\u0001b\r\n${length}\r\n\r\n${json}`],
    ['with lines that are no headers', `HTTP/1.1 201 Created\r\nno header\r\n: no name\r\n${length}\r\n\r\n${json}`],
    ['of 300 KB', `HTTP/1.1 201 Created\r\nX-Much: ${'x'.repeat(300_000)}\r\n${length}\r\n\r\n${json}`],
  ])('%s', (_, text) => {
    expect(answer(text)).toEqual([201, json]);
  });

  test('names in lower case, the last of a repeated one, folded lines, no control characters', () => {
    const lines = ['X-A: 1', 'x-a:  2 ', 'X-Fold: a', '\t b', 'Retry-After : 7', 'X-C: a\u0007b'].join('\r\n');
    expect(read(`HTTP/1.1 429 T\r\n${lines}\r\n\r\n`)?.headers).toEqual({
      'x-a': '2',
      'x-fold': 'a b',
      'retry-after': '7',
      'x-c': 'a b',
    });
  });

  test('the first final status counts, not what a body speaks of', () => {
    expect(answer(`HTTP/1.1 502 Bad\r\n\r\nthe upstream said\r\nHTTP/1.1 201 Created\r\n\r\n`)?.[0]).toBe(502);
  });
});

describe('without a whole head', () => {
  test.each(['', 'HTTP/1.1 201 Created\r\nX-A: b', 'HTTP/1.1 201 Created\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', json])(
    'an open connection has not answered yet: %j',
    (text) => {
      expect(read(text, false)).toBeUndefined();
    },
  );

  test('nothing at all is no answer', () => {
    expect(read('')).toBeUndefined();
  });

  test.each([
    ['no head', json, 0],
    [
      'garbage in front of the status that is too long to look through',
      `${'x'.repeat(65)}HTTP/1.1 201 C\r\n\r\n${json}`,
      0,
    ],
    ['a status of three other signs', `HTTP/1.1 2xx OK\r\n\r\n${json}`, 0],
    ['no empty line', `HTTP/1.1 201 Created\r\nX-A: b\r\n${json}`, 201],
  ])('%s: all of it is body, when the connection is over', (_, text, status) => {
    expect(read(text)).toMatchObject({ status, headers: {}, body: text, complete: false, isWhole: false });
    expect(read(text)?.bytes).toEqual(Buffer.from(text, 'latin1'));
  });
});

describe('a length', () => {
  const withLength = (said: string, body: string, ended: boolean) =>
    read(`HTTP/1.1 201 Created\r\n${said}\r\n\r\n${body}`, ended);

  test.each([
    [`Content-Length: ${json.length}`, head, false],
    [`Content-Length: ${json.length}`, json, true],
    [`Content-Length: 5`, json, true],
    [`Content-Length: 0`, '', true],
    [`Content-Length: 0`, json, true],
    ['X-None: 1', json, false],
    ['Content-Length:', json, false],
    ['Content-Length: -5', json, false],
    ['Content-Length: 0x10', json, false],
    [`Content-Length: ${json.length}, ${json.length}`, json, false],
    ['Content-Length: many', json, false],
  ])('%s, with %j there, on an open connection: whole is %s', (said, body, isWhole) => {
    expect(withLength(said, body, false)).toMatchObject({ body, isWhole, complete: isWhole });
  });

  test.each([
    ['X-None: 1', true],
    ['Content-Length: -5', true],
    ['Content-Length: 999', false],
  ])('%s, when the connection is over: whole is %s', (said, isWhole) => {
    expect(withLength(said, json, true)).toMatchObject({ body: json, isWhole, complete: isWhole });
  });

  test('that is too small cuts nothing off', () => {
    expect(withLength('Content-Length: 5', json, false)?.body).toBe(json);
  });

  test.each([[`${length}\r\n${length}`], [`Content-Length: 5\r\n${length}`], [`${length}\r\nContent-Length: 5`]])(
    'two of them: %j',
    (said) => {
      expect(withLength(said, json, true)).toMatchObject({ body: json, isWhole: true });
    },
  );
});

describe('chunks', () => {
  const chunked = (body: string, ended = true, more = '') =>
    read(`HTTP/1.1 201 Created\r\n${more}Transfer-Encoding: chunked\r\n\r\n${body}`, ended);

  test.each([
    ['as they should be', `${chunk(head)}${chunk(tail)}0\r\n\r\n`],
    ['with line feeds only', `${chunk(head, '\n')}${chunk(tail, '\n')}0\n\n`],
    ['with extensions', `${chunk(head).replace('\r\n', ' ;a="b;c"\r\n')}${chunk(tail)}0;x\r\n\r\n`],
    [
      'in upper case, with zeros in front',
      `00014\r\n${head}\r\n${tail.length.toString(16).toUpperCase()}\r\n${tail}\r\n000\r\n\r\n`,
    ],
    ['with a trailer', `${chunk(head)}${chunk(tail)}0\r\nX-Trailer: a\r\n\r\n`],
    ['with empty lines between them', `\r\n${chunk(head)}\r\n\r\n${chunk(tail)}0\r\n`],
  ])('%s', (_, body) => {
    expect(chunked(body)).toMatchObject({ body: json, isWhole: true, complete: true });
  });

  test.each([
    ['beside a length', `${length}\r\n`],
    ['beside a wrong length', 'Content-Length: 5\r\n'],
    ['behind another coding', 'Transfer-Encoding: identity\r\n'],
  ])('%s', (_, more) => {
    expect(chunked(`${chunk(head)}${chunk(tail)}0\r\n\r\n`, true, more)).toMatchObject({ body: json, isWhole: true });
  });

  test.each([
    ['', ''],
    ['\r', ''],
    ['1', ''],
    [chunk(head).slice(0, 9), head.slice(0, 5)],
    [chunk(head), head],
    [`${chunk(head)}\r\n2`, head],
    [`${chunk(head)}${chunk(tail)}`, json],
    [`${chunk(head)}${chunk(tail)}0`, json],
    [`${chunk(head)}${chunk(tail)}0;a`, json],
  ])('that are not all there yet: %j', (body, expected) => {
    for (const ended of [false, true])
      expect(chunked(body, ended)).toMatchObject({ body: expected, isWhole: false, complete: false });
  });

  test.each([
    ['none, in a short body', '{"bearerToken":"a"}'],
    ['none, in a long body', json],
    ['whose size is too small', `5\r\n${json}\r\n0\r\n\r\n`],
    ['whose size is too large', `18\r\n${head}\r\n${chunk(tail)}0\r\n\r\n`],
    ['whose sizes are written otherwise', `0x14\r\n${head}\r\n`],
    ['of which the empty one comes first', `0\r\n\r\n${json}`],
    ['with an extension that has no end', `14;${'x'.repeat(5000)}`],
  ])('that are none: nothing of what arrived is thrown away: %s', (_, body) => {
    expect(chunked(body)).toMatchObject({ body, isWhole: true });
    expect(chunked(body, false)).toMatchObject({ body, isWhole: false });
  });

  test('that are none are whole by the length beside them', () => {
    expect(chunked(json, false, `${length}\r\n`)).toMatchObject({ body: json, isWhole: true });
  });
});

test('a chunk that claims more than came is what came', () => {
  const text = `HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n${json}`;
  expect(read(text)).toMatchObject({ body: json, isWhole: false });
  expect(read(text.replace('ffff', 'f'.repeat(200)))).toMatchObject({ body: json, isWhole: false });
});

test('what was compressed unasked is read, and its own bytes are kept', () => {
  const body = gzipSync(json);
  const bytes = Buffer.concat([Buffer.from('HTTP/1.1 201 Created\r\ncontent-encoding: gzip\r\n\r\n'), body]);
  expect(lenientAnswer(bytes, true)).toMatchObject({ body: json, complete: true, bytes: body });
});

test('what claims to be compressed and is neither that nor text is not complete', () => {
  const bytes = Buffer.from('HTTP/1.1 201 Created\r\ncontent-encoding: br\r\n\r\n\u00e4', 'latin1');
  expect(lenientAnswer(bytes, true)).toMatchObject({ body: '\ufffd', complete: false, bytes: Buffer.from([0xe4]) });
});

test('compressed without a head is read, too', () => {
  expect(lenientAnswer(gzipSync(json), true)).toMatchObject({ status: 0, body: json });
});
