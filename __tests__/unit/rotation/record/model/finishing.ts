import { faster } from './beginning.ts';
import { later, type Run, type State, withHome, withNext } from './state.ts';
import type { Step, Steps } from './steps.ts';

/** The one token that this run brings home. */
function tokenOf({ token }: Run): number {
  if (token === undefined) throw new Error('nothing is to be finished');
  return token;
}

export function writeHome(steps: Steps): Step[] {
  const { state, run } = steps;
  const token = tokenOf(run);
  if (state.home.date !== run.homeDate) {
    if (run.isUnclear)
      return steps.go('home: moved, taken for ours', state, { at: 'others', isTakenForOurs: true }).all;
    return withoutHome(steps, 'home: moved by another', 'written by another', 0);
  }
  const written = withHome(state, token);
  steps
    .go('home', written, { at: 'others', hasWrittenHome: true })
    .go('home: no answer, done', written, { isUnclear: true, hasWrittenHome: true }, 1);
  if (!run.isUnclear) steps.go('home: no answer, not done', state, { isUnclear: true }, 1);
  withoutHome(steps, 'home: refused', 'home', 1);
  steps
    .post('home: done, not noted', written, { isUnclear: true, hasWrittenHome: true })
    .post('before home', state)
    .post('home: noted, not done', state, { isUnclear: true })
    .gone('home: done', written);
  const isKept = run.isParked || state.next?.holds === token;
  return steps.gone('before home', isKept ? state : { ...state, excused: [...state.excused, token] }).all;
}

/** Parked once more where it is not, else a summary shows the sealed token. */
function withoutHome(steps: Steps, label: string, what: string, cost: 0 | 1): Step[] {
  const { state, run } = steps;
  const token = tokenOf(run);
  if (run.isParked) return steps.red(label, state, what, 'run again', cost).all;
  return steps
    .red(`${label}, parked`, withNext(state, token), what, 'run again', cost)
    .red(`${label}, not parked`, { ...state, summary: token }, what, 'put it into _NEXT', 1).all;
}

export function writeOthers(steps: Steps): Step[] {
  const { state, run } = steps;
  const written = { ...state, other: tokenOf(run) };
  return steps
    .go('other', written, { at: 'confirm' })
    .go('other: fails', state, { at: 'confirm', isOtherBehind: true }, 1)
    .gone('other: done', written)
    .gone('before other', state)
    .post('before other', state).all;
}

export function confirm(steps: Steps): Step[] {
  const { state, run } = steps;
  // A home that held the token before this began has no date to confirm.
  const isDone = !run.hasWrittenHome && !run.isTakenForOurs;
  steps
    .go('confirm', state, { at: 'record', confirmed: isDone ? undefined : state.home.date })
    .go('confirm: unread', state, { at: 'record', confirmed: undefined }, 1);
  if (!isDone) steps.red('confirm: not moved', state, 'not confirmed', 'run again', 1);
  return steps.all;
}

export function writeRecord(steps: Steps): Step[] {
  const { state, run } = steps;
  const { record } = state;
  const token = tokenOf(run);
  if (record?.token === token) {
    const anew = run.confirmed === undefined ? {} : { home: run.confirmed, since: later(state) };
    const same = { ...state, record: { ...record, ...anew, isOtherHeld: !run.isOtherBehind } };
    return steps.go('record: noted already', same, { at: 'unpark' }).all;
  }
  if (record?.token !== run.recorded) return faster(steps);
  // By the date of what was parked, where an earlier run did that.
  const isOver = run.row === 1 && state.next?.isOld === true;
  const noted: State = {
    ...state,
    record: {
      token,
      previous: run.recorded ?? (run.hand === token ? undefined : run.hand),
      home: run.confirmed ?? null,
      since: later(state),
      overlap: isOver ? 'over' : 'to come',
      isOtherHeld: !run.isOtherBehind,
    },
  };
  return steps
    .go('record', noted, { at: 'unpark' })
    .red('record: refused', state, 'record', 'run again', 1)
    .red('record: no answer, done', noted, 'record', 'run again', 1)
    .gone('record: done', noted)
    .gone('before record', state).all;
}

export function unpark(steps: Steps): Step[] {
  const { state, run } = steps;
  const isOwn = state.next !== undefined && state.next.date === run.ownDate && !run.isTakenForOurs;
  const end = { colour: 'green', what: 'rotated', advice: undefined } as const;
  const behind = { colour: 'red', what: 'behind', advice: 'run again' } as const;
  const ended = run.isOtherBehind ? behind : end;
  if (!isOwn) return steps.end('_NEXT is left', state, ended).all;
  return steps
    .end('delete _NEXT', { ...state, next: undefined }, ended)
    .end('delete: fails', state, ended, 1)
    .gone('before delete', state).all;
}
