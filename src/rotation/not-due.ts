import { policies } from '../github/policies.ts';
import type { StoredSecret } from '../github/secrets.ts';
import { dayOf, minuteOf, plural, spanOf, timeLeft } from '../lib/text.ts';
import type { Needs } from './dependencies.ts';
import { findDrift } from './drift.ts';
import { type Expiry, expiryOf, sameRotation } from './expiry.ts';
import type { Mode, Outcome } from './outcome.ts';
import type { Cleared } from './preflight.ts';

export type NotDueNeeds = Needs<'secrets' | 'variables' | 'clock' | 'cancellation'>;

export interface Remarks {
  readonly headline: string;
  readonly expiry: Expiry;
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/** That no rotation is due, and until when the token is valid where that is known. */
export function notDueHeadline({ expiry }: Pick<Cleared, 'expiry'>, now: number): string {
  if (expiry.kind !== 'known') return 'No rotation is due.';
  return `No rotation is due: the token is valid until ${dayOf(expiry.validUntil)} (${timeLeft(expiry.validUntil, now)}).`;
}

/** A success without a rotation, unless a target does not hold the home's token. */
export async function withoutRotation(
  mode: Mode,
  { home, others, user }: Cleared,
  { headline, expiry, warnings, notices }: Remarks,
  dependencies: NotDueNeeds,
): Promise<Outcome> {
  // What is to be created is no fault for a mode that only says what a rotation would do: that would create it.
  const drift = await findDrift(home, others, mode === 'rotate', dependencies);
  return {
    mode,
    headline:
      drift.problem === undefined
        ? headline
        : `${headline} But ${plural(drift.count, 'target')} may hold an older token.`,
    rotated: false,
    results: drift.results,
    problems: drift.problem === undefined ? [] : [drift.problem],
    warnings,
    notices,
    user,
    ...(expiry.kind === 'known' ? { validUntil: expiry.validUntil } : {}),
    leftForPost: false,
  };
}

/** The outcome of a 409 that the home's own age explains. */
export async function overlapping(
  cleared: Cleared,
  { latest, possibleAt }: { latest: StoredSecret; possibleAt: number },
  expiryVariable: string | undefined,
  dependencies: NotDueNeeds,
): Promise<Outcome> {
  const home = { ...cleared.home, secret: latest };
  const read =
    expiryVariable === undefined
      ? undefined
      : await dependencies.variables.read(home.target.store, expiryVariable, policies.reread);
  const expiry: Expiry = (read?.ok ? expiryOf(read.value, latest.updatedAt) : undefined) ?? { kind: 'unknown' };
  const isSure = expiry.kind === 'known' && Math.abs(expiry.writtenAt - latest.updatedAt) <= sameRotation;
  const fact = `ThousandEyes answered 409: the account still has two active tokens. ${home.publicName} was last written on ${minuteOf(latest.updatedAt)}, so a rotation did this`;
  const again = `The next rotation is possible again on ${minuteOf(possibleAt)}.`;
  const notice = `${fact}. ${again}`;
  const warning = `${fact}, as far as its date tells. If nobody rotated then, someone wrote the secret by hand or made a second token: look at the account's User API Tokens in ThousandEyes. ${again}`;
  return withoutRotation(
    'rotate',
    { ...cleared, home },
    {
      headline: `The token was rotated a short while ago; the next rotation is possible again on ${dayOf(possibleAt)} (in ${spanOf(possibleAt - dependencies.clock.now())}).`,
      expiry,
      warnings: isSure ? cleared.warnings : [...cleared.warnings, warning],
      notices: isSure ? [notice] : [],
    },
    dependencies,
  );
}

/** Until when the token in place is valid, as a sentence behind another; empty where that is not known. */
export function validUntilSentence({ expiry }: Pick<Cleared, 'expiry'>, now: number): string {
  if (expiry.kind !== 'known') return '';
  return ` The token in place is valid until ${dayOf(expiry.validUntil)} (${timeLeft(expiry.validUntil, now)}).`;
}
