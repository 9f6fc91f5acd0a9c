import { describe, expect, test } from '@jest/globals';
import type { HttpAnswer } from '../../../src/lib/http.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { holdsToken, issuedFrom, longestSecret, tokensIn } from '../../../src/thousandeyes/issued-answer.ts';

const read = (answer: Partial<HttpAnswer>) =>
  issuedFrom({ status: 201, headers: {}, body: '', complete: true, ...answer });

function issued(answer: Partial<HttpAnswer>) {
  const found = read(answer);
  if (found?.kind !== 'issued') throw new Error(`expected a token, got ${JSON.stringify(found)}`);
  return { token: found.token.reveal(), validUntil: found.validUntil };
}

function unreadable(answer: Partial<HttpAnswer>) {
  const found = read(answer);
  if (found?.kind !== 'unreadable') throw new Error(`expected no token, got ${JSON.stringify(found)}`);
  return { detail: found.detail, content: found.content?.reveal() };
}

const withToken = (bearerToken: unknown, more: object = {}) => JSON.stringify({ bearerToken, ...more });

describe('a token is read', () => {
  test('with its date', () => {
    expect(issued({ body: withToken('te-issued-1', { validUntil: '2028-11-23T19:00:00Z' }) })).toEqual({
      token: 'te-issued-1',
      validUntil: Date.UTC(2028, 10, 23, 19),
    });
  });

  test.each([
    ['absent', undefined],
    ['no string', 7],
    ['no date', 'in two years'],
  ])('whose date is %s', (_, validUntil) => {
    expect(issued({ body: withToken('te-issued-2', { validUntil }) })).toEqual({
      token: 'te-issued-2',
      validUntil: undefined,
    });
  });

  test.each([200, 202, 299])('also with %i', (status) => {
    expect(issued({ status, body: withToken('te-issued-3') }).token).toBe('te-issued-3');
  });

  test('without the blanks around it', () => {
    expect(issued({ body: withToken(' \n te-issued-4\t') }).token).toBe('te-issued-4');
  });

  test('of exactly 48 KB', () => {
    expect(issued({ body: withToken('x'.repeat(49_152)) }).token).toHaveLength(49_152);
    expect(longestSecret).toBe(49_152);
  });

  test('although no status line could be read', () => {
    expect(issued({ status: 0, body: `broken head\r\n\r\n${withToken('te-issued-5')}` }).token).toBe('te-issued-5');
  });
});

describe('a body that broke off', () => {
  const whole =
    '{"other": "x", "bearerToken" : "te-\\"n\\u00e4w\\\\", "validUntil": "2028-11-23T19:00:00Z", "_links": {}}';
  const cut = (after: string) => whole.slice(0, whole.indexOf(after) + after.length);

  test('behind the token: the token is saved', () => {
    expect(issued({ body: cut('w\\\\"'), complete: false })).toEqual({ token: 'te-"näw\\', validUntil: undefined });
  });

  test('behind the date: the date, too', () => {
    expect(issued({ body: cut('00Z"'), complete: false }).validUntil).toBe(Date.UTC(2028, 10, 23, 19));
  });

  test.each(['"bearerToken" : ', '"bearerToken" : "te-', 'w\\\\'])(
    'inside the token, at %j: half of it is none, and is kept',
    (after) => {
      expect(unreadable({ body: cut(after), complete: false })).toEqual({
        detail: 'ThousandEyes answered 201 and broke off before the token was read',
        content: cut(after).trim(),
      });
    },
  );

  test('with an escape that is none', () => {
    const body = '{"bearerToken": "te-\\x", ';
    expect(unreadable({ body, complete: false }).content).toBe(body.trim());
  });

  test('of two megabytes without an end is read in no time', () => {
    const body = `{"bearerToken": "${'x'.repeat(2_000_000)}`;
    expect(unreadable({ body, complete: false }).content).toBe(body.slice(0, 49_152));
  });
});

describe('a 2xx without a usable token is kept, whatever it is', () => {
  test.each([
    ['a list', '[{"bearerToken":"te-x"}]'],
    ['a text', '"bearerToken"'],
    ['an empty token', '{"bearerToken":""}'],
    ['a token of blanks', '{"bearerToken":" "}'],
    ['a number for a token', '{"bearerToken":7}'],
    ['null for a token', '{"bearerToken":null}'],
    ['an object for a token', '{"bearerToken":{"value":"te-x"}}'],
    ['malformed', '{"bearerToken": te-x}'],
    ['no JSON', 'te-x-without-any-frame'],
  ])('%s', (_, body) => {
    expect(unreadable({ body })).toEqual({ detail: 'ThousandEyes answered 201 without a token in it', content: body });
  });

  test.each(['', 'null', '7', '{}', '[]', '{"a": 1}', ' \r\n'])('there is nothing to keep of %j', (body) => {
    expect(unreadable({ body })).toEqual({
      detail: 'ThousandEyes answered 201 without a token in it',
      content: undefined,
    });
    expect(unreadable({ status: 204, body }).content).toBeUndefined();
  });

  test('as Base64 where it is no text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x62, 0x63, 0x64]);
    expect(unreadable({ body: '\uFFFDabcd', bytes }).content).toBe(bytes.toString('base64'));
    expect(unreadable({ body: 'it is a text', bytes: Buffer.from('it is a text') }).content).toBeUndefined();
    expect(unreadable({ body: 'it is a longer-text', bytes: Buffer.from('…') }).content).toBe('it is a longer-text');
  });

  test.each([
    ['a byte too long', 'x'.repeat(49_153)],
    ['too long in bytes, not in characters', 'ä'.repeat(30_000)],
  ])('a token that is %s for GitHub', (_, bearerToken) => {
    expect(unreadable({ body: withToken(bearerToken) }).detail).toBe(
      "ThousandEyes answered 201 with a token of more than 48 KB, which GitHub can't hold",
    );
  });

  test('no more of it than a secret can hold, whole characters only', () => {
    const { content = '' } = unreadable({ body: `x${'ä'.repeat(30_000)}` });
    expect({ start: content.slice(0, 2), end: content.at(-1), bytes: Buffer.byteLength(content) }).toEqual({
      start: 'xä',
      end: 'ä',
      bytes: 49_151,
    });
  });
});

test.each([100, 199, 300, 307, 399, 400, 401, 409, 429, 499, 500, 503])(
  'a token beside %i is not used, but kept',
  (status) => {
    expect(unreadable({ status, body: withToken('te-beside-an-error') })).toEqual({
      detail: `ThousandEyes answered ${status} with a token in it`,
      content: withToken('te-beside-an-error'),
    });
    expect(read({ status, body: '{"detail":"no token here"}' })).toBeUndefined();
  },
);

test('a token among the sizes of chunks that nothing announced is read', () => {
  const chunks = '1c\r\n{"bearerToken":"te-chunked-\r\n9\r\ntoken-6"}\r\n0\r\n\r\n';
  expect(issued({ body: chunks }).token).toBe('te-chunked-token-6');
});

test('for the mask, what may be a token by itself is taken out of what cannot be read', () => {
  const found = (text: string) => tokensIn(new Secret(text)).map((each) => each.reveal());
  expect(found('{\n  "token": "0e44c1c4-3cc9-4c1e-9f3e-9c86a1d1b8e5",\n  "other": 1\n}')).toEqual([
    '0e44c1c4-3cc9-4c1e-9f3e-9c86a1d1b8e5',
  ]);
  expect(found('{"short": "te-x"}')).toEqual([]);
  expect(found('an-answer-without-an-end '.repeat(1000))).toHaveLength(100);
});

test('bytes without a status and without a token tell nothing', () => {
  expect(read({ status: 0, body: 'SSH-2.0' })).toBeUndefined();
});

test.each([
  [201, '{"bearerToken":"te-x"}', true],
  [201, '{"bearerToken":"te-x", "valid', false],
  [201, '{"bearerToken":7}', false],
  [201, '{}', false],
  [201, 'null', false],
  [199, '{"bearerToken":"te-x"}', false],
  [300, '{"bearerToken":"te-x"}', false],
])('%i %s holds all that is wanted of the answer: %s', (status, body, expected) => {
  expect(holdsToken({ status, headers: {}, body, complete: false })).toBe(expected);
});
