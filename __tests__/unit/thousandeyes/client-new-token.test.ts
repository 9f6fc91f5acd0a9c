import { describe, expect, test } from '@jest/globals';
import { NoAnswer } from '../../../src/lib/http.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { notShown } from '../../../src/lib/text.ts';
import { json, thousandEyesOver, type WireReply } from '../support/thousandeyes-over-wire.ts';
import { day, now } from '../support/time.ts';

const token = new Secret('te-current-of-the-client');
const headers = {
  authorization: 'Bearer te-current-of-the-client',
  accept: 'application/hal+json, application/problem+json, application/json',
  'user-agent': 'rotate-thousandeyes-token',
};

const regenerate = (reply: WireReply) => thousandEyesOver(reply).api.regenerate(token).answer;

test('the token is asked for once, without a body, a timeout or a signal', async () => {
  const { api, opened, requests } = thousandEyesOver(json(201, { bearerToken: 'te-new-of-the-client' }));
  await api.regenerate(token).answer;
  expect(opened).toEqual([
    { method: 'POST', url: 'https://te.example/v7/api-tokens', headers, isEnough: expect.any(Function) },
  ]);
  expect(requests).toEqual([]);
});

describe('an answer with a token', () => {
  test('and its date', async () => {
    const answer = await regenerate(
      json(201, { bearerToken: 'te-new-of-the-client', validUntil: '2028-11-23T19:00:00Z' }),
    );
    if (answer.kind !== 'issued') throw new Error(answer.kind);
    expect(answer.token.reveal()).toBe('te-new-of-the-client');
    expect(answer.validUntil).toBe(now + 731 * day);
  });

  test('that says it is HTML', async () => {
    const answer = json(201, { bearerToken: 'te-new-4' }, { 'content-type': 'text/html' });
    expect((await regenerate(answer)).kind).toBe('issued');
  });

  test('is taken out of what has arrived so far, while the answer is still open', () => {
    const arriving = thousandEyesOver({ status: 201, body: '{"bearerToken":"te-so-far","valid', complete: false });
    const exchange = arriving.api.regenerate(token);
    expect(exchange.arrived()).toBe(7);
    expect(exchange.soFar()?.token.reveal()).toBe('te-so-far');
    exchange.close();
    expect(arriving.closed()).toBe(1);
  });

  test('is not seen in what has arrived so far where it is not there', () => {
    const soFar = (reply: WireReply) => thousandEyesOver(reply).api.regenerate(token).soFar();
    expect(soFar({ status: 201, body: '{"bearerToken":"te-s', complete: false })).toBeUndefined();
    expect(soFar({ status: 409, body: '{"bearerToken":"te-x"}' })).toBeUndefined();
    expect(soFar(new NoAnswer('nothing came'))).toBeUndefined();
  });
});

describe('a 2xx without a token that can be read', () => {
  test('is kept as it came', async () => {
    const answer = await regenerate({ status: 201, body: '{"token":"te-elsewhere"}' });
    if (answer.kind !== 'unreadable') throw new Error(answer.kind);
    expect(answer.detail).toBe('ThousandEyes answered 201 without a token in it');
    expect(answer.content?.reveal()).toBe('{"token":"te-elsewhere"}');
  });

  test('is no sign of a token where it is a login page of a proxy', async () => {
    expect(await regenerate({ status: 200, body: '<!doctype html>' })).toEqual({
      kind: 'ambiguous',
      detail: 'ThousandEyes answered 200 (an HTML page, so perhaps from a proxy)',
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
    ['499', { status: 499 }, 'refused', '499'],
    ['a redirect', { status: 302 }, 'ambiguous', '302'],
    ['408', { status: 408 }, 'ambiguous', '408'],
    ['407', { status: 407 }, 'ambiguous', '407'],
    ['500', json(500, { detail: 'oops' }), 'ambiguous', '500 (oops)'],
    ['503', { status: 503 }, 'ambiguous', '503'],
    ['a 403 of a proxy', { status: 403, body: '<html>' }, 'ambiguous', '403 (an HTML page, so perhaps from a proxy)'],
    ['a 409 of a proxy', { status: 409, body: '<html>' }, 'ambiguous', '409 (an HTML page, so perhaps from a proxy)'],
    ['a 429 of a proxy', { status: 429, body: '<html>' }, 'ambiguous', '429 (an HTML page, so perhaps from a proxy)'],
  ])('%s', async (_, answer, kind, said) => {
    const expected = { kind, detail: `ThousandEyes answered ${said}` };
    expect(await regenerate(answer)).toEqual(kind === 'refused' ? { ...expected, status: answer.status } : expected);
  });

  test('bytes that are no HTTP: nobody knows', async () => {
    expect(await regenerate({ status: 0, body: 'SSH-2.0-OpenSSH_9.6', complete: false })).toEqual({
      kind: 'ambiguous',
      detail: 'ThousandEyes answered something that is no HTTP',
    });
  });

  test('a request that was sent: nobody knows', async () => {
    expect(await regenerate(new NoAnswer('the connection broke off'))).toEqual({
      kind: 'ambiguous',
      detail: 'ThousandEyes gave no answer: the connection broke off',
    });
  });

  test('a request that never left: nothing was issued', async () => {
    expect(await regenerate(new NoAnswer('it refused the connection', { sent: false }))).toEqual({
      kind: 'unsent',
      mayPass: true,
      detail: 'ThousandEyes gave no answer: it refused the connection',
    });
    expect(await regenerate(new NoAnswer('no such host', { sent: false, mayPass: false }))).toMatchObject({
      kind: 'unsent',
      mayPass: false,
    });
  });

  test('an error of our own leaves it open whether the request was sent, and its text is not shown', async () => {
    expect(await regenerate(new TypeError('a bug with te-current-of-the-client'))).toEqual({
      kind: 'ambiguous',
      detail: 'ThousandEyes gave no answer: the connection failed',
    });
  });
});

describe('what ThousandEyes says', () => {
  const said = async (detail: string) => {
    const answer = await regenerate(json(400, { detail }));
    return 'detail' in answer ? answer.detail : answer.kind;
  };

  test('is bounded', async () => {
    expect(await said('so '.repeat(1_000_000))).toMatch(/^ThousandEyes answered 400 \((?:so )+s?o?…\)$/);
    expect((await said('so '.repeat(1_000_000))).length).toBeLessThan(250);
  });

  test('is not shown where it repeats the token', async () => {
    expect(await said(`The token ${token.reveal().toUpperCase()} is bad`)).toBe(
      `ThousandEyes answered 400 (${notShown})`,
    );
  });
});

test('words of an answer that may hold the new token are not told: nobody has masked it', async () => {
  const answer = await regenerate(json(502, { detail: 'Issued as 0e44c1c4-3cc9-4c1e-9f3e-9c86a1d1b8e5' }));
  expect(answer).toEqual({
    kind: 'ambiguous',
    detail: 'ThousandEyes answered 502 (not shown, because it may hold a token)',
  });
});
