import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Played } from '../advice/support/play.ts';
import { playAll, wantedFor } from '../advice/support/table.ts';

/** The same as `__tests__/advice/advice.test.ts`, but as late as the words let the actor, while GitHub's clocks differ. */
const ways = { isLate: true, datesSkew: 3000 };

describe('obeyed at the last moment', () => {
  let plays: Played[] = [];
  beforeAll(async () => {
    plays = await playAll(ways);
  }, 170_000);

  test.each(wantedFor(ways).map(({ name }) => name))('%s', (name) => {
    const played = plays.find((each) => each.name === name);
    expect(played?.faults).toEqual([]);
    expect(played?.days).toBeLessThanOrEqual(33);
  });
});
