import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Played } from '../advice/support/play.ts';
import { playAll, wantedFor } from '../advice/support/table.ts';

/** Each advice obeyed while the dates that GitHub gives secrets are behind its own clock, or ahead of it. */
describe.each([{ datesSkew: -5000 }, { datesSkew: 3000 }, { isLate: true, datesSkew: -5000 }, { isLate: true }])(
  'obeyed with %j',
  (ways) => {
    let plays: Played[] = [];
    beforeAll(async () => {
      plays = await playAll(ways);
    }, 170_000);

    test.each(wantedFor(ways).map(({ name }) => name))('%s', (name) => {
      expect(plays.find((each) => each.name === name)?.faults).toEqual([]);
    });
  },
);
