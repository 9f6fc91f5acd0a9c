import type { Cancellation } from '../../lib/cancellation.ts';
import { minute, second } from '../../lib/clock.ts';
import { type RetryPolicy, retry, type Verdict } from '../../lib/retry.ts';
import { canStandInHeader, type Secret } from '../../lib/secret.ts';
import { newTokenPolicy, type TokenCheck } from '../../thousandeyes/client.ts';
import type { Needs } from '../dependencies.ts';
import type { Journal } from '../journal/journal.ts';
import { unusable } from './current-token.ts';

export type Verification =
  | { readonly kind: 'accepted' }
  /** It got a 401 and was not accepted since, or it can't be sent at all. */
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

/** After a 401: it may be slow to spread, and the old token works for 14 days. A second more for the last check. */
const refusedPolicy: RetryPolicy = { ...newTokenPolicy, total: 10 * minute + second };
/** What is kept for storing of the time that a cancel leaves. */
const timeToStore = 4 * second;

/** Checks the new token until it is accepted, or until it must count as refused or unknown. */
export async function verifyToken(
  token: Secret,
  journal: Pick<Journal, 'note'>,
  needs: Needs<'thousandEyes' | 'clock' | 'log' | 'cancellation'>,
): Promise<Verification> {
  if (!canStandInHeader(token.reveal())) {
    journal.note({ kind: 'refused' });
    return unusable;
  }
  const cancellation = withTimeToStore(needs);
  const context = { ...needs, cancellation };
  const what = 'Checking the new token';
  const check = () => needs.thousandEyes.check(token, cancellation.lastCall);

  const first = await retry(what, check, untilTold, newTokenPolicy, context);
  if (first.kind === 'accepted') return first;
  if (first.kind !== 'refused') return { kind: 'unknown', detail: first.detail };

  journal.note({ kind: 'refused' });
  const known: TokenCheck[] = [first];
  // After a cancel one check more: what was refused is not stored in a hurry.
  const untilAccepted = (result: TokenCheck): Verdict =>
    result.kind === 'refused' && !cancellation.now.aborted
      ? { kind: 'again', detail: result.detail }
      : untilTold(result);
  const last = await retry(what, async () => known.pop() ?? (await check()), untilAccepted, refusedPolicy, context);
  if (last.kind !== 'accepted') return { kind: 'refused', detail: first.detail };
  journal.note({ kind: 'accepted' });
  return last;
}

/** Final is what tells something of the token. */
function untilTold(result: TokenCheck): Verdict {
  if (result.kind === 'accepted' || result.kind === 'refused') return { kind: 'final' };
  const { detail } = result;
  return result.kind === 'limited' ? { kind: 'wait', ms: result.ms, detail } : { kind: 'again', detail };
}

/** The same cancellation, with an end so early that storing has its part of what is left: a check may hang. */
function withTimeToStore({ clock, cancellation }: Needs<'clock' | 'cancellation'>): Cancellation {
  const over = new AbortController();
  const deadline = () => cancellation.deadline() - timeToStore;
  const onCancel = () => void clock.sleep(deadline() - clock.monotonic(), undefined, true).then(() => over.abort());
  if (cancellation.now.aborted) onCancel();
  else cancellation.now.addEventListener('abort', onCancel);
  return { ...cancellation, lastCall: over.signal, deadline };
}
