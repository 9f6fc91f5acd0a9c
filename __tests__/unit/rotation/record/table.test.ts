import { describe, expect, it } from '@jest/globals';
import type { RotationRecord } from '../../../../src/rotation/record/record.ts';
import {
  type Act,
  decide,
  hasHomeMoved,
  isNoteOpen,
  type Known,
  longestParked,
} from '../../../../src/rotation/record/table.ts';
import { day, hour, minute, now, second } from '../../support/time.ts';

/** The record's `token` and `previous`, a token that an earlier run may have issued, and one that nobody knows. */
const [T, V, N, X] = ['sha256:the-token', 'sha256:the-one-before', 'sha256:the-next', 'sha256:anything'];
const since = now - 20 * day;
const home = since - second;

const record: RotationRecord = {
  token: T,
  since,
  validUntil: undefined,
  previous: V,
  previousUntil: undefined,
  home,
  run: undefined,
  targets: [],
  behind: [],
};

/** A run with nothing left behind: `hand` is T, and the home is as it was noted. */
function known(more: Partial<Known> = {}): Known {
  return {
    record,
    hand: { token: T, word: 'accepted' },
    next: { kind: 'none' },
    nextDate: undefined,
    homeDate: home,
    now,
    isRerun: false,
    ...more,
  };
}

type Word = Known['hand']['word'];
const hand = (token: string, word: Word = 'accepted') => ({ hand: { token, word } });
/** What `_NEXT` holds, an hour old. */
const parked = (token: string, word: Word = 'accepted', nextDate = now - hour) => ({
  next: { kind: 'token' as const, token, word },
  nextDate,
});
const note = { next: { kind: 'note' as const }, nextDate: now - hour };
const moved = { homeDate: since + second };
const noRecord = { record: undefined };
const neverConfirmed = { record: { ...record, home: null } };
/** A token that was left before the record was noted, by any clock. */
const beforeRecord = since - minute - second;
const soon = { now: since + hour };
const oldNext = now - longestParked - second;

type Case = readonly [situation: string, known: Partial<Known>, row: number, act: Act, below?: Act];

const rows: readonly Case[] = [
  ['T, the home as it was', {}, 8, 'in place'],
  ['T, the home moved', moved, 8, 'in place'],
  ['T, of which ThousandEyes tells nothing', hand(T, 'untold'), 8, 'in place'],
  ['T, refused', hand(T, 'refused'), 0, 'fail: hand is refused'],
  ['no record', { ...noRecord, ...hand(X) }, 7, 'adopt: first time'],
  ['no record, refused', { ...noRecord, ...hand(X, 'refused') }, 0, 'fail: hand is refused'],
  ['another token, the home as it was', hand(X), 9, 'fail: another token'],
  ['V, the home as it was', hand(V), 9, 'fail: another token'],
  ['V, the home moved', { ...hand(V), ...moved }, 10, 'fail: written back'],
  ['another token, the home moved', { ...hand(X), ...moved }, 11, 'adopt: stored by hand'],
  [
    'another token, the home dated before the record',
    { ...hand(X), homeDate: home - day },
    11,
    'adopt: stored by hand',
  ],
  ['another token, refused', { ...hand(X, 'refused'), ...moved }, 0, 'fail: hand is refused'],
  [
    'another token, home not noted, not later',
    { ...neverConfirmed, ...hand(X), homeDate: since },
    9,
    'fail: another token',
  ],
  ['another token, home not noted, later', { ...neverConfirmed, ...hand(X), ...moved }, 11, 'adopt: stored by hand'],
  ['V, home not noted, later', { ...neverConfirmed, ...hand(V), ...moved }, 10, 'fail: written back'],
];

const parkedRows: readonly Case[] = [
  ['T in hand', parked(N), 1, 'finish'],
  ['V in hand', { ...parked(N), ...hand(V) }, 1, 'finish'],
  ['itself in hand', { ...parked(N), ...hand(N), ...moved }, 1, 'finish'],
  ['a refused token in hand', { ...parked(N), ...hand(X, 'refused'), ...moved }, 1, 'finish'],
  ['T in hand, refused', { ...parked(N), ...hand(T, 'refused') }, 1, 'finish'],
  ['T in hand, of which nothing is told', { ...parked(N), ...hand(T, 'untold') }, 1, 'finish'],
  ['another in hand that works', { ...parked(N), ...hand(X), ...moved }, 2, 'fail: stored meanwhile'],
  ['another in hand, the home as it was', { ...parked(N), ...hand(X) }, 2, 'fail: stored meanwhile'],
  ['another in hand, untold', { ...parked(N), ...hand(X, 'untold') }, 1, 'fail: next is not told'],
  ['no record, the home not later', { ...noRecord, ...parked(N), ...hand(X), homeDate: now - hour }, 1, 'finish'],
  ['no record, the home later', { ...noRecord, ...parked(N), ...hand(X), homeDate: now }, 2, 'fail: stored meanwhile'],
  [
    'no record, the home later, hand untold',
    { ...noRecord, ...parked(N), ...hand(X, 'untold'), homeDate: now },
    2,
    'fail: stored meanwhile',
  ],
  [
    'no record, the home later, hand refused',
    { ...noRecord, ...parked(N), ...hand(X, 'refused'), homeDate: now },
    1,
    'finish',
  ],
  ['no record, the home later, itself in hand', { ...noRecord, ...parked(N), ...hand(N), homeDate: now }, 1, 'finish'],
  ['not told', parked(N, 'untold'), 1, 'fail: next is not told'],
  ['refused, T in hand', parked(N, 'refused'), 3, 'fail: next is refused'],
  ['refused, hand refused', { ...parked(N, 'refused'), ...hand(X, 'refused') }, 3, 'fail: next is refused'],
  ['refused, 15 days old', parked(N, 'refused', now - longestParked), 3, 'fail: next is refused'],
  ['refused, older', parked(N, 'refused', oldNext), 3, 'delete old next, go on', 'in place'],
  [
    'refused, older, hand untold',
    { ...parked(N, 'refused', oldNext), ...hand(T, 'untold') },
    3,
    'fail: next is refused',
  ],
  [
    'refused, older, hand refused',
    { ...parked(N, 'refused', oldNext), ...hand(T, 'refused') },
    3,
    'fail: next is refused',
  ],
  [
    'refused, noted clearly after it',
    { ...parked(N, 'refused', beforeRecord), ...soon },
    3,
    'delete old next, go on',
    'in place',
  ],
  [
    'refused, noted at about the same time',
    { ...parked(N, 'refused', since - minute), ...soon },
    3,
    'fail: next is refused',
  ],
  [
    'refused, noted clearly after it, V in hand',
    { ...parked(N, 'refused', beforeRecord), ...soon, ...hand(V) },
    3,
    'fail: next is refused',
  ],
  ['refused, another in hand, moved', { ...parked(N, 'refused'), ...hand(X), ...moved }, 11, 'adopt: stored by hand'],
  ['refused, another in hand, not moved', { ...parked(N, 'refused'), ...hand(X) }, 9, 'fail: another token'],
  [
    'refused, older, no record',
    { ...noRecord, ...parked(N, 'refused', oldNext), ...hand(X), homeDate: oldNext },
    3,
    'delete old next, go on',
    'adopt: first time',
  ],
];

const knownRows: readonly Case[] = [
  ['T, another in hand, not later', { ...parked(T, 'accepted', since), ...hand(V), ...moved }, 1, 'finish'],
  ['T, hand refused, not later', { ...parked(T, 'accepted', since), ...hand(X, 'refused') }, 1, 'finish'],
  [
    'T, a token stored by hand, not later',
    { ...parked(T, 'accepted', since), ...hand(X) },
    2,
    'fail: stored meanwhile',
  ],
  [
    'T refused, another in hand, not later',
    { ...parked(T, 'refused', since), ...hand(V), now: since + hour },
    3,
    'fail: next is refused',
  ],
  ['T, another in hand, later', { ...parked(T, 'accepted', since + second), ...hand(V) }, 4, 'fail: stale next'],
  ['T, T in hand, later', parked(T, 'accepted', since + second), 4, 'fail: stale next'],
  ['T, T in hand, not later', parked(T, 'accepted', since), 5, 'delete next, go on', 'in place'],
  [
    'T, T in hand, refused',
    { ...parked(T, 'refused', since), ...hand(T, 'refused') },
    5,
    'delete next, go on',
    'fail: hand is refused',
  ],
  ['V, later', parked(V, 'accepted', since + second), 4, 'fail: stale next'],
  ['V, not later', parked(V, 'accepted', since), 8, 'in place'],
  ['V, V in hand, moved', { ...parked(V, 'accepted', since), ...hand(V), ...moved }, 10, 'fail: written back'],
  ['nothing that this run was given', { nextDate: now - hour }, 4, 'fail: stale next'],
  ['nothing that this run was given, no record', { ...noRecord, nextDate: now - hour }, 4, 'fail: stale next'],
];

const noteRows: readonly Case[] = [
  ['T in hand', note, 6, 'go on beside the note', 'in place'],
  ['hand refused', { ...note, ...hand(T, 'refused') }, 6, 'go on beside the note', 'fail: hand is refused'],
  [
    'T in hand, which is the first that was noted',
    { ...note, record: { ...record, previous: undefined } },
    6,
    'go on beside the note',
    'in place',
  ],
  ['no record', { ...note, ...noRecord }, 6, 'go on beside the note', 'adopt: first time'],
  ['stored by hand', { ...note, ...hand(X), ...moved }, 6, 'go on beside the note', 'adopt: stored by hand'],
  ['written back', { ...note, ...hand(V), ...moved }, 6, 'go on beside the note', 'fail: written back'],
];

const rerunRows: readonly Case[] = [
  ['nothing changed', {}, 8, 'in place'],
  ['the home moved', moved, 0, 'fail: a re-run'],
  ['another token in hand', hand(V), 0, 'fail: a re-run'],
  ['something is parked', parked(N), 0, 'fail: a re-run'],
  ['a note is there', note, 0, 'fail: a re-run'],
  ['no record', noRecord, 0, 'fail: a re-run'],
  ['what it was given is gone', { ...parked(N), nextDate: undefined }, 8, 'in place'],
];

function expectRow([, more, row, act, below]: Case, rest: Partial<Known> = {}) {
  const found = decide(known({ ...more, ...rest }));
  expect([found.row, found.act, found.below?.act]).toEqual([row, act, below]);
}

describe('with nothing in _NEXT, the token in hand decides', () => {
  it.each(rows)('%s', (...row) => expectRow(row));
  it.each(rows)('whatever the run was given for it: %s', (...row) => expectRow(row, { next: { kind: 'note' } }));
});

describe('a token in _NEXT that the record does not know', () => {
  it.each(parkedRows)('%s', (...row) => expectRow(row));
});

describe('something in _NEXT that the record knows, or that the run was not given', () => {
  it.each(knownRows)('%s', (...row) => expectRow(row));
});

describe('a note in _NEXT', () => {
  it.each(noteRows)('%s', (...row) => expectRow(row));
});

describe('a re-run', () => {
  it.each(rerunRows)('%s', (...row) => expectRow(row, { isRerun: true }));
});

describe('whether the home has moved', () => {
  it('tells by its date where the record has one, be it later or earlier', () => {
    const movedAt = (homeDate: number) => hasHomeMoved({ record, homeDate });
    expect([home, home + second, home - second].map(movedAt)).toEqual([false, true, true]);
  });

  it('tells by the moment of the record where it has none', () => {
    const movedAt = (homeDate: number) => hasHomeMoved({ ...neverConfirmed, homeDate });
    expect([since - second, since, since + second].map(movedAt)).toEqual([false, false, true]);
  });

  it('does not move without a record', () => {
    expect(hasHomeMoved({ record: undefined, homeDate: now })).toBe(false);
  });
});

describe('a note', () => {
  it('is open where it is not clearly earlier than the record: clocks differ by up to a minute', () => {
    const dates = [since - minute - second, since - minute, since, since + second];
    expect(dates.map((date) => isNoteOpen(record, date))).toEqual([false, true, true, true]);
  });

  it('goes by what the note itself says where its date is shown earlier', () => {
    expect(isNoteOpen(record, since - hour, since)).toBe(true);
    expect(isNoteOpen(record, since - hour, since - hour)).toBe(false);
  });

  it('is open without a record', () => {
    expect(isNoteOpen(undefined, 1)).toBe(true);
  });
});
