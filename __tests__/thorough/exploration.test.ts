import { describe, expect, it } from '@jest/globals';
import { explore, unexpectedIn } from '../unit/rotation/record/model/explore.ts';
import { starts } from '../unit/rotation/record/model/state.ts';

const names = Object.keys(starts) as (keyof typeof starts)[];
const patience = 300_000;

describe('every state that the table leads to, far', () => {
  it.each(names)(
    'keeps every rule, four runs after each other, from: %s',
    (start) => {
      const explored = explore({ start, bounds: { acts: 3, faults: 2, runs: 4 } });
      expect(unexpectedIn(explored)).toEqual([]);
      expect(explored.states).toBeGreaterThan(100_000);
    },
    patience,
  );

  it.each(names)(
    'keeps every rule, three runs in the queue and re-runs, from: %s',
    (start) => {
      const bounds = { acts: 2, faults: 2, runs: 3 };
      const explored = explore({ start, bounds, atOnce: 2, hasReruns: true });
      expect(unexpectedIn(explored)).toEqual([]);
      expect(explored.states).toBeGreaterThan(100_000);
    },
    patience,
  );
});
