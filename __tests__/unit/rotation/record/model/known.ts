import { day } from '../../../../../src/lib/clock.ts';
import type { RotationRecord } from '../../../../../src/rotation/record/record.ts';
import type { Known, Word } from '../../../../../src/rotation/record/table.ts';
import { isAlive, later, type Run, type State, type Token } from './state.ts';

const nameOf = (token: Token) => `sha256:${String(token).padStart(16, '0')}`;

/** A rank as a date. */
export const momentOf = (date: number, { unit }: Pick<State, 'unit'>) => date * unit;

/** The moment of a state: what is old by its flags is old by it. */
export function nowOf(state: State): number {
  return momentOf(later(state), state) + (state.next?.isOld ? 16 * day : 0);
}

/** The record as the action reads it. */
export function recordOf(state: State): RotationRecord | undefined {
  const { record } = state;
  if (record === undefined) return undefined;
  const until = { 'to come': nowOf(state) + day, over: nowOf(state) - 1 };
  return {
    token: nameOf(record.token),
    since: momentOf(record.since, state),
    validUntil: undefined,
    previous: record.previous === undefined ? undefined : nameOf(record.previous),
    previousUntil: record.overlap === 'to come' || record.overlap === 'over' ? until[record.overlap] : undefined,
    home: record.home === null ? null : momentOf(record.home, state),
    run: undefined,
    targets: [],
    behind: [],
  };
}

/** What ThousandEyes does not tell at the run's start. */
export interface Untold {
  readonly hand?: boolean;
  readonly next?: boolean;
}

/** What a run knows at its start. */
export function knownTo(run: Run, state: State, untold: Untold = {}): Known {
  const wordOn = (token: Token, isUntold = false): Word =>
    isUntold ? 'untold' : isAlive(state, token) ? 'accepted' : 'refused';
  const { hand, next, isRerun } = run;
  return {
    record: recordOf(state),
    hand: { token: nameOf(hand), word: wordOn(hand, untold.hand) },
    next:
      typeof next === 'number'
        ? { kind: 'token', token: nameOf(next), word: wordOn(next, untold.next) }
        : { kind: next ?? 'none' },
    nextDate: state.next && momentOf(state.next.date, state),
    homeDate: momentOf(state.home.date, state),
    now: nowOf(state),
    isRerun,
  };
}
