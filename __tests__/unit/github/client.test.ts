import { describe, expect, test } from '@jest/globals';
import { NoAnswer } from '../../../src/lib/no-answer.ts';
import { failed, ok } from '../../../src/lib/result.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { read, readOnce, scriptedGitHub, write } from '../support/scripted-github.ts';
import { hour, minute, now, second } from '../support/time.ts';

const reset = (ms: number) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((now + ms) / second) });

describe('what is sent to GitHub', () => {
  test('goes to the given API with the credential, the version of the API and the body as JSON', async () => {
    const { github, requests, cancellation } = scriptedGitHub([{ status: 204 }]);
    await github.call(write);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'PUT',
      url: 'https://gh.example/api/v3/repos/acme/network/actions/secrets/TE_TOKEN',
      body: '{"encrypted_value":"c2VhbGVk","key_id":"7"}',
      timeout: 20_000,
      signal: cancellation.lastCall,
      headers: {
        authorization: 'token ghp_of-the-github-client',
        'x-github-api-version': '2022-11-28',
        'user-agent': expect.stringMatching(/^rotate-thousandeyes-token /),
      },
    });
  });

  test('has no body where it reads, and a cancel ends it at once', async () => {
    const { requests, cancellation } = await readOnce({ status: 200 });
    expect(requests[0]).not.toHaveProperty('body');
    expect(requests[0]).toMatchObject({ timeout: 15_000, signal: cancellation.now });
  });

  test('keeps a path as it was encoded', async () => {
    const { github, requests } = scriptedGitHub([{ status: 200 }]);
    const encoded = '/repos/acme/network/environments/a%2Fb%20%7Bx%7D%3Ay/secrets';
    await github.call({ ...read, path: encoded });
    expect(requests[0]?.url).toBe(`https://gh.example/api/v3${encoded}`);
  });

  test('carries a long token of an App whole', async () => {
    const long = `ghs_12345_${'eyJhbGciOiJ'.repeat(20)}.${'aB3_-'.repeat(40)}.${'x'.repeat(88)}`;
    expect(long.length).toBeGreaterThan(510);
    const { github, requests } = scriptedGitHub([{ status: 200 }], long);
    await github.call(read);
    expect(requests[0]?.headers.authorization).toBe(`token ${long}`);
    expect(github.credentialKind).toBe('app');
  });

  test('has a body that is made anew for each attempt', async () => {
    const { github, requests } = scriptedGitHub([{ status: 503 }, { status: 204 }]);
    let made = 0;
    await github.call({ ...write, body: async () => ok({ ...write.body, key_id: String(++made) }) });
    expect(requests.map((request) => JSON.parse(request.body ?? '').key_id)).toEqual(['1', '2']);
  });

  test('is not sent where its body cannot be made; that is the answer, and tried again like any other', async () => {
    const { github, requests } = scriptedGitHub([{ status: 204 }]);
    const gone = await github.call({ ...write, body: async () => failed(gitHubAnswer(404)) });
    expect(gone.status).toBe(404);
    const makings = [failed(gitHubAnswer(503)), ok({ ...write.body })];
    const later = await github.call({ ...write, body: async () => makings.shift() ?? ok({ ...write.body }) });
    expect(later.status).toBe(204);
    expect(requests).toHaveLength(1);
  });
});

describe('an answer of GitHub that is final', () => {
  test.each([200, 201, 204, 301, 400, 401, 403, 404, 409, 410, 422, 451])('%i', async (status) => {
    const { sent, answer } = await readOnce({ status });
    expect({ sent, status: answer.status }).toEqual({ sent: 1, status });
  });

  test('a 403 of permission on the last request of the hour', async () => {
    const message = 'Resource not accessible by integration';
    const { sent } = await readOnce({ status: 403, headers: reset(minute), body: JSON.stringify({ message }) });
    expect(sent).toBe(1);
  });

  test('a status whose body broke off', async () => {
    expect((await readOnce({ status: 201, body: '{"a' })).sent).toBe(1);
  });

  test("a proxy's page", async () => {
    const { sent, answer } = await readOnce({ status: 200, body: '<html>' });
    expect({ sent, isHtml: answer.isHtml }).toEqual({ sent: 1, isHtml: true });
  });

  test('no answer that another try could not change: a certificate, a name, a proxy', async () => {
    const { sent, answer } = await readOnce(
      new NoAnswer('the certificate is not trusted', { sent: false, mayPass: false }),
    );
    expect(sent).toBe(1);
    expect(answer).toMatchObject({ status: 0, detail: 'the certificate is not trusted', mayPass: false });
  });

  test('unless a token may exist: then everything is tried again', async () => {
    const wrong = new NoAnswer('the certificate is not trusted', { sent: false, mayPass: false });
    const { github, requests } = scriptedGitHub([wrong, { status: 204 }]);
    expect((await github.call(write)).status).toBe(204);
    expect(requests).toHaveLength(2);
  });
});

describe('a request to GitHub is tried again', () => {
  test.each([408, 425, 500, 502, 503, 504])('after %i, with growing pauses', async (status) => {
    const { sent, naps, answer } = await readOnce({ status }, { status }, { status: 200 });
    expect({ sent, naps, status: answer.status }).toEqual({ sent: 3, naps: [1000, 2000], status: 200 });
  });

  test('after no answer', async () => {
    const { sent, answer } = await readOnce(new NoAnswer('the connection broke off'), { status: 204 });
    expect({ sent, status: answer.status }).toEqual({ sent: 2, status: 204 });
  });

  test('after a read whose body broke off', async () => {
    const { sent, answer } = await readOnce(
      { status: 200, body: '{"name":"TE_TO' },
      { status: 200, body: '{"name":1}' },
    );
    expect({ sent, data: answer.data }).toEqual({ sent: 2, data: { name: 1 } });
  });

  test('until its policy ends; the last answer counts, and each longer pause is announced', async () => {
    const { sent, answer, log } = await readOnce(new NoAnswer('the connection broke off'));
    expect(answer).toMatchObject({ status: 0, detail: 'the connection broke off', mayPass: true });
    expect(sent).toBe(5);
    expect(log.lines).toEqual([
      'Reading it: GitHub gave no answer: the connection broke off; trying again in 4 s',
      'Reading it: GitHub gave no answer: the connection broke off; trying again in 8 s',
    ]);
  });

  test('and says which status it got', async () => {
    expect((await readOnce({ status: 500, body: '{"message":"oops"}' })).log.lines[0]).toBe(
      'Reading it: GitHub answered 500 (oops); trying again in 4 s',
    );
  });
});

test('an error of our own is no answer of GitHub', async () => {
  const { github } = scriptedGitHub([new TypeError('a bug')]);
  await expect(github.call(read)).rejects.toThrow('a bug');
});

describe('a fresh token of an App', () => {
  const fresh = 'ghs_0123-fresh-4567';

  test.each([401, 403])('that GitHub answers with %i until it has spread', async (status) => {
    const { github, sentAt } = scriptedGitHub([{ status }, { status }, { status: 200 }], fresh);
    expect((await github.call(read)).status).toBe(200);
    expect(sentAt).toEqual([0, 1, 3]);
  });

  test('is waited for some seconds only', async () => {
    const { github, sentAt, log } = scriptedGitHub([{ status: 401 }], fresh);
    expect((await github.call(read)).status).toBe(401);
    expect(sentAt).toEqual([0, 1, 3, 7]);
    expect(log.lines).toEqual([expect.stringMatching(/^Reading it: .* 401; .* 4 s$/)]);
  });

  test('is waited for no longer than six seconds', async () => {
    const { github, sentAt, clock } = scriptedGitHub([{ status: 401 }], fresh);
    const other = clock.sleep(6 * second).then(() => github.call(read));
    await Promise.all([github.call(read), other]);
    expect(sentAt).toEqual([0, 1, 3, 6, 7]);
  });

  test.each([301, 404, 410, 422])('is not to blame for a %i', async (status) => {
    const { github, sentAt } = scriptedGitHub([{ status }], fresh);
    await github.call(read);
    expect(sentAt).toEqual([0]);
  });

  test('is waited for once, not by each request', async () => {
    const { github, sentAt, clock } = scriptedGitHub([{ status: 401 }], fresh);
    await github.call(read);
    await clock.sleep(2 * second);
    sentAt.length = 0;
    await github.call(read);
    expect(sentAt).toEqual([9]);
  });

  test('is waited for at a write as well, for as long', async () => {
    const { github, sentAt } = scriptedGitHub([{ status: 403 }, { status: 204 }], fresh);
    expect((await github.call(write)).status).toBe(204);
    expect(sentAt).toEqual([0, 1]);
  });

  test('that was accepted once is fresh no more', async () => {
    const { github, sentAt } = scriptedGitHub([{ status: 200 }, { status: 403 }], fresh);
    await github.call(read);
    expect((await github.call({ ...read, path: '/repos/acme/edge' })).status).toBe(403);
    expect(sentAt).toHaveLength(2);
  });

  test("is not to blame for a proxy's page", async () => {
    const { github, sentAt } = scriptedGitHub([{ status: 403, body: '<html>' }], fresh);
    await github.call(read);
    expect(sentAt).toHaveLength(1);
  });

  test.each(['ghp_classic', 'github_pat_fine', 'gho_user', 'other'])(
    'is none of %s: a bad login is not repeated',
    async (value) => {
      const { github, sentAt } = scriptedGitHub([{ status: 401 }], value);
      await github.call(read);
      expect(sentAt).toHaveLength(1);
    },
  );
});

describe('what the headers say of the credential', () => {
  const limit = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4321', 'x-ratelimit-reset': '1795464000' };

  test('the rest of its limit, by the latest answer that says it', async () => {
    const { github } = scriptedGitHub([
      { headers: limit },
      { headers: { ...limit, 'x-ratelimit-remaining': '0' } },
      { headers: {} },
    ]);
    expect(github.allowance).toBeUndefined();
    await github.call(read);
    expect(github.allowance).toEqual({ remaining: 4321, limit: 5000, resetAt: now + hour });
    await github.call(read);
    await github.call(read);
    expect(github.allowance).toMatchObject({ remaining: 0 });
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
    const { github } = await readOnce({ headers: { 'github-authentication-token-expiration': header } });
    expect(github.expiresAt).toBe(expiresAt);
  });

  test.each([35 * minute, -6 * minute])(
    "when it expires, by our clock, where GitHub's is %i ms ahead",
    async (ahead) => {
      const headers = {
        date: new Date(now + ahead).toUTCString(),
        'github-authentication-token-expiration': '2026-12-31 23:59:59 UTC',
      };
      expect((await readOnce({ headers })).github.expiresAt).toBe(Date.UTC(2026, 11, 31, 23, 59, 59) - ahead);
    },
  );

  test('its expiry stays known when a later answer does not say it', async () => {
    const { github } = scriptedGitHub([
      { headers: { 'github-authentication-token-expiration': '2026-12-31 23:59:59 UTC' } },
      { headers: {} },
    ]);
    await github.call(read);
    await github.call(read);
    expect(github.expiresAt).toBe(Date.UTC(2026, 11, 31, 23, 59, 59));
  });
});

describe('a version of the API that GitHub will end', () => {
  const sunset = 'Fri, 10 Mar 2028 00:00:00 GMT';

  test('is none where GitHub says nothing of it', async () => {
    expect((await readOnce({ status: 200 })).github.deprecations).toEqual([]);
  });

  test('is a warning with the date, once', async () => {
    const { github } = scriptedGitHub([{ headers: { deprecation: '@1773100800', sunset } }]);
    expect(github.deprecations).toEqual([]);
    await github.call(read);
    await github.call(read);
    expect(github.deprecations).toEqual([
      expect.stringMatching(/deprecated and ends it on 2028-03-10\. Use a newer release of the action before then\.$/),
    ]);
  });

  test.each([{ deprecation: '@1773100800' }, { deprecation: 'true', sunset: 'soon' }, { sunset: '2028-03-10' }])(
    'is a warning without a date where there is none: %j',
    async (headers) => {
      const { deprecations } = (await readOnce({ headers: headers as Record<string, string> })).github;
      expect(deprecations).toEqual([expect.stringMatching(/is deprecated\. Use a newer release of the action\.$/)]);
    },
  );
});
