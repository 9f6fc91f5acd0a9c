import type { CredentialContext } from '../../github/credential.ts';
import { pointsPerMinute, writesPerHour, writesPerMinute } from '../../github/throttle.ts';
import { hour, minute, second } from '../../lib/clock.ts';
import { type Problem, problem } from '../../lib/problem.ts';
import { minuteOf, plural, spanOf } from '../../lib/text.ts';
import type { Needs } from '../dependencies.ts';

/** An App's installation token lasts an hour; it was created by an earlier step, so this much of it is counted on, in ms. */
const appTokenLife = 50 * minute;
/** Before anything is issued, a longer wait ends the run: it costs nothing to come back. */
const longestWait = 5 * minute;
/** Requests kept for a variable, a verification, a retry. */
const reserve = 10;
/** The repository, the key, the secret. */
export const readsPerTarget = 3;

/** How long so many writes take at the pace that GitHub's limits allow, in ms. */
export function durationOfWrites(writes: number): number {
  const wholeHours = Math.floor(Math.max(writes - 1, 0) / writesPerHour);
  const inLastHour = writes - wholeHours * writesPerHour;
  return wholeHours * hour + (Math.max(inLastHour - writesPerMinute, 0) / writesPerMinute) * minute;
}

/** How long so many reads take, in ms. */
export function durationOfReads(reads: number): number {
  return Math.floor(Math.max(reads - 1, 0) / pointsPerMinute) * minute;
}

/**
 * Waits until the rate limit's rest and the credential's life carry so many requests, or says with the calculation why
 * they won't: before a token is issued, that costs nothing.
 */
export async function affordRequests(
  { reads, writes }: { readonly reads: number; readonly writes: number },
  credential: CredentialContext,
  { clock, log, cancellation, github, startedAt }: Needs<'clock' | 'log' | 'cancellation' | 'github' | 'startedAt'>,
): Promise<Problem | undefined> {
  // The limit is one of an hour, in which no more than so many writes are made anyway.
  const needed = reads + Math.min(writes, writesPerHour) + reserve;
  const attempt = `Planning ${reads === 0 ? '' : `${plural(reads, 'read')} and `}${plural(writes, 'write')} to GitHub`;
  const { allowance } = github;
  const now = clock.monotonic();
  const date = (moment: number) => minuteOf(clock.now() + moment - now);
  const stop = (cause: string, step: string, why = '') => problem(attempt, cause, step, `${why}No target was changed.`);
  if (allowance !== undefined && needed > allowance.limit)
    return stop(
      `with ${reserve} in reserve they need ${needed} requests in an hour, and the credential's limit is ${allowance.limit} an hour`,
      'Spread the targets over several credentials, or use an organization secret.',
    );
  const isEnough = allowance === undefined || allowance.remaining >= needed;
  const wait = isEnough ? 0 : Math.max(allowance.resetAt - now, 0) + second;
  if (wait > longestWait)
    return stop(
      `they need ${needed} requests; ${allowance?.remaining} are left until ${date(now + wait)}`,
      `Run this workflow again after ${date(now + wait)}. A run on a schedule comes back by itself.`,
    );
  const duration = durationOfReads(reads) + durationOfWrites(writes);
  const end = now + wait + duration;
  const isApp = credential.kind === 'app';
  // On the monotonic clock.
  const said = github.expiresAt === undefined ? Number.POSITIVE_INFINITY : now + github.expiresAt - clock.now();
  const life = isApp ? Math.min(said, startedAt + appTokenLife) : said;
  if (end > life) {
    const pace = `At ${writesPerMinute} writes a minute and ${writesPerHour} an hour they take ${spanOf(duration)}`;
    const waiting = wait > 0 ? `, after a wait of ${spanOf(wait)} for the rate limit` : '';
    const counted = isApp ? " An App's token lasts an hour, of which 50 minutes are counted on." : '';
    return stop(
      `they would take until ${date(end)}, and the credential is good until ${date(life)}`,
      'Use a credential that lasts longer, fewer targets, or an organization secret in place of many repository secrets.',
      `${pace}${waiting}.${counted} `,
    );
  }
  if (!isEnough) {
    log.info(
      `${attempt}: they need ${needed} requests and ${allowance.remaining} are left; waiting ${spanOf(wait)} until the rate limit is reset`,
    );
    await clock.sleep(wait, cancellation.now);
  }
  return undefined;
}
