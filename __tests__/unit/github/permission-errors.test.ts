import { describe, expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../src/github/answer.ts';
import type { CredentialContext, CredentialKind } from '../../../src/github/credential.ts';
import { gitHubProblem, secretsOf, variablesBeside } from '../../../src/github/errors.ts';
import { startAgain } from '../../../src/lib/problem.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { credentialOf, gitHubAnswer, target } from '../support/fakes.ts';

interface Told extends Partial<CredentialContext> {
  readonly line?: string;
}

function problemOf(answer: GitHubAnswer, { line = 'acme/network', ...more }: Told = {}) {
  return gitHubProblem('Writing it', answer, secretsOf(target(line).store), credentialOf(more.kind, more));
}

/** What to do and why: the whole wording is in `__tests__/unit/messages.md`, here is what it depends on. */
const steps = (answer: GitHubAnswer, told?: Told) => problemOf(answer, told).steps;
const acts = (answer: GitHubAnswer, told?: Told) => steps(answer, told).join('\n');
const why = (answer: GitHubAnswer, told?: Told) => problemOf(answer, told).why ?? '';
const forbidden = (message: string, headers: Record<string, string> = {}) =>
  gitHubAnswer(403, { message, headers, detail: `403 (${message})` });
const integration = 'Resource not accessible by integration';

describe('a 403 of single sign-on', () => {
  const link = 'https://github.com/orgs/acme/sso?authorization_request=A1';

  test('gives the link', () => {
    expect(steps(forbidden('Resource protected', { 'x-github-sso': `required; url=${link}` }))).toEqual([
      expect.stringMatching(new RegExp(`hour.* ${link.replace('?', '\\?')} .*authorize`)),
      startAgain,
    ]);
  });

  test("gives the link of a GitHub of one's own", () => {
    const own = 'https://acme.ghe.com/orgs/acme/sso?authorization_request=A1';
    const told = { githubUrl: 'https://api.acme.ghe.com' };
    const linked = (url: string) =>
      acts(forbidden('Resource protected', { 'x-github-sso': `required; url=${url}` }), told);
    expect(linked(own)).toContain(` ${own} `);
    expect(linked(own.replace('acme.ghe', 'evil.ghe'))).not.toContain('evil');
  });

  test('gives no link that repeats a credential', () => {
    const token = new Secret('ghp_of-the-sign-on-page').reveal();
    expect(steps(forbidden('Resource protected', { 'x-github-sso': `required; url=${link}${token}` }))).toEqual([
      expect.stringMatching(/Settings > .* > Configure SSO/),
      startAgain,
    ]);
  });

  test.each([
    { 'x-github-sso': 'partial-results; organizations=1' },
    { 'x-github-sso': 'required; url=https://evil.example/?https://github.com/orgs/acme/sso' },
    { 'x-github-sso': 'required; url=https://evil.example/orgs/acme/sso?authorization_request=A1' },
    {},
  ])('says where to authorize where there is no such link: %j', (headers) => {
    const answer = forbidden('Resource protected by organization SAML enforcement.', headers as Record<string, string>);
    expect(steps(answer)).toEqual([expect.stringMatching(/Settings > .* > Configure SSO/), startAgain]);
    expect(why(answer)).toContain('single sign-on');
  });
});

describe('a 403 that no permission cures says what cures it, and advises no permission', () => {
  const apart = 'Although you appear to have the correct authorization credentials, the `acme` organization has ';
  test.each([
    [`${apart}an IP allow list enabled, and your IP address is not permitted.`, /IP allow list/],
    ['`acme` forbids access via a personal access token (classic).', /App or a fine-grained/],
    ['`acme` forbids access via a fine-grained personal access token.', /approved by an owner.*App/],
    [
      "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days.",
      /shorter lifetime/,
    ],
    ['This installation has been suspended', /unsuspend/],
    ['Must have admin rights to Repository.', /administrator of the repository/],
    [`${apart}enabled OAuth App access restrictions.`, /GitHub's own words/],
    ['You must have the repository secrets fine-grained permission.', /GitHub's own words/],
    ['Repository access blocked', /GitHub's own words/],
  ])('%s', (message, telling) => {
    for (const kind of ['app', 'fine-grained', 'classic', 'user', 'unknown'] as const) {
      // GitHub sends what an operation needs whether or not it is what lacks.
      const answer = forbidden(message, { 'x-accepted-github-permissions': 'secrets=write' });
      expect(problemOf(answer, { kind }).cause).toContain(message);
      expect(steps(answer, { kind })).toEqual([expect.stringMatching(telling)]);
      expect(acts(answer, { kind }) + why(answer, { kind })).not.toMatch(/permission "|scope|secrets=write/);
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
    ['', scopes('repo', 'gist, read:org'), 'repo', 'gist, read:org'],
    ['', scopes('repo', ''), 'repo', 'none'],
    ['', scopes('', 'gist'), 'repo', 'gist'],
    [must, scopes('repo', 'gist'), 'repo', 'gist'],
    ['', scopes('admin:org, repo', 'gist'), 'admin:org or repo', 'gist'],
    ['', scopes('admin:org, <b>, b>, <b', 'gist'), 'admin:org', 'gist'],
  ])('that lack are named: %j, %j', (message, headers, wanted, granted) => {
    const answer = forbidden(message, headers);
    expect(steps(answer)).toEqual([expect.stringContaining(`scope ${wanted}.`)]);
    expect(why(answer)).toContain(` ${granted}.`);
  });

  test.each([
    ['', /what the token's user is allowed to do/],
    [must, /administrator of the repository/],
    ['Repository access blocked', /GitHub's own words/],
  ])('that the token has are not advised: %j', (message, telling) => {
    const told = acts(forbidden(message, scopes('admin:org, repo', 'workflow, repo')));
    expect(told).toMatch(telling);
    expect(told).not.toContain('scope');
  });

  test('count where they are told, whatever the kind of the token is', () => {
    for (const kind of ['user', 'unknown'] as const) {
      const answer = forbidden('', scopes('repo', 'gist'));
      expect(steps(answer, { kind })).toEqual([expect.stringContaining('scope repo.')]);
      expect(why(answer, { kind })).toContain(' gist.');
    }
  });

  test('that the token has are not advised at a 404 either', () => {
    const has = gitHubAnswer(404, { headers: scopes('', 'repo, gist') });
    expect(acts(has)).toContain("what the token's user is allowed to see");
    expect(acts(has)).not.toContain('scope');
    expect(why(has)).toContain('has the scope `repo`');
    expect(acts(gitHubAnswer(404, { headers: scopes('', 'gist') }))).toContain('the scope `repo`');
  });

  test("are none of an App's user, whose token has permissions", () => {
    expect(acts(forbidden('', scopes('repo', '')), { kind: 'user' })).toMatch(/App.*"Secrets: read and write"/);
  });
});

describe('a missing permission', () => {
  const wants = (header: string) => forbidden(integration, { 'x-accepted-github-permissions': header });

  test.each(['secrets=write,actions=read; x=write', 'secrets=write, actions=read;x=write'])(
    'is named as GitHub names it, and as people find it: %s',
    (header) => {
      const answer = wants(header);
      expect(why(answer, { kind: 'app' })).toContain('secrets=write and actions=read or x=write.');
      expect(acts(answer, { kind: 'app' })).toContain('"Secrets: read and write"');
    },
  );

  test.each(['', 'secrets', 'see https://evil.example/?a=b', 'secrets=write, <b>'])('is not read from %j', (header) => {
    expect(problemOf(wants(header), { kind: 'app' })).toEqual(problemOf(forbidden(integration), { kind: 'app' }));
  });

  test("names GITHUB_TOKEN in one step, as a possibility, whatever the credential's limit is", () => {
    for (const limit of ['1000', '5000', '15000']) {
      for (const answer of [forbidden(integration, { 'x-ratelimit-limit': limit }), gitHubAnswer(404)]) {
        const named = steps(answer, { kind: 'app' }).filter((step) => step.includes('GITHUB_TOKEN'));
        expect(named).toEqual([expect.stringMatching(/^If .*GitHub App/)]);
      }
    }
    expect(acts(gitHubAnswer(404), { kind: 'fine-grained' })).not.toContain('GITHUB_TOKEN');
  });

  test.each([
    ['acme/network', 'add `permission-secrets: write`'],
    ['acme/network/environments/prod', 'add `permission-environments: write`'],
    ['acme/network/dependabot', 'add `permission-dependabot-secrets: write`'],
    ['orgs/acme', 'add `permission-organization-secrets: write`'],
    ['acme/network/agents', 'remove them all'],
    ['acme/network/codespaces', 'remove them all'],
    ['orgs/acme/dependabot', 'remove them all'],
  ])("of an App's token may lack in its `permission-…` lines: %s", (line, expected) => {
    const told = { kind: 'app', line } as const;
    const about = steps(forbidden(integration), told).filter((step) => step.includes('`permission-…` lines'));
    expect(about).toEqual([expect.stringContaining(expected)]);
    // A permission that was added to the App counts later.
    expect(why(forbidden(integration), told)).toMatch(/accepted.*Review request/);
  });

  test('of a variable is that of the variable', () => {
    const permissionOf = (line: string) => {
      const { store } = target(line);
      const found = gitHubProblem('It', forbidden(integration), variablesBeside(store), credentialOf('app'));
      return found.steps.join(' ');
    };
    expect(permissionOf('acme/network')).toMatch(/repository permission "Variables: read and write"/);
    expect(permissionOf('acme/network')).toContain('remove them all');
    expect(permissionOf('acme/network/environments/x')).toContain('"Environments: read and write"');
    expect(permissionOf('orgs/acme')).toMatch(/organization permission "Variables: read and write"/);
  });

  test('of targets of several owners may be out of reach of a credential of one', () => {
    for (const answer of [forbidden(integration), gitHubAnswer(404)]) {
      expect(acts(answer, { kind: 'app', severalOwners: true })).toMatch(/classic token.*only one owner/);
      expect(acts(answer, { kind: 'app' })).not.toContain('only one owner');
    }
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
  const say = (line: string, kind: CredentialKind) => acts(gitHubAnswer(404), { line, kind });

  test.each(Object.entries(titles))('by an App and by a fine-grained token: %s', (line, permission) => {
    const isOrganization = line.startsWith('orgs/');
    const owned = isOrganization ? 'the organization acme' : 'acme/network';
    const scope = `the scope \`${isOrganization ? 'admin:org' : 'repo'}\``;
    expect(say(line, 'app')).toMatch(new RegExp(`the App ${permission}.* ${owned}\\.`));
    expect(say(line, 'fine-grained')).toMatch(new RegExp(`the fine-grained token ${permission}.* ${owned}\\.`));
    expect(say(line, 'fine-grained')).toContain('owner of acme approve');
    expect(say(line, 'user')).toMatch(new RegExp(`App .*${permission}.*${scope}`));
    expect(say(line, 'classic')).toContain(scope);
    expect(say(line, 'classic')).not.toContain(permission);
  });

  test("of the credential's own user: none by an App, an account's by a fine-grained token", () => {
    const permission = 'the account permission "Codespaces user secrets: read and write"';
    const line = 'user/codespaces';
    expect(say(line, 'app')).toContain(`fine-grained token with ${permission}`);
    expect(say(line, 'app')).not.toMatch(/the App|GITHUB_TOKEN/);
    expect(why(gitHubAnswer(404), { line, kind: 'app' })).toContain('GitHub accepts no App');
    expect(say(line, 'fine-grained')).toContain(`${permission}, for the user.`);
    expect(say(line, 'fine-grained')).not.toContain('approve');
    expect(say(line, 'unknown')).toContain(`Use a fine-grained token with ${permission}`);
    for (const kind of ['app', 'unknown', 'classic'] as const)
      expect(say(line, kind)).toContain('the scope `codespace:secrets`');
  });

  test('by a classic token for Codespaces: its user must be an administrator', () => {
    for (const kind of ['classic', 'unknown'] as const)
      expect(say('acme/network/codespaces', kind)).toMatch(/scope `repo`.*\n.*administrator of the repository/);
    expect(say('acme/network', 'classic')).not.toContain('administrator');
  });
});

describe('a 404 says what may be missing', () => {
  test.each([
    ['acme/network', 'the repository'],
    ['acme/network/environments/Prod', 'the repository and of the environment'],
    ['orgs/acme/agents', 'the organization'],
  ])('%s', (line, what) => {
    expect(steps(gitHubAnswer(404), { line })[0]).toContain(`the spelling of ${what}.`);
    expect(why(gitHubAnswer(404), { line })).toMatch(/404 for .*does not exist.*not allowed to see/);
    expect(why(gitHubAnswer(404), { line })).not.toContain('plan');
  });

  test("nothing is to be spelled for the credential's own user", () => {
    expect(acts(gitHubAnswer(404), { line: 'user/codespaces' })).not.toContain('spelling');
  });

  test("secrets that the organization's plan has not", () => {
    expect(why(gitHubAnswer(404), { line: 'orgs/acme/codespaces' })).toMatch(/plan .*no Codespaces secrets/);
  });

  test.each([
    ['acme/network/agents', 'agents'],
    ['orgs/acme/codespaces', 'codespaces'],
  ])("%s of a GitHub of one's own, which may be older than that store", (line, feature) => {
    const githubUrl = 'https://ghes.acme.example/api/v3';
    expect(why(gitHubAnswer(404), { line, githubUrl })).toContain(`this GitHub has no ${feature} secrets`);
    expect(why(gitHubAnswer(404), { githubUrl })).not.toContain('has no');
  });
});
