import { dueFrom } from '../../../../../src/rotation/due.ts';
import {
  type Act,
  type Decision,
  type decide,
  hasHomeMoved,
  isNoteOpen,
} from '../../../../../src/rotation/record/table.ts';
import { knownTo, momentOf, nowOf, recordOf, type Untold } from './known.ts';
import { handedNow, later, type Run, type State } from './state.ts';
import { type Advice, type Step, Steps } from './steps.ts';

/** The action's table, or one with a clause less. */
export type Decide = typeof decide;

/** What the table's rows that stop a run tell people. */
const stops: Readonly<Partial<Record<Act, readonly [what: string, advice: Advice]>>> = {
  'fail: a re-run': ['re-run', 'run again'],
  'fail: next is not told': ['not told', 'run again'],
  'fail: stored meanwhile': ['stored meanwhile', 'replaced by hand'],
  'fail: next is refused': ['next refused', 'next refused'],
  'fail: stale next': ['stale', 'run again'],
  'fail: hand is refused': ['hand refused', 'run again, then recover'],
  'fail: another token': ['queued before, or another environment', 'store again or run again'],
  'fail: written back': ['written back', 'run again, then recover'],
};

/** A run reads everything, and the table decides. */
export function begin(state: State, index: number, queued: Run, table: Decide): Step[] {
  const all = beginTold(state, index, queued, {}, table);
  const untold: readonly Untold[] = [{ next: true }, { hand: true }, { hand: true, next: true }];
  const useful = untold.filter(({ next }) => !next || typeof queued.next === 'number');
  for (const each of useful)
    all.push(
      ...beginTold(state, index, queued, each, table)
        .filter(({ cost }) => cost === 0)
        .map((step): Step => ({ ...step, label: `ThousandEyes tells nothing: ${step.label}`, cost: 1 })),
    );
  return all;
}

function beginTold(state: State, index: number, queued: Run, untold: Untold, table: Decide): Step[] {
  const { home, next, record, under } = state;
  const known = knownTo(queued, state, untold);
  const decision = table(known);
  const now = handedNow(state);
  const run: Run = {
    ...queued,
    row: decision.row,
    homeDate: home.date,
    nextDate: next?.date,
    recorded: record?.token,
    isFresh: under.length === 1 && queued.hand === now.hand && queued.next === now.next,
    isNextAbsent: next === undefined,
    hasOpenNote:
      queued.next === 'note' && next !== undefined && isNoteOpen(recordOf(state), momentOf(next.date, state)),
    hasHomeMoved: hasHomeMoved(known),
    isHandTold: known.hand.word !== 'untold',
  };
  return follow(state, index, run, decision);
}

function follow(state: State, index: number, run: Run, decision: Decision): Step[] {
  const steps = new Steps(state, index, run);
  const label = `row ${decision.row}`;
  if (decision.act === 'finish') return finishing(steps, label).all;
  const act = decision.below?.act ?? decision.act;
  const stop = stops[act];
  if (stop !== undefined) {
    const lost = run.hasOpenNote ? ', maybe lost' : '';
    return steps.red(`${label}: ${act}`, state, `${stop[0]}${lost}`, stop[1]).all;
  }
  const isDeleted = decision.act === 'delete next, go on' || decision.act === 'delete old next, go on';
  if (!isDeleted) return goOn(steps, state, label, act, {}).all;
  const without = { ...state, next: undefined };
  const change = { isNextAbsent: true, nextDate: undefined };
  goOn(steps, without, `${label}: deletes _NEXT, then row ${decision.below?.row}`, act, change);
  goOn(steps, state, `${label}: can't delete _NEXT, then row ${decision.below?.row}`, act, {}, 1);
  return steps.all;
}

function finishing(steps: Steps, label: string): Steps {
  const { run, state } = steps;
  if (typeof run.next !== 'number') throw new Error('the table finishes without a token');
  const isHomeDone = run.hand === run.next;
  return steps.go(`${label}: finish`, state, {
    at: isHomeDone ? 'others' : 'home',
    token: run.next,
    ownDate: run.nextDate,
    isParked: true,
  });
}

function goOn(steps: Steps, state: State, label: string, act: Act, change: Partial<Run>, cost: 0 | 1 = 0): Steps {
  if (act !== 'in place') return steps.go(label, state, { ...change, at: 'adopt' }, cost);
  return steps.go(label, state, { ...change, at: placeOf(steps.run, state) }, cost);
}

/** Where a run goes on whose token the record names. */
export function placeOf({ mode }: Run, state: State): Run['at'] {
  if (mode === 'sync') return 'spread';
  return dueFrom(recordOf(state), undefined, nowOf(state)).kind === 'due' ? 'prove' : 'spread';
}

/** Notes the token in hand, before anything else. */
export function adopt(steps: Steps): Step[] {
  const { state, run } = steps;
  if (state.record?.token !== run.recorded) return faster(steps);
  const noted: State = {
    ...state,
    record: {
      token: run.hand,
      previous: run.recorded,
      home: run.homeDate ?? null,
      since: later(state),
      overlap: 'unknown',
      isOtherHeld: false,
    },
  };
  return steps
    .go('adopt', noted, { at: placeOf(run, noted), recorded: run.hand })
    .red('adopt: refused', state, 'record', 'run again', 1)
    .red('adopt: no answer, done', noted, 'record', 'run again', 1)
    .gone('adopt: done', noted).all;
}

export function faster(steps: Steps): Step[] {
  return steps.red('another run was faster', steps.state, 'faster', 'run again').all;
}

/** Nothing is asked for: writes what is behind. */
export function spread(steps: Steps): Step[] {
  const { state, run } = steps;
  if (state.record?.isOtherHeld && state.record.token === run.hand) return done(steps, 'all held', state);
  const written = { ...state, other: run.hand };
  return steps
    .go('other', written, { at: 'note spread' })
    .red('other: fails', state, 'behind', 'run again', 1)
    .gone('other: done', written).all;
}

export function noteSpread(steps: Steps): Step[] {
  const { state, run } = steps;
  const { record } = state;
  if (record === undefined || record.token !== run.recorded) return faster(steps);
  const held = { ...state, record: { ...record, isOtherHeld: true } };
  done(steps, 'record', held);
  return steps.red('record: refused', state, 'record', 'run again', 1).all;
}

function done(steps: Steps, label: string, state: State): Step[] {
  const { hasOpenNote, nextDate = 0, mode } = steps.run;
  const overlaps = state.record?.overlap === 'to come';
  if (hasOpenNote && isNoteOpen(recordOf(state), momentOf(nextDate, state)))
    return steps.red(label, state, 'maybe lost, not asked', overlaps ? 'wait' : 'rotate').all;
  if (mode === 'sync') return steps.green(label, state, 'sync').all;
  return steps.green(label, state, overlaps ? 'overlap' : 'not due', 'wait').all;
}
