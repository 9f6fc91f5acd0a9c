import { describe, expect, test } from '@jest/globals';
import { answerFrom, causeOf, redirectPath, unusable, withoutAnswer } from '../../../src/github/answer.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { now } from '../support/time.ts';

describe('what came back from GitHub', () => {
  test.each([
    ['a message', '{"message":"Not Found"}', '404 (Not Found)', { message: 'Not Found' }],
    ['nothing', '', '404', undefined],
    ['null', 'null', '404', undefined],
    ['a number', '7', '404', 7],
    ['a list', '["message"]', '404', ['message']],
    ['a message that is none', '{"message":7}', '404', { message: 7 }],
    ['a text that is no JSON', 'message', '404', undefined],
    ['a text with a sign in it', 'a < b', '404', undefined],
    ['HTML', '\n <html>', '404 (an HTML page, so perhaps from a proxy)', undefined],
  ])('%s', (_, body, detail, data) => {
    const answer = answerFrom(404, { a: 'b' }, body, now);
    expect(answer).toMatchObject({ status: 404, headers: { a: 'b' }, detail, mayPass: true });
    expect(answer.data).toEqual(data);
    expect(answer.isHtml).toBe(body.includes('<html>'));
  });

  test('is one line of bounded length', () => {
    const message = `::error::a\u2028b\u001b[31m\n${'very '.repeat(100_000)}long`;
    const { detail } = answerFrom(422, {}, JSON.stringify({ message }), now);
    expect(detail).toMatch(/^422 \(::error::a b \[31m very very .*…\)$/);
    expect(detail.length).toBeLessThan(250);
  });

  test.each([
    ['whole', (value: string) => value],
    ['but for its end', (value: string) => value.slice(0, -2)],
    ['in upper case', (value: string) => value.toUpperCase()],
    ['with a blank inside', (value: string) => `${value.slice(0, 20)} ${value.slice(20)}`],
    ['in Base64', (value: string) => Buffer.from(value).toString('base64')],
  ])('is not shown where it repeats the credential: %s', (_, form) => {
    const credential = new Secret('ghp_9Qz7Xc4Vb1Nm6Lk3Jh8Gf5Ds2Aq0Wp');
    const body = JSON.stringify({ message: `Bad credentials: ${form(credential.reveal())}` });
    const { detail, message } = answerFrom(401, {}, body, now);
    expect(detail).toBe('401 (not shown, because it repeats part of a credential)');
    // To judge by, never to show.
    expect(message).toContain('Bad credentials');
  });
});

test('no answer at all has a reason, and may pass or not', () => {
  expect(withoutAnswer('the connection broke off', true)).toMatchObject({
    status: 0,
    detail: 'the connection broke off',
    message: '',
    mayPass: true,
    data: undefined,
  });
  expect(withoutAnswer('the certificate is not trusted', false).mayPass).toBe(false);
});

test("a 200 that does not hold what it should is told as such; a proxy's page stays one", () => {
  expect(unusable(gitHubAnswer(200), 'a list')).toMatchObject({ detail: '200 without a list' });
  const page = gitHubAnswer(200, { isHtml: true, detail: '200 (an HTML page, so perhaps from a proxy)' });
  expect(unusable(page, 'a list')).toMatchObject({ detail: page.detail });
});

test.each([
  [gitHubAnswer(500, { detail: '500 (oops)' }), 'GitHub answered 500 (oops)'],
  [withoutAnswer('it broke off', true), 'GitHub gave no answer: it broke off'],
  [
    gitHubAnswer(200, { partialSelection: { listed: 2, total: 3 } }),
    'the credential sees only 2 of the 3 selected repositories of the secret',
  ],
])('the cause of a problem: %j', (answer, cause) => {
  expect(causeOf(answer)).toBe(cause);
});

describe('a redirect of GitHub points', () => {
  const server = 'https://ghes.acme.example/api/v3';
  test.each([
    ['https://api.github.com', 'https://api.github.com/repositories/7', '/repositories/7'],
    ['https://api.github.com/', 'https://api.github.com/repos/acme/new?x#y', '/repos/acme/new'],
    ['https://api.github.com', '/repos/acme/new', '/repos/acme/new'],
    [server, 'https://ghes.acme.example/api/v3/repositories/7/actions', '/repositories/7/actions'],
    [server, '/repos/acme/new', '/repos/acme/new'],
    [`${server}/`, 'https://ghes.acme.example/api/v3/repositories/7', '/repositories/7'],
    [server, 'https://ghes.acme.example/login?return_to=/repos/acme/network', '/login'],
  ])('at %s to %s', (githubUrl, location, path) => {
    expect(redirectPath(gitHubAnswer(301, { headers: { location } }), githubUrl)).toBe(path);
    expect(redirectPath(gitHubAnswer(301, { data: { url: location } }), githubUrl)).toBe(path);
  });

  test.each([
    'https://login.acme.example/repos/acme/network',
    'http://api.github.com/repos/acme/network',
    'https://',
    undefined,
  ])('nowhere below the API: %s', (url) => {
    expect(redirectPath(gitHubAnswer(301, { data: { url } }), 'https://api.github.com')).toBeUndefined();
  });

  test('nowhere where its body holds no address', () => {
    expect(redirectPath(gitHubAnswer(301, { data: { url: 7 } }), 'https://api.github.com')).toBeUndefined();
    expect(redirectPath(gitHubAnswer(301), 'https://api.github.com')).toBeUndefined();
  });
});

test("is as of GitHub's own date, or of ours where it gives none that is one", () => {
  const asOf = (headers: Record<string, string>) => answerFrom(200, headers, '{}', now).at;
  expect(asOf({ date: 'Mon, 23 Nov 2026 18:25:00 GMT' })).toBe(Date.UTC(2026, 10, 23, 18, 25));
  expect(asOf({ date: '2026-11-23T18:25:00Z' })).toBe(now);
  expect(asOf({})).toBe(now);
});
