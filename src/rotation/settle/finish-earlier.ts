import type { Secret } from '../../lib/secret.ts';
import { byMinute, plural } from '../../lib/text.ts';
import { endOfOverlap } from '../../thousandeyes/client.ts';
import type { Dependencies } from '../dependencies.ts';
import { finish } from '../finish/finish.ts';
import { expose, finishedParts } from '../finish/finished.ts';
import { type Pending, type PendingTarget, pendingTarget, sealerFor, untouchedHome } from '../finish/pending.ts';
import { noJournal } from '../journal/journal.ts';
import { type Mode, type Outcome, outcomeOf, type TargetResult } from '../outcome.ts';
import { nextTo } from '../preflight/preflight.ts';
import type { ReadyTarget } from '../preflight/preflight-target.ts';
import { fingerprintOf, isHeld, targetIdOf } from '../record/record.ts';
import type { RunRequest } from '../request.ts';
import type { Judged } from './judge.ts';
import { type Sorted, sortFinds, unreached } from './new-finds.ts';

/** Finishes with the token that an earlier run issued and left beside the home. Only the home's own problems stop this. */
export async function finishEarlier(
  mode: Extract<Mode, 'rotate' | 'sync'>,
  judged: Judged,
  dependencies: Dependencies,
): Promise<Outcome> {
  const { home, situation, request, preflight } = judged;
  // The table has seen it.
  if (request.next.kind !== 'token') throw new Error('there is no token to finish with');
  const { token } = request.next;
  dependencies.log.info(`${nextTo(home).name} holds a token that an earlier run issued; finishing with it`);
  const sorted = sortFinds(mode, preflight.others, situation.known.record);
  const pending = pendingFrom(token, judged, sorted, dependencies);
  const finished = await finish(pending, dependencies);
  const rest = unreached(sorted, byMinute(pending.previousUntil, dependencies.github.now));
  const parts = finishedParts(pending, finished, dependencies);
  return outcomeOf(mode, headlineOf(parts.rotated, home.name, parts.results), {
    ...parts,
    results: inOrder([...parts.results, ...rest.results], request),
    problems: [...parts.problems, ...rest.problems, ...(parts.rotated ? expose(token, request, dependencies) : [])],
    warnings: [...preflight.warnings, ...parts.warnings],
    user: preflight.user,
  });
}

function headlineOf(isStored: boolean, home: string, results: readonly TargetResult[]): string {
  if (!isStored) return `An earlier run issued a token, but ${home} could not be written yet.`;
  const held = results.filter(({ status }) => status !== 'failed').length;
  return `The token that an earlier run issued is in place now, in ${plural(held, 'target')}.`;
}

function pendingFrom(
  token: Secret,
  { home, sealer, preflight, request, situation: { known } }: Judged,
  { wanted }: Sorted,
  dependencies: Dependencies,
): Pending {
  const { record } = known;
  const fingerprint = fingerprintOf(token);
  // Nothing is journaled, so the numbers say nothing.
  const pendingOf = (ready: ReadyTarget): PendingTarget => ({
    ...pendingTarget(ready, 0, token, sealer),
    isDone: record?.token === fingerprint && isHeld(record, ready),
  });
  const nextDate = known.nextDate ?? known.now;
  return {
    token: fingerprint,
    validUntil: undefined,
    // It was left the moment it was issued.
    previousUntil: endOfOverlap(nextDate, record?.validUntil),
    previous: record?.token ?? (known.hand.token === fingerprint ? undefined : known.hand.token),
    recorded: record?.token,
    home: {
      ...untouchedHome(pendingTarget(home, 0, token, sealer), known.homeDate),
      isDone: known.hand.token === fingerprint,
    },
    others: wanted.flatMap((other) => (other.ok ? [pendingOf(other.value)] : [])),
    unreachable: wanted.flatMap((other) => (other.ok ? [] : [targetIdOf(other.error.resolved.target)])),
    next: { resolved: nextTo(home), isParked: true, writtenAt: undefined, date: nextDate },
    record: preflight.recordVariable,
    run: dependencies.run.url,
    credential: request.credential,
    journal: noJournal,
    seal: sealerFor(token, sealer, dependencies),
  };
}

/** In the user's order. */
export function inOrder(results: readonly TargetResult[], { targets }: RunRequest): readonly TargetResult[] {
  const places = new Map(targets.map(({ target }, index) => [targetIdOf(target), index]));
  const placeOf = ({ resolved }: TargetResult) => places.get(targetIdOf(resolved.target)) ?? 0;
  return [...results].sort((a, b) => placeOf(a) - placeOf(b));
}
