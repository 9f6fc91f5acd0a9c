import { type Clock, hour, minute, second } from './clock.ts';
import type { CredentialKind } from './credential.ts';
import { Problem } from './errors.ts';
import type { Log } from './log.ts';
import { pointsAMinute, writesAMinute, writesAnHour } from './pace.ts';
import type { Allowance } from './rate-limit.ts';
import { minuteOf, plural, spanOf } from './text.ts';

/** An App's installation token lives an hour; it was made by an earlier step, so this much of it is counted on, in ms. */
const appTokenLife = 50 * minute;
/** The reset of a rate limit is at most an hour away. */
const longestWait = 61 * minute;
/** Requests kept for a variable, a verification, a retry. */
const reserve = 10;
/** Where GitHub spoke of no limit, there is none to keep. */
const unlimited: Allowance = { remaining: Number.POSITIVE_INFINITY, limit: Number.POSITIVE_INFINITY, resetAt: 0 };

export interface BudgetPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: { readonly now: AbortSignal };
  /** What GitHub said last of the rate limit and of the credential's expiry (ms since the epoch). */
  readonly github: { readonly allowance: Allowance | undefined; readonly expiresAt: number | undefined };
  readonly credential: CredentialKind;
  /** When this process began, ms since the epoch. */
  readonly startedAt: number;
}

/** How long so many writes take at the pace that GitHub's limits allow, in ms. */
export function durationOf(writes: number): number {
  const wholeHours = Math.floor(Math.max(writes - 1, 0) / writesAnHour);
  const inLastHour = writes - wholeHours * writesAnHour;
  return wholeHours * hour + (Math.max(inLastHour - writesAMinute, 0) / writesAMinute) * minute;
}

/** How long so many reads take, in ms. */
export function durationOfReads(reads: number): number {
  return Math.floor(Math.max(reads - 1, 0) / pointsAMinute) * minute;
}

/**
 * Waits until the rate limit's rest and the credential's life carry so many writes, or says with the arithmetic why they
 * won't: before a token is issued, that costs nothing.
 */
export async function affordWrites(
  writes: number,
  { clock, log, cancellation, github, credential, startedAt }: BudgetPorts,
): Promise<Problem | undefined> {
  const needed = writes + reserve;
  const tried = `Planning ${plural(writes, 'write')} to GitHub`;
  const { allowance = unlimited } = github;
  const now = clock.now();
  const wait = allowance.remaining >= needed ? 0 : Math.max(allowance.resetAt - now, 0) + second;
  if (needed > allowance.limit) {
    return new Problem(
      tried,
      `with ${reserve} in reserve they need ${needed} requests, and the credential's limit is ${allowance.limit} an hour`,
      'Nothing was changed. Spread the targets over several credentials, or use an organization secret.',
    );
  }
  if (wait > longestWait) {
    return new Problem(
      tried,
      `they need ${needed} requests; ${allowance.remaining} are left until ${minuteOf(now + wait)}`,
      'Nothing was changed. Start the run again after that.',
    );
  }
  const end = now + wait + durationOf(writes);
  const life = lifeEnd(github.expiresAt, credential, startedAt);
  if (end > life) {
    const parts = [
      `at ${writesAMinute} a minute and ${writesAnHour} an hour they take ${spanOf(durationOf(writes))}`,
      ...(wait > 0 ? [`after a wait of ${spanOf(wait)} for the rate limit`] : []),
    ];
    return new Problem(
      tried,
      `${parts.join(', ')}, so until ${minuteOf(end)}; the credential is good until ${minuteOf(life)}${credential === 'app' ? " (an App's token lives an hour, of which 50 minutes are counted on)" : ''}`,
      'Nothing was changed. Use a credential that lives longer, fewer targets, or an organization secret in place of many repository secrets.',
    );
  }
  if (wait > 0) {
    log.info(
      `${tried}: they need ${needed} requests and ${allowance.remaining} are left; waiting ${spanOf(wait)} until the rate limit is reset`,
    );
    await clock.sleep(wait, cancellation.now);
  }
  return undefined;
}

function lifeEnd(expiresAt: number | undefined, credential: CredentialKind, startedAt: number): number {
  const said = expiresAt ?? Number.POSITIVE_INFINITY;
  return credential === 'app' ? Math.min(said, startedAt + appTokenLife) : said;
}
