import type { Estate } from '../support/estate.ts';
import { acceptFromNow, ask, check, putHome, rotatedLongAgo, type Situation } from './situation.ts';

/** A token was asked for, and did not come, or nobody told: row 6, 409, and what main leaves to post. */
export const asking: Situation[] = [
  {
    name: 'row 6: the machine is gone while the token is asked for, and one was issued',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return estate.run({ dies: { ...ask, phase: 'acted' } });
    },
    mayRevoke: true,
  },
  {
    name: 'row 6: the machine is gone while the token is asked for, and none was issued',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return estate.run({ dies: { ...ask, phase: 'received' } });
    },
  },
  {
    name: 'row 6: killed while asking in an overlap that nothing tells of',
    arrange: async (estate) => {
      await regeneratedByHand(estate);
      return estate.run({ dies: { ...ask, phase: 'acted' } });
    },
    mayRevoke: true,
  },
  {
    name: '409: two tokens at the first rotation, the usual overlap',
    arrange: async (estate) => {
      await regeneratedByHand(estate);
      return estate.run();
    },
  },
  {
    name: '409: two tokens at the first rotation, both made by hand',
    arrange: async (estate) => {
      estate.create();
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: '409: someone made a second token long after a rotation',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.create();
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: 'three times 503, and a token was issued',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      const act = [true, false, false];
      estate.world.faults.sequence(
        ask,
        act.map((acts) => ({ kind: 'status', status: 503, act: acts })),
      );
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: 'three times 503, and none was issued',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.world.faults.add({ ...ask, times: 3, fault: { kind: 'status', status: 503 } });
      return estate.run();
    },
  },
  {
    name: 'the answer with the token can not be read',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.world.faults.add({ ...ask, times: 1, fault: { kind: 'malformed' } });
      return estate.run();
    },
    mayRevoke: true,
  },
  {
    name: 'main is killed while it asks, a token was issued, and post runs',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return estate.run({ dies: { ...ask, phase: 'acted' }, post: true });
    },
    mayRevoke: true,
  },
  {
    name: 'main is killed while it checks a token that is refused, and post runs',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      estate.world.thousandeyes.spread = { ms: 30 * 60_000 };
      const page = await estate.run({ dies: { ...check, nth: 5, phase: 'acted' }, post: true });
      acceptFromNow(estate);
      return page;
    },
  },
  {
    name: 'post is handed another credential',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return estate.run({
        dies: { ...putHome, phase: 'received' },
        post: true,
        postWith: { 'github-token': 'ghp_another' },
      });
    },
  },
  {
    name: 'the journal is gone when post comes',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      return estate.run({ dies: { ...putHome, phase: 'received' }, post: true, cleared: true });
    },
  },
  {
    name: 'the role may not regenerate',
    arrange: async (estate) => {
      await rotatedLongAgo(estate);
      for (const account of estate.world.thousandeyes.accounts) account.apiAccess = false;
      return estate.run();
    },
    mend: (estate) => {
      for (const account of estate.world.thousandeyes.accounts) account.apiAccess = true;
    },
  },
];

/** The token in the home was made by a regenerate a day ago, as in the usual overlap. */
async function regeneratedByHand({ world, home, lines }: Estate): Promise<void> {
  const { url } = world.thousandeyes;
  const headers = { authorization: `Bearer ${world.currentToken}` };
  await fetch(`${url}/api-tokens`, { method: 'POST', headers });
  const [token = ''] = world.thousandeyes.issued;
  for (const line of lines) if (line === home) world.github.rewrite(line, token);
  for (const line of lines) world.github.rewrite(line, token);
  world.later('1 day');
}
