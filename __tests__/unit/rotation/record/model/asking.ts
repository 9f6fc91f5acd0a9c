import { isNoteOpen } from '../../../../../src/rotation/record/table.ts';
import { momentOf, recordOf } from './known.ts';
import { isAlive, type Run, type State, withActive, withNext } from './state.ts';
import type { Step, Steps } from './steps.ts';

/** The home is proven by the note, or by a write test where an earlier run's note is there. */
export function prove(steps: Steps): Step[] {
  const { state, run } = steps;
  if (run.hasOpenNote) return steps.go('write test, the note stays', state, { at: 'ask', ownDate: undefined }).all;
  const noted = withNext(state, 'note');
  if (state.next !== undefined && run.isNextAbsent)
    return steps.red('note: answered as updated', noted, 'faster', 'run again').all;
  return steps
    .go('note', noted, { at: 'ask', ownDate: noted.next?.date })
    .red('note: no answer, done', noted, 'unclear', 'run again', 1)
    .red('note: refused', state, 'refused', 'run again', 1)
    .gone('note: done', noted).all;
}

/** `_NEXT` is deleted only by who wrote it last. */
function isOwn({ state, run }: Steps): boolean {
  return state.next !== undefined && run.ownDate !== undefined && state.next.date === run.ownDate;
}

function withoutOwnNote(steps: Steps): State {
  return isOwn(steps) && !steps.run.hasOpenNote ? { ...steps.state, next: undefined } : steps.state;
}

export function ask(steps: Steps): Step[] {
  const { state, run } = steps;
  if (!isAlive(state, run.hand)) {
    const what = `hand refused${run.hasOpenNote ? ', maybe lost' : ''}`;
    return steps.red('POST 401', withoutOwnNote(steps), what, 'run again, then recover').all;
  }
  if (state.active.length === 2) return conflict(steps);
  const token = state.unborn;
  const active = { token, isDying: false };
  const issued = withActive({ ...state, unborn: token + 1 }, { token: run.hand, isDying: true }, active);
  // Nobody has it: the note tells.
  const lost: State = { ...issued, excused: [...issued.excused, token] };
  return steps
    .go('POST 201', issued, { at: 'park', token })
    .red('POST: answer lost', lost, 'maybe lost', 'run again', 1)
    .gone('POST 201', lost)
    .red('POST: in doubt, nothing issued', state, 'maybe lost', 'run again', 1)
    .red('POST: never sent', withoutOwnNote(steps), 'not issued', 'run again', 1)
    .gone('before POST', state).all;
}

function conflict(steps: Steps): Step[] {
  const { state, run } = steps;
  const { record, next } = state;
  const expected = run.hasOpenNote ? run.nextDate : run.ownDate;
  if (record?.token !== run.recorded || next === undefined || next.date !== expected)
    return steps.red('POST 409', state, 'faster', 'run again').all;
  conflictTold(steps, withHandSpread(withoutOwnNote(steps), run));
  return steps
    .red('POST 409, another target fails', withoutOwnNote(steps), 'two tokens', 'run again', 1)
    .gone('POST 409', state).all;
}

/** No other token will come for days, and the one in hand works: what does not hold it gets it. */
function withHandSpread(state: State, { hand }: Run): State {
  if (state.record === undefined || state.record.isOtherHeld) return state;
  return { ...state, other: hand, record: { ...state.record, isOtherHeld: true } };
}

function conflictTold(steps: Steps, clean: State): void {
  const { run, state } = steps;
  const { record, next } = state;
  if (run.hasOpenNote && next !== undefined && isNoteOpen(recordOf(state), momentOf(next.date, state))) {
    const overlaps = record?.overlap === 'to come';
    steps.red('POST 409', clean, 'maybe lost', overlaps ? 'wait' : 'run again, then recover');
    return;
  }
  const advice = record === undefined || record.overlap === 'unknown' ? 'wait, then recover' : 'recover';
  steps.red('POST 409', clean, 'two tokens', advice);
  if (!run.hasOpenNote) steps.red('POST 409, note not deleted', state, 'two tokens', 'run again', 1);
}

/** The new token beside the home, and ThousandEyes' word on it. */
export function park(steps: Steps): Step[] {
  const { state, run } = steps;
  const { token } = run;
  const parked = withNext(state, token);
  const change = { at: 'home', ownDate: parked.next?.date, isParked: true } as const;
  const lost: State = token === undefined ? state : { ...state, excused: [...state.excused, token] };
  return steps
    .go('park', parked, change)
    .go('park: no answer, done', parked, { at: 'home' }, 1)
    .go('park: refused', state, { at: 'home' }, 1)
    .post('parked', parked, change)
    .post('journal, not parked', state, { at: 'home' })
    .gone('parked', parked)
    .gone('journal, not parked', lost)
    .red('parked, new token refused', parked, 'never accepted', 'run again', 1).all;
}
