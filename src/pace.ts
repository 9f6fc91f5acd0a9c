import pLimit from 'p-limit';
import pThrottle from 'p-throttle';
import { hour, minute, second } from './clock.ts';
import type { Method } from './github.ts';

/** Starts a request when GitHub's limits allow it. */
export type Pace = <Answer>(method: Method, request: () => Promise<Answer>) => Promise<Answer>;

/** GitHub's published limits. Source: "Rate limits for the REST API", secondary rate limits. */
export const writesAMinute = 80;
export const writesAnHour = 500;
export const pointsAMinute = 900;
const pointsOfAWrite = 5;
/** Requests at once; GitHub takes 100. */
const inFlight = 10;
/** Up to this many targets are read in one round trip: three reads each. */
const fewTargets = 12;
const inFlightForFew = 40;
/** A request that leaves in time may arrive closer to the one before it; the windows are a little longer for that. */
const slack = 4 * second;

/** How many requests may be in flight for so many targets. */
export function inFlightFor(targets: number): number {
  return targets <= fewTargets ? inFlightForFew : inFlight;
}

/**
 * Paces requests by sliding windows: no delay below 80 writes, then what GitHub allows in a minute and in an hour, with
 * reads and writes weighed as GitHub weighs them, ten in flight. A few targets are read all at once instead: in tens, the
 * reads of ten targets would take two round trips more than the whole rest of the rotation allows.
 *
 * p-throttle's strict mode rather than @octokit/plugin-throttling, which waits a second between any two writes and knows
 * no hour, and rather than Bottleneck under it, which has not been kept up since 2019.
 */
export function createPace(most = inFlight): Pace {
  const limit = pLimit(most);
  const slot = async () => undefined;
  const inMinute = pThrottle({ limit: writesAMinute, interval: minute + slack, strict: true })(slot);
  const points = pThrottle({ limit: pointsAMinute, interval: minute + 2 * slack, strict: true })(slot);
  // Weighed, though each counts one: without weights, p-throttle would spread what follows the first 500 over the next
  // hour. For the other two that is welcome, and their weighed form costs 300 KB of garbage a request.
  const inHour = pThrottle({
    limit: writesAnHour,
    interval: hour + 2 * minute,
    strict: true,
    weight: (weight: number) => weight,
  })((_weight: number) => undefined);

  // The windows inside the slots: a request that was let through and then waited for a slot would leave too late, and
  // fall into the next window. For the same reason the narrowest window comes last.
  return (method, request) =>
    limit(async () => {
      const isWrite = method !== 'GET';
      if (isWrite) await inHour(1);
      await Promise.all(Array.from({ length: isWrite ? pointsOfAWrite : 1 }, points));
      if (isWrite) await inMinute();
      return request();
    });
}
