import { describe, expect, test } from '@jest/globals';
import { NoAnswer } from '../../../src/lib/no-answer.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { patienceFor } from '../../../src/thousandeyes/issued-answer.ts';
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
  expect(opened).toEqual([{ method: 'POST', url: 'https://te.example/v7/api-tokens', headers, patience: patienceFor }]);
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

  test('that is still open can be closed, and tells how much of it has come', () => {
    const arriving = thousandEyesOver({ status: 201 });
    const exchange = arriving.api.regenerate(token);
    expect(exchange.arrived()).toBe(7);
    exchange.close();
    expect(arriving.closed()).toBe(1);
  });
});

describe('a 2xx without a token that can be read', () => {
  test('is told, without a word of it', async () => {
    expect(await regenerate({ status: 201, body: '{"token":"te-elsewhere"}' })).toEqual({
      kind: 'unreadable',
      detail: 'ThousandEyes answered 201 without a token that can be read',
    });
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
    ['409', json(409, { title: 'Conflict', detail: 'The user has reached the maximum' }), 'conflict', '409'],
    ['400', json(400, { message: 'bad' }), 'refused', '400'],
    ['401', json(401, { error: 'invalid_token' }), 'refused', '401'],
    ['403', json(403, { title: 'Forbidden', detail: '' }), 'refused', '403'],
    ['404', json(404, {}), 'refused', '404'],
    ['405 with no JSON', { status: 405, body: 'nope' }, 'refused', '405'],
    ['499', { status: 499 }, 'refused', '499'],
    ['a redirect', { status: 302 }, 'ambiguous', '302'],
    ['408', { status: 408 }, 'ambiguous', '408'],
    ['407', { status: 407 }, 'ambiguous', '407'],
    ['500', json(500, { detail: 'oops' }), 'ambiguous', '500'],
    ['503', { status: 503 }, 'ambiguous', '503'],
    [
      'a 403 of a proxy, in chunks',
      { status: 403, body: '6\r\n<html>\r\n0\r\n\r\n' },
      'ambiguous',
      '403 (an HTML page, so perhaps from a proxy)',
    ],
    ['a 403 of a proxy', { status: 403, body: '<html>' }, 'ambiguous', '403 (an HTML page, so perhaps from a proxy)'],
    ['a 409 of a proxy', { status: 409, body: '<html>' }, 'ambiguous', '409 (an HTML page, so perhaps from a proxy)'],
    ['a 429 of a proxy', { status: 429, body: '<html>' }, 'ambiguous', '429 (an HTML page, so perhaps from a proxy)'],
  ])('%s', async (_, answer, kind, said) => {
    const expected = { kind, detail: `ThousandEyes answered ${said}` };
    expect(await regenerate(answer)).toEqual(kind === 'refused' ? { ...expected, status: answer.status } : expected);
  });

  test('bytes that are no HTTP: nobody knows', async () => {
    expect(await regenerate({ status: 0, body: 'SSH-2.0-OpenSSH_9.6' })).toEqual({
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

test('no word of the answer is told: a token in it would not be masked', async () => {
  const said = { detail: 'Issued as 0e44c1c4-3cc9-4c1e-9f3e-9c86a1d1b8e5' };
  expect(await regenerate(json(502, said))).toEqual({ kind: 'ambiguous', detail: 'ThousandEyes answered 502' });
});
