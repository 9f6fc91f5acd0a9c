import { expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../../src/github/answer.ts';
import { messageOf, type Problem } from '../../../../src/lib/problem.ts';
import { preflightTarget } from '../../../../src/rotation/preflight/preflight-target.ts';
import { credentialOf, gitHubAnswer, resolved } from '../../support/fakes.ts';
import { rotatedLongAgo, type SceneOptions, sceneOf } from '../../support/scene.ts';

type Request = Parameters<typeof preflightTarget>[2] & { readonly isHome: boolean };

function look(line: string, options: SceneOptions = {}, request: Partial<Request> = {}) {
  const { isHome = false, ...rest } = request;
  const given = { createMissing: false, credential: credentialOf(), ...rest };
  return preflightTarget(resolved(line), isHome, given, sceneOf(options).dependencies);
}

/** Why a target can't be written. */
async function rejected(...given: Parameters<typeof look>): Promise<Problem> {
  const result = await look(...given);
  if (result.ok) throw new Error('it can be written');
  return result.error.problem;
}

const rejection = async (...given: Parameters<typeof look>) => messageOf(await rejected(...given));

test('a target that can be written carries its key and its secret', async () => {
  const access = { visibility: 'all' } as const;
  expect(await look('orgs/acme', { secrets: { 'orgs/acme': { access } } })).toEqual({
    ok: true,
    value: {
      ...resolved('orgs/acme'),
      key: { keyId: 'key of orgs/acme', key: 'k' },
      secret: { ...rotatedLongAgo, access },
    },
  });
});

test.each<[string, SceneOptions, string[]]>([
  [
    'its repository is not found',
    { repositories: { 'acme/edge': gitHubAnswer(404) } },
    ['Reading acme/edge: GitHub answered 404. ', 'spelling of the repository'],
  ],
  [
    'its repository was renamed: with the new name',
    { repositories: { 'acme/edge': gitHubAnswer(301, { headers: { location: '/repos/acme/new' } }) } },
    ['Reading acme/edge: GitHub answered 301. ', 'the new name acme/new'],
  ],
  [
    'its repository is archived',
    { repositories: { 'acme/edge': { archived: true } } },
    ['Reading acme/edge: the repository is archived', 'Unarchive it, or remove the line'],
  ],
  [
    'its repository is disabled',
    { repositories: { 'acme/edge': { disabled: true } } },
    ['Reading acme/edge: the repository is disabled', 'See its page on GitHub'],
  ],
  [
    'its public key cannot be read',
    { keys: { 'acme/edge': gitHubAnswer(403) } },
    ['Reading the public key of the Actions secrets of acme/edge: GitHub answered 403.', 'the scope `repo`'],
  ],
  [
    'its secret cannot be read',
    { secrets: { 'acme/edge': gitHubAnswer(500) } },
    ['Reading acme/edge: GitHub answered 500. ', 'githubstatus'],
  ],
  [
    'its secret is missing',
    { secrets: { 'acme/edge': gitHubAnswer(404) } },
    [
      'Reading acme/edge: GitHub answered 404, so there is no secret TE_TOKEN in the Actions secrets of acme/edge.',
      '`create-missing: true`',
    ],
  ],
])('a target is rejected because %s', async (_, options, parts) => {
  const message = await rejection('acme/edge', options);
  for (const part of parts) expect(message).toContain(part);
});

test('of several faults the first that matters is told: an archived repository before its missing secret', async () => {
  const options = {
    repositories: { 'acme/edge': { archived: true, disabled: true } },
    secrets: { 'acme/edge': gitHubAnswer(404) },
  };
  expect(await rejection('acme/edge', options)).toContain('archived');
});

test('a rejected target is known by its name', async () => {
  const result = await look('acme/edge', { secrets: { 'acme/edge': gitHubAnswer(404) } });
  expect(result).toMatchObject({ ok: false, error: { resolved: resolved('acme/edge') } });
});

test('a credential that sees only some of the selected repositories would take the secret from the others', async () => {
  const answer = gitHubAnswer(200, { partialSelection: { listed: 2, total: 3 } });
  const message = await rejection('orgs/acme', { secrets: { 'orgs/acme': answer } }, { createMissing: true });
  expect(message).toContain('sees only 2 of the 3 selected repositories');
  expect(message).toContain('allowed to see all repositories');
});

test.each(['orgs/acme', 'user/codespaces'])('no repository is read for %s', async (line) => {
  const scene = sceneOf();
  const read = () => Promise.reject(new Error('it was read'));
  const request = { createMissing: false, credential: credentialOf() };
  const repositories = { ...scene.dependencies.repositories, read };
  expect(await preflightTarget(resolved(line), false, request, { ...scene.dependencies, repositories })).toMatchObject({
    ok: true,
  });
});

const missing = (line: string) => ({ secrets: { [line]: gitHubAnswer(404) } });

test.each(['acme/edge', 'acme/edge/environments/Prod', 'acme/edge/dependabot'])(
  'create-missing: the missing secret of %s is to be created',
  async (line) => {
    expect(await look(line, missing(line), { createMissing: true })).toEqual({
      ok: true,
      value: { ...resolved(line), key: { keyId: `key of ${line}`, key: 'k' }, secret: undefined },
    });
  },
);

test.each([
  ['orgs/acme/dependabot', '`gh secret set TE_TOKEN --org acme --app dependabot --visibility private`', []],
  ['user/codespaces', '`gh secret set TE_TOKEN --user`', [expect.stringContaining('`--repos`')]],
])('create-missing: %s is left to a person, who decides who sees it', async (line, command, more) => {
  const { steps, why } = await rejected(line, missing(line), { createMissing: true });
  expect(steps).toEqual([expect.stringContaining('`targets`'), expect.stringContaining(command), ...more]);
  expect(steps.join()).not.toContain('create-missing');
  expect(why).toContain('you decide who sees them');
});

test.each([
  ['acme/network', '`gh secret set TE_TOKEN --repo acme/network`'],
  ['orgs/acme', '`gh secret set TE_TOKEN --org acme --visibility private`'],
])('create-missing: a missing home is never created (%s)', async (line, command) => {
  const { steps, why } = await rejected(line, missing(line), { createMissing: true, isHome: true });
  expect(steps).toEqual([expect.stringContaining('`secret-name`'), expect.stringContaining(command)]);
  expect(steps[1]?.includes('private repositories')).toBe(line.startsWith('orgs/'));
  expect(why).toContain('The home');
});

test('the command for a missing home names the host of a GitHub Enterprise Server', async () => {
  const credential = credentialOf('classic', { githubUrl: 'https://github.acme.example/api/v3' });
  const message = await rejection('acme/network', missing('acme/network'), { isHome: true, credential });
  expect(message).toContain('gh secret set TE_TOKEN --repo github.acme.example/acme/network');
});

const live = 'acme/network/environments/live, old';

/** Reads a target whose key is answered like this; whether its environment is there, as GitHub says. */
async function lookInEnvironment(key: GitHubAnswer, environment: boolean | undefined, line = live) {
  const { dependencies } = sceneOf({ keys: { [line]: key }, ...missing(line) });
  const asked: unknown[] = [];
  const hasEnvironment = async (...given: unknown[]) => {
    asked.push(given);
    return environment;
  };
  const repositories = { ...dependencies.repositories, hasEnvironment };
  const request = { createMissing: false, credential: credentialOf() };
  const result = await preflightTarget(resolved(line), true, request, { ...dependencies, repositories });
  if (result.ok) throw new Error('it can be written');
  return { problem: result.error.problem, asked };
}

test('an environment that is not there is told as that, with the command that creates it', async () => {
  const { problem, asked } = await lookInEnvironment(gitHubAnswer(404), false);
  expect(asked).toEqual([['acme', 'network', 'live, old']]);
  expect(problem.cause).toBe('acme/network has no environment "live, old"');
  expect(problem.steps).toEqual([
    expect.stringContaining('`targets`'),
    expect.stringContaining('repos/acme/network/environments/live%2C%20old'),
    expect.stringContaining('run this workflow again'),
  ]);
});

test.each([
  ['is there', gitHubAnswer(404), true, 1],
  ['may be there', gitHubAnswer(404), undefined, 1],
  ['has a key that is refused', gitHubAnswer(403), false, 0],
])('an environment that %s is not to be created', async (_, key, environment, times) => {
  const { problem, asked } = await lookInEnvironment(key, environment);
  expect(problem.cause).toBe(`GitHub answered ${key.status}`);
  expect(asked).toHaveLength(times);
});

test('no environment is asked about where the key of a repository is not found', async () => {
  const { problem, asked } = await lookInEnvironment(gitHubAnswer(404), false, 'acme/network');
  expect(problem.cause).toBe('GitHub answered 404');
  expect(asked).toEqual([]);
});
