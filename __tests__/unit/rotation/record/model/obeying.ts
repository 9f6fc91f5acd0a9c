import type { Decide } from './beginning.ts';
import { createdByHand, fifteenDaysLater, revoked } from './people.ts';
import { runWell } from './run.ts';
import { canonical, isAlive, isDying, type State, withHome, withNext } from './state.ts';
import type { Ended } from './steps.ts';

/** One working token everywhere, and nothing under way. */
function isGood(state: State): boolean {
  const { record, home, other, next } = state;
  const isEverywhere = record?.token === home.token && other === home.token && next === undefined;
  return isEverywhere && isAlive(state, home.token) && !isDying(state, home.token);
}

/** How the state is after the advice of a run was obeyed; or the fault of that advice. */
type Obeyed = State | string;

/**
 * Plays fresh runs, their advice obeyed word by word, until all is well: undefined then, else what is wrong.
 */
export function complaintAbout(begun: State, table: Decide): string | undefined {
  let state = canonical({ ...begun, left: { acts: 0, faults: 0, runs: 0 }, past: [] });
  const lost = lostToken(state);
  const told = new Map<string, number>();
  const log: string[] = [];
  for (let count = 0; count < 14; count++) {
    const { state: after, ended } = runWell(state, table);
    log.push(`row ${ended.run.row} ${ended.colour} "${ended.what}"`);
    const played = log.join('; ');
    if (count === 0 && lost !== undefined && ended.colour === 'green' && ended.what !== 'rotated')
      return `token ${lost} is alive and lost, and the next run is green: ${played}`;
    if (ended.colour === 'green' && isGood(after)) return undefined;
    const key = `${adviceOf(ended, after)} ${ended.run.row}`;
    const times = (told.get(key) ?? 0) + 1;
    told.set(key, times);
    const obeyed = obey(after, ended, times);
    if (typeof obeyed === 'string') return `${obeyed}: ${played}`;
    state = canonical(obeyed);
  }
  return `no end: ${log.join('; ')}`;
}

/** A token that lives on at ThousandEyes, and nobody has it. */
function lostToken(state: State): number | undefined {
  const { active, home, next, summary, byHand } = state;
  return active
    .map(({ token }) => token)
    .find((token) => token > home.token && ![next?.holds, summary, ...byHand].includes(token));
}

function adviceOf({ colour, what, advice }: Ended, { next, home }: State) {
  return colour === 'green' && what === 'rotated' && next?.holds === home.token ? 'wait' : advice;
}

function obey(state: State, ended: Ended, times: number): Obeyed {
  const advice = adviceOf(ended, state);
  switch (advice) {
    case 'run again':
    case 'rotate':
      return times > 2 ? 'red for ever' : state;
    case 'store again or run again':
      if (times <= 2) return state;
      return times < 6 ? withHome(state, state.home.token) : 'red for ever';
    case 'replaced by hand':
      return replacedByHand(state);
    case 'wait':
      return fifteenDaysLater(state);
    case 'put it into _NEXT':
      return state.summary === undefined ? state : withNext(state, state.summary);
    case 'next refused':
    case 'wait, then recover':
      return times === 1 ? fifteenDaysLater(state) : recovered(state, times);
    case 'run again, then recover':
      return times === 1 ? state : recovered(state, times);
    case 'recover':
      return recovered(state, times);
    default:
      return state;
  }
}

/** Nobody of us stored what is in the home: it is revoked. It was one of us: `_NEXT` is deleted. */
function replacedByHand(state: State): Obeyed {
  const { home, byHand, next, summary } = state;
  if (!byHand.includes(home.token) && isAlive(state, home.token)) return revoked(state, home.token);
  const isOnlyCopy =
    typeof next?.holds === 'number' && next.holds > home.token && isAlive(state, next.holds) && summary === undefined;
  if (isOnlyCopy && isDying(state, home.token))
    return 'the advice deletes the only copy of the token that will live on';
  return { ...state, next: undefined };
}

/** All that are listed are revoked, one is created and stored. */
function recovered(state: State, times: number): Obeyed {
  return times > 4 ? 'recovering does not help' : createdByHand({ ...state, active: [] });
}
