import { expect, test } from '@jest/globals';
import { minute, second } from '../../../../src/lib/clock.ts';
import type { RotationRecord } from '../../../../src/rotation/record/record.ts';
import { decide, isNoteOpen, type Known } from '../../../../src/rotation/record/table.ts';

/** GitHub gives dates in whole seconds, and its clocks differ: what is noted and parked by one run may seem to be at once. */

const since = Date.UTC(2026, 11, 1, 5, 23, 4);
const record: RotationRecord = {
  token: 'sha256:0000000000000001',
  since,
  validUntil: undefined,
  previous: undefined,
  previousUntil: undefined,
  home: since - minute,
  run: undefined,
  targets: [],
  behind: [],
};

function parkedAt(nextDate: number): Known {
  return {
    record,
    hand: { token: record.token, word: 'accepted' },
    next: { kind: 'token', token: 'sha256:0000000000000002', word: 'refused' },
    nextDate,
    homeDate: since - minute,
    now: since + 60 * minute,
    isRerun: false,
  };
}

test.each([-5 * second, 0, second, -minute])(
  'a refused token that seems to be %i ms later than the record may be the only copy of a living one',
  (ms) => {
    expect(decide(parkedAt(since + ms))).toEqual({ row: 3, act: 'fail: next is refused' });
  },
);

test('one that is clearly older than what was noted is of no use', () => {
  expect(decide(parkedAt(since - minute - second)).act).toBe('delete old next, go on');
});

test('a note that seems to be a little older than the record is open', () => {
  expect([-minute, -second, 0, second].map((ms) => isNoteOpen(record, since + ms))).toEqual([true, true, true, true]);
  expect(isNoteOpen(record, since - minute - second)).toBe(false);
  expect(isNoteOpen(undefined, since)).toBe(true);
});
