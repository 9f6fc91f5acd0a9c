import { DAY } from '../../../sandbox/clocks/clock.ts';
import { expression } from '../../../sandbox/runner/expressions.ts';
import type { Estate } from '../support/estate.ts';
import {
  acceptFromNow,
  ask,
  check,
  foreignToken,
  parked,
  putHome,
  rotatedLongAgo,
  runBroken,
  type Situation,
} from './situation.ts';

/** What an earlier run left beside the home: rows 1 to 4 of the table of what is known. */
export const left: Situation[] = [
  {
    name: 'row 1: the machine is gone once the token is beside the home',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return estate.run({ dies: parked });
    },
  },
  {
    name: 'row 1: ThousandEyes does not answer the run that comes next',
    arrange: async (estate) => {
      await diesParked(estate);
      return runBroken(estate, { ...check, times: 40, fault: { kind: 'status', status: 503 } });
    },
  },
  {
    name: 'row 2: someone stored a token meanwhile, and nobody knows who',
    arrange: async (estate) => {
      await diesParked(estate);
      estate.wait5();
      estate.world.github.rewrite(estate.home, foreignToken(estate));
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: 'row 2: you revoked the old token and stored one of your own meanwhile',
    arrange: async (estate) => {
      await diesParked(estate);
      estate.wait5();
      const { thousandeyes, github } = estate.world;
      thousandeyes.revoke(github.open(estate.home) ?? '');
      estate.create();
      github.rewrite(estate.home, estate.clipboard);
      return estate.run();
    },
    isDown: true,
    mayRevoke: true,
  },
  {
    name: 'row 3: the token beside the home is refused for two days',
    arrange: async (estate) => {
      estate.world.thousandeyes.spread = { ms: 2 * DAY };
      const page = await estate.run();
      acceptFromNow(estate);
      return page;
    },
  },
  {
    name: 'row 3: the token beside the home is never accepted',
    arrange: async (estate) => {
      estate.world.thousandeyes.spread = { ms: 400 * DAY };
      await estate.run();
      estate.world.later('1 day');
      const page = await estate.run();
      acceptFromNow(estate);
      return page;
    },
    mayRevoke: true,
  },
  {
    name: 'row 3: someone revoked both tokens',
    arrange: async (estate) => {
      await diesParked(estate);
      estate.revokeAll();
      return estate.run();
    },
    isDown: true,
    mayRevoke: true,
  },
  {
    name: 'row 4: the run was queued before the token came beside the home',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const { values } = estate;
      await estate.run({ dies: parked });
      return estate.run({ values });
    },
  },
  {
    name: 'row 4: the job is not handed the next token',
    arrange: async (estate) => {
      await diesParked(estate);
      estate.inputs['thousandeyes-token-next'] = expression('secrets.TE_NEXT');
      return estate.run();
    },
    mend: (estate) => {
      delete estate.inputs['thousandeyes-token-next'];
    },
  },
  {
    name: 'row 4: the command of a summary is run after its token was stored',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const { github } = estate.world;
      github.seed(estate.home, { name: 'TE_TOKEN_NEXT', value: github.open(estate.home) ?? '', createdAt: estate.now });
      return estate.run();
    },
  },
  {
    name: 'the home is deleted right after it was written',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const stop = estate.world.meanwhile({ ...putHome, phase: 'acted' }, () => {
        estate.world.github.deleteSecret(estate.home);
      });
      const page = await estate.run();
      stop();
      return page;
    },
    isDown: true,
  },
  {
    name: 'someone else writes the home while its token is asked for',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const own = foreignToken(estate);
      const stop = estate.world.meanwhile({ ...ask, phase: 'acted' }, () => {
        estate.world.later('2 s');
        estate.world.github.rewrite(estate.home, own);
      });
      const page = await estate.run();
      stop();
      return page;
    },
    mayRevoke: true,
  },
];

async function diesParked(estate: Estate): Promise<void> {
  await rotatedLongAgo(estate);
  await estate.run({ dies: parked });
}
