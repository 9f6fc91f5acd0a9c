import { expect, test } from '@jest/globals';
import { overlap, overlapWithMargin, surelyNoRotation } from '../../../src/thousandeyes/overlap.ts';
import { day } from '../support/time.ts';

test('two tokens overlap for 14 days, and a day is left on each side for clocks that differ', () => {
  expect({ overlap, overlapWithMargin, surelyNoRotation }).toEqual({
    overlap: 14 * day,
    overlapWithMargin: 15 * day,
    surelyNoRotation: 13 * day,
  });
});
