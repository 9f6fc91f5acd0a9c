import { policies } from '../../github/policies.ts';
import type { Problem } from '../../lib/problem.ts';
import { byMinute, plural } from '../../lib/text.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Due, notDueSentence } from '../due.ts';
import { failuresOf } from '../finish/finished.ts';
import { pendingTarget, sealerFor } from '../finish/pending.ts';
import { storeOthers } from '../finish/store.ts';
import { noJournal } from '../journal/journal.ts';
import { type Outcome, outcomeOf, type TargetResult, unchanged } from '../outcome.ts';
import { affordRequests } from '../preflight/budget.ts';
import type { ReadyTarget } from '../preflight/preflight-target.ts';
import { notRecorded } from '../record/advice.ts';
import { type RotationRecord, targetIdOf } from '../record/record.ts';
import type { RunRequest } from '../request.ts';
import { inOrder } from './finish-earlier.ts';
import { openNote, unwritten } from './judge.ts';
import { leftOutResults } from './new-finds.ts';
import type { Settled } from './settle.ts';

/** After so many targets it is noted which hold the token, so that runs that are cut short get further each time. */
const batchSize = 40;

/** What became of the targets but the home. */
export interface Spread {
  readonly results: readonly TargetResult[];
  readonly problems: readonly Problem[];
  /** How many were written. */
  readonly written: number;
}

/**
 * Writes the token in hand to every target but the home that the record does not know to hold it, those behind first, and notes
 * it as it goes.
 *
 * @throws Cancelled before anything is written
 */
export async function spread(settled: Settled, request: RunRequest, dependencies: Dependencies): Promise<Spread> {
  const { others, record } = settled;
  const held = new Set(record.targets);
  const behind = new Set(record.behind);
  // One that was deleted since holds nothing, whatever the record says.
  const isHeld = ({ target, secret }: ReadyTarget) => secret !== undefined && held.has(targetIdOf(target));
  const ready = others.wanted.flatMap((other) => (other.ok ? [other.value] : []));
  const rejected = others.wanted.flatMap((other) => (other.ok ? [] : [unwritten(other)]));
  const by = byMinute(record.previousUntil, dependencies.github.now);
  const left = leftOutResults(others.leftOut, by);
  const todo = ready
    .filter((each) => !isHeld(each))
    .sort((a, b) => Number(behind.has(targetIdOf(b.target))) - Number(behind.has(targetIdOf(a.target))));
  const kept = ready.filter(isHeld).map(unchanged);
  const problems = [...failuresOf(rejected, by), ...left.problems];
  const rest = [...kept, ...rejected, ...left.results];
  if (todo.length === 0) return { results: rest, problems, written: 0 };

  const obstacle = await affordRequests(
    { reads: 0, writes: todo.length + Math.ceil(todo.length / batchSize) },
    request.credential,
    dependencies,
  );
  if (obstacle !== undefined)
    return { results: [...todo.map(unchanged), ...rest], problems: [obstacle, ...problems], written: 0 };
  dependencies.cancellation.throwIfCancelled();
  const { results, problem } = await writeInBatches(todo, settled, request, dependencies);
  const written = results.filter(({ status }) => status === 'updated' || status === 'created').length;
  return {
    results: [...results, ...rest],
    problems: [...failuresOf(results, by), ...(problem === undefined ? [] : [problem]), ...problems],
    written,
  };
}

async function writeInBatches(
  todo: readonly ReadyTarget[],
  settled: Settled,
  request: RunRequest,
  dependencies: Dependencies,
): Promise<{ results: readonly TargetResult[]; problem: Problem | undefined }> {
  const { sealer, recordVariable } = settled;
  const { credential, currentToken } = request;
  const context = { seal: sealerFor(currentToken, sealer, dependencies), journal: noJournal, credential };
  const results: TargetResult[] = [];
  for (let at = 0; at < todo.length; at += batchSize) {
    const batch = todo.slice(at, at + batchSize).map((ready) => pendingTarget(ready, 0, currentToken, sealer));
    const stored = await storeOthers(batch, results.length, context, dependencies);
    results.push(...stored);
    const noted = await recordVariable.update(
      [settled.record.token],
      (latest) => noting(latest ?? settled.record, stored),
      policies.other,
    );
    if (noted.ok) continue;
    const unwrittenYet = todo.slice(at + batchSize).map(unchanged);
    return {
      results: [...results, ...unwrittenYet],
      problem: notRecorded(noted.error, recordVariable.place, credential),
    };
  }
  return { results, problem: undefined };
}

/** The record with what was written now. */
function noting(record: RotationRecord, results: readonly TargetResult[]): RotationRecord {
  const idsOf = (wanted: (result: TargetResult) => boolean) =>
    results.filter(wanted).map(({ resolved }) => targetIdOf(resolved.target));
  const targets = [...new Set([...record.targets, ...idsOf(({ status }) => status !== 'failed')])];
  const failed = idsOf(({ status }) => status === 'failed');
  const behind = [...new Set([...record.behind, ...failed])].filter((id) => !targets.includes(id));
  return { ...record, targets, behind };
}

/**
 * The outcome of a run that asks for nothing: what is behind is written all the same.
 *
 * @throws Cancelled before anything is written
 */
export async function notDue(
  due: Exclude<Due, { kind: 'due' }>,
  settled: Settled,
  request: RunRequest,
  dependencies: Dependencies,
): Promise<Outcome> {
  const { github } = dependencies;
  const { results, problems, written } = await spread(settled, request, dependencies);
  const also = written === 0 ? '' : ` It was written to ${plural(written, 'target')} that did not hold it yet.`;
  return outcomeOf('rotate', `${notDueSentence(due, github.now)}${also}`, {
    results: inOrder([unchanged(settled.home), ...results], request),
    problems: [...noteProblems(settled, github.now), ...problems],
    warnings: settled.warnings,
    user: settled.user,
    validUntil: settled.record.validUntil,
    previousUntil: due.kind === 'overlap' ? due.until : undefined,
  });
}

/** A note of an earlier run, about which this one could not find out more. */
export function noteProblems({ situation, record, next, isNoteOpen }: Settled, now: number) {
  const known = { ...situation.known, record, now };
  return isNoteOpen ? openNote({ ...situation, known }, next?.updatedAt) : [];
}
