import { expect, test } from '@jest/globals';
import { answerFrom, causeOf } from '../../../src/github/answer.ts';
import { gitHubProblem, secretsOf } from '../../../src/github/errors.ts';
import { policies } from '../../../src/github/policies.ts';
import { RepositoriesClient } from '../../../src/github/repositories.ts';
import { SecretsClient } from '../../../src/github/secrets.ts';
import { messageOf } from '../../../src/lib/problem.ts';
import { hiddenTarget, withSecret } from '../../../src/targets/resolved-target.ts';
import type { Store } from '../../../src/targets/store.ts';
import { credentialOf, fakeRetryContext } from '../support/fakes.ts';
import { gitHubOver } from '../support/github-over-wire.ts';

const inPattern: Store = { level: 'repository', feature: 'actions', owner: 'acme', repository: 'plan-*' };
const found: Store = { ...inPattern, repository: 'plan-Takeover.2027' };
const hidden = hiddenTarget({ store: found, secret: 'TE_TOKEN' }, { store: inPattern, secret: 'TE_TOKEN' }, 'TE_TOKEN');

/** The name as a server may write it: bare, in other case, percent-encoded, its new one. */
const names = [
  'acme/plan-Takeover.2027',
  'plan-takeover.2027',
  'PLAN-TAKEOVER.2027',
  'acme%2Fplan-Takeover%2E2027',
  'plan%2DTakeover',
  '/repos/acme/plan-Takeover.2027/actions',
];
const telling = /takeover|%2D|2027/i;

test.each(names)('a message of GitHub about a hidden target is not shown: %s', (name) => {
  const { clock } = fakeRetryContext();
  for (const status of [200, 301, 400, 401, 403, 404, 410, 418, 422, 429, 451, 500]) {
    for (const kind of ['app', 'fine-grained', 'classic', 'unknown'] as const) {
      const headers = {
        location: `https://api.github.com/repos/${decodeURIComponent(name).replace('acme/', '')}/new`,
        'x-accepted-oauth-scopes': name,
        'x-oauth-scopes': name,
        'x-accepted-github-permissions': name,
      };
      const body = JSON.stringify({ message: `No access to ${name}`, url: headers.location });
      const answer = answerFrom(status, headers, body, true);
      const problem = gitHubProblem('Writing it', answer, secretsOf(hidden), credentialOf(kind), clock);
      expect(messageOf(problem)).not.toMatch(telling);
      expect(causeOf(answer)).toBe(`GitHub answered ${status}`);
    }
  }
});

test('the reason of a 403 about a hidden target is not shown, but where to see it', () => {
  const answer = answerFrom(403, {}, '{"message":"Repository acme/plan-Takeover.2027 is blocked"}', true);
  const { clock } = fakeRetryContext();
  const { action } = gitHubProblem('Writing it', answer, secretsOf(hidden), credentialOf('app'), clock);
  expect(action).toMatch(/words are not shown.* `mode: check` in a private repository shows them\.$/);
  expect(action).not.toMatch(/permission "/);
});

test('a hidden target that was renamed gets no new name, but what to do', () => {
  const answer = answerFrom(301, { location: 'https://api.github.com/repos/acme/takeover' }, '', true);
  const { clock } = fakeRetryContext();
  const { action } = gitHubProblem('Writing it', answer, secretsOf(hidden), credentialOf('app'), clock);
  expect(action).toMatch(/^It was renamed or moved while this ran;.* Start the run again: its pattern finds it/);
  expect(action).not.toMatch(telling);
});

test.each([429, 503, 0] as const)('no line of the log about a hidden target names it: %s', async (status) => {
  const path = '/repos/acme/plan-Takeover.2027';
  const message = { message: 'plan-Takeover.2027 is busy' };
  const reply = status === 0 ? 0 : { status, json: message, headers: { 'retry-after': '40' } };
  const secret = `${path}/actions/secrets/TE_TOKEN`;
  const { github, log, clock, calls } = gitHubOver({
    [`GET ${path}`]: reply,
    [`GET ${path}/actions/secrets/public-key`]: reply,
    [`GET ${secret}`]: reply,
    [`PUT ${secret}`]: reply,
    [`DELETE ${path}/actions/secrets/OTHER`]: reply,
    [`GET ${path}/actions/secrets?per_page=1`]: reply,
  });
  const secrets = new SecretsClient(github, clock);
  const policy = { ...policies.cleanup, toldWaits: 50_000 };
  await new RepositoriesClient(github).read('acme', 'plan-Takeover.2027', true);
  await secrets.publicKey(hidden, policy);
  await secrets.read(hidden, policy);
  await secrets.write(hidden, { keyId: '7', value: 'c2VhbGVk' }, policy);
  await secrets.delete(withSecret(hidden, 'OTHER'), policy);
  await secrets.count(hidden, policy);
  expect(new Set(calls).size).toBe(6);
  expect(log.lines.length).toBeGreaterThanOrEqual(6);
  for (const line of log.lines) expect(line).not.toMatch(telling);
});
