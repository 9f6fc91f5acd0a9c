import { causeOf, type GitHubAnswer } from '../../github/answer.ts';
import { policies } from '../../github/policies.ts';
import { bodyOf, type StoredSecret } from '../../github/secrets.ts';
import { second } from '../../lib/clock.ts';
import type { Result } from '../../lib/result.ts';
import type { RetryPolicy } from '../../lib/retry.ts';
import type { Needs } from '../dependencies.ts';
import type { Recovery } from '../outcome.ts';
import { type Pending, type PendingNext, sealAnew } from './pending.ts';

/** In ms; the home waits for it, and the journal holds the token meanwhile. */
const parking: RetryPolicy = { total: 15 * second, attempt: 10 * second, toldWaits: 20 * second, stoppable: false };
/** GitHub gives dates in whole seconds. */
const rounding = second;
/** How far a server's dates may be ahead of its answers, where no date tells. */
const clocksDiffer = 5 * second;
/** A reading that is younger than this is "right before" the deletion. */
const fresh = 5 * second;

type ParkNeeds = Needs<'secrets' | 'log'>;

/** Puts the token, sealed for the home, beside it for the next run: a value is bound to the store's key, not to a name. */
export async function park(pending: Omit<Pending, 'others'>, { secrets, log }: ParkNeeds): Promise<void> {
  const { next, home, journal } = pending;
  if (next.isParked || home.sealed === undefined) return;
  let written = await secrets.write(next.resolved, home.sealed, parking, { access: home.access });
  // The store's key may be another by now: its environment was deleted and created anew, say.
  const anew = !written.ok && written.error.status === 422 ? await sealAnew(home, pending) : undefined;
  if (anew !== undefined) written = await secrets.write(next.resolved, anew, parking, { access: home.access });
  if (!written.ok) {
    log.info(`Not kept beside the home (${next.resolved.name}): ${causeOf(written.error)}. The run goes on.`);
    return;
  }
  next.isParked = true;
  next.writtenAt = written.value.at;
  next.date = undefined;
  journal.note({ kind: 'next written', at: written.value.at, isToken: true });
  log.info(`Kept beside the home: the new token, as ${next.resolved.name}`);
  // The home need not wait for it.
  next.dated = secrets.read(next.resolved, policies.reread).then((read) => {
    if (!read.ok) return;
    next.date = read.value.updatedAt;
    journal.note({ kind: 'next dated', date: read.value.updatedAt });
  });
}

/** What became of the deletion of `_NEXT`; `detail` is for a person. */
export type Unparked = { readonly kind: 'gone' } | { readonly kind: 'left' | 'changed'; readonly detail: string };

/** What was read of `_NEXT`, and when, on the monotonic clock. */
export interface Look {
  readonly found: Result<StoredSecret, GitHubAnswer>;
  readonly at: number;
}

/** Reads `_NEXT` beside what comes before its deletion. */
export async function lookAt(
  { resolved }: Pick<PendingNext, 'resolved'>,
  { secrets, clock }: Needs<'secrets' | 'clock'>,
): Promise<Look> {
  const found = await secrets.read(resolved, policies.reread);
  return { found, at: clock.monotonic() };
}

/**
 * Deletes `_NEXT`, but only where its date is that of our own last write of it: else someone else needs it.
 *
 * @param look what was read a moment ago, where that is so
 */
export async function unpark(
  { resolved, date, writtenAt = Number.NEGATIVE_INFINITY }: Pick<PendingNext, 'resolved' | 'date' | 'writtenAt'>,
  { secrets, clock }: Needs<'secrets' | 'clock'>,
  look?: Look,
): Promise<Unparked> {
  const isFresh = look !== undefined && clock.monotonic() - look.at < fresh;
  const { found } = isFresh ? look : await lookAt({ resolved }, { secrets, clock });
  if (!found.ok && found.error.status === 404) return { kind: 'gone' };
  if (!found.ok) return { kind: 'left', detail: causeOf(found.error) };
  const { updatedAt } = found.value;
  const slack = date === undefined ? clocksDiffer : rounding;
  const isOurs = updatedAt === date || isOfWrite(updatedAt, writtenAt, slack);
  if (!isOurs) return { kind: 'changed', detail: 'its date is not that of the last write which is known here' };
  const deleted = await secrets.delete(resolved, policies.cleanup);
  return deleted.ok ? { kind: 'gone' } : { kind: 'left', detail: causeOf(deleted.error) };
}

/** Whether a date that is shown, perhaps late, can be that of a write which was answered then (ms since the epoch). */
export function isOfWrite(date: number, answeredAt: number, slack = clocksDiffer): boolean {
  return date <= answeredAt + slack;
}

/** What a person needs to put the token beside the home; undefined where it is kept there, or where nothing is sealed. */
export function recoveryOf({ home, next, previousUntil }: Pending): Recovery | undefined {
  if (next.isParked || home.sealed === undefined) return undefined;
  return { next: next.resolved, body: bodyOf(home.sealed, home.access), previousUntil };
}
