import { day, minute } from '../../lib/clock.ts';
import type { RotationRecord } from './record.ts';

/** ThousandEyes' word on a token; `untold` where it could not tell. */
export type Word = 'accepted' | 'refused' | 'untold';

/** What a run knows before it does anything. Tokens by their fingerprints; moments in ms since the epoch, by GitHub's clock. */
export interface Known {
  readonly record: RotationRecord | undefined;
  /** The token in `thousandeyes-token`. */
  readonly hand: { readonly token: string; readonly word: Word };
  /** What `thousandeyes-token-next` holds. */
  readonly next:
    | { readonly kind: 'none' | 'note'; readonly token?: undefined; readonly word?: undefined }
    | { readonly kind: 'token'; readonly token: string; readonly word: Word };
  /** When `_NEXT` was last written; undefined where it is not there. */
  readonly nextDate: number | undefined;
  /** When the home was last written. */
  readonly homeDate: number;
  readonly now: number;
  /** Whether the run was started again: it may hold secrets of then. */
  readonly isRerun: boolean;
}

/** What follows from a row. */
export type Act =
  /** An earlier run issued `next`: finish with it. */
  | 'finish'
  /** Nothing is touched; the step fails. */
  | 'fail: a re-run'
  | 'fail: next is not told'
  | 'fail: stored meanwhile'
  | 'fail: next is refused'
  | 'fail: stale next'
  | 'fail: hand is refused'
  | 'fail: another token'
  | 'fail: written back'
  /** `_NEXT` is deleted, and the run goes on below. */
  | 'delete next, go on'
  | 'delete old next, go on'
  /** A run asked and ended without a word: the run goes on below, and the note stays. */
  | 'go on beside the note'
  /** Note `hand` as the token in place, before anything else. */
  | 'adopt: first time'
  | 'adopt: stored by hand'
  /** `hand` is the token in place. */
  | 'in place';

/** What is known decides this. */
export interface Decision {
  /** The row of the table that fits; 0 for what stands beside it. */
  readonly row: number;
  readonly act: Act;
  /** What `hand` means, where the run goes on. */
  readonly below?: Decision;
}

interface Row {
  readonly row: number;
  readonly fits: (known: Known) => boolean;
  readonly act: Act;
  readonly goesOn?: true;
}

/** A parked token that is older than this outlived the token which it was to replace. */
export const longestParked = 15 * day;

/** GitHub gives dates in whole seconds, and its clocks differ: dates that are closer than this tell no order. */
const clockDifference = minute;

/** Rows about `_NEXT`, which go before those about `hand`. */
const nextRows: readonly Row[] = [
  { row: 0, fits: (known) => known.isRerun && !isUnchanged(known), act: 'fail: a re-run' },
  { row: 1, fits: (known) => isParked(known, 'untold'), act: 'fail: next is not told' },
  { row: 1, fits: (known) => isParked(known, 'accepted') && mayReplaceHand(known), act: 'finish' },
  { row: 1, fits: (known) => isParked(known, 'accepted') && isHandUntold(known), act: 'fail: next is not told' },
  { row: 2, fits: (known) => isParked(known, 'accepted'), act: 'fail: stored meanwhile' },
  {
    row: 3,
    fits: (known) => isParked(known, 'refused') && mayReplaceHand(known) && isOutlived(known),
    act: 'delete old next, go on',
    goesOn: true,
  },
  { row: 3, fits: (known) => isParked(known, 'refused') && mayReplaceHand(known), act: 'fail: next is refused' },
  { row: 4, fits: isStale, act: 'fail: stale next' },
  { row: 5, fits: isLeftOver, act: 'delete next, go on', goesOn: true },
  { row: 6, fits: (known) => isThere(known) && known.next.kind === 'note', act: 'go on beside the note', goesOn: true },
];

/** Rows about `hand`, where nothing is to be finished; where none fits, the one below. */
const handRows: readonly Row[] = [
  { row: 0, fits: ({ hand }) => hand.word === 'refused', act: 'fail: hand is refused' },
  { row: 7, fits: ({ record }) => record === undefined, act: 'adopt: first time' },
  { row: 8, fits: (known) => isHand(known, 'token'), act: 'in place' },
  { row: 9, fits: (known) => !hasHomeMoved(known), act: 'fail: another token' },
  { row: 10, fits: (known) => isHand(known, 'previous'), act: 'fail: written back' },
];
const storedByHand: Decision = { row: 11, act: 'adopt: stored by hand' };

/** The first row of the table that fits. Every clause of it closes a way to lose or to overwrite a token. */
export function decide(known: Known): Decision {
  const first = nextRows.find(({ fits }) => fits(known));
  if (first === undefined) return decideByHand(known);
  const { row, act, goesOn } = first;
  return goesOn ? { row, act, below: decideByHand(known) } : { row, act };
}

function decideByHand(known: Known): Decision {
  const { row, act } = handRows.find(({ fits }) => fits(known)) ?? storedByHand;
  return { row, act };
}

/** Whether the home was written since the record was: its date is another than the record's. */
export function hasHomeMoved({ record, homeDate }: Pick<Known, 'record' | 'homeDate'>): boolean {
  if (record === undefined) return false;
  return record.home === null ? homeDate > record.since : homeDate !== record.home;
}

/** Whether `next` may be what an earlier run issued, and this is ThousandEyes' word on it. */
export function isParked(known: Known, word: Word): boolean {
  const { next, record, hand } = known;
  if (!isThere(known) || next.word !== word || next.token === record?.previous) return false;
  if (record === undefined || next.token !== record.token) return true;
  return hand.token !== next.token && !isNextLater(known, record);
}

/**
 * A note that was written since the record: a token may have been issued and lost.
 *
 * @param askedAt what the note itself says: by the clock that the record goes by, behind which a server's dates may run
 */
export function isNoteOpen(record: RotationRecord | undefined, nextDate: number, askedAt = nextDate): boolean {
  return record === undefined || Math.max(nextDate, askedAt) >= record.since - clockDifference;
}

function isThere({ nextDate }: Known): boolean {
  return nextDate !== undefined;
}

function isNextLater({ nextDate = 0 }: Known, { since }: RotationRecord): boolean {
  return nextDate > since;
}

function isHand({ hand, record }: Known, name: 'token' | 'previous'): boolean {
  return hand.token === record?.[name];
}

/** A re-run may go on only where nothing has changed since. */
function isUnchanged(known: Known): boolean {
  return !isThere(known) && isHand(known, 'token') && !hasHomeMoved(known);
}

/** `_NEXT` is there, and the run was handed something else: it was queued before. */
function isStale(known: Known): boolean {
  const { next, record } = known;
  if (!isThere(known)) return false;
  if (next.kind === 'none') return true;
  if (next.kind === 'note' || record === undefined) return false;
  return [record.token, record.previous].includes(next.token) && isNextLater(known, record);
}

/** Only the deletion was missing. */
function isLeftOver(known: Known): boolean {
  return isThere(known) && isHand(known, 'token') && known.next.token === known.hand.token;
}

/** A refused token that is of no use: the token which it was to replace, or one that was noted later, works without it. */
function isOutlived(known: Known): boolean {
  const { nextDate = 0, now, hand, record } = known;
  if (hand.word !== 'accepted') return false;
  const isNotedLater = record !== undefined && record.since - nextDate > clockDifference;
  return now - nextDate > longestParked || (isHand(known, 'token') && isNotedLater);
}

/** Nothing tells whether someone stored another token, which works. */
function isHandUntold({ record, hand }: Known): boolean {
  return record !== undefined && hand.word === 'untold';
}

/** Whether what the home holds is the token before `next`, `next` itself, or dead. */
function mayReplaceHand(known: Known): boolean {
  const { record, hand, next, nextDate = 0, homeDate } = known;
  if (hand.word === 'refused' || hand.token === next.token) return true;
  if (record === undefined) return homeDate <= nextDate;
  return isHand(known, 'token') || isHand(known, 'previous');
}
