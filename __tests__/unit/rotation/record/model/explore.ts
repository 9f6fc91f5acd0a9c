import { decide } from '../../../../../src/rotation/record/table.ts';
import type { Decide } from './beginning.ts';
import { complaintAbout } from './obeying.ts';
import { actsOf, type Setting } from './people.ts';
import { violationsIn } from './properties.ts';
import { stepsOf } from './run.ts';
import { type Bounds, canonical, type Handed, keyOf, type State, starts } from './state.ts';
import type { Step } from './steps.ts';

export interface Exploration extends Partial<Setting> {
  readonly start: keyof typeof starts;
  readonly bounds: Bounds;
  readonly table?: Decide;
  /** How far dates are from each other, in ms. */
  readonly unit?: number;
  /** Goes no further once a violation says so. */
  readonly until?: string;
}

export interface Explored {
  readonly states: number;
  /** Each kind of violation, with its shortest trace. */
  readonly violations: ReadonlyMap<string, string>;
}

/** How a state was reached. */
interface Way {
  readonly from: Way | undefined;
  readonly label: string;
}

/** Every state that can be reached within the bounds, breadth first. */
export function explore(exploration: Exploration): Explored {
  const { start, bounds, table = decide, unit = starts[start].unit, until, ...more } = exploration;
  const setting: Setting = { modes: ['rotate', 'sync'], atOnce: 1, hasReruns: false, ...more };
  const first = canonical({ ...starts[start], left: bounds, unit });
  const seen = new Set([keyOf(first)]);
  const violations = new Map<string, string>();
  const complaints = new Map<string, string | undefined>();
  const violated = (what: string, way: Way) => {
    const kind = what.split(': row ')[0] ?? what;
    if (!violations.has(kind)) violations.set(kind, `${trace(way)} => ${what}`);
  };
  let layer: { state: State; way: Way }[] = [{ state: first, way: { from: undefined, label: start } }];
  const isFound = () => until !== undefined && [...violations.keys()].some((kind) => kind.includes(until));
  while (layer.length > 0 && !isFound()) {
    const following: typeof layer = [];
    const reach = (state: State, way: Way) => {
      const found = canonical(state);
      const key = keyOf(found);
      if (seen.has(key)) return;
      seen.add(key);
      following.push({ state: found, way });
    };
    for (const { state, way } of layer) {
      if (state.under.length === 0) {
        const complaint = remembered(complaints, state, table);
        if (complaint !== undefined) violated(complaint, way);
      }
      for (const act of actsOf(state, setting)) reach(act.state, { from: way, label: act.label });
      state.under.forEach((run, index) => {
        for (const step of affordable(state, index, table)) {
          const next = { from: way, label: step.label };
          for (const what of violationsIn(state, run, step)) violated(what, next);
          reach(behind(state, run, step, setting), next);
        }
      });
    }
    layer = following;
  }
  return { states: seen.size, violations };
}

/** A concurrency group lets one run work at a time. */
function affordable(state: State, index: number, table: Decide): Step[] {
  const isBusy = state.under.some(({ at }) => at !== 'queued');
  if (isBusy && state.under[index]?.at === 'queued') return [];
  return stepsOf(state, index, table).filter(({ cost }) => cost <= state.left.faults);
}

function behind(
  { left }: State,
  { hand, next, isRerun }: Handed & { isRerun: boolean },
  step: Step,
  { hasReruns }: Setting,
): State {
  const faults = left.faults - step.cost;
  const state = { ...step.state, left: { ...step.state.left, faults } };
  if (!hasReruns || step.ended === undefined || isRerun) return state;
  const isNoted = state.past.some((each) => each.hand === hand && each.next === next);
  return isNoted ? state : { ...state, past: [...state.past, { hand, next }].toSorted(byKey) };
}

function byKey(a: Handed, b: Handed): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/** What is done and told from a state on does not depend on what may still go wrong. */
function remembered(complaints: Map<string, string | undefined>, state: State, table: Decide): string | undefined {
  const key = keyOf({ ...state, left: 0, past: 0 });
  if (!complaints.has(key)) complaints.set(key, complaintAbout(state, table));
  return complaints.get(key);
}

function trace(way: Way): string {
  const labels: string[] = [];
  for (let at: Way | undefined = way; at !== undefined; at = at.from) labels.unshift(at.label);
  return labels.join(' | ');
}

/** What is left, and why nothing better can be told: the documentation names both. */
const leftOver = [
  // A person deleted `_NEXT`, and the old token was written back: the record knows nothing of the newer one.
  'green, and another target is newer than the home, with the warning that the home was written',
  // Nothing tells how old the second token is, and a note says that a third was asked for: revoking all is the safe advice.
  'revoke is said in a normal overlap, of which nothing tells, beside a note',
];

/** The violations that are not known to be left, with their traces. */
export function unexpectedIn({ violations }: Explored): readonly string[] {
  return [...violations].filter(([kind]) => !leftOver.includes(kind)).map(([, path]) => path);
}
