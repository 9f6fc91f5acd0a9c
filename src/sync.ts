import { day, minute, second } from './clock.ts';
import { Problem } from './errors.ts';
import {
  type HomePlace,
  type InspectionPorts,
  type InspectionRequest,
  inspect,
  isPlace,
  type Place,
} from './inspection.ts';
import { failedTargets } from './issued-token.ts';
import type { Outcome } from './outcome.ts';
import { overlap, overlapWithMargin } from './regeneration.ts';
import { problemsIn, stopped, unwritten } from './results.ts';
import type { RetryPorts } from './retry.ts';
import type { Secret } from './secret.ts';
import { type StoringPorts, storeAll } from './storing.ts';
import { minuteOf, plural } from './text.ts';

/** When this run was created (ms since the epoch), or why GitHub does not say. */
export type RunCreated = { readonly at: number } | { readonly problem: Problem };

export interface SyncPorts extends InspectionPorts, RetryPorts {
  readonly secrets: InspectionPorts['secrets'] & StoringPorts['secrets'];
  readonly keys: InspectionPorts['keys'] & StoringPorts['keys'];
  readonly seal: StoringPorts['seal'];
  readonly runCreated: () => Promise<RunCreated>;
  readonly affordWrites: (writes: number) => Promise<Problem | undefined>;
}

/** GitHub shows the date of a write late, by 24 s as seen. */
const lag = 30 * second;
/** ThousandEyes allows no rotation in the 14 days after one; a day is left for clocks that differ. */
const surelyNoRotation = overlap - day;

/**
 * Writes the current token to every target but the home. Only where it can't be older than the home's: a run that waited
 * in the queue holds the value that the secret had when it was queued.
 *
 * @throws Cancelled before anything is written
 */
export async function sync(token: Secret, request: InspectionRequest, ports: SyncPorts): Promise<Outcome> {
  const inspection = await inspect(request, ports);
  const { home } = inspection;
  const fatal = problemsIn({ ...inspection, others: [] });
  if (home === undefined || fatal.length > 0) return stopped('sync', inspection, fatal);
  const places = inspection.others.filter(isPlace);
  const obstacle =
    places.length === 0
      ? undefined
      : ((await ports.affordWrites(places.length)) ?? (await olderThanHome(home, inspection.isAccepted, ports)));
  if (obstacle !== undefined) return stopped('sync', inspection, [obstacle]);
  ports.cancellation.throwIfCancelled();

  const storing = { ...ports, asker: request.asker, journal: { note: () => undefined, flush: () => undefined } };
  const sealed = places.map((place, number) => ({ place, number, sealed: ports.seal(token.reveal(), place.key) }));
  const stored = await storeAll(sealed, token, 0, storing);
  const resultOf = new Map(stored.map(({ result }) => [result.target, result]));
  const results = inspection.others.map((other) => resultOf.get(other.target) ?? unwritten(other));
  const failed = results.filter(({ status }) => status === 'failed');
  const written = results.length - failed.length;
  return {
    mode: 'sync',
    headline:
      results.length === 0
        ? 'There is no target but the home, so there was nothing to write.'
        : `The current token was written to ${written} of ${plural(results.length, 'target')}.`,
    rotated: false,
    results: [unwritten(home), ...results],
    problems: failedTargets(failed),
    warnings: inspection.warnings,
    notices: agesOf(home, places),
    ...(inspection.expiry.kind === 'known' ? { validUntil: inspection.expiry.validUntil } : {}),
  };
}

/**
 * Why the token in hand may be older than the home's, or undefined where it can't be.
 *
 * @param isAccepted whether ThousandEyes was seen to accept it: only then is a token before the home's dead after 15 days
 */
async function olderThanHome(home: HomePlace, isAccepted: boolean, ports: SyncPorts): Promise<Problem | undefined> {
  const { clock, log, cancellation } = ports;
  let { updatedAt } = home.secret;
  if (clock.now() - updatedAt > surelyNoRotation) {
    // A rotation that has just ended may not show yet, and its old token would go over the new one.
    log.info(`Reading the date of ${home.shown} again in ${lag / second} s: GitHub shows a write late`);
    await clock.sleep(lag, cancellation.now);
    const again = await ports.secrets.read(home.target);
    updatedAt = 'found' in again ? again.found.updatedAt : clock.now();
  }
  if (isAccepted && clock.now() - updatedAt > overlapWithMargin) return undefined;
  const created = await ports.runCreated();
  if ('problem' in created) return created.problem;
  if (updatedAt < created.at) return undefined;
  return new Problem(
    `Comparing the home ${home.shown} with this run`,
    `the home was last written on ${minuteOf(updatedAt)}, after this run was created (${minuteOf(created.at)}), so the token that this run was given may be older than the home's`,
    'Nothing was written. Start a fresh run: it gets the newer token.',
  );
}

/** Which targets were behind the home, for a person to see. */
function agesOf(home: HomePlace, places: readonly Place[]): string[] {
  const behind = places.flatMap(({ shown, secret }) => {
    const older = secret === undefined ? 0 : home.secret.updatedAt - secret.updatedAt;
    return older > 60 * minute ? [`${shown} (${plural(Math.floor(older / day), 'day')} older)`] : [];
  });
  const names = [...new Set(behind)];
  if (names.length === 0) return [];
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return [
    `Written before the home (${minuteOf(home.secret.updatedAt)}) until now: ${names.slice(0, 20).join(', ')}${more}.`,
  ];
}
