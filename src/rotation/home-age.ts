import { policies } from '../github/policies.ts';
import type { StoredSecret } from '../github/secrets.ts';
import { minute } from '../lib/clock.ts';
import { overlapWithMargin } from '../thousandeyes/overlap.ts';
import { pausesForLag } from './date-lag.ts';
import type { Needs } from './dependencies.ts';
import type { ReadyHome } from './ready-target.ts';

/** How long ago a secret was written, in ms, by GitHub's own clock: this machine's may be days off. */
export function ageOf({ asOf, updatedAt }: StoredSecret): number {
  return asOf - updatedAt;
}

/** Whether a rotation whose overlap still lasts may have written the home. One that was only ever created was made by hand. */
export function isOfRotation(secret: StoredSecret): boolean {
  return ageOf(secret) < overlapWithMargin && secret.createdAt !== secret.updatedAt;
}

/** The home's dates, read again for as long as they look too old to explain a 409 and GitHub may show them late. */
export async function latestHome(
  home: ReadyHome,
  { secrets, clock, log, cancellation }: Needs<'secrets' | 'clock' | 'log' | 'cancellation'>,
): Promise<StoredSecret> {
  let latest = home.secret;
  for (const pause of [0, ...pausesForLag(minute)]) {
    if (pause > 0) await clock.sleep(pause, cancellation.now);
    const read = await secrets.read(home, policies.reread);
    if (read.ok) latest = read.value;
    if (isOfRotation(latest) || cancellation.now.aborted) return latest;
    if (pause === 0)
      log.info(
        `ThousandEyes answered 409 and ${home.publicName} looks old; reading its date again for a while, because GitHub shows it late`,
      );
  }
  return latest;
}
