import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeaks } from '../../sandbox/leaks.ts';
import { GitHub } from '../../src/github.ts';
import { problemWithStore } from '../../src/github-problems.ts';
import { octokitFor } from '../../src/octokit.ts';
import { patience } from '../../src/retry.ts';
import { Secret } from '../../src/secret.ts';
import { ThousandEyes } from '../../src/thousandeyes.ts';
import { regenerateRefused } from '../../src/thousandeyes-problems.ts';
import { judged } from '../support/unit-contract.ts';
import { fakeRetryPorts, target, unpaced } from '../support/unit-ports.ts';

const token = new Secret('te-"of\\the=error&bodies/48');
const encoded = [
  token.reveal(),
  JSON.stringify(token.reveal()).slice(1, -1),
  encodeURIComponent(token.reveal()),
  ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(token.reveal()).toString(encoding)),
];

/** Text that repeats the token, as a server may that echoes what it got. */
const text = fc
  .array(
    fc.oneof(fc.constantFrom(...encoded), fc.string({ unit: 'binary' }), fc.constantFrom('\n', '::error::', '<b>')),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));
const named = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), fc.oneof(text, fc.jsonValue()), { maxKeys: 4 });
const errors = named([
  'message',
  'detail',
  'title',
  'error',
  'error_description',
  'documentation_url',
  'errors',
  'url',
]);
const body = fc.oneof(
  fc.constant(''),
  fc.json(),
  errors.map((value) => JSON.stringify(value)),
  text,
  text.map((inner) => `<!DOCTYPE html><html>${inner}</html>`),
  text.map((inner) => Buffer.from(JSON.stringify({ message: inner, detail: inner }), 'utf16le').toString('utf8')),
  text.map((inner) =>
    JSON.stringify({ message: inner.padEnd(2_000_000, ' x'), detail: inner.padStart(2_000_000, ' ') }),
  ),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'retry-after',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'x-github-sso',
    'location',
    'x-accepted-github-permissions',
    'x-oauth-scopes',
    'x-accepted-oauth-scopes',
    'x-organization-rate-limit-reset',
  ),
  fc.oneof(fc.constantFrom('text/html', '0', '-1', '1e99', 'required; url=https://x'), text),
);
const status = fc.constantFrom(200, 201, 301, 400, 401, 403, 404, 407, 409, 418, 422, 429, 500, 503, 599);

function fine(message: string, most: number): void {
  expect(message.length).toBeLessThan(most);
  expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(findLeaks(message, token.reveal())).toEqual([]);
}

test('whatever GitHub answers, the message is one bounded line without the token', async () => {
  const octokit = octokitFor('https://gh.example', token);
  const store = target('acme/network').store;
  await fc.assert(
    fc.asyncProperty(status, headers, body, async (code, given, text_) => {
      const ports = fakeRetryPorts();
      const send = judged('github', 'https://gh.example', async () => ({
        status: code,
        headers: given,
        body: text_,
        complete: true,
      }));
      const github = new GitHub('https://gh.example', token, { ...ports, send, pace: unpaced, octokit });
      const answer = await github.call('Reading it', 'GET', '/repos/acme/network', {
        ...patience.read,
        toldWaits: 0,
        total: 5000,
      });
      expect(answer.status).toBe(code);
      fine(answer.said, 260);
      fine(problemWithStore('Reading it', answer, store, { kind: 'unknown', severalOwners: true }).message, 2000);
      for (const line of ports.log.lines) fine(line, 400);
    }),
    { numRuns: 200 },
  );
});

test('whatever ThousandEyes answers, the message is one bounded line without the token', async () => {
  await fc.assert(
    fc.asyncProperty(status, headers, body, fc.boolean(), async (code, given, text_, complete) => {
      const send = judged('thousandeyes', 'https://te.example', async () => ({
        status: code,
        headers: given,
        body: text_,
        complete,
      }));
      const api = new ThousandEyes('https://te.example', send, fakeRetryPorts().clock);
      const check = await api.check(token, new AbortController().signal);
      if ('why' in check) fine(check.why, 300);
      if (check.kind === 'limited') expect(check.ms).toBeGreaterThanOrEqual(1000);
      const answer = await api.regenerate(token);
      if (!('why' in answer)) throw new Error('nothing was issued here');
      fine(answer.why, 300);
      fine(regenerateRefused(answer.why, code, target('acme/network')).message, 1500);
    }),
    { numRuns: 200 },
  );
});
