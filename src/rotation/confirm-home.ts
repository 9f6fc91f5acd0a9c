import type { StoredSecret } from '../github/secrets.ts';
import { second } from '../lib/clock.ts';
import { policies } from '../lib/retry.ts';
import { spanOf } from '../lib/text.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';
import { dateLag, pausesForLag } from './date-lag.ts';
import type { Needs } from './dependencies.ts';
import type { Journal } from './journal.ts';

/** A server writes whole seconds, and the date of a secret may be rounded another way than that of an answer. */
const rounding = 2 * second;

/** Whether a secret's date shows a write that was answered then; both in ms since the epoch, by GitHub's clock. */
export function showsWrite(updatedAt: number, before: number, answeredAt: number): boolean {
  return updatedAt > before || updatedAt >= answeredAt - rounding;
}

/**
 * Reads the home's date until it shows the write, for as long as GitHub may show it late: a proxy that answers in
 * GitHub's place stores nothing.
 *
 * @param before the date before the write, in ms since the epoch
 * @param answeredAt when GitHub took the write, likewise
 */
export async function confirmHome(
  home: ResolvedTarget,
  { before, answeredAt }: { before: number; answeredAt: number },
  journal: Pick<Journal, 'note'>,
  { secrets, clock, log, cancellation }: Needs<'secrets' | 'clock' | 'log' | 'cancellation'>,
): Promise<boolean> {
  const end = clock.monotonic() + dateLag;
  const isShown = (secret: StoredSecret) => showsWrite(secret.updatedAt, before, answeredAt);
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
