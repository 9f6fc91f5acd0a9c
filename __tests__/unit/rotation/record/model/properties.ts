import { isNoteOpen } from '../../../../../src/rotation/record/table.ts';
import { momentOf, recordOf } from './known.ts';
import { isWanted } from './people.ts';
import { isAlive, isDying, type Run, type State, type Token } from './state.ts';
import type { Ended, Step } from './steps.ts';

/** What must not happen in a step of a run: the name of the rule, and who broke it how. */
export function* violationsIn(before: State, run: Run, step: Step): Generator<string> {
  const { state: after, ended } = step;
  const row = after.under.length < before.under.length || run.at !== 'queued' ? (ended?.run.row ?? run.row) : '';
  const who = `row ${row} at ${run.at}`;
  yield* ofWrites(before, after, run, who);
  if (ended?.colour === 'green') yield* ofGreen(after, ended);
  if (ended?.colour === 'red' && saysRevoke(ended) && isNormalOverlap(after))
    yield `revoke is said in a normal overlap${isAboutNote(after, ended) ? ', of which nothing tells, beside a note' : ''}: row ${ended.run.row} "${ended.what}"`;
}

function* ofWrites(before: State, after: State, run: Run, who: string): Generator<string> {
  const { home } = before;
  if (after.home.token < home.token && isAlive(before, home.token))
    yield `the home is written by an older token than the living one in it: ${who}`;
  if (after.other !== before.other && after.other > before.home.token)
    yield `another target is ahead of the home: ${who}`;
  for (const { token } of after.active)
    if (isWanted(after, token) && copiesOf(before, token) > 0 && copiesOf(after, token) === 0)
      yield `the only copy of a living token is lost: ${who}`;
  const parked = before.next?.holds;
  if (typeof parked !== 'number' || parked === run.token || after.next?.holds === parked) return;
  if (parked > after.home.token && !after.byHand.includes(parked) && isAlive(before, parked))
    yield `a parked token that is newer than the home's is taken away: ${who}`;
}

function copiesOf({ home, next, under, summary }: State, token: Token): number {
  return [home.token, next?.holds, summary, ...under.map((run) => run.token)].filter((each) => each === token).length;
}

function* ofGreen(after: State, { what, run }: Ended): Generator<string> {
  const { home, other } = after;
  const warned = run.hasHomeMoved && run.row === 8 ? ', with the warning that the home was written' : '';
  if (other !== home.token)
    yield `green, and another target is ${other < home.token ? 'older' : 'newer'} than the home${warned}: row ${run.row} ${run.mode} "${what}"`;
  // Where ThousandEyes told nothing, the run says so.
  if (run.mode === 'rotate' && run.isHandTold && (isDying(after, home.token) || !isAlive(after, home.token)))
    yield `green, and the home's token is ${isAlive(after, home.token) ? 'dying' : 'dead'}${warned}: row ${run.row} "${what}"`;
}

function saysRevoke({ what, advice, run }: Ended): boolean {
  if (advice === 'recover') return true;
  // A fresh run first; this was one.
  return advice === 'run again, then recover' && run.isFresh && (what.includes('lost') || what === 'written back');
}

function isNormalOverlap(state: State): boolean {
  const { active, record, home, byHand } = state;
  const isHomeFine = isAlive(state, home.token) && !isDying(state, home.token) && !byHand.includes(home.token);
  return active.length === 2 && record !== undefined && isHomeFine && active.some(({ isDying: dies }) => dies);
}

function isAboutNote(state: State, { run }: Ended): boolean {
  const { next, record } = state;
  const isOpen = next?.holds === 'note' && isNoteOpen(recordOf(state), momentOf(next.date, state));
  return run.hasOpenNote && record?.overlap.startsWith('unknown') === true && isOpen;
}
