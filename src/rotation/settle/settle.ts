import { policies } from '../../github/policies.ts';
import type { Sealer } from '../../github/sealed-box.ts';
import type { StoredSecret } from '../../github/secrets.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import { wholeSecond } from '../../lib/text.ts';
import type { TokenUser } from '../../thousandeyes/client.ts';
import type { HomeReference } from '../../thousandeyes/errors.ts';
import type { Dependencies } from '../dependencies.ts';
import { unpark } from '../finish/park.ts';
import { noJournal } from '../journal/journal.ts';
import type { Mode, Outcome } from '../outcome.ts';
import { nextTo, type Preflight, problemsOf } from '../preflight/preflight.ts';
import type { ReadyHome } from '../preflight/preflight-target.ts';
import { notAdopted, type Situation } from '../record/advice.ts';
import { type RotationRecord, targetIdOf } from '../record/record.ts';
import type { RecordVariable } from '../record/record-variable.ts';
import { type Act, decide, hasHomeMoved, isNoteOpen, type Known } from '../record/table.ts';
import type { RunRequest } from '../request.ts';
import { verifyToken } from '../token/verify-token.ts';
import { finishEarlier } from './finish-earlier.ts';
import { type Judged, judge, problemsByTable, stopped } from './judge.ts';
import { type Sorted, sortFinds } from './new-finds.ts';

/** A run that may go on: the record names the token in hand. */
export interface Settled {
  readonly home: ReadyHome;
  readonly others: Sorted;
  readonly sealer: Sealer;
  readonly record: RotationRecord;
  readonly recordVariable: RecordVariable;
  /** `_NEXT`, where it is there now. */
  readonly next: StoredSecret | undefined;
  /** Whether `_NEXT` holds the note of a run whose token may be lost: it stays until a token proves that none is. */
  readonly isNoteOpen: boolean;
  readonly homeReference: HomeReference;
  readonly situation: Situation;
  readonly user: TokenUser | undefined;
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
  const judged = await withPatience(first.value, request, dependencies);
  const { decision } = judged;
  dependencies.cancellation.throwIfCancelled();
  if (decision.act === 'finish') return failed(await finishEarlier(mode, judged, preflight, request, dependencies));

  const act = decision.below?.act ?? decision.act;
  const problems = problemsByTable(act, judged, preflight);
  if (problems.length > 0) return failed(stopped(mode, preflight, problems));

  // A rotation is due then, and it stops for any of these.
  const others = problemsOf({ ...preflight, others: sortFinds(mode, preflight.others, judged.record).wanted });
  if (mode === 'rotate' && act !== 'in place' && others.length > 0) return failed(stopped(mode, preflight, others));

  const cleaned = await withoutLeftOver(decision.act, judged, preflight, dependencies);
  const adopted = await adopt(act, mode, judged, preflight, request, dependencies);
  if (!adopted.ok) return failed(stopped(mode, preflight, [adopted.error]));
  const { home, sealer, homeReference, situation, known } = judged;
  return ok({
    home,
    others: sortFinds(mode, preflight.others, adopted.value.record),
    sealer,
    record: adopted.value.record,
    recordVariable: preflight.recordVariable,
    next: cleaned.next,
    isNoteOpen:
      request.next.kind === 'note' &&
      cleaned.next !== undefined &&
      isNoteOpen(judged.record, cleaned.next.updatedAt, request.next.at),
    homeReference,
    situation,
    user: preflight.user,
    warnings: [
      ...preflight.warnings,
      ...cleaned.warnings,
      ...adopted.value.warnings,
      ...movedWarning(act, known, home),
    ],
  });
}

/** A parked token that is refused may be slow to spread: it is asked about for ten minutes. */
async function withPatience(judged: Judged, { next }: RunRequest, dependencies: Dependencies): Promise<Judged> {
  const { decision, known } = judged;
  if (decision.row !== 3 || next.kind !== 'token' || known.next.kind !== 'token') return judged;
  const { name } = nextTo(judged.home);
  dependencies.log.info(`ThousandEyes refuses the token in ${name} so far; asking again for ten minutes`);
  const { kind } = await verifyToken(next.token, noJournal, dependencies);
  const word = kind === 'unknown' ? 'untold' : kind;
  const again: Known = { ...known, next: { ...known.next, word } };
  return {
    ...judged,
    known: again,
    decision: decide(again),
    situation: { ...judged.situation, known: again, hasWaited: true },
  };
}

/** Deletes a `_NEXT` that nobody needs any more. */
async function withoutLeftOver(
  act: Act,
  { home, known, decision, situation }: Judged,
  { next: found }: Preflight,
  { secrets, clock }: Dependencies,
): Promise<{ next: StoredSecret | undefined; warnings: readonly string[] }> {
  const resolved = nextTo(home);
  const next = found.ok ? found.value : undefined;
  const isOldNote =
    act === 'go on beside the note' &&
    decision.below?.act === 'in place' &&
    !isNoteOpen(known.record, known.nextDate ?? 0, situation.next.kind === 'note' ? situation.next.at : undefined);
  if (act !== 'delete next, go on' && act !== 'delete old next, go on' && !isOldNote) return { next, warnings: [] };
  const unparked = await unpark({ resolved, date: known.nextDate, writtenAt: undefined }, { secrets, clock });
  if (unparked.kind === 'left')
    return { next, warnings: [`${resolved.name} could not be deleted: ${unparked.detail}.`] };
  const old = `${situation.nextName} held a token that ThousandEyes refuses. It was deleted, because the token in hand works.`;
  return { next: undefined, warnings: decision.row === 3 ? [old] : [] };
}

/** Notes the token in hand as the one in place, where the record names none or another. */
async function adopt(
  act: Act,
  mode: Mode,
  { known, home }: Judged,
  { recordVariable, others }: Preflight,
  { credential }: RunRequest,
  { run, github, log }: Dependencies,
) {
  const { record, hand, homeDate } = known;
  if (act === 'in place' && record !== undefined) return ok({ record, warnings: [] });
  const before = new Set([...(record?.targets ?? []), ...(record?.behind ?? [])]);
  const behind = others
    .map((other) => (other.ok ? other.value : other.error.resolved))
    .filter(({ isFound, target }) => !isFound || before.has(targetIdOf(target)))
    .map(({ target }) => targetIdOf(target));
  const noted = await recordVariable.update(
    [record?.token],
    () => ({
      token: hand.token,
      since: wholeSecond(Math.max(github.now, homeDate)),
      validUntil: undefined,
      previous: record?.token,
      previousUntil: undefined,
      home: homeDate,
      run: run.url,
      targets: [targetIdOf(home.target)],
      behind,
    }),
    policies.read,
  );
  if (!noted.ok) return failed(notAdopted(noted.error, recordVariable.place, credential));
  log.info(`Noted: the token in hand is the one in place (${recordVariable.place.name})`);
  const isByHand = act === 'adopt: stored by hand';
  const next =
    mode === 'sync' ? 'It is written to the other targets' : 'Nothing tells how old it is, so a rotation is due';
  return ok({
    record: noted.value,
    warnings: isByHand ? [`The token in ${home.name} was stored by hand. ${next}.`] : [],
  });
}

/** A home that was written again with the same token is worth a look, and no fault. */
function movedWarning(act: Act, known: Known, { name }: ReadyHome): readonly string[] {
  if (act !== 'in place' || !hasHomeMoved(known)) return [];
  return [
    `${name} was written since the last rotation, but holds the token that the record names: it was written again with the same token, or its settings changed.`,
  ];
}
