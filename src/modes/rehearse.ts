import { byMinute } from '../lib/text.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import { recordLines } from '../rotation/due.ts';
import { outcomeOf, unchanged } from '../rotation/outcome.ts';
import { runPreflight } from '../rotation/preflight/preflight.ts';
import { readTestNames } from '../rotation/preflight/write-tests.ts';
import type { RunRequest } from '../rotation/request.ts';
import { prove } from '../rotation/rotate/prove.ts';
import { inOrder } from '../rotation/settle/finish-earlier.ts';
import { foresee } from '../rotation/settle/foresee.ts';
import { type Judged, judge, stopped } from '../rotation/settle/judge.ts';
import { leftOutResults, sortFinds } from '../rotation/settle/new-finds.ts';
import { adoptedRecord, type Settled } from '../rotation/settle/settle.ts';

/**
 * Everything that a rotation does before it asks for a token, write tests included; then it stops, and says what a
 * rotation would do now. Nothing that was there before is changed.
 *
 * @throws Cancelled
 */
export async function rehearse(request: RunRequest, dependencies: Dependencies): Promise<void> {
  const { report, cancellation, github } = dependencies;
  const names = readTestNames(request.targets, dependencies);
  const [preflight] = await Promise.all([runPreflight(request, dependencies), names]);
  const judged = judge(preflight, request, dependencies);
  if (!judged.ok) return report(stopped('rehearse', preflight, judged.error));
  const foreseen = foresee(judged.value, dependencies);
  if (foreseen.would === 'stop') return report(stopped('rehearse', preflight, foreseen.problems));

  const settled = rehearsing(judged.value, dependencies);
  const proven = await prove('rehearse', settled, dependencies);
  if (!proven.ok) return report(proven.error);
  const { takeBack, tests, journal, warnings, others } = proven.value;
  const { record } = judged.value.situation.known;
  const left = leftOutResults(settled.others.leftOut, byMinute(record?.previousUntil, github.now));
  const isGone = await takeBack();
  const leftovers = await tests.cleanUp();
  if (isGone) journal.finish();
  cancellation.throwIfCancelled();
  report(
    outcomeOf('rehearse', `Rehearsed: a rotation would ${foreseen.would}.`, {
      results: inOrder([...[settled.home, ...others].map(unchanged), ...left.results], request),
      problems: foreseen.problems,
      warnings: [...settled.warnings, ...warnings, ...leftovers],
      notices: [
        ...foreseen.notices,
        'Everything that a rotation does before it asks for a token was done, write tests included. Only ThousandEyes was not asked: it may still refuse (403, 409).',
      ],
      user: preflight.user,
      validUntil: record?.validUntil,
      record: recordLines(record, github.now),
    }),
  );
}

/** What a rehearsal proves with: as if the run had settled, but nothing is noted and nothing is deleted. */
function rehearsing(judged: Judged, dependencies: Dependencies): Settled {
  const { preflight } = judged;
  const { record } = judged.situation.known;
  const next = preflight.next.ok ? preflight.next.value : undefined;
  return {
    ...judged,
    others: sortFinds('rotate', preflight.others, record),
    record: record ?? adoptedRecord(judged, dependencies),
    next,
    // Whatever is there belongs to an earlier run: the home is proven by a write test, then.
    isNoteOpen: next !== undefined,
    warnings: preflight.warnings,
  };
}
