import { causeOf, type GitHubAnswer } from '../../github/answer.ts';
import { policies } from '../../github/policies.ts';
import { second } from '../../lib/clock.ts';
import { spanOf } from '../../lib/text.ts';
import type { Needs } from '../dependencies.ts';
import type { Pending, PendingHome } from './pending.ts';

/** How long GitHub may go on showing the date that a secret had before a write, in ms; 24 s and 40 s were seen. */
const dateLag = 90 * second;
const pauses = [0, 1, 3, 5, 10, 15, 30, 30].map((seconds) => seconds * second);
/** A wait that goes without a line in the log. */
const silentPause = 3 * second;

/** Whether the home was seen to be written. */
export type Confirmation =
  | { readonly kind: 'moved'; readonly date: number }
  /** Its date can't be read; `detail` is for a person. */
  | { readonly kind: 'unread'; readonly detail: string; readonly date?: undefined }
  /** It did not move, as far as was waited, or the home is gone; `detail` is for a person. */
  | { readonly kind: 'not moved'; readonly detail: string; readonly isGone?: true };

/** GitHub gives dates in whole seconds: one that someone else wrote in the second of our write can't be seen to move. */
function wasWrittenInTheSameSecond({ date, takenAt = Number.POSITIVE_INFINITY }: PendingHome): boolean {
  return date >= takenAt - second;
}

/** Reads the home's date until it is another than before our write: something that answers in GitHub's place stores nothing. */
export async function confirmHome(
  { home, journal }: Pending,
  { secrets, clock, log, cancellation }: Needs<'secrets' | 'clock' | 'log' | 'cancellation'>,
): Promise<Confirmation> {
  if (home.confirmed !== undefined) return { kind: 'moved', date: home.confirmed };
  // It held the token before this began.
  if (home.isDone) return { kind: 'unread', detail: '' };
  const { name } = home.resolved;
  const end = clock.monotonic() + dateLag;
  let unread: GitHubAnswer | undefined;
  for (const pause of pauses) {
    const left = Math.min(end, cancellation.deadline()) - clock.monotonic();
    if (left <= 0) break;
    if (pause > silentPause)
      log.info(`GitHub does not show the write of ${name} yet; reading its date again in ${spanOf(pause)}`);
    await clock.sleep(Math.min(pause, left), cancellation.now.aborted ? cancellation.lastCall : cancellation.now);
    const read = await secrets.read(home.resolved, policies.reread);
    unread = read.ok ? undefined : read.error;
    if (read.ok && (read.value.updatedAt !== home.date || wasWrittenInTheSameSecond(home))) {
      journal.note({ kind: 'confirmed', date: read.value.updatedAt });
      return { kind: 'moved', date: read.value.updatedAt };
    }
    if (unread?.status === 401 || unread?.status === 403) break;
  }
  if (cancellation.now.aborted)
    return { kind: 'not moved', detail: 'the run was cancelled before its date was seen to move' };
  if (unread === undefined) return { kind: 'not moved', detail: `its date did not move within ${spanOf(dateLag)}` };
  // It was there: someone deleted it, and what is parked may be the only copy.
  if (unread.status === 404) return { kind: 'not moved', detail: `then ${causeOf(unread)}`, isGone: true };
  return { kind: 'unread', detail: causeOf(unread) };
}
