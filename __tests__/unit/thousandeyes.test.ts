import { describe, expect, test } from '@jest/globals';
import { type HttpAnswer, type HttpRequest, NoAnswer } from '../../src/http.ts';
import { Secret } from '../../src/secret.ts';
import { longestToken, ThousandEyes } from '../../src/thousandeyes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { judged } from '../support/unit-contract.ts';
import { now } from '../support/unit-time.ts';

const token = new Secret('te-current-of-the-client');
const signal = new AbortController().signal;

function client(answer: Partial<HttpAnswer> | Error) {
  const requests: HttpRequest[] = [];
  const send = judged('thousandeyes', 'https://te.example/v7', async (request) => {
    requests.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: '', complete: true, ...answer };
  });
  return { requests, api: new ThousandEyes('https://te.example/v7', send, new FakeClock({ now })) };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: JSON.stringify(body),
});
const check = (answer: Partial<HttpAnswer> | Error) => client(answer).api.check(token, signal);
const regenerate = (answer: Partial<HttpAnswer> | Error) => client(answer).api.regenerate(token);

test('the check asks for the current user, and can be cancelled', async () => {
  const { api, requests } = client({ status: 200 });
  await api.check(token, signal);
  expect(requests).toEqual([
    {
      method: 'GET',
      url: 'https://te.example/v7/users/current',
      headers: {
        authorization: 'Bearer te-current-of-the-client',
        accept: 'application/hal+json, application/problem+json, application/json',
        'user-agent': 'rotate-thousandeyes-token',
      },
      timeout: 30_000,
      signal,
    },
  ]);
});

test('the token is asked for without a body and without a signal, and waited for two minutes', async () => {
  const { api, requests } = client(json(201, { bearerToken: 'te-new-of-the-client' }));
  await api.regenerate(token);
  expect(requests).toMatchObject([{ method: 'POST', url: 'https://te.example/v7/api-tokens', timeout: 120_000 }]);
  expect(Object.keys(requests[0] ?? {}).sort()).toEqual(['headers', 'method', 'timeout', 'url']);
});

describe('the check', () => {
  test.each([200, 204, 299, 403])('%i: accepted', async (status) => {
    expect(await check({ status })).toEqual({ kind: 'accepted' });
  });

  test('401 in the shape of OAuth: refused', async () => {
    const answer = json(401, { error: 'invalid_token', error_description: 'Invalid access token' });
    expect(await check(answer)).toEqual({
      kind: 'refused',
      why: 'ThousandEyes answered 401 (Invalid access token)',
    });
  });

  test.each([500, 502, 503, 599])('%i: down', async (status) => {
    expect(await check({ status })).toEqual({ kind: 'down', why: `ThousandEyes answered ${status}` });
  });

  test('an HTML 503 of a maintenance page is down, too', async () => {
    expect((await check({ status: 503, body: '<html>' })).kind).toBe('down');
  });

  test('no answer: down', async () => {
    expect(await check(new NoAnswer('the connection was refused', false))).toEqual({
      kind: 'down',
      why: 'ThousandEyes gave no answer: the connection was refused',
    });
  });

  test('an error of our own is not taken for an answer', async () => {
    await expect(check(new TypeError('a bug'))).rejects.toThrow('a bug');
  });

  test.each([199, 300, 301, 302, 400, 404, 409])('%i tells nothing', async (status) => {
    expect(await check({ status })).toEqual({ kind: 'odd', why: `ThousandEyes answered ${status}` });
  });

  test.each([
    ['407', { status: 407 }],
    ['HTML by its media type', { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } }],
    ['HTML by its body', { status: 401, body: '  <!DOCTYPE html><p>no' }],
    ['HTML without a doctype', { status: 403, body: '<head></head>' }],
    ['HTML of a body alone', { status: 403, body: '<BODY>' }],
  ])('a proxy: %s', async (_, answer) => {
    const result = await check(answer);
    expect(result.kind).toBe('proxy');
    if (answer.status !== 407) {
      expect(result).toMatchObject({
        why: `ThousandEyes answered ${answer.status} (an HTML page, so perhaps from a proxy)`,
      });
    }
  });
});

describe('a 429 asks to wait', () => {
  const reset = String(now / 1000 + 42);
  test.each([
    ['as Retry-After says, in seconds', { 'retry-after': '7', 'x-organization-rate-limit-reset': reset }, 7_000],
    ['as Retry-After says, by a date', { 'retry-after': 'Mon, 23 Nov 2026 19:00:30 GMT' }, 30_000],
    ['until the reset, and a second', { 'x-organization-rate-limit-reset': reset }, 43_000],
    ['a second after a reset that is past', { 'x-organization-rate-limit-reset': '1000000000' }, 1_000],
    ['a minute where it says nothing', {}, 60_000],
    ['a minute where the reset is none', { 'x-organization-rate-limit-reset': '0' }, 60_000],
    ['a minute where it says nonsense', { 'retry-after': 'soon', 'x-organization-rate-limit-reset': 'later' }, 60_000],
  ])('%s', async (_, headers, ms) => {
    const expected = { kind: 'limited', ms, why: 'ThousandEyes answered 429 (Too many)' };
    expect(await check(json(429, { title: 'Too many' }, headers))).toEqual(expected);
    expect(await regenerate(json(429, { title: 'Too many' }, headers))).toEqual(expected);
  });

  test('never at once, lest it be asked without end', async () => {
    expect(await regenerate(json(429, {}, { 'retry-after': '0' }))).toMatchObject({ ms: 1_000 });
    expect(await regenerate(json(429, {}, { 'retry-after': 'Mon, 23 Nov 2026 18:00:00 GMT' }))).toMatchObject({
      ms: 1_000,
    });
  });
});

describe('an answer with a token', () => {
  test('and its date', async () => {
    const answer = await regenerate(
      json(201, { bearerToken: 'te-new-of-the-client', validUntil: '2028-11-23T19:00:00Z' }),
    );
    if (answer.kind !== 'issued') throw new Error(answer.kind);
    expect(answer.token.reveal()).toBe('te-new-of-the-client');
    expect(answer.validUntil).toBe(Date.UTC(2028, 10, 23, 19));
  });

  test.each([
    ['absent', undefined],
    ['no string', 7],
    ['no date', 'in two years'],
  ])('whose date is %s: the token counts all the same', async (_, validUntil) => {
    expect(await regenerate(json(201, { bearerToken: 'te-new-2', validUntil }))).toMatchObject({
      kind: 'issued',
      validUntil: undefined,
    });
  });

  test.each([200, 202, 299])('also with %i', async (status) => {
    expect((await regenerate(json(status, { bearerToken: 'te-new-3' }))).kind).toBe('issued');
  });

  test('that says it is HTML', async () => {
    const answer = json(201, { bearerToken: 'te-new-4' }, { 'content-type': 'text/html' });
    expect((await regenerate(answer)).kind).toBe('issued');
  });

  test('of exactly 48 KB', async () => {
    expect((await regenerate(json(201, { bearerToken: 'x'.repeat(49_152) }))).kind).toBe('issued');
    expect(longestToken).toBe(49_152);
  });
});

describe('a body that broke off', () => {
  const whole =
    '{"other": "x", "bearerToken" : "te-\\"n\\u00e4w\\\\", "validUntil": "2028-11-23T19:00:00Z", "_links": {}}';
  const cut = (after: string) => whole.slice(0, whole.indexOf(after) + after.length);

  test('behind the token: the token is saved', async () => {
    const answer = await regenerate({ status: 201, body: cut('w\\\\"'), complete: false });
    if (answer.kind !== 'issued') throw new Error(answer.kind);
    expect(answer.token.reveal()).toBe('te-"näw\\');
    expect(answer.validUntil).toBeUndefined();
  });

  test('behind the date: the date, too', async () => {
    const answer = await regenerate({ status: 201, body: cut('00Z"'), complete: false });
    expect(answer).toMatchObject({ kind: 'issued', validUntil: Date.UTC(2028, 10, 23, 19) });
  });

  test.each(['"bearerToken" : ', '"bearerToken" : "te-', 'w\\\\'])(
    'inside the token, at %j: half of it is none',
    async (after) => {
      expect(await regenerate({ status: 201, body: cut(after), complete: false })).toEqual({
        kind: 'unreadable',
        why: 'ThousandEyes answered 201 and broke off before the token was read',
      });
    },
  );

  test('with an escape that is none', async () => {
    const body = '{"bearerToken": "te-\\x", ';
    expect((await regenerate({ status: 201, body, complete: false })).kind).toBe('unreadable');
  });
});

describe('a 201 without a usable token', () => {
  test.each([
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[{"bearerToken":"te-x"}]'],
    ['a number', '7'],
    ['a text', '"bearerToken"'],
    ['an empty object', '{}'],
    ['an empty token', '{"bearerToken":""}'],
    ['a number for a token', '{"bearerToken":7}'],
    ['null for a token', '{"bearerToken":null}'],
    ['an object for a token', '{"bearerToken":{"value":"te-x"}}'],
    ['malformed', '{"bearerToken": te-x}'],
  ])('%s', async (_, body) => {
    expect(await regenerate({ status: 201, body })).toEqual({
      kind: 'unreadable',
      why: 'ThousandEyes answered 201 without a token in it',
    });
  });

  test.each([
    ['a byte too long', 'x'.repeat(49_153)],
    ['too long in bytes, not in characters', 'ä'.repeat(30_000)],
  ])('%s', async (_, bearerToken) => {
    expect(await regenerate(json(201, { bearerToken }))).toEqual({
      kind: 'unreadable',
      why: "ThousandEyes answered 201 with a token of more than 48 KB, which GitHub can't hold",
    });
  });
});

describe('an answer without a token', () => {
  test.each([
    [
      '409',
      json(409, { title: 'Conflict', detail: 'The user has reached the maximum' }),
      'conflict',
      '409 (The user has reached the maximum)',
    ],
    ['400', json(400, { message: 'bad' }), 'refused', '400 (bad)'],
    ['401', json(401, { error: 'invalid_token' }), 'refused', '401 (invalid_token)'],
    ['403', json(403, { title: 'Forbidden', detail: '' }), 'refused', '403 (Forbidden)'],
    ['404', json(404, {}), 'refused', '404'],
    ['405 with no JSON', { status: 405, body: 'nope' }, 'refused', '405'],
    ['400 with null', json(400, null), 'refused', '400'],
    ['400 with a list', json(400, ['detail']), 'refused', '400'],
    ['400 with words that are none', json(400, { detail: 7, title: null, message: 'm' }), 'refused', '400 (m)'],
    ['400 that speaks of HTML', json(400, { detail: 'no <html>' }), 'refused', '400 (no <html>)'],
    [
      '400 of a type that speaks of HTML',
      json(400, { detail: 'no' }, { 'content-type': 'application/json; profile="text/html"' }),
      'refused',
      '400 (no)',
    ],
    ['a redirect', { status: 302 }, 'ambiguous', '302'],
    ['a token with 199', json(199, { bearerToken: 'te-new-5' }), 'ambiguous', '199'],
    ['a token with 300', json(300, { bearerToken: 'te-new-6' }), 'ambiguous', '300'],
    ['408', { status: 408 }, 'ambiguous', '408'],
    ['407', { status: 407 }, 'ambiguous', '407'],
    ['500', json(500, { detail: 'oops' }), 'ambiguous', '500 (oops)'],
    ['503', { status: 503 }, 'ambiguous', '503'],
    ['a 403 of a proxy', { status: 403, body: '<html>' }, 'ambiguous', '403 (an HTML page, so perhaps from a proxy)'],
    [
      'a login page of a proxy',
      { status: 200, body: '<!doctype html>' },
      'ambiguous',
      '200 (an HTML page, so perhaps from a proxy)',
    ],
    ['a 409 of a proxy', { status: 409, body: '<html>' }, 'ambiguous', '409 (an HTML page, so perhaps from a proxy)'],
  ])('%s', async (_, answer, kind, said) => {
    const expected = { kind, why: `ThousandEyes answered ${said}` };
    expect(await regenerate(answer)).toEqual(kind === 'refused' ? { ...expected, status: answer.status } : expected);
  });

  test('a request that was sent: nobody knows', async () => {
    expect(await regenerate(new NoAnswer('the connection broke off', true))).toEqual({
      kind: 'ambiguous',
      why: 'ThousandEyes gave no answer: the connection broke off',
    });
  });

  test('a request that never left: nothing was issued', async () => {
    expect(await regenerate(new NoAnswer('the connection was refused', false))).toEqual({
      kind: 'unsent',
      why: 'ThousandEyes gave no answer: the connection was refused',
    });
  });

  test('what it says is bounded and holds no token', async () => {
    const detail = `${token.reveal()} is bad ${'so '.repeat(1_000_000)}`;
    const answer = await regenerate(json(400, { detail }));
    if (answer.kind !== 'refused') throw new Error(answer.kind);
    expect(answer.why).toMatch(/^ThousandEyes answered 400 \(\*\*\* is bad (?:so )+s?o?…\)$/);
    expect(answer.why.length).toBeLessThan(250);
  });
});
