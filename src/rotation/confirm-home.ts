import { policies } from '../github/policies.ts';
import type { StoredSecret } from '../github/secrets.ts';
import { second } from '../lib/clock.ts';
import { spanOf } from '../lib/text.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';
import { dateLag, pausesForLag } from './date-lag.ts';
import type { Needs } from './dependencies.ts';
import type { Journal } from './journal.ts';

/** A server writes whole seconds, and the date of a secret may be rounded another way than that of an answer. */
const rounding = 2 * second;

/** A secret's date before a write, and when GitHub told it; both in ms since the epoch, by GitHub's clock. */
export type DateBefore = Pick<StoredSecret, 'updatedAt' | 'asOf'>;

/**
 * Whether a secret's date shows a write that began so long ago, and not one that someone else made since its date was
 * read before. A date of long before that reading is of a clock that is not the one of the answers: it proves nothing.
 *
 * @param age ms
 */
export function showsWrite({ updatedAt, asOf }: DateBefore, before: DateBefore, age: number): boolean {
  const since = asOf - age - rounding;
  if (updatedAt >= since) return updatedAt > before.updatedAt || before.updatedAt >= since;
  return updatedAt > before.updatedAt && updatedAt < before.asOf - dateLag - rounding;
}

/**
 * Reads the home's date until it shows the write, for as long as GitHub may show it late: a proxy that answers in
 * GitHub's place stores nothing.
 *
 * @param startedAt when the writing began, on the monotonic clock
 */
export async function confirmHome(
  home: ResolvedTarget,
  { before, startedAt }: { before: DateBefore; startedAt: number },
  journal: Pick<Journal, 'note'>,
  { secrets, clock, log, cancellation }: Needs<'secrets' | 'clock' | 'log' | 'cancellation'>,
): Promise<boolean> {
  const end = clock.monotonic() + dateLag;
  const isShown = (secret: StoredSecret) => showsWrite(secret, before, clock.monotonic() - startedAt);
  for (const pause of [0, second, 3 * second, ...pausesForLag()]) {
    const left = Math.min(end, cancellation.deadline()) - clock.monotonic();
    if (left <= 0) break;
    if (pause > 3 * second)
      log.info(
        `GitHub does not show the write of ${home.publicName} yet; reading its date again in ${spanOf(Math.min(pause, left))}`,
      );
    await clock.sleep(Math.min(pause, left), cancellation.now.aborted ? cancellation.lastCall : cancellation.now);
    const read = await secrets.read(home, policies.reread);
    if (!read.ok || !isShown(read.value)) continue;
    journal.note({ kind: 'confirmed' });
    return true;
  }
  return false;
}
