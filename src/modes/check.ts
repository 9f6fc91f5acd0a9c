import { day, hour } from '../lib/clock.ts';
import { distinctProblems } from '../lib/problem.ts';
import type { Result } from '../lib/result.ts';
import { plural, spanOf } from '../lib/text.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import { recordLines } from '../rotation/due.ts';
import { outcomeOf, withCount } from '../rotation/outcome.ts';
import { problemsOf, runPreflight } from '../rotation/preflight/preflight.ts';
import type { ReadyTarget, RejectedTarget } from '../rotation/preflight/preflight-target.ts';
import { isHeld, type RotationRecord, targetIdOf } from '../rotation/record/record.ts';
import type { RunRequest } from '../rotation/request.ts';
import { foresee } from '../rotation/settle/foresee.ts';
import { judge, unwritten } from '../rotation/settle/judge.ts';

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
  const judged = judge(preflight, request, dependencies);
  const foreseen = judged.ok ? foresee(judged.value, dependencies) : undefined;
  const found = problemsOf(preflight);
  const problems = distinctProblems([...(foreseen?.problems ?? []), ...found]);
  const stops = foreseen === undefined || foreseen.would === 'stop' || found.length > 0;
  const headline = stops ? withCount('A rotation would stop now', problems) : `A rotation would ${foreseen.would}.`;
  report(
    outcomeOf('check', headline, {
      problems,
      warnings: preflight.warnings,
      user: preflight.user,
      results: [preflight.home, ...preflight.others].map((read) => ({
        ...unwritten(read),
        note: noteOn(read, record, github.now),
      })),
      notices: [
        ...(foreseen?.notices ?? []),
        'Reading cannot tell whether writing is allowed: `mode: rehearse` tests that, and so does a rotation before it asks for a token.',
      ],
      validUntil: record?.validUntil,
      record: preflight.record.ok ? recordLines(record, github.now) : [],
    }),
  );
}

/** What is known of a target, for the table: whether the record knows that it holds the token, and when it was last written. */
function noteOn(read: Result<ReadyTarget, RejectedTarget>, record: RotationRecord | undefined, now: number): string {
  const date = read.ok ? read.value.secret?.updatedAt : undefined;
  if (!read.ok || date === undefined) return `${record === undefined ? '' : '⚠️ '}not there yet`;
  const { target } = read.value;
  const word = record?.behind.includes(targetIdOf(target)) ? '⚠️ behind' : '⚠️ not known to the record';
  const known = record === undefined ? '' : isHeld(record, read.value) ? '✅ holds the token, ' : `${word}, `;
  return `${known}written ${ageOf(Math.max(now - date, 0))} ago`;
}

/** An age for people; of more than 36 hours in whole days that are over. */
function ageOf(ms: number): string {
  return ms < 36 * hour ? spanOf(ms) : plural(Math.floor(ms / day), 'day');
}
