import { describe, expect, test } from '@jest/globals';
import { answerFrom, type GitHubAnswer, withoutAnswer } from '../../../src/github/answer.ts';
import type { CredentialContext } from '../../../src/github/credential.ts';
import { gitHubProblem, secretsOf, variablesBeside } from '../../../src/github/errors.ts';
import { startAgain } from '../../../src/lib/problem.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { credentialOf, gitHubAnswer, target } from '../support/fakes.ts';
import { minute, now } from '../support/time.ts';

const server = 'https://ghes.acme.example/api/v3';

interface Told extends Partial<CredentialContext> {
  readonly line?: string;
}

function problemOf(answer: GitHubAnswer, { line = 'acme/network', ...more }: Told = {}) {
  const credential = credentialOf(more.kind, more);
  return gitHubProblem('Writing it', answer, secretsOf(target(line).store), credential);
}

/** What to do and why: the whole wording is in `__tests__/unit/messages.md`, here is what it depends on. */
const steps = (answer: GitHubAnswer, told?: Told) => problemOf(answer, told).steps;
const advice = (answer: GitHubAnswer, told?: Told) => {
  const { steps: acts, why = '' } = problemOf(answer, told);
  return [...acts, why].join(' ');
};
const forbidden = (message: string, headers: Record<string, string> = {}) =>
  gitHubAnswer(403, { message, headers, detail: `403 (${message})` });
const page = (status: number) =>
  gitHubAnswer(status, { isHtml: true, detail: `${status} (an HTML page, so perhaps from a proxy)` });

test('a problem says what was tried, what came back and what to do', () => {
  expect(problemOf(gitHubAnswer(500, { detail: '500 (oops)' }))).toEqual({
    attempt: 'Writing it',
    cause: 'GitHub answered 500 (oops)',
    steps: [expect.stringContaining('githubstatus'), startAgain],
  });
  expect(problemOf(withoutAnswer('it broke off', true)).cause).toBe('GitHub gave no answer: it broke off');
});

describe('each answer of GitHub says what to do', () => {
  test.each<[string, GitHubAnswer, number, RegExp]>([
    ['no answer', withoutAnswer('it broke off', true), 3, /www\.githubstatus\.com.*`github-api-url`.*https_proxy/],
    [
      'no answer that could not pass',
      withoutAnswer('no such host', false),
      1,
      /^Check `github-api-url` \(https:\/\/api\.github\.com\).*https_proxy.*certificates/,
    ],
    ['a cancel', { ...withoutAnswer('cancelled', false), isCancelled: true }, 1, /post step/],
    ['a bad credential', gitHubAnswer(401), 2, /new token.*`github-token`.*expired.*not tried again/],
    ['a proxy that wants a login', gitHubAnswer(407), 1, /https_proxy.*login/],
    ['a page of a proxy that wants a login', page(407), 1, /https_proxy.*login/],
    ['an API that has ended', gitHubAnswer(410), 1, /newer release.*ended/],
    ['a value that is refused', gitHubAnswer(422), 2, /full \(100 secrets\)/],
    ['a fault of GitHub', gitHubAnswer(503), 2, /www\.githubstatus\.com/],
    ['a page of a fault of GitHub', page(500), 2, /www\.githubstatus\.com/],
    ['a request that GitHub cannot read', gitHubAnswer(400), 1, /`github-api-url`/],
    ['anything else', gitHubAnswer(418), 1, /`github-api-url`/],
    ['a 200 without what it should hold', gitHubAnswer(200), 1, /`github-api-url`/],
  ])('%s', (_, answer, count, telling) => {
    expect(steps(answer)).toHaveLength(count);
    expect(advice(answer)).toMatch(telling);
  });

  test("an App's token that is bad was given time to spread", () => {
    const told = { kind: 'app' } as const;
    expect(steps(gitHubAnswer(401), told)[0]).toMatch(/step which creates `github-token`.*hour/);
    expect(advice(gitHubAnswer(401), told)).toContain('seconds to spread');
  });

  test('an organization holds more secrets than others', () => {
    expect(steps(gitHubAnswer(422), { line: 'orgs/acme' })[0]).toContain('(1000 secrets)');
  });

  test('a variable that is refused is not for want of room among the secrets', () => {
    const { store } = target('orgs/acme');
    const found = gitHubProblem('Writing it', gitHubAnswer(422), variablesBeside(store), credentialOf());
    expect(found.steps).toEqual([startAgain]);
  });

  test.each([0, 502])("%i of a GitHub of one's own does not send to github.com's status page", (status) => {
    expect(steps(gitHubAnswer(status), { githubUrl: server })[0]).toContain('ghes.acme.example is up');
    expect(advice(gitHubAnswer(status), { githubUrl: server })).not.toContain('githubstatus');
  });

  test('a selection that the credential cannot see whole', () => {
    const found = problemOf(gitHubAnswer(200, { partialSelection: { listed: 2, total: 3 } }));
    expect(found.cause).toContain('only 2 of the 3 ');
    expect(found.steps).toEqual([expect.stringContaining('all repositories')]);
  });
});

describe('a rate limit that is not waited for says until when it lasts', () => {
  const until = (time: string) => [expect.stringContaining(`after 2026-11-23 ${time} UTC`)];
  const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((now + 5 * minute) / 1000) };

  test.each<[string, GitHubAnswer, unknown]>([
    ['by its reset', gitHubAnswer(429, { headers: reset }), until('19:05')],
    ['by Retry-After', gitHubAnswer(429, { headers: { 'retry-after': '4000' } }), until('20:06')],
    ['403 of a secondary limit', forbidden('You have exceeded a secondary rate limit', reset), until('19:05')],
  ])('%s', (_, answer, expected) => {
    expect(steps(answer)).toEqual(expected);
  });

  test.each([{}, { 'x-ratelimit-reset': '1e15' }, { 'retry-after': 'soon' }])(
    'or that an hour will do: %j',
    (headers) => {
      expect(steps(gitHubAnswer(429, { headers: headers as Record<string, string> }))).toEqual([
        expect.stringContaining('in an hour'),
      ]);
    },
  );

  test("by GitHub's clock, not by a runner's that is wrong", () => {
    const headers = { ...reset, date: new Date(now).toUTCString() };
    expect(steps(answerFrom(429, headers, '', now + 35 * minute))).toEqual(until('19:05'));
  });
});

describe('a redirect of GitHub', () => {
  const moved = (location: string, status = 301) => gitHubAnswer(status, { headers: { location } });

  test.each([300, 301, 302, 307, 308])('%i to a repository is a new name', (status) => {
    const answer = moved('https://api.github.com/repos/acme/new/actions?x', status);
    expect(steps(answer)).toEqual([expect.stringMatching(/ acme\/new .*`targets`/)]);
    expect(advice(answer)).toMatch(/renamed or moved.*not followed/);
  });

  test('tells no new name that repeats a credential', () => {
    const token = new Secret('ghp_in-a-redirect').reveal();
    const location = `https://api.github.com/repos/acme/${token}`;
    expect(advice(moved(location))).not.toContain(token);
  });

  test('tells the new name by its body, too, and below the path of a server', () => {
    const url = 'https://ghes.acme.example/api/v3/repos/acme/new';
    expect(steps(gitHubAnswer(301, { data: { url } }), { githubUrl: server })).toEqual([
      expect.stringContaining(' acme/new '),
    ]);
  });

  test('to an id is a new name that its page tells', () => {
    const answer = moved('https://api.github.com/repositories/7/actions');
    expect(steps(answer)).toEqual([expect.stringMatching(/page on GitHub.*`targets`/)]);
    expect(advice(answer)).toContain('renamed or moved');
  });

  test.each([
    'https://login.acme.example/repos/acme/network',
    'https://api.github.com/login?return_to=/repos/acme/network',
    'https://api.github.com/repos/..',
    'https://api.github.com/repos/acme/::stop-commands::',
    'https://api.github.com/repositories/',
    'https://api.github.com/repositories/7x',
    'https://api.github.com/repositories/x7',
    'https://api.github.com/user/7',
    'https://api.github.com/',
    '',
  ])('to something else is none: %j', (location) => {
    const told = advice(moved(location));
    expect(told).toMatch(/`github-api-url`.*proxy.*leads to no repository/);
    expect(told).not.toMatch(/renamed|stop-commands|login\.acme/);
  });

  test('without an address is none', () => {
    expect(advice(gitHubAnswer(301))).toContain('leads to no repository');
  });
});

describe('an address that is not the API of GitHub is told with what it should be', () => {
  test.each([
    ['https://github.com', 'https://api.github.com'],
    ['https://www.github.com', 'https://api.github.com'],
    ['https://ghes.acme.example', 'https://ghes.acme.example/api/v3'],
    ['https://ghes.acme.example:8443/', 'https://ghes.acme.example:8443/api/v3'],
    ['https://acme.ghe.com', 'https://api.acme.ghe.com'],
  ])('%s', (githubUrl, api) => {
    for (const answer of [page(404), page(200), page(403), gitHubAnswer(302), gitHubAnswer(418)]) {
      const [check] = steps(answer, { githubUrl });
      expect(check).toContain(`\`github-api-url\` (${githubUrl})`);
      expect(check).toContain(`\`${api}\``);
    }
  });

  test.each(['https://api.github.com', 'https://api.acme.ghe.com', server])(
    'unless it looks like one: %s',
    (githubUrl) => {
      const [check, then, ...more] = steps(page(404), { githubUrl });
      expect(check).toMatch(/`github-api-url` \(https:[^`]*$/);
      expect(then).toContain('proxy');
      expect(more).toEqual([]);
    },
  );
});
