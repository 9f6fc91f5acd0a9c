import { describe, expect, test } from '@jest/globals';
import { NoAnswer } from '../../../src/lib/no-answer.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { notShown } from '../../../src/lib/text.ts';
import { endOfOverlap } from '../../../src/thousandeyes/client.ts';
import { json, thousandEyesOver, type WireReply } from '../support/thousandeyes-over-wire.ts';
import { now } from '../support/time.ts';

const token = new Secret('te-current-of-the-client');
const signal = new AbortController().signal;
const headers = {
  authorization: 'Bearer te-current-of-the-client',
  accept: 'application/hal+json, application/problem+json, application/json',
  'user-agent': 'rotate-thousandeyes-token',
};

const check = (reply: WireReply) => thousandEyesOver(reply).api.check(token, signal);
const checkCurrent = (reply: WireReply) => thousandEyesOver(reply).api.checkCurrent(token, signal);
const regenerate = (reply: WireReply) => thousandEyesOver(reply).api.regenerate(token).answer;

test('a check asks for the current user within ten seconds, and can be cancelled', async () => {
  const { api, requests } = thousandEyesOver({ status: 200 });
  await api.check(token, signal);
  expect(requests).toEqual([
    { method: 'GET', url: 'https://te.example/v7/users/current', headers, timeout: 10_000, signal },
  ]);
});

test('the check of the token in use leaves room for a second one within its forty seconds', async () => {
  const { api, requests } = thousandEyesOver({ status: 200 });
  await api.checkCurrent(token, signal);
  expect(requests).toMatchObject([{ url: 'https://te.example/v7/users/current', timeout: 15_000, signal }]);
});

describe('a check', () => {
  test.each([200, 204, 299])('%i: accepted', async (status) => {
    expect(await check({ status })).toEqual({ kind: 'accepted', user: undefined });
  });

  test('403: the token is accepted, its role may not read', async () => {
    expect(await check(json(403, { detail: 'No permission' }))).toEqual({
      kind: 'forbidden',
      detail: 'ThousandEyes answered 403',
    });
  });

  test('401 in the shape of OAuth: refused', async () => {
    const answer = json(401, { error: 'invalid_token', error_description: 'Invalid access token' });
    expect(await check(answer)).toEqual({
      kind: 'refused',
      detail: 'ThousandEyes answered 401',
    });
  });

  test('401 as a page: a new token counts as refused, and of the current one a proxy may say it', async () => {
    const detail = 'ThousandEyes answered 401 (an HTML page, so perhaps from a proxy)';
    const page = { status: 401, body: '<html>' };
    expect(await check(page)).toEqual({ kind: 'refused', detail });
    expect(await checkCurrent(page)).toEqual({ kind: 'proxy', detail });
  });

  test('503 as a page: it may pass', async () => {
    expect(await checkCurrent({ status: 503, body: '<html>' })).toMatchObject({ kind: 'down', mayPass: true });
  });

  test('401 of the current token: refused, with the words', async () => {
    expect(await checkCurrent(json(401, { error: 'invalid_token' }))).toEqual({
      kind: 'refused',
      detail: 'ThousandEyes answered 401 (invalid_token)',
    });
  });

  test.each([500, 502, 503, 599])('%i: down', async (status) => {
    expect(await check({ status })).toEqual({
      kind: 'down',
      mayPass: true,
      detail: `ThousandEyes answered ${status}`,
    });
  });

  test('an HTML 503 of a maintenance page is down, too', async () => {
    expect(await check({ status: 503, body: '<html>' })).toMatchObject({ kind: 'down', mayPass: true });
  });

  test('no answer: down, and where a setting is wrong it stays so', async () => {
    expect(await check(new NoAnswer('it refused the connection', { sent: false }))).toEqual({
      kind: 'down',
      mayPass: true,
      detail: 'ThousandEyes gave no answer: it refused the connection',
    });
    expect(await check(new NoAnswer('no such host', { sent: false, mayPass: false }))).toMatchObject({
      kind: 'down',
      mayPass: false,
    });
  });

  test('an error of our own is not taken for an answer', async () => {
    await expect(check(new TypeError('a bug'))).rejects.toThrow('a bug');
  });

  test.each([199, 300, 301, 302, 400, 404, 409])('%i tells nothing', async (status) => {
    expect(await check({ status })).toEqual({ kind: 'unclear', detail: `ThousandEyes answered ${status}` });
  });

  test.each([
    ['407', { status: 407 }, 'ThousandEyes answered 407'],
    ['HTML by its media type', { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } }, undefined],
    ['HTML by its body', { status: 404, body: '  <!DOCTYPE html><p>no' }, undefined],
    ['HTML without a doctype', { status: 403, body: '<head></head>' }, undefined],
    ['HTML of a body alone', { status: 403, body: '<BODY>' }, undefined],
    ['HTML behind the size of a chunk', { status: 403, body: '1f4\r\n<html>' }, undefined],
  ])('a proxy: %s', async (_, answer, detail) => {
    expect(await check(answer)).toEqual({
      kind: 'proxy',
      detail: detail ?? `ThousandEyes answered ${answer.status} (an HTML page, so perhaps from a proxy)`,
    });
  });
});

describe('words of ThousandEyes about the current token', () => {
  const said = async (answer: WireReply) => {
    const result = await checkCurrent(answer);
    return 'detail' in result ? result.detail.replace('ThousandEyes answered ', '') : result.kind;
  };

  test.each([
    ['its detail', { title: 'Conflict', detail: 'No such thing' }, '400 (No such thing)'],
    ['those of OAuth', { error: 'invalid_token', error_description: 'Bad token' }, '400 (Bad token)'],
    ['the error alone', { error: 'invalid_token' }, '400 (invalid_token)'],
    ['the title, where there is no detail', { title: 'Forbidden', detail: '' }, '400 (Forbidden)'],
    ['the message, where the others are none', { detail: 7, title: null, message: 'm' }, '400 (m)'],
    ['words that speak of HTML', { detail: 'no <html>' }, '400 (no <html>)'],
    ['none', {}, '400'],
    ['none in null', null, '400'],
    ['none in a list', ['detail'], '400'],
  ])('%s', async (_, body, expected) => {
    expect(await said(json(400, body))).toBe(expected);
  });

  test('none where it is no JSON', async () => {
    expect(await said({ status: 405, body: 'nope' })).toBe('405');
  });

  test('beside a type that speaks of HTML', async () => {
    const type = { 'content-type': 'application/json; profile="text/html"' };
    expect(await said(json(400, { detail: 'no' }, type))).toBe('400 (no)');
  });

  test('bounded', async () => {
    const found = await said(json(400, { detail: 'so '.repeat(1_000_000) }));
    expect(found).toMatch(/^400 \((?:so )+s?o?…\)$/);
    expect(found.length).toBeLessThan(250);
  });

  test('not where they repeat the token', async () => {
    const detail = `The token ${token.reveal().toUpperCase()} is bad`;
    expect(await said(json(400, { detail }))).toBe(`400 (${notShown})`);
  });

  test('and of a new token none', async () => {
    expect(await check(json(400, { detail: 'No such thing' }))).toMatchObject({ detail: 'ThousandEyes answered 400' });
  });
});

describe('whose token it is', () => {
  const user = async (body: unknown) => {
    const result = await check(json(200, body));
    return result.kind === 'accepted' ? result.user : result.kind;
  };

  test('name and account group, as the answer tells them', async () => {
    expect(await user({ name: 'Ada Lovelace', loginAccountGroup: { accountGroupName: 'Network' } })).toEqual({
      name: 'Ada Lovelace',
      accountGroup: 'Network',
    });
    expect(await user({ name: 'Ada Lovelace' })).toEqual({ name: 'Ada Lovelace', accountGroup: undefined });
    expect(await user({ loginAccountGroup: { accountGroupName: 'Network' } })).toEqual({
      name: undefined,
      accountGroup: 'Network',
    });
  });

  test('never an e-mail address, wherever it stands', async () => {
    const email = 'ada@acme.example';
    expect(await user({ name: email, email, loginAccountGroup: { accountGroupName: 'Network' } })).toEqual({
      name: undefined,
      accountGroup: 'Network',
    });
    expect(await user({ name: 'Ada', loginAccountGroup: { accountGroupName: `Account of ${email}` } })).toEqual({
      name: 'Ada',
      accountGroup: undefined,
    });
  });

  test.each([
    [{}],
    [null],
    [[]],
    ['Ada'],
    [{ name: 7, loginAccountGroup: 'Network' }],
    [{ name: '', loginAccountGroup: null }],
  ])('nothing where the answer says nothing usable: %j', async (body) => {
    expect(await user(body)).toBeUndefined();
  });

  test('on one line and bounded', async () => {
    const found = await user({ name: `Ada\n::error::${'x'.repeat(500)}` });
    expect(found).toEqual({ name: expect.stringMatching(/^Ada ::error::x{1,80}…$/), accountGroup: undefined });
  });
});

test('a new token is taken out of a page, too', async () => {
  const body = '<html>{"bearerToken":"te-new-in-a-page"}</html>';
  expect(await regenerate({ status: 201, body })).toMatchObject({ kind: 'issued' });
});

describe('the token before works at most', () => {
  const at = Date.UTC(2026, 11, 1);
  const inDays = (days: number) => at + days * 86_400_000;

  test.each([
    ['fourteen days', undefined, 14],
    ['until its own end, where that comes first', 3, 3],
    ['fourteen days, where its end was said to be over', -1, 14],
    ['fourteen days, where its end was said to be now', 0, 14],
  ])('%s', (_, validFor, days) => {
    const validUntil = validFor === undefined ? undefined : inDays(validFor);
    expect(endOfOverlap(at, validUntil)).toBe(inDays(days));
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
    ['a minute where the reset is in the year 2286', { 'x-organization-rate-limit-reset': '10000000000' }, 60_000],
    ['a minute where the reset is nonsense', { 'x-organization-rate-limit-reset': '1e99' }, 60_000],
    ['a minute where it says nonsense', { 'retry-after': 'soon', 'x-organization-rate-limit-reset': 'later' }, 60_000],
    ['a minute where Retry-After is neither seconds nor a date', { 'retry-after': '12.5' }, 60_000],
  ])('%s', async (_, given, ms) => {
    const expected = { kind: 'limited', ms, detail: 'ThousandEyes answered 429 (Too many)' };
    const answer = json(429, { title: 'Too many' }, given);
    expect(await checkCurrent(answer)).toEqual(expected);
    for (const found of [await check(answer), await regenerate(answer)])
      expect(found).toEqual({ ...expected, detail: 'ThousandEyes answered 429' });
  });

  test("by the server's clock, however far this machine's is off", async () => {
    // The server is 35 minutes ahead of this runner.
    const server = { date: 'Mon, 23 Nov 2026 19:35:00 GMT' };
    const at = String(Date.UTC(2026, 10, 23, 19, 35, 20) / 1000);
    expect(await check(json(429, {}, { ...server, 'x-organization-rate-limit-reset': at }))).toMatchObject({
      ms: 21_000,
    });
    expect(
      await regenerate(json(429, {}, { ...server, 'retry-after': 'Mon, 23 Nov 2026 19:35:09 GMT' })),
    ).toMatchObject({ ms: 9_000 });
  });

  test('never at once, lest it be asked without end', async () => {
    expect(await regenerate(json(429, {}, { 'retry-after': '0' }))).toMatchObject({ ms: 1_000 });
    expect(await regenerate(json(429, {}, { 'retry-after': 'Mon, 23 Nov 2026 18:00:00 GMT' }))).toMatchObject({
      ms: 1_000,
    });
  });
});
