import { policies } from '../../github/policies.ts';
import type { Result } from '../../lib/result.ts';
import { wholeSecond } from '../../lib/text.ts';
import type { Needs } from '../dependencies.ts';
import type { TargetResult } from '../outcome.ts';
import { type RotationRecord, targetIdOf } from '../record/record.ts';
import type { RecordFailure } from '../record/record-variable.ts';
import { type Confirmation, confirmHome } from './confirm.ts';
import { lookAt, park, parkedBody, type Unparked, unpark } from './park.ts';
import type { Pending } from './pending.ts';
import { type HomeResult, storeHome, storeOthers } from './store.ts';

/** What finishing came to. */
export interface Finished {
  readonly home: HomeResult;
  /** Undefined where the home could not be written. */
  readonly confirmation?: Confirmation;
  /** Of the other targets, in their order; none where the home could not be written. */
  readonly results: readonly TargetResult[];
  /** Undefined where it was not tried. */
  readonly recorded?: Result<RotationRecord, RecordFailure>;
  readonly unparked?: Unparked;
}

export type FinishNeeds = Needs<'secrets' | 'clock' | 'log' | 'cancellation' | 'github' | 'announce'>;

/**
 * Brings an issued token to its place. The main step, the post step and the next run all call it: each act asks first whether
 * it is done already, so doing it twice does no harm.
 */
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
  const earlierWrites = pending.others.filter(({ isDone }) => isDone).length + 4;
  const [confirmation, results] = await Promise.all([
    confirm(pending, dependencies),
    storeOthers(pending.others, earlierWrites, pending, dependencies),
  ]);
  await pending.next.dated;
  if (confirmation.kind === 'not moved') {
    await park(pending, dependencies);
    return { home, confirmation, results };
  }

  // The record, and only then the parked token, which is read beside it.
  const homeDate = confirmation.kind === 'moved' ? confirmation.date : undefined;
  const isInDoubt = home.kind === 'taken for ours';
  const [recorded, look] = await Promise.all([
    noteInPlace(pending, { homeDate, results }, dependencies),
    isInDoubt ? undefined : lookAt(pending.next, dependencies),
  ]);
  if (!recorded.ok) return { home, confirmation, results, recorded };
  const unparked = isInDoubt ? leftInDoubt : await unpark(pending.next, dependencies, look);
  return { home, confirmation, results, recorded, unparked };
}

const leftInDoubt: Unparked = {
  kind: 'left',
  detail: 'an attempt to write the home got no clear answer, so the next run looks again',
};

/** A home that held the token before this began has no date to confirm. */
function confirm(pending: Pending, dependencies: FinishNeeds): Promise<Confirmation> {
  const { isDone, confirmed } = pending.home;
  if (isDone && confirmed === undefined) return Promise.resolve({ kind: 'unread', detail: '' });
  return confirmHome(pending, dependencies);
}

/** Where the token is not kept beside the home, a person must be able to put it there before this process may end. */
function announceOnce(pending: Pending, { announce }: Needs<'announce'>): () => void {
  let isAnnounced = false;
  return () => {
    const body = parkedBody(pending);
    if (isAnnounced || pending.next.isParked || body === undefined) return;
    isAnnounced = true;
    announce({ next: pending.next.resolved, body, previousUntil: pending.previousUntil });
  };
}

/** What is to be noted beside the token itself. */
export interface Noted {
  /** The home's date, where it was seen to move by our write. */
  readonly homeDate: number | undefined;
  /** Of the other targets. */
  readonly results: readonly TargetResult[];
}

/** Notes that the token is in place, and which targets hold it. */
export function noteInPlace(
  pending: Pending,
  { homeDate, results }: Noted,
  { github }: Needs<'github'>,
): Promise<Result<RotationRecord, RecordFailure>> {
  const { token, previous, recorded, home, next, record, run } = pending;
  const holding = results
    .filter(({ status }) => status !== 'failed')
    .map(({ resolved }) => targetIdOf(resolved.target));
  const failed = results.filter(({ status }) => status === 'failed').map(({ resolved }) => targetIdOf(resolved.target));
  return record.update(
    [recorded, token],
    (latest) => {
      const same = latest?.token === token ? latest : undefined;
      // Not before the dates that GitHub gave: its clocks may differ from each other.
      const now = wholeSecond(Math.max(github.now, homeDate ?? 0, next.date ?? 0));
      const targets = [...new Set([targetIdOf(home.resolved.target), ...holding, ...(same?.targets ?? [])])];
      const behind = [...failed, ...pending.unreachable, ...(same?.behind ?? [])];
      return {
        token,
        since: same === undefined || homeDate !== undefined ? now : same.since,
        validUntil: pending.validUntil ?? same?.validUntil,
        // A run that took the token for one that was stored by hand has noted it without these.
        previous: same?.previous ?? previous,
        previousUntil: same?.previousUntil ?? pending.previousUntil,
        home: homeDate ?? same?.home ?? null,
        run,
        targets,
        behind: [...new Set(behind)].filter((id) => !targets.includes(id)),
      };
    },
    policies.other,
  );
}
