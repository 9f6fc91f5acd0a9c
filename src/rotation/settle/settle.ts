import { policies } from '../../github/policies.ts';
import type { StoredSecret } from '../../github/secrets.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import { wholeSecond } from '../../lib/text.ts';
import type { Dependencies, Needs } from '../dependencies.ts';
import { unpark } from '../finish/park.ts';
import { noJournal } from '../journal/journal.ts';
import type { Mode, Outcome } from '../outcome.ts';
import { nextTo, type Preflight, problemsOf } from '../preflight/preflight.ts';
import { anotherRunWasFaster, recordProblem } from '../record/advice.ts';
import { fingerprintOf, type RotationRecord, targetIdOf } from '../record/record.ts';
import { decide, hasHomeMoved, type Known } from '../record/table.ts';
import type { RunRequest } from '../request.ts';
import { verifyToken } from '../token/verify-token.ts';
import { finishEarlier } from './finish-earlier.ts';
import { actOf, hasOpenNote, type Judged, judge, problemsByTable, stopped } from './judge.ts';
import { isNew, resolvedOf, type Sorted, sortFinds } from './new-finds.ts';

/** A run that may go on: the record names the token in hand. */
export interface Settled extends Judged {
  readonly others: Sorted;
  readonly record: RotationRecord;
  /** `_NEXT`, where it is there now. */
  readonly next: StoredSecret | undefined;
  /** Whether `_NEXT` holds the note of a run whose token may be lost: it stays until a token proves that none is. */
  readonly isNoteOpen: boolean;
  readonly warnings: readonly string[];
}

/**
 * By what is known: finishes what an earlier run left, or stops, or notes the token in hand, or goes on. Fails with the outcome
 * of a run that is over.
 *
 * @throws Cancelled before anything is written
 */
export async function settle(
  mode: Extract<Mode, 'rotate' | 'sync'>,
  preflight: Preflight,
  request: RunRequest,
  dependencies: Dependencies,
): Promise<Result<Settled, Outcome>> {
  const first = judge(preflight, request, dependencies);
  if (!first.ok) return failed(stopped(mode, preflight, first.error));
  const judged = await withPatience(first.value, dependencies);
  const { decision, situation } = judged;
  dependencies.cancellation.throwIfCancelled();
  if (decision.act === 'finish') return failed(await finishEarlier(mode, judged, dependencies));

  const problems = problemsByTable(judged);
  if (problems.length > 0) return failed(stopped(mode, preflight, problems));

  // A rotation is due then, and it stops for any of these.
  const others = problemsOf({ ...preflight, others: sortFinds(mode, preflight.others, situation.known.record).wanted });
  if (mode === 'rotate' && actOf(decision) !== 'in place' && others.length > 0)
    return failed(stopped(mode, preflight, others));

  const cleaned = await withoutLeftOver(judged, dependencies);
  if (!cleaned.ok) return failed(stopped(mode, preflight, [cleaned.error]));
  const { next, warnings } = cleaned.value;
  const record = await recordFor(judged, dependencies);
  if (!record.ok) return failed(stopped(mode, preflight, [record.error]));
  return ok({
    ...judged,
    others: sortFinds(mode, preflight.others, record.value),
    record: record.value,
    next,
    isNoteOpen: hasOpenNote(situation, next?.updatedAt),
    warnings: [...preflight.warnings, ...warnings, ...homeWarnings(mode, judged)],
  });
}

/** A parked token that is refused may be slow to spread: it is asked about for ten minutes. */
async function withPatience(judged: Judged, dependencies: Dependencies): Promise<Judged> {
  const { decision, situation } = judged;
  const { known, next } = situation;
  if (decision.row !== 3 || next.kind !== 'token') return judged;
  const { name } = nextTo(judged.home);
  dependencies.log.info(`ThousandEyes refuses the token in ${name} so far; asking again for ten minutes`);
  const found = await verifyToken(next.token, noJournal, dependencies);
  const [word, detail] =
    found.kind === 'unknown' ? (['untold', found.detail] as const) : ([found.kind, situation.detail] as const);
  const again: Known = { ...known, next: { kind: 'token', token: fingerprintOf(next.token), word } };
  return { ...judged, decision: decide(again), situation: { ...situation, known: again, detail, hasWaited: true } };
}

/** Deletes a `_NEXT` that nobody needs any more. Fails where another run has written it meanwhile: then it is needed. */
async function withoutLeftOver(
  { home, decision, situation, preflight: { next: found } }: Judged,
  { secrets, clock }: Dependencies,
): Promise<Result<{ next: StoredSecret | undefined; warnings: readonly string[] }>> {
  const resolved = nextTo(home);
  const next = found.ok ? found.value : undefined;
  const { act, below, row } = decision;
  const { nextDate } = situation.known;
  // Beside a token that is in place: that token itself, or a note that is older than the record.
  const isLeftOver = below?.act === 'in place' && !hasOpenNote(situation, nextDate);
  if (act !== 'delete old next, go on' && !isLeftOver) return ok({ next, warnings: [] });
  const unparked = await unpark({ resolved, date: nextDate, writtenAt: undefined }, { secrets, clock });
  if (unparked.kind === 'changed') return failed(anotherRunWasFaster(undefined));
  if (unparked.kind === 'left')
    return ok({ next, warnings: [`${resolved.name} could not be deleted: ${unparked.detail}.`] });
  const old = `${situation.nextName} held a token that ThousandEyes refuses. It was deleted, because the token in hand works.`;
  return ok({ next: undefined, warnings: row === 3 ? [old] : [] });
}

/** The record, which names the token in hand: where it names none or another, the token is noted now. */
async function recordFor(judged: Judged, dependencies: Dependencies): Promise<Result<RotationRecord>> {
  const { request, situation } = judged;
  const { recordVariable } = judged.preflight;
  const { record, hand } = situation.known;
  if (record?.token === hand.token) return ok(record);
  const adopted = () => adoptedRecord(judged, dependencies);
  const noted = await recordVariable.update([record?.token], adopted, policies.read);
  if (!noted.ok) return failed(recordProblem(noted.error, recordVariable.place, request.credential));
  dependencies.log.info(`Noted: the token in hand is the one in place (${recordVariable.place.name})`);
  return noted;
}

/** The record by which the token in hand is the one in place, in the home alone. */
export function adoptedRecord(
  { home, situation, preflight }: Judged,
  { run, github }: Needs<'run' | 'github'>,
): RotationRecord {
  const { record, hand, homeDate } = situation.known;
  return {
    token: hand.token,
    since: wholeSecond(Math.max(github.now, homeDate)),
    validUntil: undefined,
    previous: record?.token,
    previousUntil: undefined,
    home: homeDate,
    run: run.url,
    targets: [targetIdOf(home.target)],
    behind: preflight.others
      .filter((other) => !isNew(other, record))
      .map((other) => targetIdOf(resolvedOf(other).target)),
  };
}

/** A home that someone wrote since the last rotation, with another token or the same, is worth a look, and no fault. */
function homeWarnings(mode: Mode, { home: { name }, decision, situation }: Judged): readonly string[] {
  const next =
    mode === 'sync' ? 'It is written to the other targets' : 'Nothing tells how old it is, so a rotation is due';
  if (actOf(decision) === 'adopt: stored by hand') return [`The token in ${name} was stored by hand. ${next}.`];
  if (!hasHomeMoved(situation.known)) return [];
  return [
    `${name} was written since the last rotation, but holds the token that the record names: it was written again with the same token, or its settings changed.`,
  ];
}
