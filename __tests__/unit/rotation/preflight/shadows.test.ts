import { expect, test } from '@jest/globals';
import { findShadows, shadowWarning } from '../../../../src/rotation/preflight/shadows.ts';
import { describeStore } from '../../../../src/targets/store.ts';
import type { ResolvedTarget } from '../../../../src/targets/target.ts';
import { gitHubAnswer, resolved } from '../../support/fakes.ts';
import { type SceneOptions, sceneOf } from '../../support/scene.ts';
import { day, now } from '../../support/time.ts';

interface ShadowOptions extends SceneOptions {
  /** What is running; `acme/network` where it is not given. */
  readonly running?: string;
  /** Names that the organization shares with what is running. */
  readonly shared?: readonly string[];
}

type Targets = readonly [ResolvedTarget, ...ResolvedTarget[]];

/** What is found in the eyes of a run in `acme/network`; all secrets exist but those that the options say. */
async function search(targets: Targets, { running = 'acme/network', shared = [], ...options }: ShadowOptions = {}) {
  const { dependencies } = sceneOf(options);
  const asked: string[] = [];
  const found = await findShadows(targets, {
    run: { ...dependencies.run, repository: running },
    firstReads: {
      ...dependencies.firstReads,
      secret: (which) => {
        asked.push(which.name);
        return dependencies.firstReads.secret(which);
      },
    },
    secrets: {
      ...dependencies.secrets,
      isSharedByOrganization: async (owner, repository, name) => {
        asked.push(`shared by ${owner} with ${repository}`);
        return shared.includes(name);
      },
    },
  });
  return {
    asked,
    warnings: found.map(shadowWarning),
    /** Each shadow with the target that it is about. */
    pairs: found.map(({ store, target: whose }) => `${describeStore(store)} / ${whose.name}`),
  };
}

const live = resolved('acme/network/environments/live');
const none = gitHubAnswer(404);
const written = { updatedAt: now - 3 * day };

test('a home in an environment: the secret of the repository is what a job without the environment reads', async () => {
  const { warnings } = await search([live], { secrets: { 'acme/network': written } });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /second secret TE_TOKEN, in the Actions secrets of acme\/network \(last written on 2026-11-20 19:00 UTC\)\. .*Delete it, or .* name the environment/,
  );
});

test('a home in an environment: the secret of the organization is read as well', async () => {
  const { warnings } = await search([live], { secrets: { 'acme/network': none }, shared: ['TE_TOKEN'] });
  expect(warnings).toHaveLength(1);
  // Its date is not in the list that GitHub gives of it.
  expect(warnings[0]).toContain('in the Actions secrets of the organization acme. ');
});

test('a home in an environment: both are told', async () => {
  const { pairs } = await search([live], { shared: ['TE_TOKEN'] });
  expect(pairs).toEqual([
    'the Actions secrets of acme/network / acme/network/environments/live',
    'the Actions secrets of the organization acme / acme/network/environments/live',
  ]);
});

test.each<[string, ShadowOptions]>([
  ['there is none', { secrets: { 'acme/network': none } }],
  ['the credential may not read it', { secrets: { 'acme/network': gitHubAnswer(403) } }],
  ['the organization shares another', { secrets: { 'acme/network': none }, shared: ['TE_TOKEN_OLD'] }],
])('no shadow, and nothing is said, where %s', async (_, options) => {
  expect((await search([live], options)).pairs).toEqual([]);
});

test('a second secret that is a target itself is rotated, too: no shadow, and no request for it', async () => {
  const { pairs, asked } = await search([live, resolved('acme/Network'), resolved('orgs/ACME')], {
    shared: ['TE_TOKEN'],
  });
  expect(pairs).toEqual([]);
  expect(asked).toEqual(['shared by acme with network']);
});

test('a target of another name is not the second secret', async () => {
  const { pairs } = await search([live, resolved('acme/network as OTHER')]);
  expect(pairs).toHaveLength(1);
});

test('a secret of another name is looked for by that name', async () => {
  const { asked, warnings } = await search([resolved('acme/network/environments/live as OTHER')], {
    shared: ['OTHER'],
  });
  expect(asked).toEqual(['acme/network', 'shared by acme with network']);
  expect(warnings.map((warning) => warning.slice(0, 30))).toEqual([
    'There is a second secret OTHER',
    'There is a second secret OTHER',
  ]);
});

test.each(['acme/network', 'acme/other'])('a home in the repository %s stands before all others', async (line) => {
  expect(await search([resolved(line)], { shared: ['TE_TOKEN'] })).toMatchObject({ pairs: [], asked: [] });
});

test('a target of the organization: jobs of the running repository read its own secret in its place', async () => {
  const { warnings } = await search([resolved('acme/home'), resolved('orgs/ACME')], {
    secrets: { 'acme/network': written },
  });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('in the Actions secrets of acme/network (last written on 2026-11-20 19:00 UTC).');
  expect(warnings[0]).toContain(
    'Jobs of that repository read it in place of orgs/ACME: add it to `targets`, or delete it.',
  );
});

test('a home of the organization, too', async () => {
  expect((await search([resolved('orgs/acme')])).pairs).toEqual(['the Actions secrets of acme/network / orgs/acme']);
});

test.each(['orgs/octo-org', 'orgs/acme/dependabot', 'user/codespaces', 'acme/edge/environments/live'])(
  '%s has no shadow here: a job of the running repository does not read it',
  async (line) => {
    expect(await search([resolved('acme/home'), resolved(line)])).toMatchObject({ pairs: [], asked: [] });
  },
);

test.each(['', 'acme', '/network'])(
  'nothing is looked for where it is not known what is running: "%s"',
  async (running) => {
    expect(await search([live], { running, shared: ['TE_TOKEN'] })).toMatchObject({ pairs: [], asked: [] });
  },
);
