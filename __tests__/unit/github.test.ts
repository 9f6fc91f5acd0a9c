import { describe, expect, test } from '@jest/globals';
import type { Octokit } from '@octokit/core';
import { Cancelled } from '../../src/errors.ts';
import { GitHub, type Method, unusable } from '../../src/github.ts';
import { type HttpAnswer, type HttpRequest, NoAnswer } from '../../src/http.ts';
import { octokitFor } from '../../src/octokit.ts';
import { patience } from '../../src/retry.ts';
import { Secret } from '../../src/secret.ts';
import { judged } from '../support/unit-contract.ts';
import { fakeRetryPorts, githubAnswer, unpaced } from '../support/unit-ports.ts';
import { minute, now, second } from '../support/unit-time.ts';

const credential = new Secret('ghp_of-the-github-client');
const base = 'https://gh.example/api/v3';
const path = '/repos/acme/network';
const secretPath = `${path}/actions/secrets/TE_TOKEN`;
const body = { encrypted_value: 'c2VhbGVk', key_id: '7' };

type Scripted = Partial<HttpAnswer> | Error;

/** A client whose wire answers as told; the last answer stays. */
function client(...answers: readonly [Scripted, ...Scripted[]]) {
  const ports = fakeRetryPorts({ now });
  const requests: HttpRequest[] = [];
  const paced: Method[] = [];
  const send = judged('github', base, async (request: HttpRequest): Promise<HttpAnswer> => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: '{}', complete: true, ...answer };
  });
  const octokit = octokitFor(base, credential);
  const pace = <Answer>(method: Method, request: () => Promise<Answer>) => {
    paced.push(method);
    return request();
  };
  const github = new GitHub(base, credential, { ...ports, send, pace, octokit });
  return { ...ports, github, requests, paced };
}

/** One GET with the patience of reading. */
async function get(...answers: readonly [Scripted, ...Scripted[]]) {
  const scene = client(...answers);
  const answer = await scene.github.call('Reading it', 'GET', path, patience.read);
  return { ...scene, answer, naps: scene.clock.naps, sent: scene.requests.length };
}

describe('a request', () => {
  test('carries the credential to the given API, with the body as JSON', async () => {
    const { github, requests, paced, cancellation } = client({ status: 204 });
    await github.call('Writing it', 'PUT', secretPath, patience.home, body);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'PUT',
      url: 'https://gh.example/api/v3/repos/acme/network/actions/secrets/TE_TOKEN',
      body: '{"encrypted_value":"c2VhbGVk","key_id":"7"}',
      timeout: 20_000,
      signal: cancellation.lastCall,
    });
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'token ghp_of-the-github-client',
      'x-github-api-version': '2022-11-28',
    });
    expect(paced).toEqual(['PUT']);
  });

  test('that reads has no body, and a cancel ends it at once', async () => {
    const { requests, cancellation, github } = await get({ status: 200 });
    expect(requests[0]).not.toHaveProperty('body');
    expect(requests[0]).toMatchObject({ timeout: 15_000, signal: cancellation.now });
    expect(github.credential).toBe(credential);
  });

  test('keeps what is encoded in a path', async () => {
    const { github, requests } = client({ status: 200 });
    await github.call('it', 'GET', '/repos/acme/network/environments/a%2Fb%20%7Bx%7D%3Ay/secrets', patience.read);
    expect(requests[0]?.url).toBe(
      'https://gh.example/api/v3/repos/acme/network/environments/a%2Fb%20%7Bx%7D%3Ay/secrets',
    );
  });
});

describe('what came back', () => {
  test.each([
    ['a message', { status: 404, body: '{"message":"Not Found"}' }, '404 (Not Found)', { message: 'Not Found' }],
    ['nothing', { status: 204, body: '' }, '204', undefined],
    ['null', { status: 404, body: 'null' }, '404', undefined],
    ['a number', { status: 404, body: '7' }, '404', 7],
    ['a list', { status: 404, body: '["message"]' }, '404', ['message']],
    ['a message that is none', { status: 404, body: '{"message":7}' }, '404', { message: 7 }],
    ['a text that is no JSON', { status: 404, body: 'message' }, '404', undefined],
    ['a text with a sign in it', { status: 404, body: 'a < b' }, '404', undefined],
    ['HTML', { status: 404, body: '\n <html>' }, '404 (an HTML page, so perhaps from a proxy)', undefined],
  ])('%s', async (_, sent, said, data) => {
    expect((await get(sent)).answer).toEqual({ status: sent.status, headers: {}, data, said });
  });

  test('is bounded, on one line and without the credential', async () => {
    const message = `::error::${credential.reveal()}\n${'very '.repeat(100_000)}long`;
    const { answer } = await get({ status: 422, body: JSON.stringify({ message }) });
    expect(answer.said).toMatch(/^422 \(::error::\*\*\* very very .*…\)$/);
    expect(answer.said.length).toBeLessThan(250);
  });

  test('a read whose body broke off is tried again', async () => {
    const { sent, answer } = await get(
      { status: 200, body: '{"name":"TE_TO', complete: false },
      { status: 200, body: '{"name":1}' },
    );
    expect({ sent, data: answer.data }).toEqual({ sent: 2, data: { name: 1 } });
  });

  test('a status counts although the body broke off', async () => {
    expect((await get({ status: 201, body: '{"a', complete: false })).answer.status).toBe(201);
  });
});

describe('never tried again', () => {
  test.each([200, 201, 204, 301, 400, 401, 404, 409, 410, 422, 451])('%i', async (status) => {
    const { sent, answer } = await get({ status });
    expect({ sent, status: answer.status }).toEqual({ sent: 1, status });
  });

  test('a 403 of permission, even on the last request of the hour', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / second + 60) };
    const message = 'Resource not accessible by integration';
    const { sent } = await get({ status: 403, headers, body: JSON.stringify({ message }) });
    expect(sent).toBe(1);
  });
});

describe('tried again', () => {
  test.each([408, 425, 500, 502, 503, 504])('%i, with growing pauses', async (status) => {
    const { sent, naps, answer } = await get({ status }, { status }, { status: 200 });
    expect({ sent, naps, status: answer.status }).toEqual({ sent: 3, naps: [1000, 2000], status: 200 });
  });

  test('no answer', async () => {
    const { sent, answer } = await get(new NoAnswer('the connection broke off', true), { status: 204 });
    expect({ sent, status: answer.status }).toEqual({ sent: 2, status: 204 });
  });

  test('until the patience ends: the last answer counts', async () => {
    const { sent, answer, log } = await get(new NoAnswer('the connection broke off', true));
    expect(answer).toEqual({
      status: 0,
      headers: {},
      data: undefined,
      said: 'no answer: the connection broke off',
    });
    expect(sent).toBe(5);
    expect(log.lines).toEqual([
      'Reading it: GitHub gave no answer: the connection broke off; trying again in 4 s',
      'Reading it: GitHub gave no answer: the connection broke off; trying again in 8 s',
    ]);
  });

  test('a 5xx is announced by its status', async () => {
    expect((await get({ status: 500, body: '{"message":"oops"}' })).log.lines[0]).toBe(
      'Reading it: GitHub answered 500 (oops); trying again in 4 s',
    );
  });

  test('an error of our own is told without its words', async () => {
    const { answer } = await get(new TypeError(`a bug with ${credential.reveal()}`));
    expect(answer).toMatchObject({ status: 0, said: 'the request could not be made' });
  });
});

describe('when GitHub asks for quiet', () => {
  const limited = (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) } });

  test('all requests wait for it, not just the one that was refused', async () => {
    const { github, clock, requests, log } = client(limited(40), { status: 200 });
    const sentAt: number[] = [];
    const call = () =>
      github.call('it', 'GET', path, patience.read).then(({ status }) => {
        sentAt.push((clock.now() - now) / second);
        return status;
      });
    const first = call();
    clock.after(10 * second, () => void call());
    expect(await first).toBe(200);
    await clock.sleep(second);
    expect(sentAt).toEqual([40, 40]);
    // One line for the silence, not one for every request that keeps it.
    expect(log.lines).toHaveLength(1);
    expect(requests).toHaveLength(3);
  });

  test('as long as a request may wait, it waits', async () => {
    const { github, clock, requests, log } = client(limited(patience.read.toldWaits / second), { status: 200 });
    const first = github.call('it', 'GET', path, patience.read);
    const other = clock.sleep(0).then(() => github.call('it', 'GET', path, patience.read));
    expect([(await first).status, (await other).status]).toEqual([200, 200]);
    expect(requests).toHaveLength(3);
    // The other one waits as a matter of course, not because it was refused, too.
    expect(log.lines).toHaveLength(1);
    expect(clock.now() - now).toBe(patience.read.toldWaits);
  });

  test('longer than a request may wait, it is answered in its place', async () => {
    const { github, clock, requests } = client(limited(4000), { status: 200 });
    await github.call('it', 'GET', path, patience.read);
    const answer = await github.call('it', 'GET', path, patience.read);
    expect(answer).toEqual({
      status: 429,
      headers: { 'retry-after': '4000' },
      data: undefined,
      said: 'that it wants no requests before 2026-11-23 20:06 UTC',
    });
    expect(requests).toHaveLength(1);
    await clock.sleep(4000 * second);
    expect((await github.call('it', 'GET', path, patience.read)).status).toBe(200);
  });

  test('a cancel does not break the silence', async () => {
    const { github, clock, requests, cancel } = client(limited(60), { status: 204 });
    const long = github.call('it', 'PUT', secretPath, patience.home, body);
    clock.after(5 * second, cancel);
    const other = clock.sleep(second).then(() => github.call('it', 'PUT', secretPath, patience.home, body));
    expect((await long).status).toBe(429);
    expect((await other).status).toBe(429);
    expect(requests).toHaveLength(1);
  });

  test('a cancel where it may stop ends the waiting', async () => {
    const { github, clock, cancel } = client(limited(60), { status: 200 });
    const first = github.call('it', 'GET', path, patience.read).catch((error: unknown) => error);
    clock.after(5 * second, cancel);
    const second_ = clock.sleep(second).then(() => github.call('it', 'GET', path, patience.read));
    await expect(second_).rejects.toBeInstanceOf(Cancelled);
    expect(await first).toBeInstanceOf(Cancelled);
    expect(clock.now()).toBe(now + 5 * second);
  });

  test('until a moment that is none, it is a minute', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1e99' };
    const { naps } = await get({ status: 429, headers }, { status: 200 });
    expect(naps).toEqual([minute]);
  });
});

test('the wait for its turn is no failing: the patience begins anew behind it', async () => {
  const ports = fakeRetryPorts({ now });
  const statuses = [503, 503, 200];
  const send = judged('github', 'https://gh.example', async () => ({
    status: statuses.shift() ?? 500,
    headers: {},
    body: '{}',
    complete: true,
  }));
  const pace = async <Answer>(_: Method, request: () => Promise<Answer>) => {
    await ports.clock.sleep(15 * second);
    return request();
  };
  const octokit = octokitFor('https://gh.example', credential);
  const github = new GitHub('https://gh.example', credential, { ...ports, send, pace, octokit });
  expect((await github.call('it', 'GET', path, patience.read)).status).toBe(200);
});

test('an error that Octokit does not wrap is told without its words, too', async () => {
  const ports = fakeRetryPorts({ now });
  const octokit = { request: () => Promise.reject('secret') } as unknown as Octokit;
  const send = () => Promise.reject(new Error('not reached'));
  const github = new GitHub('https://gh.example', credential, { ...ports, send, pace: unpaced, octokit });
  const answer = await github.call('it', 'GET', path, patience.read);
  expect(answer).toMatchObject({ status: 0, said: 'the request could not be made' });
});

test('where Octokit does not send, that is told', async () => {
  const ports = fakeRetryPorts({ now });
  const octokit = { request: async () => ({}) } as unknown as Octokit;
  const send = () => Promise.reject(new Error('not reached'));
  const github = new GitHub('https://gh.example', credential, { ...ports, send, pace: unpaced, octokit });
  expect(await github.call('it', 'GET', path, patience.read)).toMatchObject({
    status: 0,
    said: 'the request was not sent',
  });
});

test('a cancel while it reads is thrown', async () => {
  const { github, clock, cancel } = client({ status: 503 });
  clock.after(500, cancel);
  await expect(github.call('it', 'GET', path, patience.read)).rejects.toBeInstanceOf(Cancelled);
});

describe('a limit', () => {
  const remaining = { 'x-ratelimit-remaining': '0' };
  test('is waited for as Retry-After says, and said why', async () => {
    const { naps, log, answer } = await get(
      { status: 403, headers: { 'retry-after': '90' }, body: '{"message":"secondary"}' },
      { status: 200 },
    );
    expect({ naps, status: answer.status }).toEqual({ naps: [90_000], status: 200 });
    expect(log.lines).toEqual(["Reading it: GitHub's rate limit: 403 (secondary); trying again in 2 min"]);
  });

  test('is waited for until the reset, and a second', async () => {
    const headers = { ...remaining, 'x-ratelimit-reset': String(now / second + 120) };
    expect((await get({ status: 403, headers }, { status: 200 })).naps).toEqual([121_000]);
  });

  test('with a reset that is past: a second', async () => {
    const headers = { ...remaining, 'x-ratelimit-reset': '1000000000' };
    expect((await get({ status: 429, headers }, { status: 200 })).naps).toEqual([1_000]);
  });

  test.each([
    ['no headers', {}],
    ['a reset while something remains', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '9000000000' }],
    ['no reset', remaining],
  ])('with %s: a minute, then growing to sixteen', async (_, headers) => {
    const { naps } = await get({ status: 429, headers });
    expect(naps.map((ms) => ms / minute)).toEqual([1, 2, 4, 8, 16, 16]);
  });

  test('that lasts longer than it may: the answer', async () => {
    const { naps, answer } = await get({ status: 429, headers: { 'retry-after': '4000' } });
    expect({ naps, status: answer.status }).toEqual({ naps: [], status: 429 });
  });
});

test('a 200 that holds not what it should; a page of a proxy stays one', () => {
  expect(unusable(githubAnswer(200), 'a list of repositories')).toBe('200 without a list of repositories');
  const said = '200 (an HTML page, so perhaps from a proxy)';
  expect(unusable(githubAnswer(200, { said }), 'a list of repositories')).toBe(said);
});

describe('what headers tell of the credential', () => {
  const limit = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4321', 'x-ratelimit-reset': '1795460400' };

  test('the rest of its limit, by the latest answer that says it', async () => {
    const scene = client({ headers: limit }, { headers: { ...limit, 'x-ratelimit-remaining': '0' } }, { headers: {} });
    expect(scene.github.allowance).toBeUndefined();
    await scene.github.call('it', 'GET', path, patience.read);
    expect(scene.github.allowance).toEqual({ remaining: 4321, limit: 5000, resetAt: 1_795_460_400_000 });
    await scene.github.call('it', 'GET', path, patience.read);
    await scene.github.call('it', 'GET', path, patience.read);
    expect(scene.github.allowance).toMatchObject({ remaining: 0 });
  });

  test.each([
    ['x-ratelimit-limit', '0'],
    ['x-ratelimit-limit', 'many'],
    ['x-ratelimit-remaining', '-1'],
    ['x-ratelimit-reset', '0'],
    ['x-ratelimit-reset', '1795460400000'],
  ])('nonsense is none: %s: %s', async (name, value) => {
    expect((await get({ headers: { ...limit, [name]: value } })).github.allowance).toBeUndefined();
  });

  test.each([
    ['2026-12-31 23:59:59 UTC', Date.UTC(2026, 11, 31, 23, 59, 59)],
    ['2026-12-31 23:59:59 -0700', Date.UTC(2027, 0, 1, 6, 59, 59)],
    ['2026-12-31 23:59:59 +02:00', Date.UTC(2026, 11, 31, 21, 59, 59)],
    [' 2026-12-31 23:59:59 UTC ', Date.UTC(2026, 11, 31, 23, 59, 59)],
    ['in a year', undefined],
    ['on 2026-12-31 23:59:59 UTC', undefined],
    ['2026-12-31 23:59:59 UTC or so', undefined],
    ['2026-12-31', undefined],
    ['2026-99-99 23:59:59 UTC', undefined],
  ])('when it expires: %s', async (header, expiresAt) => {
    const { github } = await get({ headers: { 'github-authentication-token-expiration': header } });
    expect(github.expiresAt).toBe(expiresAt);
  });

  test('its expiry stays known when a later answer does not say it', async () => {
    const scene = client(
      { headers: { 'github-authentication-token-expiration': '2026-12-31 23:59:59 UTC' } },
      { headers: {} },
    );
    await scene.github.call('it', 'GET', path, patience.read);
    await scene.github.call('it', 'GET', path, patience.read);
    expect(scene.github.expiresAt).toBe(Date.UTC(2026, 11, 31, 23, 59, 59));
  });
});
