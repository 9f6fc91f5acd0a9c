import type { Cancellation } from './cancellation.ts';
import { type Clock, minute, second } from './clock.ts';
import type { Log } from './log.ts';
import { spanOf } from './text.ts';

/** How long something is tried; all in ms. */
export interface Patience {
  /** From the first attempt to the start of the last, waits that the server asked for left out. */
  readonly total: number;
  /** One attempt, from the call to the end of the answer. */
  readonly attempt: number;
  /** What the server may ask to wait, in sum; where it asks for more, the trying ends at once. */
  readonly toldWaits: number;
  /** Whether a cancel ends it at once; else it goes on until the last call. */
  readonly stoppable: boolean;
}

export const patience = {
  /** Before the token is asked for, failing costs nothing; waiting for a limit costs less than failing. */
  read: { total: 20 * second, attempt: 15 * second, toldWaits: 61 * minute, stoppable: true },
  /** ThousandEyes' limit is one of a minute. */
  thousandEyes: { total: 20 * second, attempt: 30 * second, toldWaits: 5 * minute, stoppable: true },
  /** Reading again after the token was asked for. */
  reread: { total: 10 * second, attempt: 5 * second, toldWaits: minute, stoppable: false },
  /** The one write that must not fail. */
  home: { total: 10 * minute, attempt: 20 * second, toldWaits: 10 * minute, stoppable: false },
  /** `sync` repairs what is missing in the end. */
  other: { total: 3 * minute, attempt: 20 * second, toldWaits: 5 * minute, stoppable: false },
  /** A write test that is left over harms nobody. */
  cleanup: { total: 15 * second, attempt: 5 * second, toldWaits: minute, stoppable: false },
} satisfies Record<string, Patience>;

/** What an answer means for trying again. */
export type Verdict =
  | { readonly kind: 'final' }
  /** Try again after a growing pause. */
  | { readonly kind: 'again'; readonly why: string }
  /** The server said when: in so many ms. */
  | { readonly kind: 'wait'; readonly ms: number; readonly why: string };

export interface RetryPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
}

const firstPause = second;
const longestPause = 30 * second;
const pauseAfterCancel = second / 4;
/** A wait that goes without a line in the log. */
const silentWait = 2 * second;

/**
 * Tries until an answer is final or the patience ends, and returns the last answer. After a cancel our own pauses are
 * short; what the server asked for is never cut short, the trying ends instead.
 *
 * Not @octokit/plugin-retry: its attempts can't be bounded in time, its waits can't be seen, cancelled or tested
 * without waiting, and with plugin-throttling beside it one refused write becomes twelve requests.
 *
 * @param queued how long the attempts have waited for their turn, in ms: that is no failing, and not counted
 * @throws Cancelled where the patience is stoppable
 */
export async function persist<Answer>(
  what: string,
  attempt: () => Promise<Answer>,
  verdictOn: (answer: Answer, failures: number) => Verdict,
  limits: Patience,
  { clock, log, cancellation }: RetryPorts,
  queued: () => number = () => 0,
): Promise<Answer> {
  const startedAt = clock.now();
  let told = 0;
  for (let failures = 0; ; failures++) {
    if (limits.stoppable) cancellation.throwIfCancelled();
    const answer = await attempt();
    if (limits.stoppable) cancellation.throwIfCancelled();
    const verdict = verdictOn(answer, failures);
    if (verdict.kind === 'final') return answer;

    const cancelled = cancellation.now.aborted;
    // Never less than the server asks for; more than it where it asks again and again for next to nothing.
    const own = ownPause(failures, cancelled);
    const pause = verdict.kind === 'wait' ? Math.max(verdict.ms, own) : own;
    const wakeAt = clock.now() + pause;
    const outOfPatience =
      verdict.kind === 'wait' ? told + pause > limits.toldWaits : wakeAt - told - queued() - startedAt > limits.total;
    if (outOfPatience || wakeAt > cancellation.deadline()) return answer;

    if (pause > silentWait) log.info(`${what}: ${verdict.why}; trying again in ${spanOf(pause)}`);
    await clock.sleep(pause, cancelled ? cancellation.lastCall : cancellation.now);
    if (verdict.kind === 'wait') {
      // A timer may wake a little early by itself; only a cancel cuts a wait short.
      if (cancellation.now.aborted && clock.now() < wakeAt && !limits.stoppable) return answer;
      told += pause;
    }
  }
}

function ownPause(failures: number, cancelled: boolean): number {
  return cancelled ? pauseAfterCancel : Math.min(firstPause * 2 ** failures, longestPause);
}
