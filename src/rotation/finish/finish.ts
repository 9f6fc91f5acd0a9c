import { policies } from '../../github/policies.ts';
import type { Result } from '../../lib/result.ts';
import { wholeSecond } from '../../lib/text.ts';
import type { Needs } from '../dependencies.ts';
import type { TargetResult } from '../outcome.ts';
import { type RotationRecord, targetIdOf } from '../record/record.ts';
import type { RecordFailure } from '../record/record-variable.ts';
import { type Confirmation, confirmHome } from './confirm.ts';
import { lookAt, park, recoveryOf, type Unparked, unpark } from './park.ts';
import type { Pending } from './pending.ts';
import { type HomeResult, storeHome, storeOthers } from './store.ts';

/** `_NEXT` twice, the record and the home are written before the others. */
const earlierWrites = 4;

/** What finishing came to. */
export interface Finished {
  readonly home: HomeResult;
  /** Undefined where the home could not be written. */
  readonly confirmation?: Confirmation;
  /** Of the other targets, in their order; none where the home could not be written. */
  readonly results: readonly TargetResult[];
  /** Undefined where it was not tried. */
  readonly recorded?: Result<RotationRecord, RecordFailure>;
  /** Undefined where the parked token was left alone. */
  readonly unparked?: Unparked;
}

export type FinishNeeds = Needs<'secrets' | 'clock' | 'log' | 'cancellation' | 'github' | 'announce'>;

/** Brings an issued token to its place, for main, post and the next run: each act asks first whether it is done already. */
export async function finish(pending: Pending, dependencies: FinishNeeds): Promise<Finished> {
  // The home, before any other.
  const home = await storeHome(pending, dependencies, announceOnce(pending, dependencies));
  if (home.kind === 'refused' || home.kind === 'written by another') {
    await park(pending, dependencies);
    await pending.next.dated;
    return { home, results: [] };
  }
  dependencies.log.info(`Stored: the home ${pending.home.resolved.name}`);

  // The others, and beside them whether the home's date has moved.
  const [confirmation, results] = await Promise.all([
    confirmHome(pending, dependencies),
    storeOthers(pending.others, earlierWrites, pending, dependencies),
  ]);
  await pending.next.dated;
  if (confirmation.kind === 'not moved') {
    await park(pending, dependencies);
    return { home, confirmation, results };
  }

  // The record, and only then the parked token, which is read beside it.
  const { date: homeDate } = confirmation;
  const isInDoubt = home.kind === 'taken for ours';
  const [recorded, look] = await Promise.all([
    noteInPlace(pending, homeDate, results, dependencies),
    isInDoubt ? undefined : lookAt(pending.next, dependencies),
  ]);
  if (!recorded.ok) return { home, confirmation, results, recorded };
  // The next run makes sure.
  if (isInDoubt) return { home, confirmation, results, recorded };
  const unparked = await unpark(pending.next, dependencies, look);
  return { home, confirmation, results, recorded, unparked };
}

/** Where the token is not kept beside the home, a person must be able to put it there before this process may end. */
function announceOnce(pending: Pending, { announce }: Needs<'announce'>): () => void {
  let isAnnounced = false;
  return () => {
    const recovery = recoveryOf(pending);
    if (isAnnounced || recovery === undefined) return;
    isAnnounced = true;
    announce(recovery);
  };
}

/** Notes that the token is in place, and which targets hold it. The home has a date where it was seen to move by our write. */
function noteInPlace(
  pending: Pending,
  homeDate: number | undefined,
  results: readonly TargetResult[],
  { github }: Needs<'github'>,
): Promise<Result<RotationRecord, RecordFailure>> {
  const { token, previous, recorded, home, next, record, run } = pending;
  return record.update(
    [recorded, token],
    (latest) => {
      const same = latest?.token === token ? latest : undefined;
      // Not before the dates that GitHub gave: its clocks may differ from each other.
      const now = wholeSecond(Math.max(github.now, homeDate ?? 0, next.date ?? 0));
      const before = {
        targets: [targetIdOf(home.resolved.target), ...(same?.targets ?? [])],
        behind: [...pending.unreachable, ...(same?.behind ?? [])],
      };
      return {
        token,
        since: same === undefined || homeDate !== undefined ? now : same.since,
        validUntil: pending.validUntil ?? same?.validUntil,
        // A run that took the token for one that was stored by hand has noted it without these.
        previous: same?.previous ?? previous,
        previousUntil: same?.previousUntil ?? pending.previousUntil,
        home: homeDate ?? same?.home ?? null,
        run,
        ...holdersAfter(before, results),
      };
    },
    policies.other,
  );
}

type Holders = Pick<RotationRecord, 'targets' | 'behind'>;

/** Which targets are known to hold the token, and which are behind, after some of them were written. */
export function holdersAfter(before: Holders, results: readonly TargetResult[]): Holders {
  const idOf = ({ resolved }: TargetResult) => targetIdOf(resolved.target);
  const targets = new Set([...before.targets, ...results.filter(({ status }) => status !== 'failed').map(idOf)]);
  const behind = new Set([...before.behind, ...results.map(idOf)]).difference(targets);
  return { targets: [...targets], behind: [...behind] };
}
