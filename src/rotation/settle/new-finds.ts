import { type Problem, problem } from '../../lib/problem.ts';
import type { Result } from '../../lib/result.ts';
import { someOf } from '../../lib/text.ts';
import { failuresOf } from '../finish/finished.ts';
import type { Mode, Outcome } from '../outcome.ts';
import type { ReadyTarget, RejectedTarget } from '../preflight/preflight-target.ts';
import { type RotationRecord, targetIdOf } from '../record/record.ts';
import { unwritten } from './judge.ts';

type Other = Result<ReadyTarget, RejectedTarget>;
type Told = Pick<Outcome, 'results' | 'problems'>;

/** The other targets, and which of them a scheduled run does not give the token. */
export interface Sorted {
  readonly wanted: readonly Other[];
  readonly leftOut: readonly Other[];
}

/**
 * Leaves out what a pattern finds and the record does not know: whoever can create a repository of that name would get the
 * token. Not in the first rotation, and not in `sync`, which a person starts.
 */
export function sortFinds(
  mode: Extract<Mode, 'rotate' | 'sync'>,
  others: readonly Other[],
  record: RotationRecord | undefined,
): Sorted {
  const isLeftOut = (other: Other) => mode === 'rotate' && record?.previous !== undefined && isNew(other, record);
  return { wanted: others.filter((other) => !isLeftOut(other)), leftOut: others.filter(isLeftOut) };
}

/** Whether a pattern found it, and the record does not know it. */
export function isNew(other: Other, record: RotationRecord | undefined): boolean {
  const { isFound, target } = resolvedOf(other);
  const id = targetIdOf(target);
  return isFound && record?.targets.includes(id) !== true && record?.behind.includes(id) !== true;
}

/** What a pattern found for the first time and gets the token, for the log. */
export function findsLine({ wanted }: Sorted, record: RotationRecord | undefined): readonly string[] {
  const names = wanted.filter((other) => isNew(other, record)).map((other) => resolvedOf(other).name);
  return names.length === 0 ? [] : [`Found by a pattern for the first time: ${someOf(names, 50)}.`];
}

/**
 * The results of what was left out, and the one problem that names all of it.
 *
 * @param by until when what they hold works, as `byMinute` says it
 */
export function leftOutResults(leftOut: readonly Other[], by: string): Told {
  if (leftOut.length === 0) return { results: [], problems: [] };
  const resolved = leftOut.map(resolvedOf);
  const names = resolved.map(({ name }) => name);
  return {
    results: resolved.map((each) => ({ resolved: each, status: 'failed', problem: newFind(each.name, by) })),
    problems: [newFind(someOf(names, 50), by)],
  };
}

/** The results of what can't be written, and of what is left out, with the problems of both. */
export function unreached({ wanted, leftOut }: Sorted, by: string): Told {
  const rejected = wanted.flatMap((other) => (other.ok ? [] : [unwritten(other)]));
  const left = leftOutResults(leftOut, by);
  return { results: [...rejected, ...left.results], problems: [...failuresOf(rejected, by), ...left.problems] };
}

function newFind(names: string, by: string): Problem {
  return problem(
    `Giving the token to ${names}`,
    'a pattern found it, and the record does not know it, so it is left out',
    [
      'Look who created it, and whether it should have the token.',
      `If so, run this workflow${by} with \`mode: sync\`.`,
      'If not, delete its secret.',
    ],
    'A pattern trusts whoever can create a repository of that name. Targets that are named one by one need no such care.',
  );
}

export function resolvedOf(other: Other) {
  return other.ok ? other.value : other.error.resolved;
}
