import { expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../../src/github/answer.ts';
import type { Repository } from '../../../../src/github/repositories.ts';
import { judgeCandidate } from '../../../../src/rotation/preflight/resolve-targets.ts';
import { labelOf } from '../../../../src/targets/target.ts';
import { gitHubAnswer, resolved } from '../../support/fakes.ts';
import { type SceneOptions, sceneOf } from '../../support/scene.ts';

const none = gitHubAnswer(404);
const forbidden = gitHubAnswer(403);
const inEnvironment = 'acme/tf-1/environments/live';

interface CandidateOptions extends SceneOptions {
  readonly repository?: Partial<Repository>;
  /** Whether the repository has the environment; undefined where GitHub does not say. */
  readonly environment?: boolean | undefined;
}

async function judge(line: string, { repository, environment, ...options }: CandidateOptions = {}) {
  const { dependencies } = sceneOf(options);
  const reads: string[] = [];
  const candidate = resolved(line);
  const firstReads = {
    ...dependencies.firstReads,
    publicKey: (which: typeof candidate) => {
      reads.push(`key ${labelOf(which.target, 'TE_TOKEN')}`);
      return dependencies.firstReads.publicKey(which);
    },
    secret: (which: typeof candidate) => {
      reads.push(`secret ${labelOf(which.target, 'TE_TOKEN')}`);
      return dependencies.firstReads.secret(which);
    },
  };
  const repositories = {
    ...dependencies.repositories,
    hasEnvironment: async (...given: unknown[]) => {
      reads.push(`environment ${given.join(' ')}`);
      return environment;
    },
  };
  const row = { id: 1, owner: 'acme', name: 'tf-1', archived: false, disabled: false, isPrivate: true };
  const judged = await judgeCandidate({ ...row, ...repository }, candidate, { firstReads, repositories });
  return { judged, reads, candidate };
}

test('a repository that holds the secret is a target', async () => {
  const { judged, candidate } = await judge('acme/tf-1/dependabot as OTHER');
  expect(judged).toEqual({ kind: 'holds', resolved: candidate });
});

test('a key that cannot be read does not matter where the secret can', async () => {
  expect((await judge('acme/tf-1', { keys: { 'acme/tf-1': forbidden } })).judged.kind).toBe('holds');
});

test.each(['archived', 'disabled'] as const)(
  'a repository that is %s is left out without another read',
  async (kind) => {
    const { judged, reads } = await judge('acme/tf-1', { repository: { [kind]: true } });
    expect(judged).toEqual({ kind });
    expect(reads).toEqual([]);
  },
);

test('a 404 is "does not hold it" where the key of the same store could be read', async () => {
  const { judged, reads } = await judge('acme/tf-1', { secrets: { 'acme/tf-1': none } });
  expect(judged).toEqual({ kind: 'lacks' });
  expect(reads).toEqual(['secret acme/tf-1', 'key acme/tf-1']);
});

test.each([
  ['acme/tf-1', none],
  ['acme/tf-1', forbidden],
  ['acme/tf-1/dependabot', none],
])('a 404 may be "may not see it" where the key of %s could not be read either', async (line, key) => {
  const { judged, reads, candidate } = await judge(line, { secrets: { [line]: none }, keys: { [line]: key } });
  expect(judged).toEqual({ kind: 'unreadable', answer: key, resolved: candidate });
  // The key of another feature would prove nothing, so it is not asked for.
  expect(reads).toEqual([`secret ${line}`, `key ${line}`]);
});

test('any other answer to the secret is a problem, also where the key could be read', async () => {
  const { judged, candidate } = await judge('acme/tf-1', { secrets: { 'acme/tf-1': forbidden } });
  expect(judged).toEqual({ kind: 'unreadable', answer: forbidden, resolved: candidate });
});

/** The environment's secret and key are not found; what else is known differs. */
const notFound = (key: GitHubAnswer, more: Record<string, GitHubAnswer> = {}): SceneOptions => ({
  secrets: { [inEnvironment]: none },
  keys: { [inEnvironment]: key, ...more },
});

test('a repository without the environment is left out: Environments and Actions: read are enough to tell', async () => {
  // Its own key may not be read by an App that has no permission "Secrets".
  const { judged, reads } = await judge(inEnvironment, {
    ...notFound(none, { 'acme/tf-1': forbidden }),
    environment: false,
  });
  expect(judged).toEqual({ kind: 'lacks' });
  expect(reads.slice(2)).toEqual(['environment acme tf-1 live']);
});

test('a repository whose environments may not be read is left out where its own key tells that it is seen', async () => {
  const { judged, reads } = await judge(inEnvironment, { ...notFound(none), environment: undefined });
  expect(judged).toEqual({ kind: 'lacks' });
  expect(reads.slice(2)).toEqual(['environment acme tf-1 live', 'key acme/tf-1']);
});

test('an environment may hold the secret where neither it nor the key of its repository can be read', async () => {
  const options = { ...notFound(none, { 'acme/tf-1': none }), environment: undefined };
  const { judged, candidate } = await judge(inEnvironment, options);
  expect(judged).toEqual({ kind: 'unreadable', answer: none, resolved: candidate });
});

test('an environment that is there may hold the secret: its key was hidden, not missing', async () => {
  const { judged, reads } = await judge(inEnvironment, { ...notFound(none), environment: true });
  expect(judged.kind).toBe('unreadable');
  expect(reads.slice(2)).toEqual(['environment acme tf-1 live']);
});

test("an environment may hold the secret where its key is refused: that is a matter of the credential's", async () => {
  const { judged, reads } = await judge(inEnvironment, { ...notFound(forbidden), environment: false });
  expect(judged).toMatchObject({ kind: 'unreadable', answer: { status: 403 } });
  expect(reads).toHaveLength(2);
});
