import type { GitHubAnswer } from '../../../../src/github/answer.ts';
import { answerFrom, unusable, withoutAnswer } from '../../../../src/github/answer.ts';
import type { CredentialContext, CredentialKind } from '../../../../src/github/credential.ts';
import { gitHubProblem, secretsOf } from '../../../../src/github/errors.ts';
import { credentialOf, resolved } from '../fakes.ts';
import { now } from '../time.ts';
import { type Chapter, type Situation, situation } from './manuscript.ts';
import { gitHubSays, refusedByGitHub } from './playing.ts';

const kinds: readonly CredentialKind[] = ['app', 'fine-grained', 'classic', 'user', 'unknown'];
const stores = [
  'acme/network',
  'acme/network/environments/production',
  'acme/network/dependabot',
  'acme/network/codespaces',
  'acme/network/agents',
  'orgs/acme',
  'orgs/acme/dependabot',
  'orgs/acme/codespaces',
  'orgs/acme/agents',
  'user/codespaces',
];

function found(answer: GitHubAnswer, more: Partial<CredentialContext> & { line?: string } = {}) {
  const { line = 'acme/network', kind = 'classic', ...context } = more;
  const credential = credentialOf(kind, context);
  return gitHubProblem(`Reading ${line}`, answer, secretsOf(resolved(line).target.store), credential);
}

function answered(title: string, answer: GitHubAnswer, ...contexts: readonly Parameters<typeof found>[1][]): Situation {
  return situation(title, ...(contexts.length === 0 ? [{}] : contexts).map((context) => found(answer, context)));
}

const everyKind = kinds.map((kind) => ({ kind }));
const everyStore = (kind: CredentialKind) => stores.map((line) => ({ line, kind }));
const notFound = gitHubSays(404, 'Not Found');
const html = (status: number) => answerFrom(status, {}, '<html>', now);
const server = { githubUrl: 'https://ghe.example/api/v3' };
const moved = (location: string) => answerFrom(301, { location }, '{"message":"Moved Permanently"}', now);

export const gitHubAnswers: Chapter = {
  title: 'GitHub cannot be asked',
  situations: [
    answered('No answer', withoutAnswer('the connection broke off', true), {}, server),
    answered(
      'No answer, because a setting is wrong',
      withoutAnswer('the host name ghe.example could not be resolved (ENOTFOUND)', false),
      server,
    ),
    answered('The run was cancelled', {
      ...withoutAnswer('the run was cancelled before its turn came', false),
      isCancelled: true,
    }),
    answered('5xx', gitHubSays(502), {}, server),
    answered(
      'A page for people',
      html(200),
      { githubUrl: 'https://github.com' },
      { githubUrl: 'https://acme.ghe.com' },
      { githubUrl: 'https://ghe.example' },
      {},
    ),
    answered('A redirect to another name', moved('https://api.github.com/repos/acme/edge')),
    answered('… to a number', moved('https://api.github.com/repositories/4711')),
    answered('… elsewhere', moved('https://login.example/'), { githubUrl: 'https://ghe.example' }),
    answered('A proxy wants a login (407)', gitHubSays(407)),
    answered('The API has ended (410)', gitHubSays(410, 'Gone')),
    answered('A value is refused (422)', gitHubSays(422, 'Validation Failed'), {}, { line: 'orgs/acme' }),
    answered('Anything else', gitHubSays(418, 'I am a teapot'), {}, { githubUrl: 'https://ghe.example' }),
    answered('A 200 that is none', unusable(gitHubSays(200), 'a usable public key')),
    answered(
      'The rate limit',
      gitHubSays(429, 'API rate limit exceeded', {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(now / 1000 + 1200),
      }),
    ),
    answered('… with no word of its end', gitHubSays(429)),
    answered(
      'A selection that is not seen whole',
      { ...gitHubSays(200), partialSelection: { listed: 3, total: 5 } },
      { line: 'orgs/acme' },
    ),
  ],
};

export const gitHubCredential: Chapter = {
  title: 'GitHub refuses the credential',
  situations: [
    answered('It is bad (401)', gitHubSays(401, 'Bad credentials'), { kind: 'app' }, { kind: 'classic' }),
    answered('It lacks a permission, by kind of credential (403)', refusedByGitHub, ...everyKind),
    answered('… and the targets have several owners', refusedByGitHub, { kind: 'fine-grained', severalOwners: true }),
    answered('… by store, for an App', refusedByGitHub, ...everyStore('app')),
    answered('… by store, for a classic token', refusedByGitHub, ...everyStore('classic')),
    answered(
      'GitHub names the permission',
      gitHubSays(403, 'Resource not accessible by integration', {
        'x-accepted-github-permissions': 'secrets=write; organization_secrets=write',
      }),
      { kind: 'app' },
    ),
    answered(
      'A scope is missing',
      gitHubSays(403, 'Forbidden', { 'x-oauth-scopes': 'gist', 'x-accepted-oauth-scopes': 'repo' }),
    ),
    answered('No scope at all', gitHubSays(403, 'Forbidden', { 'x-oauth-scopes': '' })),
    answered('The scope is there, and GitHub gives no reason', gitHubSays(403, '', { 'x-oauth-scopes': 'repo' })),
    answered("The user's role", gitHubSays(403, 'Must have admin rights to Repository.'), ...everyStore('classic')),
    answered(
      'Single sign-on',
      gitHubSays(403, 'Resource protected by organization SAML enforcement.', {
        'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A1B2',
      }),
    ),
    answered('… without a link', gitHubSays(403, 'Resource protected by organization SAML enforcement.')),
    answered(
      'The IP allow list',
      gitHubSays(
        403,
        'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
      ),
    ),
    answered(
      'Its lifetime',
      gitHubSays(
        403,
        "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days.",
      ),
    ),
    answered('No classic tokens', gitHubSays(403, '`acme` forbids access via a personal access token (classic).')),
    answered(
      'No fine-grained tokens',
      gitHubSays(403, '`acme` forbids access via a fine-grained personal access token.'),
    ),
    answered('Suspended', gitHubSays(403, 'This installation has been suspended')),
    answered('Another reason of its own', gitHubSays(403, 'You must verify your email address.')),
  ],
};

export const gitHubNotFound: Chapter = {
  title: 'GitHub finds nothing (404)',
  situations: [
    answered('By kind of credential', notFound, ...everyKind),
    answered('By store', notFound, ...everyStore('classic')),
    answered(
      'On GitHub Enterprise Server',
      notFound,
      { line: 'acme/network/codespaces', ...server },
      { line: 'acme/network/agents', ...server },
    ),
    answered('The scope is there', gitHubSays(404, 'Not Found', { 'x-oauth-scopes': 'repo' })),
  ],
};
