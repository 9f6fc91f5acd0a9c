import { describe, expect, test } from '@jest/globals';
import type { CredentialKind } from '../../src/credential.ts';
import type { GitHubAnswer } from '../../src/github.ts';
import { ghSecretSet, needed, problemWithStore, shellQuote } from '../../src/github-problems.ts';
import { githubAnswer, target } from '../support/unit-ports.ts';

const githubStatus =
  'If GitHub is at fault, https://www.githubstatus.com says so; start the run again when it is over.';
const reset = { 'x-ratelimit-reset': String(Date.UTC(2026, 10, 23, 19, 5) / 1000) };

function problem(
  answer: GitHubAnswer,
  {
    line = 'acme/network',
    kind = 'classic',
    severalOwners = false,
  }: { line?: string; kind?: CredentialKind; severalOwners?: boolean } = {},
) {
  return problemWithStore('Writing it', answer, target(line).store, { kind, severalOwners });
}

describe('each status says what to do', () => {
  test.each([
    ['no answer', githubAnswer(0, { said: 'no answer: it broke off' }), githubStatus],
    [
      'a bad credential',
      githubAnswer(401),
      'The value of `github-token` is wrong, expired or revoked. Make a new one, or see that the step which makes it ran in this job. It was not tried again: repeated bad logins make GitHub lock the user out.',
    ],
    [
      'a proxy',
      githubAnswer(407),
      'A proxy between the runner and GitHub wants a login: see the proxy variables of the runner.',
    ],
    [
      'a value that is refused',
      githubAnswer(422),
      'GitHub refused the value. If the store is full (100 secrets a repository or environment, 1,000 an organization), remove one; else start the run again.',
    ],
    [
      'a limit',
      githubAnswer(429, { headers: reset }),
      "The credential's rate limit is used up until 2026-11-23 19:05 UTC. Start the run again after that.",
    ],
    [
      'a limit without a date',
      githubAnswer(429),
      "The credential's rate limit is used up. Start the run again after that.",
    ],
    [
      'a limit until nonsense',
      githubAnswer(429, { headers: { 'x-ratelimit-reset': '1e15' } }),
      "The credential's rate limit is used up. Start the run again after that.",
    ],
    ['a fault of GitHub', githubAnswer(500), githubStatus],
    ['anything else', githubAnswer(418), `See that \`github-api-url\` is the API of your GitHub. ${githubStatus}`],
  ])('%s', (_, answer, todo) => {
    expect(problem(answer).todo).toBe(todo);
  });

  test('and what came back', () => {
    expect(problem(githubAnswer(0, { said: 'no answer: it broke off' })).message).toBe(
      `Writing it: GitHub gave no answer: it broke off. ${githubStatus}`,
    );
    expect(problem(githubAnswer(500, { said: '500 (oops)' })).cameBack).toBe('GitHub answered 500 (oops)');
  });
});

describe('a repository that moved', () => {
  const todo = (where: string) =>
    `It was renamed or moved${where}; redirects are not followed, because a credential goes to its own address only. Put the new name into \`targets\`.`;
  test.each([301, 302, 307, 308])('%i', (status) => {
    expect(problem(githubAnswer(status)).todo).toBe(todo(''));
  });

  test.each([
    ['by its header', { headers: { location: 'https://api.github.com/repos/acme/new?x' } }, ' to acme/new'],
    ['by its body', { data: { url: 'https://api.github.com/repos/acme/new/actions' } }, ' to acme/new'],
    ['by an id', { headers: { location: 'https://api.github.com/repositories/7' } }, ''],
    ['by nonsense', { data: { url: 7 } }, ''],
  ])('to a new name, %s', (_, more, where) => {
    expect(problem(githubAnswer(301, more)).todo).toBe(todo(where));
  });
});

describe('403', () => {
  const headers = (given: Record<string, string>, said = '403 (Forbidden)') =>
    githubAnswer(403, { headers: given, said });
  const classic = 'For the Actions secrets of acme/network, a classic token needs the scope `repo`.';

  test('single sign-on, with its link', () => {
    const answer = headers({
      'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A1',
    });
    expect(problem(answer).todo).toBe(
      "The token is not authorized for the organization's single sign-on. Open https://github.com/orgs/acme/sso?authorization_request=A1 within an hour, authorize it, and start the run again.",
    );
  });

  test('single sign-on without a link', () => {
    expect(problem(headers({ 'x-github-sso': 'partial-results; organizations=1' })).todo).toBe(
      "The token is not authorized for the organization's single sign-on: authorize it under Settings > Developer settings > Personal access tokens > Configure SSO.",
    );
  });

  test.each(['403 (You have exceeded a secondary rate limit)', '403 (abuse detection)'])('a limit: %s', (said) => {
    expect(problem(headers(reset, said)).todo).toBe(
      "The credential's rate limit is used up until 2026-11-23 19:05 UTC. Start the run again after that.",
    );
  });

  test("the workflow's own token", () => {
    const answer = headers({ 'x-ratelimit-limit': '1000' });
    expect(problem(answer, { kind: 'app' }).todo).toMatch(
      /^This looks like the workflow's own GITHUB_TOKEN, which can't write secrets whatever its `permissions` say. Use a GitHub App's installation token or a personal access token. The App needs /,
    );
    expect(problem(answer, { kind: 'classic' }).todo).toBe(classic);
    expect(problem(headers({ 'x-ratelimit-limit': '5000' }), { kind: 'app' }).todo).toMatch(/^The App needs/);
  });

  test("the permission in GitHub's own words", () => {
    expect(problem(headers({ 'x-accepted-github-permissions': 'secrets=write,actions=read;x=write' })).todo).toBe(
      `GitHub wants the permission secrets=write and actions=read or x=write. ${classic}`,
    );
  });

  test("the scope in GitHub's own words, for tokens that have scopes", () => {
    const scopes = { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist' };
    expect(problem(headers(scopes)).todo).toBe(`The token needs the scope repo; it has gist. ${classic}`);
    expect(problem(headers({ 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': '' })).todo).toBe(
      `The token needs the scope repo; it has none. ${classic}`,
    );
    expect(problem(headers({ 'x-accepted-oauth-scopes': 'repo' }), { kind: 'unknown' }).todo).toMatch(
      /^The token needs the scope repo; it has none\./,
    );
    for (const kind of ['app', 'fine-grained'] as const)
      expect(problem(headers(scopes), { kind }).todo).not.toContain('scope');
  });

  test('without a header: by the table', () => {
    expect(problem(headers({})).todo).toBe(classic);
  });

  test('several owners, with a credential that serves one', () => {
    const several =
      ' The targets have several owners: Apps and fine-grained tokens serve one, a classic token serves all.';
    expect(problem(headers({}), { severalOwners: true }).todo).toBe(classic + several);
    expect(problem(githubAnswer(404), { severalOwners: true }).todo).toMatch(/a classic token serves all\.$/);
  });
});

describe('404 says what may be missing', () => {
  const credential = ', or this credential may not see it: GitHub answers 404 for both. Check the spelling. ';
  test.each([
    [
      'acme/network',
      `Either it does not exist${credential}For the Actions secrets of acme/network, a classic token needs the scope \`repo\`.`,
    ],
    [
      'acme/network/environments/Prod',
      `Either the repository or the environment does not exist${credential}For the environment "Prod" of acme/network, a classic token needs the scope \`repo\`.`,
    ],
    [
      'orgs/acme/agents',
      `Either the organization does not exist, or this GitHub Enterprise Server has no agents secrets${credential}For the agent secrets of the organization acme, a classic token needs the scope \`admin:org\`.`,
    ],
    [
      'user/codespaces',
      `Either it does not exist, or this GitHub Enterprise Server has no codespaces secrets${credential}For the Codespaces secrets of the credential's user, a classic token needs the scope \`codespace:secrets\`.`,
    ],
  ])('%s', (line, todo) => {
    expect(problem(githubAnswer(404), { line }).todo).toBe(todo);
  });
});

describe('the permission that is needed', () => {
  const fine = {
    'acme/network': 'the repository permission "Secrets: read and write"',
    'acme/network/environments/x': 'the repository permission "Environments: read and write"',
    'acme/network/dependabot': 'the repository permission "Dependabot secrets: read and write"',
    'acme/network/codespaces': 'the repository permission "Codespaces secrets: read and write"',
    'acme/network/agents': 'the repository permission "Agent secrets: read and write"',
    'orgs/acme': 'the organization permission "Organization secrets: read and write"',
    'orgs/acme/dependabot': 'the organization permission "Organization Dependabot secrets: read and write"',
    'orgs/acme/agents': 'the organization permission "Organization agent secrets: read and write"',
  };
  const say = (line: string, kind: CredentialKind) => needed(target(line).store, { kind, severalOwners: false });

  test.each(Object.entries(fine))('by an App and a fine-grained token: %s', (line, permission) => {
    const owned = line.startsWith('orgs/') ? 'the organization acme' : 'acme/network';
    expect(say(line, 'app')).toBe(
      `The App needs ${permission}, and its installation must include ${owned}; the workflow's own GITHUB_TOKEN can't get it.`,
    );
    expect(say(line, 'fine-grained')).toBe(
      `The fine-grained token needs ${permission}, and ${owned} must be among those it was made for.`,
    );
    expect(say(line, 'user')).toMatch(`An App or a fine-grained token needs ${permission}; a classic token needs`);
  });

  test.each([
    ['orgs/acme/codespaces', 'the Codespaces secrets of the organization acme', 'admin:org'],
    ['user/codespaces', "the Codespaces secrets of the credential's user", 'codespace:secrets'],
  ])('no App and no fine-grained token may: %s', (line, place, scope) => {
    const expected = `For ${place}, GitHub accepts no App and no fine-grained token; a classic token needs the scope \`${scope}\`.`;
    expect(say(line, 'app')).toBe(expected);
    expect(say(line, 'fine-grained')).toBe(expected);
    expect(say(line, 'classic')).toBe(`For ${place}, a classic token needs the scope \`${scope}\`.`);
  });

  test('whose user must be an administrator', () => {
    expect(say('acme/network/codespaces', 'classic')).toBe(
      'For the Codespaces secrets of acme/network, a classic token needs the scope `repo` and its user must be an administrator of the repository.',
    );
  });
});

describe('the command that sets a secret by hand', () => {
  test.each([
    ['acme/network', 'gh secret set TE_TOKEN --repo acme/network'],
    ['acme/network/dependabot as X', 'gh secret set X --repo acme/network --app dependabot'],
    ['acme/network/environments/prod', 'gh secret set TE_TOKEN --repo acme/network --env prod'],
    ["acme/network/environments/Bob's $HOME", "gh secret set TE_TOKEN --repo acme/network --env 'Bob'\\''s $HOME'"],
    ['orgs/acme', 'gh secret set TE_TOKEN --org acme (with the same --visibility and --repos as now)'],
    [
      'orgs/acme/agents',
      'gh secret set TE_TOKEN --org acme --app agents (with the same --visibility and --repos as now)',
    ],
    ['user/codespaces', 'gh secret set TE_TOKEN --user'],
  ])('%s', (line, command) => {
    expect(ghSecretSet(target(line))).toBe(command);
  });

  test.each([
    ['a/b:c@d%e+f=g,h-i_j.k', 'a/b:c@d%e+f=g,h-i_j.k'],
    ['', "''"],
    ['a b', "'a b'"],
    ["'", "''\\'''"],
    ['$(x)`y`\n"', "'$(x)`y`\n\"'"],
    ['~', "'~'"],
  ])('a word for the shell: %j', (word, quoted) => {
    expect(shellQuote(word)).toBe(quoted);
  });
});
