import { day } from '../lib/clock.ts';
import { distinctProblems } from '../lib/problem.ts';
import { spanOf } from '../lib/text.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import { recordLines } from '../rotation/due.ts';
import { outcomeOf, type TargetResult, withCount } from '../rotation/outcome.ts';
import { type Preflight, problemsOf, runPreflight } from '../rotation/preflight/preflight.ts';
import { type RotationRecord, targetIdOf } from '../rotation/record/record.ts';
import type { RunRequest } from '../rotation/request.ts';
import { foresee } from '../rotation/settle/foresee.ts';
import { judge, stopped } from '../rotation/settle/judge.ts';

/**
 * Reads, and says what a rotation would do and what would stop it. Writes nothing; so it can't tell whether writing is
 * allowed, nor foresee a 403 or 409.
 *
 * @throws Cancelled
 */
export async function check(request: RunRequest, dependencies: Dependencies): Promise<void> {
  const { report, github } = dependencies;
  const preflight = await runPreflight(request, dependencies);
  const record = preflight.record.ok ? preflight.record.value : undefined;
  const facts = preflight.record.ok ? recordLines(record, github.now) : [];
  const judged = judge(preflight, request, dependencies);
  const foreseen = judged.ok ? foresee('rotate', judged.value, preflight, request, dependencies) : undefined;
  const problems = judged.ok
    ? distinctProblems([...(foreseen?.problems ?? []), ...problemsOf(preflight)])
    : judged.error;
  const stops = foreseen === undefined || foreseen.would === 'stop' || problemsOf(preflight).length > 0;
  const headline = stops ? withCount('A rotation would stop now', problems) : `A rotation would ${foreseen.would}.`;
  const outcome = stopped('check', preflight, problems);
  report(
    outcomeOf('check', headline, {
      ...outcome,
      results: targetNotes(outcome.results, preflight, github.now),
      notices: [
        ...(foreseen?.notices ?? []),
        'Reading cannot tell whether writing is allowed: `mode: rehearse` tests that, and so does a rotation before it asks for a token.',
      ],
      validUntil: record?.validUntil,
      record: facts,
    }),
  );
}

/**
 * What is known of each target, for the table: when it was last written, and whether the record knows that it holds the token.
 *
 * @param now ms since the epoch, by GitHub's clock
 */
export function targetNotes(results: readonly TargetResult[], preflight: Preflight, now: number): TargetResult[] {
  const record = preflight.record.ok ? preflight.record.value : undefined;
  const dates = new Map(
    [preflight.home, ...preflight.others].flatMap((read) =>
      read.ok && read.value.secret !== undefined ? [[targetIdOf(read.value.target), read.value.secret.updatedAt]] : [],
    ),
  );
  return results.map((result) => {
    const id = targetIdOf(result.resolved.target);
    const date = dates.get(id);
    const age = date === undefined ? 'not there yet' : `written ${ageOf(Math.max(now - date, 0))} ago`;
    return { ...result, note: `${wordOn(id, record)}${age}` };
  });
}

/** An age for people, in whole days that are over. */
function ageOf(ms: number): string {
  const days = Math.floor(ms / day);
  return days < 2 ? spanOf(ms) : `${days} days`;
}

/** What the record says of a target, with a comma behind it; empty where there is none. */
function wordOn(id: string, record: RotationRecord | undefined): string {
  if (record === undefined) return '';
  if (record.targets.includes(id)) return '✅ holds the token, ';
  return record.behind.includes(id) ? '⚠️ behind, ' : '⚠️ not known to the record, ';
}
