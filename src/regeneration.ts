import { day, minute, second } from './clock.ts';
import type { Problem } from './errors.ts';
import type { HomePlace } from './inspection.ts';
import type { RetryPorts } from './retry.ts';
import type { Secret } from './secret.ts';
import type { StoredSecret } from './secret-store.ts';
import { spanOf } from './text.ts';
import type { Regeneration } from './thousandeyes.ts';
import {
  issuedAndLost,
  overlapOrLost,
  regenerateLimited,
  regenerateRefused,
  regenerateUnsent,
  twoActiveTokens,
  unknownWhetherIssued,
} from './thousandeyes-problems.ts';

/** How long the token before a regenerated one lives on. Source: ThousandEyes, "Regenerate API token". */
export const overlap = 14 * day;
/** A home that was written longer ago than this was not written by a rotation whose overlap still lasts. */
export const overlapWithMargin = 15 * day;

/** What asking for a token came to. Moments in ms since the epoch. */
export type Issue =
  | { readonly kind: 'issued'; readonly token: Secret; readonly validUntil: number | undefined; readonly at: number }
  /** A 409, and the home's age explains it: a rotation is possible again from `possibleAt` on. */
  | { readonly kind: 'overlap'; readonly home: StoredSecret; readonly possibleAt: number }
  | { readonly kind: 'failed'; readonly fate: Fate; readonly problem: Problem };

/** Whether a failed request left a token behind. */
export type Fate = 'nothing issued' | 'issued and lost' | 'unknown';

export interface RegenerationPorts extends RetryPorts {
  /** One request for a token. */
  readonly regenerate: () => Promise<Regeneration>;
  /** Masks the token in the log, before anything else is done with it. */
  readonly mask: (token: Secret) => void;
  /** The home's dates as GitHub tells them now; undefined where it does not answer. */
  readonly readHome: () => Promise<StoredSecret | undefined>;
}

type Home = Pick<HomePlace, 'target' | 'shown' | 'secret'>;

/** Pauses before asking again after an answer that leaves it open whether a token was issued. */
const pausesInDoubt = [3 * second, 10 * second];
/** Pauses after a request that never left. */
const pausesUnsent = [1 * second, 4 * second, 10 * second];
const longestLimitWait = 5 * minute;
/** `updated_at` lags, by 24 s as seen. */
const pausesForLag = [5 * second, 10 * second, 15 * second, 30 * second];

/** Asks for a token until the answer is clear, or can't get clearer: each further request is harmless, a 409 at worst. */
export async function regenerate(home: Home, ports: RegenerationPorts): Promise<Issue> {
  const { clock, cancellation } = ports;
  const doubts: string[] = [];
  let [unsent, limited, lost] = [0, 0, false];
  for (;;) {
    const answer = await ports.regenerate();
    if (answer.kind === 'issued') {
      ports.mask(answer.token);
      return { kind: 'issued', token: answer.token, validUntil: answer.validUntil, at: clock.now() };
    }
    if (answer.kind === 'conflict') return conflict(answer.why, doubts, lost, home, ports);

    const unknown = () => (lost ? lostIssue : unknownIssue)([...doubts, answer.why], home, clock.now());
    const nothing = (problem: Problem): Issue =>
      doubts.length > 0 ? unknown() : { kind: 'failed', fate: 'nothing issued', problem };
    let pause: number | undefined;
    if (answer.kind === 'refused') return nothing(regenerateRefused(answer.why, answer.status, home.target));
    if (answer.kind === 'unsent') {
      pause = pausesUnsent[unsent++];
      if (pause === undefined) return nothing(regenerateUnsent(answer.why));
    } else if (answer.kind === 'limited') {
      pause = answer.ms;
      limited += pause;
      // What the server asks for is not cut short by a cancel: then it is better not to ask again.
      if (limited > longestLimitWait || cancellation.now.aborted)
        return nothing(regenerateLimited(`${answer.why} and asks to wait ${spanOf(pause)}`, cancellation.now.aborted));
    } else {
      lost ||= answer.kind === 'unreadable';
      pause = pausesInDoubt[doubts.length];
      if (pause === undefined) return unknown();
      doubts.push(answer.why);
    }
    await announceAndSleep(answer.why, pause, ports);
  }
}

async function announceAndSleep(
  why: string,
  pause: number,
  { clock, log, cancellation }: RegenerationPorts,
): Promise<void> {
  if (pause > 2 * second) log.info(`Asking for a new token: ${why}; asking again in ${spanOf(pause)}`);
  await clock.sleep(pause, cancellation.now);
}

/** A 409: what it means depends on what came before it, and on when the home was last written. */
async function conflict(
  why: string,
  doubts: readonly string[],
  lost: boolean,
  home: Home,
  ports: RegenerationPorts,
): Promise<Issue> {
  const all = [...doubts, why];
  if (lost) return lostIssue(all, home, ports.clock.now());
  const secret = await latestHome(home, ports);
  const now = ports.clock.now();
  const byRotation = wroteRotation(secret, now);
  // Once the 14 days are over and it still refuses, only the margin is left to say.
  const possibleAt = secret.updatedAt + (now - secret.updatedAt < overlap ? overlap : overlapWithMargin);
  if (doubts.length > 0) {
    // Also a home that was only ever created leaves it open: whoever made that token may have left another one alive.
    if (now - secret.updatedAt >= overlapWithMargin) return lostIssue(all, home, now);
    return { kind: 'failed', fate: 'unknown', problem: overlapOrLost(all, home.shown, secret.updatedAt, possibleAt) };
  }
  if (byRotation) return { kind: 'overlap', home: secret, possibleAt };
  const problem = twoActiveTokens(why, home, secret, now - secret.updatedAt < overlapWithMargin);
  return { kind: 'failed', fate: 'nothing issued', problem };
}

function lostIssue(doubts: readonly string[], home: Home, now: number): Issue {
  return { kind: 'failed', fate: 'issued and lost', problem: issuedAndLost(doubts, home.target, now + overlap) };
}

function unknownIssue(doubts: readonly string[], home: Home): Issue {
  return { kind: 'failed', fate: 'unknown', problem: unknownWhetherIssued(doubts, home.target) };
}

/** Whether a rotation whose overlap still lasts may have written the home. One that was only ever created was made by hand. */
function wroteRotation(home: StoredSecret, now: number): boolean {
  return now - home.updatedAt < overlapWithMargin && home.createdAt !== home.updatedAt;
}

/** The home's dates, read again for up to a minute as long as they look too old to explain the 409. */
async function latestHome(
  home: Home,
  { clock, log, cancellation, readHome }: RegenerationPorts,
): Promise<StoredSecret> {
  let latest = home.secret;
  for (const pause of [0, ...pausesForLag]) {
    if (pause > 0) await clock.sleep(pause, cancellation.now);
    latest = (await readHome()) ?? latest;
    if (wroteRotation(latest, clock.now()) || cancellation.now.aborted) return latest;
    if (pause === 0)
      log.info(
        `ThousandEyes answered 409 and ${home.shown} looks old; reading its date again for up to a minute, because GitHub shows it late`,
      );
  }
  return latest;
}
