import { second } from './clock.ts';
import type { RetryPorts } from './retry.ts';
import type { TokenCheck } from './thousandeyes.ts';

/** What is known of the new token. */
export type Verification =
  | { readonly kind: 'accepted' }
  /** A 401, and nothing but 401, for as long as a token may take to spread. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Nothing that tells. */
  | { readonly kind: 'unknown'; readonly why: string };

/** How long a new token may take to be known everywhere. */
const spreading = 30 * second;
/** What is kept for storing of the time that a cancel leaves. */
const timeToStore = 4 * second;
const pauses = [1, 2, 4, 8].map((seconds) => seconds * second);

/** Checks the new token for up to 30 s, until it is accepted. */
export async function verify(
  check: () => Promise<TokenCheck>,
  { clock, log, cancellation }: RetryPorts,
): Promise<Verification> {
  const end = clock.now() + spreading;
  let unclear: string | undefined;
  for (let round = 0; ; round++) {
    const result = await check();
    if (result.kind === 'accepted') return result;
    if (result.kind !== 'refused') unclear = result.why;
    const pause = result.kind === 'limited' ? result.ms : (pauses[round] ?? 8 * second);
    const wakeAt = clock.now() + pause;
    // A cancel leaves no time to see whether the token still spreads, and a token put aside then would be lost.
    if (wakeAt > cancellation.deadline() - timeToStore && wakeAt <= end)
      return { kind: 'unknown', why: unclear ?? `${result.why}, and a cancel left no time to check again` };
    // A redirect or a proxy's page stays what it is.
    if (wakeAt > end || result.kind === 'odd' || result.kind === 'proxy') {
      return unclear === undefined ? { kind: 'refused', why: result.why } : { kind: 'unknown', why: unclear };
    }
    if (pause > 2 * second) log.info(`Checking the new token: ${result.why}; checking again in ${pause / second} s`);
    await clock.sleep(pause, cancellation.now.aborted ? cancellation.lastCall : cancellation.now);
    // A cancel ends our own pauses early, but not what the server asked for.
    if (result.kind === 'limited' && cancellation.now.aborted && clock.now() < wakeAt)
      return { kind: 'unknown', why: result.why };
  }
}
