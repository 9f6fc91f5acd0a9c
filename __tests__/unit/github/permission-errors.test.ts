import { describe, expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../src/github/answer.ts';
import type { CredentialContext, CredentialKind } from '../../../src/github/credential.ts';
import { gitHubProblem, secretsOf, variablesBeside } from '../../../src/github/errors.ts';
import { credentialOf, fakeRetryContext, gitHubAnswer, resolved, target } from '../support/fakes.ts';

const { clock } = fakeRetryContext();

interface Told extends Partial<CredentialContext> {
  readonly line?: string;
}

function problemOf(answer: GitHubAnswer, { line = 'acme/network', ...more }: Told = {}) {
  return gitHubProblem('Writing it', answer, secretsOf(resolved(line)), credentialOf(more.kind, more), clock);
}

const action = (answer: GitHubAnswer, told?: Told) => problemOf(answer, told).action;
const forbidden = (message: string, headers: Record<string, string> = {}) =>
  gitHubAnswer(403, { message, headers, detail: `403 (${message})` });
const integration = 'Resource not accessible by integration';

describe('a 403 of single sign-on', () => {
  const link = 'https://github.com/orgs/acme/sso?authorization_request=A1';

  test('gives the link', () => {
    expect(action(forbidden('Resource protected', { 'x-github-sso': `required; url=${link}` }))).toContain(
      `Open ${link} within an hour, authorize it, and start the run again.`,
    );
  });

  test.each([
    { 'x-github-sso': 'partial-results; organizations=1' },
    { 'x-github-sso': 'required; url=https://evil.example/?https://github.com/orgs/acme/sso' },
    {},
  ])('says where to authorize where there is no such link: %j', (headers) => {
    const told = action(
      forbidden('Resource protected by organization SAML enforcement.', headers as Record<string, string>),
    );
    expect(told).toMatch(/single sign-on: authorize it under Settings > .* > Configure SSO\.$/);
  });
});

describe('a 403 that no permission cures says what cures it, and advises no permission', () => {
  const apart = 'Although you appear to have the correct authorization credentials, the `acme` organization has ';
  test.each([
    [`${apart}an IP allow list enabled, and your IP address is not permitted.`, /IP allow list: add it there/],
    ['`acme` forbids access via a personal access token (classic).', /takes no classic tokens: use a GitHub App/],
    [
      '`acme` forbids access via a fine-grained personal access token.',
      /takes no fine-grained tokens, or not this one/,
    ],
    [
      "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days.",
      /limits how long a token may last: create one with a shorter lifetime/,
    ],
    ['This installation has been suspended', /is suspended: someone who owns the organization can unsuspend it/],
    ['Must have admin rights to Repository.', /must be an administrator of the repository: give them that role/],
    [`${apart}enabled OAuth App access restrictions.`, /^GitHub's own words say what is wrong and what to do\.$/],
    ['You must have the repository secrets fine-grained permission.', /^GitHub's own words say/],
    ['Repository access blocked', /^GitHub's own words say/],
  ])('%s', (message, expected) => {
    for (const kind of ['app', 'fine-grained', 'classic', 'user', 'unknown'] as const) {
      // GitHub sends what an operation needs whether or not it is what lacks.
      const headers = { 'x-accepted-github-permissions': 'secrets=write' };
      const found = problemOf(forbidden(message, headers), { kind });
      expect(found.cause).toContain(message);
      expect(found.action).toMatch(expected);
      expect(found.action).not.toMatch(/permission "|scope|secrets=write/);
    }
  });
});

describe('the scopes of a classic token, by what GitHub says of them', () => {
  const scopes = (accepted: string, granted?: string) => ({
    'x-accepted-oauth-scopes': accepted,
    ...(granted === undefined ? {} : { 'x-oauth-scopes': granted }),
  });
  const must = 'Must have admin rights to Repository.';

  test.each([
    ['', scopes('repo', 'gist, read:org'), 'The token needs the scope repo; it has gist, read:org.'],
    ['', scopes('repo', ''), 'The token needs the scope repo; it has none.'],
    ['', scopes('', 'gist'), 'The token needs the scope repo; it has gist.'],
    [must, scopes('repo', 'gist'), 'The token needs the scope repo; it has gist.'],
    ['', scopes('admin:org, <b>', 'gist'), 'The token needs the scope admin:org; it has gist.'],
  ])('that lack are named: %j, %j', (message, headers, expected) => {
    expect(action(forbidden(message, headers))).toBe(expected);
  });

  test.each([
    ['', /GitHub gives no reason, and the token has the scope that this needs: check what its user may do/],
    [must, /administrator of the repository/],
    ['Repository access blocked', /GitHub's own words/],
  ])('that the token has are not advised: %j', (message, expected) => {
    const told = action(forbidden(message, scopes('admin:org, repo', 'workflow, repo')));
    expect(told).toMatch(expected);
    expect(told).not.toContain('`repo`');
  });

  test('that the token has are not advised at a 404 either', () => {
    const told = action(gitHubAnswer(404, { headers: scopes('', 'repo, gist') }));
    expect(told).toMatch(/The token has the scope `repo` that this needs, so check what its user may see\.$/);
    expect(action(gitHubAnswer(404, { headers: scopes('', 'gist') }))).toMatch(
      /a classic token needs the scope `repo`\.$/,
    );
  });

  test("are none of an App's user, whose token has permissions", () => {
    const told = action(forbidden('', scopes('repo', '')), { kind: 'user' });
    expect(told).toMatch(/^An App or a fine-grained token needs the repository permission "Secrets: read and write"/);
  });
});

describe('a missing permission', () => {
  test('is named as GitHub names it, and as people find it', () => {
    const headers = { 'x-accepted-github-permissions': 'secrets=write,actions=read; x=write' };
    expect(action(forbidden(integration, headers), { kind: 'app' })).toMatch(
      /^GitHub wants the permission secrets=write and actions=read or x=write\. The App needs the repository permission "Secrets: read and write", and its installation must include acme\/network\./,
    );
  });

  test.each(['', 'secrets', 'see https://evil.example/?a=b', 'secrets=write, <b>'])('is not read from %j', (header) => {
    const told = action(forbidden(integration, { 'x-accepted-github-permissions': header }), { kind: 'app' });
    expect(told).toMatch(/^The App needs/);
  });

  test("names GITHUB_TOKEN once, as a possibility, whatever the credential's limit is", () => {
    for (const limit of ['1000', '5000', '15000']) {
      for (const answer of [forbidden(integration, { 'x-ratelimit-limit': limit }), gitHubAnswer(404)]) {
        const told = action(answer, { kind: 'app' });
        expect(told.match(/GITHUB_TOKEN/g)).toHaveLength(1);
        expect(told).toMatch(/The workflow's own GITHUB_TOKEN can't get it: if this is that one, use a GitHub App/);
      }
    }
    expect(action(gitHubAnswer(404), { kind: 'fine-grained' })).not.toContain('GITHUB_TOKEN');
  });

  test.each([
    ['acme/network', '`permission-secrets: write` is not among them'],
    ['acme/network/environments/prod', '`permission-environments: write` is not among them'],
    ['acme/network/dependabot', '`permission-dependabot-secrets: write` is not among them'],
    ['orgs/acme', '`permission-organization-secrets: write` is not among them'],
    ['acme/network/agents', 'there is none for this permission, so leave all of them out'],
    ['acme/network/codespaces', 'there is none for this permission, so leave all of them out'],
    ['orgs/acme/dependabot', 'there is none for this permission, so leave all of them out'],
  ])("of an App's token may lack in its `permission-…` lines: %s", (line, expected) => {
    const told = action(forbidden(integration), { kind: 'app', line });
    expect(told).toContain(`the step that creates the token has \`permission-…\` lines, and ${expected}`);
    expect(told).toContain("or the App's permissions were changed, and the installation has not accepted that yet.");
  });

  test('of a variable is that of the variable', () => {
    const permissionOf = (line: string) => {
      const { store } = target(line);
      return gitHubProblem('It', forbidden(integration), variablesBeside(store), credentialOf('app'), clock).action;
    };
    expect(permissionOf('acme/network')).toContain('the repository permission "Variables: read and write"');
    expect(permissionOf('acme/network')).toContain('leave all of them out');
    expect(permissionOf('acme/network/environments/x')).toContain('"Environments: read and write"');
    expect(permissionOf('orgs/acme')).toContain('the organization permission "Variables: read and write"');
  });

  test('of targets of several owners may be out of reach of a credential of one', () => {
    for (const answer of [forbidden(integration), gitHubAnswer(404)])
      expect(action(answer, { kind: 'app', severalOwners: true })).toMatch(
        / The targets have several owners: Apps and fine-grained tokens cover one, a classic token covers all\.$/,
      );
  });
});

describe('the permission that a store needs', () => {
  const titles = {
    'acme/network': 'the repository permission "Secrets: read and write"',
    'acme/network/environments/x': 'the repository permission "Environments: read and write"',
    'acme/network/dependabot': 'the repository permission "Dependabot secrets: read and write"',
    'acme/network/codespaces': 'the repository permission "Codespaces secrets: read and write"',
    'acme/network/agents': 'the repository permission "Agent secrets: read and write"',
    'orgs/acme': 'the organization permission "Secrets: read and write"',
    'orgs/acme/dependabot': 'the organization permission "Organization dependabot secrets: read and write"',
    'orgs/acme/codespaces': 'the organization permission "Organization codespaces secrets: read and write"',
    'orgs/acme/agents': 'the organization permission "Agent secrets: read and write"',
  };
  const say = (line: string, kind: CredentialKind) => action(gitHubAnswer(404), { line, kind });

  test.each(Object.entries(titles))('by an App and by a fine-grained token: %s', (line, permission) => {
    const owned = line.startsWith('orgs/') ? 'the organization acme' : 'acme/network';
    expect(say(line, 'app')).toContain(`The App needs ${permission}, and its installation must include ${owned}.`);
    expect(say(line, 'fine-grained')).toContain(
      `The fine-grained token needs ${permission}, and ${owned} must be among those it was created for.`,
    );
    expect(say(line, 'user')).toContain(`An App or a fine-grained token needs ${permission}; a classic token needs`);
    expect(say(line, 'classic')).toContain(
      `a classic token needs the scope \`${line.startsWith('orgs/') ? 'admin:org' : 'repo'}\``,
    );
  });

  test("of the credential's own user: none by an App, an account's by a fine-grained token", () => {
    const permission = 'the account permission "Codespaces user secrets: read and write"';
    const app = say('user/codespaces', 'app');
    expect(app).toContain(`GitHub accepts no installation token of an App; a fine-grained token needs ${permission}`);
    expect(app).not.toMatch(/The App needs|GITHUB_TOKEN/);
    expect(say('user/codespaces', 'fine-grained')).toContain(`needs ${permission}, and the user must be among those`);
    expect(say('user/codespaces', 'unknown')).toContain(`A fine-grained token needs ${permission}; a classic token`);
    expect(say('user/codespaces', 'classic')).toContain('the scope `codespace:secrets`.');
  });

  test('by a classic token for Codespaces: its user must be an administrator', () => {
    expect(say('acme/network/codespaces', 'classic')).toMatch(/scope `repo` and its user must be an administrator of/);
  });
});

describe('a 404 says what may be missing', () => {
  test.each([
    [
      'acme/network',
      /^Either it does not exist, or this credential may not see it: GitHub answers 404 for both\. Check/,
    ],
    ['acme/network/environments/Prod', /^Either the repository or the environment does not exist, or this credential/],
    ['orgs/acme/agents', /^Either the organization does not exist, or this credential/],
    [
      'orgs/acme/codespaces',
      /^Either the organization does not exist, or the plan of the organization has no Codespaces/,
    ],
    ['user/codespaces', /^Either it does not exist, or this credential/],
  ])('%s', (line, expected) => {
    expect(action(gitHubAnswer(404), { line })).toMatch(expected);
  });

  test.each([
    ['acme/network/agents', 'agents'],
    ['orgs/acme/codespaces', 'codespaces'],
  ])("%s of a GitHub of one's own, which may be older than that store", (line, feature) => {
    const told = action(gitHubAnswer(404), { line, githubUrl: 'https://ghes.acme.example/api/v3' });
    expect(told).toContain(`does not exist, or this GitHub has no ${feature} secrets, or this credential`);
    expect(action(gitHubAnswer(404), { githubUrl: 'https://ghes.acme.example/api/v3' })).not.toContain('has no');
  });
});
