import { plural } from '../lib/text.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import { outcomeOf } from '../rotation/outcome.ts';
import { runPreflight } from '../rotation/preflight/preflight.ts';
import type { RunRequest } from '../rotation/request.ts';
import { findsLine } from '../rotation/settle/new-finds.ts';
import { settle } from '../rotation/settle/settle.ts';
import { noteProblems, spread } from '../rotation/settle/spread.ts';

/**
 * Issues nothing: finishes what an earlier run left, else writes the token in hand to every target but the home that the record
 * does not know to hold it.
 *
 * @throws Cancelled before anything is written
 */
export async function sync(request: RunRequest, dependencies: Dependencies): Promise<void> {
  const { report, github } = dependencies;
  const preflight = await runPreflight(request, dependencies);
  const settled = await settle('sync', preflight, request, dependencies);
  if (!settled.ok) return report(settled.error);
  const { others, record, warnings } = settled.value;
  const { results, problems, written } = await spread(settled.value, dependencies);
  const headline =
    results.length === 1
      ? 'There is no target but the home, so there was nothing to write.'
      : written === 0 && problems.length === 0
        ? `All ${plural(results.length, 'target')} hold the token in hand already, by the record.`
        : `The token in hand was written to ${plural(written, 'target')}.`;
  report(
    outcomeOf('sync', headline, {
      results,
      problems: [...noteProblems(settled.value, github.now), ...problems],
      warnings,
      notices: findsLine(others, record),
      user: preflight.user,
      validUntil: record.validUntil,
    }),
  );
}
