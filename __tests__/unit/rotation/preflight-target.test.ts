import { expect, test } from '@jest/globals';
import { messageOf } from '../../../src/lib/problem.ts';
import { preflightTarget, type TargetRequest } from '../../../src/rotation/preflight-target.ts';
import { hiddenTarget, type ResolvedTarget } from '../../../src/targets/resolved-target.ts';
import { credentialOf, gitHubAnswer, resolved, target } from '../support/fakes.ts';
import { rotatedLongAgo, type SceneOptions, sceneOf } from '../support/scene.ts';
import { now } from '../support/time.ts';

function look(line: string | ResolvedTarget, options: SceneOptions = {}, request: Partial<TargetRequest> = {}) {
  const { dependencies } = sceneOf(options);
  return preflightTarget(
    typeof line === 'string' ? resolved(line) : line,
    { isHome: false, createMissing: false, credential: credentialOf(), ...request },
    dependencies,
  );
}

/** Why a target can't be written, in one line. */
async function rejection(...given: Parameters<typeof look>): Promise<string> {
  const result = await look(...given);
  if (result.ok) throw new Error('it can be written');
  return messageOf(result.error.problem);
}

const hidden = hiddenTarget(target('acme/tf-secret'), target('acme/tf-*'), 'TE_TOKEN');

test('a target that can be written carries its key and its secret', async () => {
  const access = { visibility: 'all' } as const;
  expect(await look('orgs/acme', { secrets: { 'orgs/acme': { access } } })).toEqual({
    ok: true,
    value: {
      ...resolved('orgs/acme'),
      key: { keyId: 'key of orgs/acme', key: 'k' },
      secret: { ...rotatedLongAgo, access, asOf: now },
    },
  });
});

test.each<[string, SceneOptions, string[]]>([
  [
    'its repository is not found',
    { repositories: { 'acme/edge': gitHubAnswer(404) } },
    ['Reading acme/edge: GitHub answered 404. Either it does not exist'],
  ],
  [
    'its repository was renamed: with the new name',
    { repositories: { 'acme/edge': gitHubAnswer(301, { headers: { location: '/repos/acme/new' } }) } },
    ['Reading acme/edge: GitHub answered 301. It was renamed or moved to acme/new;'],
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
    ['Reading the public key of the Actions secrets of acme/edge: GitHub answered 403.', 'needs the scope `repo`'],
  ],
  [
    'its secret cannot be read',
    { secrets: { 'acme/edge': gitHubAnswer(500) } },
    ['Reading acme/edge: GitHub answered 500. If GitHub is at fault'],
  ],
  [
    'its secret is missing',
    { secrets: { 'acme/edge': gitHubAnswer(404) } },
    [
      'Reading acme/edge: GitHub answered 404, so there is no secret TE_TOKEN in the Actions secrets of acme/edge.',
      'set `create-missing: true`',
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

test('a rejected target keeps what may be shown of it', async () => {
  const result = await look(hidden, { secrets: { 'acme/tf-secret': gitHubAnswer(404) } });
  expect(result).toMatchObject({ ok: false, error: { resolved: hidden } });
});

test('a credential that sees only some of the selected repositories would take the secret from the others', async () => {
  const answer = gitHubAnswer(200, { partialSelection: { listed: 2, total: 3 } });
  const message = await rejection('orgs/acme', { secrets: { 'orgs/acme': answer } }, { createMissing: true });
  expect(message).toContain('sees only 2 of the 3 selected repositories');
  expect(message).toContain('would take it from the others');
});

test('what a pattern found stays unnamed, whatever is wrong with it', async () => {
  const messages = await Promise.all([
    rejection(hidden, { repositories: { 'acme/tf-secret': gitHubAnswer(404) } }),
    rejection(hidden, { repositories: { 'acme/tf-secret': { archived: true } } }),
    rejection(hidden, { repositories: { 'acme/tf-secret': { disabled: true } } }),
    rejection(hidden, { keys: { 'acme/tf-secret': gitHubAnswer(500) } }),
    rejection(hidden, { secrets: { 'acme/tf-secret': gitHubAnswer(403) } }),
    rejection(hidden, { secrets: { 'acme/tf-secret': gitHubAnswer(404) } }),
    rejection(hidden, { secrets: { 'acme/tf-secret': gitHubAnswer(404) } }, { isHome: true }),
  ]);
  for (const message of messages) {
    expect(message).not.toContain('tf-secret');
    expect(message).toContain('acme/tf-*');
  }
});

test.each([
  [hidden, true],
  [resolved('acme/tf-secret'), false],
])('GitHub is told to be quoted only of what may be shown (%#)', async (which, expected) => {
  const scene = sceneOf();
  const asked: unknown[] = [];
  const read: typeof scene.dependencies.repositories.read = (owner, name, isHidden) => {
    asked.push([owner, name, isHidden]);
    return scene.dependencies.repositories.read(owner, name);
  };
  const request = { isHome: false, createMissing: false, credential: credentialOf() };
  await preflightTarget(which, request, {
    ...scene.dependencies,
    repositories: { ...scene.dependencies.repositories, read },
  });
  expect(asked).toEqual([['acme', 'tf-secret', expected]]);
});

test.each(['orgs/acme', 'user/codespaces'])('no repository is read for %s', async (line) => {
  const scene = sceneOf();
  const read = () => Promise.reject(new Error('it was read'));
  const request = { isHome: false, createMissing: false, credential: credentialOf() };
  const repositories = { ...scene.dependencies.repositories, read };
  expect(await preflightTarget(resolved(line), request, { ...scene.dependencies, repositories })).toMatchObject({
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
  [
    'orgs/acme/dependabot',
    'for all private repositories for example: `gh secret set TE_TOKEN --org acme --app dependabot --visibility private`; or remove',
  ],
  ['user/codespaces', 'by hand: `gh secret set TE_TOKEN --user` (with `--repos` for the repositories that need it);'],
])('create-missing: %s is left to a person, who decides who sees it', async (line, command) => {
  const message = await rejection(line, missing(line), { createMissing: true });
  expect(message).toContain('never created here, because you decide who sees them');
  expect(message).toContain(command);
});

test.each([
  ['acme/network', 'or set it: `gh secret set TE_TOKEN --repo acme/network`.'],
  [
    'orgs/acme',
    'or set it, for all private repositories for example: `gh secret set TE_TOKEN --org acme --visibility private`.',
  ],
])('create-missing: a missing home is never created (%s)', async (line, command) => {
  const message = await rejection(line, missing(line), { createMissing: true, isHome: true });
  expect(message).toContain('The home is the secret that the workflow itself reads, so it must exist.');
  expect(message).toContain(command);
});

test('the command for a missing home names the host of a GitHub Enterprise Server', async () => {
  const credential = credentialOf('classic', { githubUrl: 'https://github.acme.example/api/v3' });
  const message = await rejection('acme/network', missing('acme/network'), { isHome: true, credential });
  expect(message).toContain('gh secret set TE_TOKEN --repo github.acme.example/acme/network');
});
