import { getOctokit } from '@actions/github';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeaks } from '../../../sandbox/leaks.ts';
import { GitHubClient } from '../../../src/github/client.ts';
import { gitHubProblem, secretsOf } from '../../../src/github/errors.ts';
import { policies } from '../../../src/github/policies.ts';
import { Throttle } from '../../../src/github/throttle.ts';
import { messageOf } from '../../../src/lib/problem.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { anyText } from '../support/any-text.ts';
import { credentialOf, fakeRetryContext, target } from '../support/fakes.ts';
import { judged } from '../support/judged-wire.ts';

const token = new Secret('te-"of\\the=error&bodies/48');
const encoded = [
  token.reveal(),
  JSON.stringify(token.reveal()).slice(1, -1),
  token.reveal().slice(0, -2),
  token.reveal().toUpperCase(),
  ...(['base64', 'base64url'] as const).map((encoding) => Buffer.from(token.reveal()).toString(encoding)),
];

/** Text that repeats the token, as a server may that echoes what it got. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...encoded),
      anyText(),
      fc.constantFrom('\n', '::error::', '<b>', '\u2028', '\u001b[2J', 'https://evil.example'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const errors = fc.dictionary(
  fc.constantFrom('message', 'detail', 'title', 'error', 'documentation_url', 'errors', 'url'),
  fc.oneof(text, fc.jsonValue()),
  { maxKeys: 4 },
);
const body = fc.oneof(
  fc.constant(''),
  fc.json(),
  errors.map((value) => JSON.stringify(value)),
  text,
  text.map((inner) => `<!DOCTYPE html><html>${inner}</html>`),
  text.map((inner) => Buffer.from(JSON.stringify({ message: inner }), 'utf16le').toString('utf8')),
  text.map((inner) => JSON.stringify({ message: inner.padEnd(300_000, ' x') })),
  text.map((inner) => JSON.stringify({ message: inner.padStart(300_000, ' ') })),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'date',
    'deprecation',
    'location',
    'retry-after',
    'sunset',
    'x-accepted-github-permissions',
    'x-accepted-oauth-scopes',
    'x-github-sso',
    'x-oauth-scopes',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
  ),
  fc.oneof(
    fc.constantFrom('text/html', '0', '-1', '1e99', 'required; url=https://x', 'Fri, 31 Dec 9999 23:59:59 GMT'),
    text,
  ),
);
const status = fc.constantFrom(200, 201, 301, 400, 401, 403, 404, 407, 409, 410, 418, 422, 429, 500, 503, 599);

function expectFine(line: string, most: number): void {
  expect(line.length).toBeLessThan(most);
  expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(line).not.toMatch(/https:\/\/evil/);
  expect(findLeaks(line, token.reveal())).toEqual([]);
  expect(line).not.toContain(token.reveal().slice(0, -2));
  expect(line).not.toContain(token.reveal().toUpperCase());
}

test('whatever GitHub answers, each line about it is bounded, plain and without the credential', async () => {
  const octokit = getOctokit(token.reveal(), { baseUrl: 'https://gh.example' });
  const policy = { ...policies.read, toldWaits: 0, total: 5000 };
  await fc.assert(
    fc.asyncProperty(status, headers, body, async (code, given, content) => {
      const context = fakeRetryContext();
      const send = judged('github', 'https://gh.example', async () => ({
        status: code,
        headers: given,
        body: content,
      }));
      const throttle = new Throttle(context.clock);
      const github = new GitHubClient('https://gh.example', token, { ...context, send, throttle, octokit });
      const answer = await github.call({ what: 'Reading it', method: 'GET', path: '/repos/acme/network', policy });
      expect(answer.status).toBe(code);
      expectFine(answer.detail, 260);
      const subject = secretsOf(target('acme/network').store);
      const credential = credentialOf('unknown', { severalOwners: true });
      expectFine(messageOf(gitHubProblem('Reading it', answer, subject, credential)), 1500);
      for (const line of [...context.log.lines, ...github.deprecations]) expectFine(line, 400);
    }),
    { numRuns: 200 },
  );
});
