import { policies } from '../../github/policies.ts';
import type { Problem } from '../../lib/problem.ts';
import { valuesOf } from '../../lib/result.ts';
import { byMinute, plural } from '../../lib/text.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Due, notDueSentence } from '../due.ts';
import { holdersAfter } from '../finish/finish.ts';
import { failuresOf } from '../finish/finished.ts';
import { pendingTarget, sealerFor } from '../finish/pending.ts';
import { storeOthers } from '../finish/store.ts';
import { noJournal } from '../journal/journal.ts';
import { type Outcome, outcomeOf, type TargetResult, unchanged } from '../outcome.ts';
import { affordRequests } from '../preflight/budget.ts';
import type { ReadyTarget } from '../preflight/preflight-target.ts';
import { notRecorded } from '../record/advice.ts';
import { isHeld, targetIdOf } from '../record/record.ts';
import { inOrder } from './finish-earlier.ts';
import { openNote } from './judge.ts';
import { unreached } from './new-finds.ts';
import type { Settled } from './settle.ts';

/** After so many targets it is noted which hold the token, so that runs that are cut short get further each time. */
const batchSize = 40;

/** What became of the targets, and how many were written. */
export interface Spread extends Pick<Outcome, 'results' | 'problems'> {
  readonly written: number;
}

/**
 * Writes the token in hand to every target but the home that the record does not know to hold it, those behind first, and notes
 * it as it goes.
 *
 * @throws Cancelled before anything is written
 */
export async function spread(settled: Settled, dependencies: Dependencies): Promise<Spread> {
  const { home, others, record, request } = settled;
  const told = (results: readonly TargetResult[], problems: readonly Problem[], written: number): Spread => ({
    results: inOrder([unchanged(home), ...results], request),
    problems,
    written,
  });
  const behind = new Set(record.behind);
  const ready = valuesOf(others.wanted);
  const by = byMinute(record.previousUntil, dependencies.github.now);
  const { results: unwritten, problems } = unreached(others, by);
  const todo = ready
    .filter((each) => !isHeld(record, each))
    .sort((a, b) => Number(behind.has(targetIdOf(b.target))) - Number(behind.has(targetIdOf(a.target))));
  const rest = [...ready.filter((each) => isHeld(record, each)).map(unchanged), ...unwritten];
  if (todo.length === 0) return told(rest, problems, 0);

  const writes = todo.length + Math.ceil(todo.length / batchSize);
  const obstacle = await affordRequests({ reads: 0, writes }, request.credential, dependencies);
  if (obstacle !== undefined) return told([...todo.map(unchanged), ...rest], [obstacle, ...problems], 0);
  dependencies.cancellation.throwIfCancelled();
  const { results, unnoted } = await writeInBatches(todo, settled, dependencies);
  const written = results.filter(({ status }) => status === 'updated' || status === 'created').length;
  return told([...results, ...rest], [...failuresOf(results, by), ...unnoted, ...problems], written);
}

async function writeInBatches(
  todo: readonly ReadyTarget[],
  settled: Settled,
  dependencies: Dependencies,
): Promise<{ results: readonly TargetResult[]; unnoted: readonly Problem[] }> {
  const { sealer } = settled;
  const { recordVariable } = settled.preflight;
  const { credential, currentToken } = settled.request;
  const context = { seal: sealerFor(currentToken, sealer, dependencies), journal: noJournal, credential };
  const results: TargetResult[] = [];
  for (let at = 0; at < todo.length; at += batchSize) {
    const batch = todo.slice(at, at + batchSize).map((ready) => pendingTarget(ready, 0, currentToken, sealer));
    const stored = await storeOthers(batch, results.length, context, dependencies);
    results.push(...stored);
    const noted = await recordVariable.update(
      [settled.record.token],
      (latest = settled.record) => ({ ...latest, ...holdersAfter(latest, stored) }),
      policies.other,
    );
    if (noted.ok) continue;
    const unnoted = notRecorded(noted.error, recordVariable.place, credential);
    return { results: [...results, ...todo.slice(at + batchSize).map(unchanged)], unnoted: [unnoted] };
  }
  return { results, unnoted: [] };
}

/**
 * The outcome of a run that asks for nothing: what is behind is written all the same.
 *
 * @throws Cancelled before anything is written
 */
export async function notDue(
  due: Exclude<Due, { kind: 'due' }>,
  settled: Settled,
  dependencies: Dependencies,
): Promise<Outcome> {
  const { github } = dependencies;
  const { results, problems, written } = await spread(settled, dependencies);
  const also = written === 0 ? '' : ` It was written to ${plural(written, 'target')} that did not hold it yet.`;
  return outcomeOf('rotate', `${notDueSentence(due, github.now)}${also}`, {
    results,
    problems: [...noteProblems(settled, github.now), ...problems],
    warnings: settled.warnings,
    user: settled.preflight.user,
    validUntil: settled.record.validUntil,
  });
}

/** A note of an earlier run, about which this one could not find out more; by the date that it has now. */
export function noteProblems(
  { situation, record, next, isNoteOpen }: Settled,
  now: number,
  nextDate = next?.updatedAt,
): readonly Problem[] {
  const known = { ...situation.known, record, now };
  return isNoteOpen ? openNote({ ...situation, known }, nextDate) : [];
}
