import { DAY } from '../../../sandbox/clocks/clock.ts';
import { acceptFromNow, putHome, putNext, rotatedLongAgo, runBroken, type Situation } from './situation.ts';

const forbidden = { kind: 'status', status: 403 } as const;
/** The note, which is the first write of that secret, is taken; the token is not. */
const notKept = { ...putNext, nth: 2, fault: forbidden };

/** What could not be written, or not be read. */
export const writing: Situation[] = [
  {
    name: 'the new token is refused for a day, and can not be kept beside the home',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.world.thousandeyes.spread = { ms: DAY };
      const page = await runBroken(estate, notKept);
      acceptFromNow(estate);
      return page;
    },
  },
  ...[401, 403, 500].map(
    (status): Situation => ({
      name: `the home is refused with ${status}`,
      arrange: async (estate) => {
        await rotatedLongAgo(estate);
        return runBroken(estate, { ...putHome, fault: { kind: 'status', status } });
      },
    }),
  ),
  {
    name: 'neither the home nor the secret beside it can be written',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return runBroken(estate, { ...putHome, fault: forbidden }, notKept);
    },
  },
  {
    name: "something answers in GitHub's place, and the home is not written",
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return runBroken(estate, { ...putHome, fault: { kind: 'swallow' } });
    },
  },
  {
    name: 'the record can not be read',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.world.variable().seed('no JSON');
      return estate.run();
    },
  },
  {
    name: 'the record can not be read in an overlap',
    arrange: async (estate) => {
      await estate.run();
      estate.world.later('2 days');
      estate.world.variable().seed('{"v":1,"token":7}');
      return estate.run();
    },
  },
  {
    name: 'the record can not be written at the end',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return runBroken(estate, { method: 'PATCH', nth: 2, path: '/variables/TE_TOKEN_ROTATION', fault: forbidden });
    },
  },
  {
    name: 'a target can not be written',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.world.faults.add({ method: 'PUT', path: /acme\/edge\/.*TE_TOKEN$/, fault: forbidden });
      return estate.run();
    },
    mend: (estate) => estate.world.faults.clear(),
  },
  {
    name: 'a pattern finds a repository that the record does not know',
    arrange: async (estate) => {
      estate.inputs.targets = ['acme/network', 'acme/e*', 'orgs/acme'].join('\n');
      await rotatedLongAgo(estate);
      estate.world.setup(['acme/extra'], { value: estate.world.github.open(estate.home) ?? '' });
      estate.lines.push('acme/extra');
      return estate.run();
    },
  },
];
