import { describe, expect, test } from '@jest/globals';
import { HiddenNames } from '../../src/hidden-names.ts';
import { type Inputs, inputsFrom } from '../../src/inputs.ts';
import type { Repository } from '../../src/repositories.ts';
import { findTargets } from '../../src/targets.ts';
import { githubAnswer } from '../support/unit-ports.ts';
import { type SceneOptions, sceneOf } from '../support/unit-scene.ts';

function inputsWith(targets: string, mode = 'rotate', credential = 'ghp_of-targets'): Inputs {
  const given: Record<string, string> = {
    'thousandeyes-token': 'te-of-targets',
    'github-token': credential,
    targets,
    mode,
  };
  const parsed = inputsFrom((name) => given[name], { repository: '', githubUrl: 'https://api.github.com' });
  if ('faults' in parsed) throw new Error(parsed.faults.join());
  return parsed.inputs;
}

interface FindOptions extends SceneOptions {
  readonly names?: readonly string[];
  /** Owners whose repositories GitHub does not list. */
  readonly unlisted?: readonly string[];
  readonly running?: string;
  readonly mode?: string;
  readonly event?: boolean;
  readonly credential?: string;
}

async function find(
  targets: string,
  {
    names = [],
    unlisted = [],
    running = 'acme/network',
    mode,
    event = false,
    credential,
    ...options
  }: FindOptions = {},
) {
  const scene = sceneOf(options);
  const hidden = new HiddenNames();
  let reads = 0;
  const repositories = {
    read: async (owner: string, name: string) => {
      reads++;
      return scene.repositories.read(owner, name);
    },
    list: async (owner: string) =>
      unlisted.includes(owner)
        ? { answer: githubAnswer(403) }
        : {
            found: names.map(
              (name): Repository => ({ id: 1, owner, name, archived: false, disabled: false, private: true }),
            ),
          },
  };
  const found = await findTargets(inputsWith(targets, mode, credential), running, hidden, {
    ...scene,
    repositories,
    eventSaysPublic: async () => event,
  });
  return { found, hidden, reads, lines: scene.log.lines };
}

const shown = ({ found }: Awaited<ReturnType<typeof find>>) =>
  'targets' in found ? found.targets.map((each) => [each.label, each.shown]) : [];

test('lines that name targets are taken as they are, each secret once', async () => {
  const result = await find('acme/network\norgs/acme\nACME/Network/actions\nacme/network as OTHER');
  expect(shown(result)).toEqual([
    ['acme/network', 'acme/network'],
    ['orgs/acme', 'orgs/acme'],
    ['acme/network as OTHER', 'acme/network as OTHER'],
  ]);
  expect(result).toMatchObject({ reads: 0, lines: [] });
});

describe('patterns', () => {
  const lines = 'acme/network\nacme/*';
  const names = ['network', 'edge'];
  const expanded = [
    'acme/*: of 2 repositories 2 match, 2 hold the secret; left out: 0 without it, 0 archived, 0 disabled',
  ];

  test('in a private repository show what they found; the home counts once', async () => {
    const result = await find(lines, { names });
    expect(shown(result)).toEqual([
      ['acme/network', 'acme/network'],
      ['acme/edge', 'acme/edge'],
    ]);
    expect(result.lines).toEqual(expanded);
    expect(result.hidden.in('acme/edge')).toBe('acme/edge');
  });

  test('stay unnamed without asking where the event says that the repository is public', async () => {
    const result = await find(lines, { names, event: true });
    expect(shown(result)[1]).toEqual(['acme/edge', 'acme/*']);
    expect(result.reads).toBe(0);
  });

  test.each([
    ['in a public repository', { repositories: { 'acme/network': { private: false } } }],
    ['where the running repository can not be read', { repositories: { 'acme/network': githubAnswer(404) } }],
    ['where nobody says what is running', { running: '' }],
    ['where nonsense is running', { running: 'acme' }],
    ['where the owner of what is running is missing', { running: '/network' }],
  ])('%s stay unnamed', async (_, options) => {
    const result = await find(lines, { names, ...options });
    expect(shown(result)).toEqual([
      ['acme/network', 'acme/network'],
      ['acme/edge', 'acme/*'],
    ]);
    expect(result.hidden.in('acme/edge')).toBe('acme/*');
  });

  test('do not hide a name that stands in a line of its own', async () => {
    const { hidden } = await find('acme/network\nacme/edge\nacme/*', { names: [...names, 'core'], event: true });
    expect(hidden.in('acme/network, acme/edge, acme/core')).toBe('acme/network, acme/edge, acme/*');
  });

  test('that find nothing end the run, whatever its mode', async () => {
    const { found, lines: log } = await find('acme/network\nacme/x-*\nacme/y-*', { names, mode: 'sync' });
    if (!('problems' in found)) throw new Error('expected problems');
    expect(found.problems).toBe(true);
    expect(found.outcome).toMatchObject({
      mode: 'sync',
      headline: 'Nothing was issued and nothing was changed: 2 problems.',
      rotated: false,
      warnings: [],
      notices: [],
    });
    expect(found.outcome.problems).toHaveLength(2);
    expect(found.outcome.results).toMatchObject([{ shown: 'acme/network', status: 'unchanged' }]);
    expect(log).toHaveLength(2);
  });

  test.each([
    ['of several owners', 'acme/network\nocto-org/*', true],
    ['of one owner', 'octo-org/network\nocto-org/*', false],
  ])(
    '%s that can not be listed: whether the credential serves one owner only is told where it matters',
    async (_, targets, told) => {
      const options = { unlisted: ['octo-org'], credential: 'github_pat_of-targets' };
      const { found } = await find(targets, options);
      if (!('problems' in found)) throw new Error('expected problems');
      expect(found.outcome.problems.map(({ todo }) => todo.includes('The targets have several owners'))).toEqual([
        told,
      ]);
    },
  );
});
