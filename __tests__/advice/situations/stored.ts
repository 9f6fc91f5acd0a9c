import type { Estate } from '../support/estate.ts';
import type { Page } from '../support/job.ts';
import { others, putNext, rotatedLongAgo, type Situation } from './situation.ts';

/** What someone stored, or a job was handed: rows 9 to 11, and a token in hand that is refused. */
export const stored: Situation[] = [
  {
    name: 'row 9: the run was queued before a rotation',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const { values } = estate;
      await estate.run();
      return estate.run({ values });
    },
  },
  {
    name: 'row 9: the job names no environment, and reads an older secret, which works',
    arrange: (estate) => withoutEnvironment(estate, '2 days'),
    mend: (estate) => {
      estate.environment = 'prod';
    },
    targets: ['acme/network/environments/prod', ...others],
  },
  {
    name: '401: the job names no environment, and reads an older secret, which is dead',
    arrange: (estate) => withoutEnvironment(estate, '16 days'),
    mend: (estate) => {
      estate.environment = 'prod';
    },
    targets: ['acme/network/environments/prod', ...others],
  },
  {
    name: 'row 10: Terraform wrote the old token back',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const old = estate.world.github.open(estate.home) ?? '';
      await estate.run();
      estate.world.later('2 days');
      estate.world.github.rewrite(estate.home, old);
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: 'row 10: the old token was written back over one that was stored by hand',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const { github } = estate.world;
      const old = github.open(estate.home) ?? '';
      estate.create();
      github.rewrite(estate.home, estate.clipboard);
      await estate.run({ mode: 'sync' });
      estate.world.later('2 days');
      github.rewrite(estate.home, old);
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: 'row 11: stored by hand, beside the token before it',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.create();
      estate.world.github.rewrite(estate.home, estate.clipboard);
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: 'row 11: stored by hand, the one before it revoked',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.revokeAll();
      estate.create();
      estate.world.github.rewrite(estate.home, estate.clipboard);
      return estate.run();
    },
    isDown: true,
  },
  {
    name: 'the token in hand has expired',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.revokeAll();
      return estate.run();
    },
    isDown: true,
    mayRevoke: true,
  },
  {
    name: 'the token in hand was revoked, and a second one is there',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.revokeAll();
      estate.create();
      return estate.run();
    },
    isDown: true,
    mayRevoke: true,
  },
  {
    name: 'the token is revoked right before a new one is asked for',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const stop = estate.world.meanwhile({ ...putNext }, () => {
        estate.world.thousandeyes.revoke(estate.world.github.open(estate.home) ?? '');
      });
      const page = await estate.run();
      stop();
      return page;
    },
    isDown: true,
    mayRevoke: true,
  },
  {
    name: 'another run was faster',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      let other: Promise<Page> | undefined;
      const stop = estate.world.meanwhile({ ...putNext }, () => {
        other ??= estate.run();
      });
      const page = await estate.run();
      stop();
      await other;
      return page;
    },
    mayRevoke: true,
  },
  {
    name: 'a re-run, after a rotation',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const { values } = estate;
      await estate.run();
      return estate.run({ values, attempt: 2 });
    },
  },
];

/** The workflow lost its `environment:`, and the repository has a secret of that name, too. */
async function withoutEnvironment(estate: Estate, span: string): Promise<Page> {
  const { world, environment } = estate;
  const [repository = ''] = estate.home.split('/environments/');
  world.github.seed(repository, { value: world.currentToken });
  await estate.run();
  world.later(span);
  if (environment !== undefined) estate.environment = undefined;
  return estate.run();
}
