import { Cancelled } from '../lib/cancellation.ts';
import { byMinute, plural } from '../lib/text.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import { dueFrom } from '../rotation/due.ts';
import { type Finished, finish } from '../rotation/finish/finish.ts';
import { finishedParts } from '../rotation/finish/finished.ts';
import { type Outcome, outcomeOf } from '../rotation/outcome.ts';
import { runPreflight } from '../rotation/preflight/preflight.ts';
import { readTestNames } from '../rotation/preflight/write-tests.ts';
import type { RunRequest } from '../rotation/request.ts';
import { issue } from '../rotation/rotate/issue.ts';
import { type Kept, keep } from '../rotation/rotate/keep.ts';
import { type Proven, prove } from '../rotation/rotate/prove.ts';
import { inOrder } from '../rotation/settle/finish-earlier.ts';
import { findsLine, leftOutResults } from '../rotation/settle/new-finds.ts';
import { type Settled, settle } from '../rotation/settle/settle.ts';
import { notDue } from '../rotation/settle/spread.ts';

/**
 * A whole rotation, and its report. What is found before the token is asked for stops it, with nothing changed; what breaks
 * afterwards is finished by the post step or by the next run.
 *
 * @throws Cancelled before the token is asked for
 */
export async function rotate(request: RunRequest, dependencies: Dependencies): Promise<void> {
  const { report, github } = dependencies;

  // Inspect: reads only, all at once.
  const names = readTestNames(request.targets, dependencies);
  const [preflight] = await Promise.all([runPreflight(request, dependencies), names]);

  // Settle: finish what an earlier run left, or stop, or go on with a token that the record knows.
  const settled = await settle('rotate', preflight, request, dependencies);
  if (!settled.ok) return report(settled.error);
  const due = dueFrom(settled.value.record, request.rotateWhenDaysLeft, github.now);
  if (due.kind !== 'due') return report(await notDue(due, settled.value, dependencies));

  // Prove that everything can be written, the note beside the home first of all.
  const proven = await prove('rotate', settled.value, dependencies);
  if (!proven.ok) return report(proven.error);
  const { journal, tests } = proven.value;
  try {
    const outcome = await issueAndFinish(proven.value, dependencies);

    // Report, and only then forget.
    report({ ...outcome, warnings: [...outcome.warnings, ...(await tests.cleanUp())] });
    if (!outcome.leftForPost) journal.finish();
  } catch (error) {
    if (error instanceof Cancelled) await proven.value.takeBack();
    throw error;
  }
}

async function issueAndFinish(proven: Proven, dependencies: Dependencies): Promise<Outcome> {
  // Issue: from here on nothing but the end of the process stops this.
  const issued = await issue(proven, dependencies);
  if (!issued.ok) return issued.error;

  // Keep: mask, seal, journal, park beside the home; and verify beside that.
  const kept = await keep(issued.value, proven, dependencies);
  if (!kept.ok) return kept.error;

  // Finish: the home, the others, the record; then nothing is parked any more.
  const finished = await finish(kept.value.pending, dependencies);
  return rotated(kept.value, finished, proven.settled, dependencies);
}

/** The outcome of a rotation whose token was issued. */
function rotated(
  { pending, problems, warnings, isJournaled }: Kept,
  finished: Finished,
  settled: Settled,
  dependencies: Dependencies,
): Outcome {
  const { cancellation } = dependencies;
  const parts = finishedParts(pending, finished, dependencies);
  const left = leftOutResults(settled.others.leftOut, byMinute(pending.previousUntil, dependencies.github.now));
  const failures = parts.results.filter(({ status }) => status === 'failed').length;
  const { name } = settled.home;
  const headline =
    finished.confirmation?.kind === 'not moved'
      ? `The token was rotated, but GitHub does not show that ${name} was written.`
      : !parts.rotated
        ? `A new token was issued, but ${name} could not be written yet.`
        : failures === 0
          ? `The token was rotated in ${plural(parts.results.length, 'target')}.`
          : `The token was rotated, but ${failures} of ${plural(parts.results.length, 'target')} could not be written.`;
  // The record is written last.
  const isUndone = finished.recorded?.ok !== true;
  // Where nothing more can be done here, the next run does it.
  const isWorthATry =
    finished.home.kind === 'refused' || cancellation.now.aborted || (isUndone && !pending.next.isParked);
  return outcomeOf('rotate', headline, {
    ...parts,
    results: inOrder([...parts.results, ...left.results], settled.request),
    problems: [...parts.problems, ...problems, ...left.problems],
    warnings: [...settled.warnings, ...warnings, ...parts.warnings],
    notices: findsLine(settled.others, settled.record),
    user: settled.preflight.user,
    leftForPost: isJournaled && isWorthATry && (isUndone || failures > 0),
  });
}
