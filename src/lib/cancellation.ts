import { type Clock, second } from './clock.ts';

/** The runner terminates 7.5 s after a cancel: storing ends in time to say what is written. */
const lastCallAfter = 6.5 * second;

/** A cancel came while nothing had been asked for yet. */
export class Cancelled extends Error {
  override name = 'Cancelled';
}

export interface Cancellation {
  /** Aborts at once: for everything before the token is asked for, and to cut short pauses after it. */
  readonly now: AbortSignal;
  /** Aborts 6.5 s later: for what must be finished. */
  readonly lastCall: AbortSignal;
  /** The moment of the last call on the monotonic clock, in ms; infinite as long as nobody cancelled. */
  deadline(): number;
  throwIfCancelled(): void;
}

/** A cancellation, and what a signal calls; a second call changes nothing. */
export function createCancellation(clock: Clock): { cancellation: Cancellation; cancel: () => void } {
  const now = new AbortController();
  const lastCall = new AbortController();
  let deadline = Number.POSITIVE_INFINITY;
  const cancel = () => {
    if (now.signal.aborted) return;
    deadline = clock.monotonic() + lastCallAfter;
    now.abort();
    // In the background, or a run that stops at once would end only after the last call.
    void clock.sleep(lastCallAfter, undefined, true).then(() => lastCall.abort());
  };
  return {
    cancel,
    cancellation: {
      now: now.signal,
      lastCall: lastCall.signal,
      deadline: () => deadline,
      throwIfCancelled: () => {
        if (now.signal.aborted) throw new Cancelled('cancelled');
      },
    },
  };
}
