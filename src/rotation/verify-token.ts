import { minute, second } from '../lib/clock.ts';
import { canStandInHeader, type Secret } from '../lib/secret.ts';
import { spanOf } from '../lib/text.ts';
import type { TokenCheck } from '../thousandeyes/client.ts';
import type { Needs } from './dependencies.ts';
import type { Journal } from './journal.ts';

/** What is known of the new token. */
export type Verification =
  | { readonly kind: 'accepted' }
  /** It got a 401 and was not accepted since, or it can't be sent at all. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** Nothing that tells. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** How long a token is checked that got no 401: then it is stored unchecked. */
const untilUnknown = 30 * second;
/** How long a token is checked that got a 401: it may be slow to spread, and the old one works for 14 days. */
const untilRefused = 10 * minute;
/** What is kept for storing of the time that a cancel leaves. */
const timeToStore = 4 * second;
const longestPause = 30 * second;
/** What ThousandEyes may ask to wait, in sum. */
const longestToldWaits = 5 * minute;

/** Checks the new token until it is accepted, or until it must count as refused or unknown. */
export async function verifyToken(
  token: Secret,
  journal: Pick<Journal, 'note'>,
  { thousandEyes, clock, log, cancellation }: Needs<'thousandEyes' | 'clock' | 'log' | 'cancellation'>,
): Promise<Verification> {
  if (!canStandInHeader(token.reveal())) {
    journal.note({ kind: 'refused' });
    return {
      kind: 'refused',
      detail: 'the token has characters that cannot stand in an HTTP header, so nobody could use it',
    };
  }
  const startedAt = clock.monotonic();
  const inTime = whileThereIsTimeToStore({ clock, cancellation });
  let [refusal, told]: [string | undefined, number] = [undefined, 0];
  for (let round = 0; ; round++) {
    const result = await thousandEyes.check(token, inTime);
    if (result.kind === 'accepted') {
      if (refusal !== undefined) journal.note({ kind: 'accepted' });
      return result;
    }
    if (result.kind === 'refused') {
      if (refusal === undefined) journal.note({ kind: 'refused' });
      refusal = result.detail;
    }
    const now = clock.monotonic();
    const end = startedAt + told + (refusal === undefined ? untilUnknown : untilRefused);
    const pause = pauseAfter(result, round, end - now, longestToldWaits - told);
    const cancelledAt = cancellation.deadline() - (refusal === undefined ? timeToStore : 0);
    if (pause === undefined || now + pause > cancelledAt || (cancellation.now.aborted && refusal !== undefined))
      return refusal === undefined ? { kind: 'unknown', detail: result.detail } : { kind: 'refused', detail: refusal };
    if (pause > 2 * second) log.info(`Checking the new token: ${result.detail}; checking again in ${spanOf(pause)}`);
    await clock.sleep(pause, cancellation.now.aborted ? cancellation.lastCall : cancellation.now);
    if (result.kind === 'limited') {
      told += pause;
      // A cancel ends our own pauses early, but not what the server asked for.
      if (cancellation.now.aborted && clock.monotonic() < now + pause)
        return refusal === undefined
          ? { kind: 'unknown', detail: result.detail }
          : { kind: 'refused', detail: refusal };
    }
  }
}

/** Aborts so long after a cancel that storing has its part of what is left: a check may hang. */
function whileThereIsTimeToStore({ clock, cancellation }: Needs<'clock' | 'cancellation'>): AbortSignal {
  const over = new AbortController();
  const onCancel = () => {
    const left = cancellation.deadline() - timeToStore - clock.monotonic();
    void clock.sleep(left, undefined, true).then(() => over.abort());
  };
  if (cancellation.now.aborted) onCancel();
  else cancellation.now.addEventListener('abort', onCancel, { once: true });
  return over.signal;
}

/** How long to pause, in ms; undefined where the time is over. The last check is made when the time ends. */
function pauseAfter(result: TokenCheck, round: number, left: number, tellable: number): number | undefined {
  const own = Math.min(second * 2 ** round, longestPause);
  if (result.kind === 'limited') {
    // It grows where the server asks again and again for next to nothing.
    const told = Math.max(result.ms, own);
    return told <= tellable ? told : undefined;
  }
  return left <= 0 ? undefined : Math.min(own, left);
}
