import { describe, expect, test } from '@jest/globals';
import type { RawAnswer } from '../../../src/lib/raw-answer.ts';
import { issuedFrom, longestSecret, patienceFor } from '../../../src/thousandeyes/issued-answer.ts';

const read = (answer: Partial<RawAnswer>) => issuedFrom({ status: 201, headers: {}, body: '', ...answer });

function issued(answer: Partial<RawAnswer>) {
  const found = read(answer);
  if (found?.kind !== 'issued') throw new Error(`expected a token, got ${JSON.stringify(found)}`);
  return { token: found.token.reveal(), validUntil: found.validUntil };
}

function unreadable(answer: Partial<RawAnswer>) {
  const found = read(answer);
  if (found?.kind !== 'unreadable') throw new Error(`expected no token, got ${JSON.stringify(found)}`);
  return found.detail;
}

const withoutToken = 'ThousandEyes answered 201 without a token that can be read';
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
    expect(issued({ body: cut('w\\\\"') })).toEqual({ token: 'te-"näw\\', validUntil: undefined });
  });

  test('behind the date: the date, too', () => {
    expect(issued({ body: cut('00Z"') }).validUntil).toBe(Date.UTC(2028, 10, 23, 19));
  });

  test.each(['"bearerToken" : ', '"bearerToken" : "te-', 'w\\\\'])(
    'inside the token, at %j: half of it is none',
    (after) => {
      expect(unreadable({ body: cut(after) })).toBe(withoutToken);
    },
  );

  test('with an escape that is none', () => {
    const body = '{"bearerToken": "te-\\x", ';
    expect(unreadable({ body })).toBe(withoutToken);
  });

  test('of two megabytes without an end is read in no time', () => {
    const body = `{"bearerToken": "${'x'.repeat(2_000_000)}`;
    expect(unreadable({ body })).toBe(withoutToken);
  });
});

describe('a 2xx without a usable token is told, whatever it is', () => {
  test.each([
    ['a token in a text', '"{\\"bearerToken\\":\\"te-x\\"}"'],
    ['a text', '"bearerToken"'],
    ['an empty token', '{"bearerToken":""}'],
    ['a token of blanks', '{"bearerToken":" "}'],
    ['a number for a token', '{"bearerToken":7}'],
    ['null for a token', '{"bearerToken":null}'],
    ['an object for a token', '{"bearerToken":{"value":"te-x"}}'],
    ['malformed', '{"bearerToken": te-x}'],
    ['no JSON', 'te-x-without-any-frame'],
  ])('%s', (_, body) => {
    expect(unreadable({ body })).toBe(withoutToken);
  });

  test.each(['', 'null', '7', '{}', '[]', '{"a": 1}', ' \r\n'])('also where nothing is in it: %j', (body) => {
    expect(unreadable({ body })).toBe(withoutToken);
    expect(unreadable({ status: 204, body })).toBe('ThousandEyes answered 204 without a token that can be read');
  });

  test.each([
    ['a byte too long', 'x'.repeat(49_153)],
    ['too long in bytes, not in characters', 'ä'.repeat(30_000)],
  ])('a token that is %s for GitHub', (_, bearerToken) => {
    expect(unreadable({ body: withToken(bearerToken) })).toBe(
      "ThousandEyes answered 201 with a token of more than 48 KB, which GitHub can't hold",
    );
  });
});

test.each([100, 199, 300, 307, 399, 400, 401, 409, 429, 499, 500, 503])(
  'a token beside %i is not used, but told',
  (status) => {
    const detail = unreadable({ status, body: withToken('te-beside-an-error') });
    expect(detail).toBe(`ThousandEyes answered ${status} with a token in it`);
    expect(read({ status, body: '{"detail":"no token here"}' })).toBeUndefined();
  },
);

test.each([
  ['a list', '[{"bearerToken":"te-any-frame-6"}]'],
  ['another object', '{"data": {"bearerToken" :\n "te-any-frame-6"}}'],
  ['broken JSON', '{, "bearerToken":"te-any-frame-6",}'],
  ['a second head', 'HTTP/1.1 201 Created\r\n\r\n{"bearerToken":"te-any-frame-6"}'],
  ['chunks, cut in the token', '1f\r\n{"a":1,"bearerToken":"te-any-fra\r\n6\r\nme-6"}\r\n0\r\n\r\n'],
  ['chunks, cut in its name', '9\r\n{"bearerT\r\n17\r\noken":"te-any-frame-6"}\r\n0\r\n\r\n'],
  ['chunks, cut in an escape', 'f\r\n{"bearerToken":"te-any-frame\\u00\r\n5\r\n2d6"}\r\n0\r\n\r\n'],
])('a token is read out of %s', (_, body) => {
  expect(issued({ body }).token).toBe('te-any-frame-6');
});

test('a date that a chunk cuts is read', () => {
  const body = '30\r\n{"bearerToken":"te-issued-7","validUntil":"2028-11\r\n11\r\n-23T19:00:00Z"}\r\n0\r\n\r\n';
  expect(issued({ body })).toEqual({ token: 'te-issued-7', validUntil: Date.UTC(2028, 10, 23, 19) });
});

test('bytes without a status and without a token tell nothing', () => {
  expect(read({ status: 0, body: 'SSH-2.0' })).toBeUndefined();
});

test.each([
  ['a token with its date: at once', 201, '{"bearerToken":"te-x","validUntil":"2028-11-23"', 0],
  ['also where no status could be read', 0, '{"bearerToken":"te-x","validUntil":"2028-11-23"', 0],
  ['a token alone: the date has a second', 201, '{"bearerToken":"te-x","validUntil":"2028', 1000],
  ['half a token', 201, '{"validUntil":"2028-11-23","bearerToken":"te-', Number.POSITIVE_INFINITY],
  ['a success without a token', 200, '{}', Number.POSITIVE_INFINITY],
  ['no status yet', 0, '', Number.POSITIVE_INFINITY],
  ['a redirect', 399, '', Number.POSITIVE_INFINITY],
  ['a 5xx, behind which the answer may come', 500, '{}', Number.POSITIVE_INFINITY],
  ['a 5xx with a token', 502, '{"bearerToken":"te-x","validUntil":"2028-11-23"}', Number.POSITIVE_INFINITY],
  ['a refusal', 400, '', 5000],
  ['a refusal of another kind', 499, '{"bearerToken":"te-x","validUntil":"2028-11-23"}', 5000],
])('%s', (_, status, body, ms) => {
  expect(patienceFor({ status, headers: {}, body })).toBe(ms);
});
