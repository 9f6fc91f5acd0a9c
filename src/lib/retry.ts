import type { Cancellation } from './cancellation.ts';
import { type Clock, second } from './clock.ts';
import { spanOf } from './text.ts';
import type { Log } from './workflow.ts';

/** How long something is tried; all in ms. */
export interface RetryPolicy {
  /** From the first attempt to the start of the last, waits that the server asked for left out. */
  readonly total: number;
  /** One attempt, from the call to the end of the answer. */
  readonly attempt: number;
  /** What the server may ask to wait, in sum; where it asks for more, the trying ends at once. */
  readonly toldWaits: number;
  /** Whether a cancel ends it at once; else it goes on until the last call. */
  readonly stoppable: boolean;
}

export type Verdict =
  | { readonly kind: 'final' }
  /** Try again after a growing pause. */
  | { readonly kind: 'again'; readonly detail: string }
  /** The server said when: in so many ms. */
  | { readonly kind: 'wait'; readonly ms: number; readonly detail: string };

const firstPause = second;
const longestPause = 30 * second;
const pauseAfterCancel = second / 4;
/** A wait that goes without a line in the log. */
const silentWait = 2 * second;

/**
 * Tries until an answer is final or the policy is used up, and returns the last answer. After a cancel our own pauses are
 * short; where the server asked for one, the trying ends instead. Not @octokit/plugin-retry: docs/design/decisions.md.
 *
 * @param queued how long the attempts have waited for their turn, in ms: that is no failing, and not counted
 * @throws Cancelled where the policy is stoppable
 */
export async function retry<Answer>(
  what: string,
  attempt: () => Promise<Answer>,
  verdictOn: (answer: Answer, failures: number) => Verdict,
  policy: RetryPolicy,
  { clock, log, cancellation }: { clock: Clock; log: Log; cancellation: Cancellation },
  queued = () => 0,
): Promise<Answer> {
  const startedAt = clock.monotonic();
  let told = 0;
  for (let failures = 0; ; failures++) {
    if (policy.stoppable) cancellation.throwIfCancelled();
    const answer = await attempt();
    if (policy.stoppable) cancellation.throwIfCancelled();
    const verdict = verdictOn(answer, failures);
    if (verdict.kind === 'final') return answer;

    const cancelled = cancellation.now.aborted;
    // Never less than the server asks for; more than it where it asks again and again for next to nothing.
    const own = cancelled ? pauseAfterCancel : Math.min(firstPause * 2 ** failures, longestPause);
    const pause = verdict.kind === 'wait' ? Math.max(verdict.ms, own) : own;
    const wakeAt = clock.monotonic() + pause;
    const isUsedUp =
      verdict.kind === 'wait' ? told + pause > policy.toldWaits : wakeAt - told - queued() - startedAt > policy.total;
    if (isUsedUp || wakeAt > cancellation.deadline()) return answer;

    if (pause > silentWait) log.info(`${what}: ${verdict.detail}; trying again in ${spanOf(pause)}`);
    await clock.sleep(pause, cancelled ? cancellation.lastCall : cancellation.now);
    if (verdict.kind !== 'wait') continue;
    // A timer may wake a little early by itself; only a cancel cuts a wait short.
    if (cancellation.now.aborted && clock.monotonic() < wakeAt && !policy.stoppable) return answer;
    told += pause;
  }
}
