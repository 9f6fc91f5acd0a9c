import { describe, expect, test } from '@jest/globals';
import { type GitHubAnswer, withoutAnswer } from '../../../src/github/answer.ts';
import type { CredentialContext } from '../../../src/github/credential.ts';
import { gitHubProblem, secretsOf } from '../../../src/github/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { credentialOf, gitHubAnswer, resolved } from '../support/fakes.ts';
import { minute, now } from '../support/time.ts';

const server = 'https://ghes.acme.example/api/v3';

interface Told extends Partial<CredentialContext> {
  readonly line?: string;
  readonly clock?: FakeClock;
}

function problemOf(
  answer: GitHubAnswer,
  { line = 'acme/network', clock = new FakeClock({ now }), ...more }: Told = {},
) {
  const credential = credentialOf(more.kind, more);
  return gitHubProblem('Writing it', answer, secretsOf(resolved(line)), credential, clock);
}

const action = (answer: GitHubAnswer, told?: Told) => problemOf(answer, told).action;
const forbidden = (message: string, headers: Record<string, string> = {}) =>
  gitHubAnswer(403, { message, headers, detail: `403 (${message})` });
const page = (status: number) =>
  gitHubAnswer(status, { isHtml: true, detail: `${status} (an HTML page, so perhaps from a proxy)` });

test('a problem says what was tried, what came back and what to do', () => {
  expect(problemOf(gitHubAnswer(500, { detail: '500 (oops)' }))).toEqual({
    attempt: 'Writing it',
    cause: 'GitHub answered 500 (oops)',
    action: expect.stringMatching(/githubstatus/),
  });
  expect(problemOf(withoutAnswer('it broke off', true)).cause).toBe('GitHub gave no answer: it broke off');
});

describe('each answer of GitHub says what to do', () => {
  test.each<[string, GitHubAnswer, RegExp]>([
    [
      'no answer',
      withoutAnswer('it broke off', true),
      /www\.githubstatus\.com says so; start the run again.* If it stays so, check `github-api-url`.*proxy variables/,
    ],
    [
      'no answer that could pass',
      withoutAnswer('no such host', false),
      /^Check `github-api-url` \(https:\/\/api\.github\.com\).*proxy variables.*certificates\.$/,
    ],
    [
      'a cancel',
      { ...withoutAnswer('cancelled', false), isCancelled: true },
      /^Unless the post step finishes it, start the run again\.$/,
    ],
    [
      'a bad credential',
      gitHubAnswer(401),
      /^The value of `github-token` is wrong, expired or revoked\. Create a new one.*It was not tried again/,
    ],
    ['a proxy that wants a login', gitHubAnswer(407), /proxy between the runner and GitHub wants a login/],
    ['a page of a proxy that wants a login', page(407), /proxy between the runner and GitHub wants a login/],
    ['an API that has ended', gitHubAnswer(410), /GitHub has ended the version.*use a newer release of the action\.$/],
    [
      'a value that is refused',
      gitHubAnswer(422),
      /If the store is full \(100 secrets\), remove one; else start the run again\.$/,
    ],
    ['a fault of GitHub', gitHubAnswer(503), /www\.githubstatus\.com/],
    ['a page of a fault of GitHub', page(503), /www\.githubstatus\.com/],
    ['anything else', gitHubAnswer(418), /^Check that `github-api-url` is the API of your GitHub\.$/],
    [
      'a 200 without what it should hold',
      gitHubAnswer(200),
      /^Check that `github-api-url` is the API of your GitHub\.$/,
    ],
  ])('%s', (_, answer, expected) => {
    expect(action(answer)).toMatch(expected);
  });

  test("an App's token that is bad was given time to spread", () => {
    expect(action(gitHubAnswer(401), { kind: 'app' })).toMatch(/A new token of an App was given some seconds/);
  });

  test('an organization holds more secrets than others', () => {
    expect(action(gitHubAnswer(422), { line: 'orgs/acme' })).toContain('(1000 secrets)');
  });

  test.each([0, 502])("%i of a GitHub of one's own does not send to github.com's status page", (status) => {
    expect(action(gitHubAnswer(status), { githubUrl: server })).toMatch(
      /^Check that ghes\.acme\.example is up and that the runner reaches it; start the run again when it is over\./,
    );
  });

  test('a selection that the credential cannot see whole', () => {
    const found = problemOf(gitHubAnswer(200, { partialSelection: { listed: 2, total: 3 } }));
    expect(found.cause).toBe('the credential sees only 2 of the 3 selected repositories of the secret');
    expect(found.action).toMatch(/would take it from the others/);
  });
});

describe('a rate limit that is not waited for says until when it lasts', () => {
  const until = (time: string) =>
    `The credential's rate limit is used up until 2026-11-23 ${time} UTC. Start the run again after that.`;
  const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((now + 5 * minute) / 1000) };

  test.each<[string, GitHubAnswer, string]>([
    ['by its reset', gitHubAnswer(429, { headers: reset }), until('19:05')],
    ['by Retry-After', gitHubAnswer(429, { headers: { 'retry-after': '4000' } }), until('20:06')],
    ['403 of a secondary limit', forbidden('You have exceeded a secondary rate limit', reset), until('19:05')],
  ])('%s', (_, answer, expected) => {
    expect(action(answer)).toBe(expected);
  });

  test.each([{}, { 'x-ratelimit-reset': '1e15' }, { 'retry-after': 'soon' }])(
    'or that an hour will do: %j',
    (headers) => {
      expect(action(gitHubAnswer(429, { headers: headers as Record<string, string> }))).toMatch(
        /^The credential's rate limit is used up\. Start the run again in an hour\.$/,
      );
    },
  );

  test("by GitHub's clock, not by a runner's that is wrong", () => {
    const clock = new FakeClock({ now });
    clock.jump(35 * minute);
    const headers = { ...reset, date: new Date(now).toUTCString() };
    expect(action(gitHubAnswer(429, { headers }), { clock })).toBe(until('19:05'));
  });
});

describe('a redirect of GitHub', () => {
  const moved = (location: string, status = 301) => gitHubAnswer(status, { headers: { location } });

  test.each([301, 302, 307, 308])('%i to a repository is a new name', (status) => {
    expect(action(moved('https://api.github.com/repos/acme/new/actions?x', status))).toMatch(
      /^It was renamed or moved to acme\/new; redirects are not followed.* Put the new name into `targets`\.$/,
    );
  });

  test('tells the new name by its body, too, and below the path of a server', () => {
    const url = 'https://ghes.acme.example/api/v3/repos/acme/new';
    expect(action(gitHubAnswer(301, { data: { url } }), { githubUrl: server })).toMatch(/moved to acme\/new;/);
  });

  test('to an id is a new name that its page tells', () => {
    expect(action(moved('https://api.github.com/repositories/7/actions'))).toMatch(
      /^It was renamed or moved; redirects.* which its page on GitHub shows, into `targets`\.$/,
    );
  });

  test.each([
    'https://login.acme.example/repos/acme/network',
    'https://api.github.com/login?return_to=/repos/acme/network',
    'https://api.github.com/repos/..',
    'https://api.github.com/repos/acme/::stop-commands::',
    'https://api.github.com/repositories/',
    'https://api.github.com/',
    '',
  ])('to something else is none: %j', (location) => {
    const told = action(moved(location));
    expect(told).toMatch(
      /^This redirect leads to no repository, so `github-api-url` is not the address of GitHub's API/,
    );
    expect(told).not.toMatch(/renamed|stop-commands|login\.acme/);
  });

  test('without an address is none', () => {
    expect(action(gitHubAnswer(301))).toMatch(/^This redirect leads to no repository/);
  });
});

describe('an address that is not the API of GitHub is told with what it should be', () => {
  const api = (host: string) => `GitHub Enterprise Server has its API at \`https://${host}/api/v3\`.`;
  test.each([
    ['https://github.com', 'For github.com the API is `https://api.github.com`.'],
    ['https://www.github.com', 'For github.com the API is `https://api.github.com`.'],
    ['https://ghes.acme.example', api('ghes.acme.example')],
    ['https://ghes.acme.example:8443/', api('ghes.acme.example:8443')],
    ['https://acme.ghe.com', 'For acme.ghe.com the API is `https://api.acme.ghe.com`.'],
  ])('%s', (githubUrl, hint) => {
    for (const answer of [page(404), page(200), page(403), gitHubAnswer(302), gitHubAnswer(418)]) {
      const told = action(answer, { githubUrl });
      expect(told).toContain('`github-api-url`');
      expect(told.endsWith(` ${hint}`)).toBe(true);
    }
  });

  test.each(['https://api.github.com', 'https://api.acme.ghe.com', server])(
    'unless it looks like one: %s',
    (githubUrl) => {
      expect(action(page(404), { githubUrl })).toBe(
        "This is a page for people, not GitHub's API: check `github-api-url`, and the proxy between the runner and GitHub.",
      );
    },
  );
});
