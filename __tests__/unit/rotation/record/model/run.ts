import { decide } from '../../../../../src/rotation/record/table.ts';
import { ask, park, prove } from './asking.ts';
import { adopt, begin, type Decide, noteSpread, spread } from './beginning.ts';
import { confirm, unpark, writeHome, writeOthers, writeRecord } from './finishing.ts';
import { canonical, handedNow, type Place, queuedRun, type State } from './state.ts';
import { type Ended, type Step, Steps } from './steps.ts';

const places: Readonly<Record<Exclude<Place, 'queued'>, (steps: Steps) => Step[]>> = {
  adopt,
  spread,
  'note spread': noteSpread,
  prove,
  ask,
  park,
  home: writeHome,
  others: writeOthers,
  confirm,
  record: writeRecord,
  unpark,
};

/** What may happen next in one run; what goes well comes first. */
export function stepsOf(state: State, index: number, table: Decide = decide): Step[] {
  const run = state.under[index];
  if (run === undefined) throw new Error('there is no such run');
  return run.at === 'queued' ? begin(state, index, run, table) : places[run.at](new Steps(state, index, run));
}

/** A fresh run of `rotate` in which nothing goes wrong. */
export function runWell(state: State, table: Decide): { state: State; ended: Ended } {
  let at: State = {
    ...state,
    under: [queuedRun('rotate', handedNow(state))],
    left: { acts: 0, faults: 0, runs: 0 },
  };
  for (let count = 0; count < 40; count++) {
    const [step] = stepsOf(at, 0, table);
    if (step === undefined) break;
    at = canonical(step.state);
    if (step.ended !== undefined) return { state: at, ended: step.ended };
  }
  throw new Error('a run does not end');
}
