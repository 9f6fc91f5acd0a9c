import { describe, expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../src/github.ts';
import { HiddenNames } from '../../src/hidden-names.ts';
import { distinct, expand } from '../../src/patterns.ts';
import type { Repository } from '../../src/repositories.ts';
import type { Read } from '../../src/secret-store.ts';
import { labelOf, lineFrom, type Target } from '../../src/target.ts';
import { githubAnswer } from '../support/unit-ports.ts';
import { asker, named, type SceneOptions, sceneOf } from '../support/unit-scene.ts';

const repository = (name: string, more: Partial<Repository> = {}): Repository => ({
  id: 1,
  owner: 'acme',
  name,
  archived: false,
  disabled: false,
  private: true,
  ...more,
});

async function find(
  line: string,
  names: readonly (string | Repository)[] | GitHubAnswer,
  options: SceneOptions = {},
  hidden?: HiddenNames,
  readTakes = 0,
) {
  const parsed = lineFrom(line, 'TE_TOKEN');
  if (parsed.kind !== 'pattern') throw new Error('no pattern');
  const list = async (): Promise<Read<readonly Repository[]>> =>
    'said' in names
      ? { answer: names }
      : { found: names.map((name) => (typeof name === 'string' ? repository(name) : name)) };
  const scene = sceneOf(options);
  const read = async (target: Target) => {
    if (readTakes > 0) await scene.clock.sleep(readTakes);
    return scene.secrets.read(target);
  };
  const ports = { ...scene, repositories: { list }, secrets: { read } };
  const expansion = await expand(parsed.pattern, 'TE_TOKEN', hidden, asker, ports);
  return {
    found: expansion.targets.map(({ target }) => labelOf(target, 'TE_TOKEN')),
    targets: expansion.targets,
    problems: expansion.problems.map(({ message }) => message),
    counts: expansion.counts,
    lines: scene.log.lines,
  };
}

const none = githubAnswer(404);

describe('a star stands for any characters, and case does not count', () => {
  test.each([
    ['acme/terraform-*', ['acme/terraform-a', 'acme/terraform-', 'acme/Terraform-B.c']],
    ['acme/*-a', ['acme/terraform-a', 'acme/x-a']],
    ['acme/*', ['acme/terraform-a', 'acme/terraform-', 'acme/Terraform-B.c', 'acme/x-a', 'acme/xterraform-']],
    ['acme/t*-*.c', ['acme/Terraform-B.c']],
    ['acme/*.c', ['acme/Terraform-B.c']],
    ['acme/**x**', ['acme/x-a', 'acme/xterraform-']],
  ])('%s', async (line, expected) => {
    const names = ['terraform-a', 'terraform-', 'Terraform-B.c', 'x-a', 'xterraform-'];
    expect((await find(line, names)).found.sort()).toEqual([...expected].sort());
  });

  test('parts do not share characters', async () => {
    const names = ['a', 'aba', 'abba', 'abab', 'abxab'];
    expect((await find('acme/a*a', names)).found).toEqual(['acme/aba', 'acme/abba']);
    expect((await find('acme/ab*ba', names)).found).toEqual(['acme/abba']);
    expect((await find('acme/*ab*ab', names)).found).toEqual(['acme/abab', 'acme/abxab']);
    expect((await find('acme/a*b*b*b', names)).found).toEqual([]);
  });

  test('every other character stands for itself', async () => {
    expect((await find('acme/a.b*', ['a.b', 'axb'])).found).toEqual(['acme/a.b']);
  });
});

test('a pattern keeps its store and its name', async () => {
  const { found } = await find('acme/*/environments/Prod as X', ['a'], {});
  expect(found).toEqual(['acme/a/environments/Prod as X']);
  expect((await find('acme/*/dependabot', ['a'])).found).toEqual(['acme/a/dependabot']);
});

describe('left out and counted', () => {
  test('without the secret, archived, disabled', async () => {
    const names = [
      repository('a'),
      repository('b'),
      repository('c', { archived: true }),
      repository('d', { disabled: true }),
      repository('x'),
    ];
    const { found, counts, problems } = await find('acme/*', [...names, repository('other')], {
      secrets: { 'acme/b': none },
    });
    expect(found).toEqual(['acme/a', 'acme/x', 'acme/other']);
    expect(counts).toBe(
      'acme/*: of 6 repositories 6 match, 3 hold the secret; left out: 1 without it, 1 archived, 1 disabled',
    );
    expect(problems).toEqual([]);
  });

  test('one of one', async () => {
    expect((await find('acme/a*', ['a'])).counts).toBe(
      'acme/a*: of 1 repository 1 match, 1 hold the secret; left out: 0 without it, 0 archived, 0 disabled',
    );
  });
});

describe('a pattern that finds nothing is a problem', () => {
  test.each([
    ['nothing matches', ['b'], {}],
    ['no repository holds the secret', ['a'], { secrets: { 'acme/a': none } }],
    ['no repository at all', [], {}],
  ])('%s', async (_, names, options) => {
    const { problems, counts, found } = await find('acme/a*', names, options);
    expect(found).toEqual([]);
    expect(problems).toEqual([
      `Expanding acme/a*: ${counts}. A pattern finds repositories that already hold the secret, and this one finds none. Check the spelling, and which repositories the credential may see; or remove the line.`,
    ]);
  });

  test('that can not be listed', async () => {
    const { problems, counts } = await find('acme/a*', githubAnswer(403));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Listing the repositories of acme for acme\/a\*: GitHub answered 403\. /);
    expect(counts).toBe('acme/a*: not listed');
  });
});

describe('a 404 is "does not hold it" only where the key could be read', () => {
  test('else it may be "may not see it"', async () => {
    const { problems, found } = await find('acme/*', ['a', 'b'], {
      secrets: { 'acme/a': none },
      keys: { 'acme/a': githubAnswer(404) },
    });
    expect(found).toEqual(['acme/b']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Reading acme\/a: GitHub answered 404\. /);
  });

  test('for which the key of another feature is no proof', async () => {
    const { problems } = await find('acme/*/dependabot', ['a', 'b'], {
      secrets: { 'acme/a/dependabot': none },
      keys: { 'acme/a/dependabot': none },
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Reading acme\/a\/dependabot: GitHub answered 404\. /);
  });

  test('any other answer is a problem, and of many one is told', async () => {
    const { problems } = await find('acme/*', ['a', 'b'], {
      secrets: { 'acme/a': githubAnswer(403), 'acme/b': githubAnswer(502) },
    });
    expect(problems).toEqual([
      'Reading acme/a: GitHub answered 403. For the Actions secrets of acme/a, a classic token needs the scope `repo`.',
    ]);
  });

  describe('a repository without the environment', () => {
    const line = 'acme/*/environments/Prod';
    const options = (actions: Record<string, GitHubAnswer>, key: GitHubAnswer = none): SceneOptions => ({
      secrets: { 'acme/a/environments/Prod': none },
      keys: { 'acme/a/environments/Prod': key, ...actions },
    });

    test("can't hold it, where its own key can be read", async () => {
      const { found, problems, counts } = await find(line, ['a', 'b'], options({}));
      expect(found).toEqual(['acme/b/environments/Prod']);
      expect(problems).toEqual([]);
      expect(counts).toContain('left out: 1 without it');
    });

    test.each([
      ['its own key can not be read', options({ 'acme/a': none })],
      ['the key of the environment is refused', options({}, githubAnswer(403))],
    ])('may hold it, where %s', async (_, scene) => {
      expect((await find(line, ['a', 'b'], scene)).problems).toHaveLength(1);
    });
  });
});

describe('names that must not be read', () => {
  test('are not told by a problem with one of them', async () => {
    const { problems } = await find(
      'acme/tf-*',
      ['tf-1', 'tf-2'],
      { secrets: { 'acme/tf-2': githubAnswer(403) } },
      new HiddenNames(),
    );
    expect(problems).toEqual([
      'Reading one of 1 repository of acme/tf-*: GitHub answered 403. For the Actions secrets of acme/tf-*, a classic token needs the scope `repo`.',
    ]);
  });

  test('are hidden, and the targets are shown by their pattern', async () => {
    const hidden = new HiddenNames();
    const { targets, problems } = await find(
      'acme/tf-*',
      ['tf-1', 'tf-2', 'tf-3', 'other'],
      { secrets: { 'acme/tf-2': githubAnswer(403), 'acme/tf-3': githubAnswer(403) } },
      hidden,
    );
    expect(targets).toMatchObject([{ label: 'acme/tf-1', shown: 'acme/tf-*' }]);
    expect(problems).toEqual([
      'Reading one of 2 repositories of acme/tf-*: GitHub answered 403. For the Actions secrets of acme/tf-*, a classic token needs the scope `repo`.',
    ]);
    expect(hidden.in('acme/tf-1 acme/tf-2 acme/other')).toBe('acme/tf-* acme/tf-* acme/other');
  });

  test('others are shown as they are', async () => {
    expect((await find('acme/tf-*', ['tf-1'])).targets).toMatchObject([{ label: 'acme/tf-1', shown: 'acme/tf-1' }]);
  });
});

test('of many repositories it is said how far it is, and when it will be done', async () => {
  const names = Array.from({ length: 500 }, (_, n) => `r${n}`);
  const { lines } = await find('acme/*', names, {}, undefined, 5000);
  expect(lines).toEqual(['Looked for acme/*: 1 of 500, done by about 2026-11-23 19:01 UTC']);
});

test('of targets that are mentioned twice the first mention counts', () => {
  const found = distinct([named('acme/a'), named('acme/b'), named('ACME/A', 'acme/*'), named('acme/a as X')]);
  expect(found.map(({ label, shown }) => [label, shown])).toEqual([
    ['acme/a', 'acme/a'],
    ['acme/b', 'acme/b'],
    ['acme/a as X', 'acme/a as X'],
  ]);
});
