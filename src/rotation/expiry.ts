import { causeOf, type GitHubAnswer } from '../github/answer.ts';
import type { CredentialContext } from '../github/credential.ts';
import { gitHubProblem, variablesBeside } from '../github/errors.ts';
import type { Access } from '../github/secrets.ts';
import type { Variable } from '../github/variables.ts';
import { type Clock, day, hour } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { isoOf, momentFrom, quote } from '../lib/text.ts';
import { describeStore, type Store } from '../targets/store.ts';
import type { Needs } from './dependencies.ts';

/** How far apart the writes of one rotation can be, in ms: the variable and the other targets follow the home at once. */
export const sameRotation = hour;

/** What the expiry variable tells of the token in the home. Moments in ms since the epoch. */
export type Expiry =
  /** No variable is kept, or none is there yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly validUntil: number; readonly writtenAt: number }
  /** The home was written by hand since: the date is that of another token. */
  | { readonly kind: 'outdated' };

/** What a variable tells, seen beside the home's own date (ms since the epoch); undefined where its value is no date. */
export function expiryOf(variable: Variable, homeUpdatedAt: number): Expiry | undefined {
  const validUntil = momentFrom(variable.value);
  if (validUntil === undefined) return undefined;
  if (homeUpdatedAt - variable.updatedAt > sameRotation) return { kind: 'outdated' };
  return { kind: 'known', validUntil, writtenAt: variable.updatedAt };
}

/** Whether a rotation is due: always, unless it was asked to wait and the variable says that there is time. */
export function isDue(expiry: Expiry, whenDaysLeft: number | undefined, now: number): boolean {
  return whenDaysLeft === undefined || expiry.kind !== 'known' || expiry.validUntil - now <= whenDaysLeft * day;
}

/** What the read of the variable tells, or what keeps it from telling. */
export function judgeVariable(
  read: Result<Variable, GitHubAnswer>,
  { name, store, homeUpdatedAt }: { name: string; store: Store; homeUpdatedAt: number | undefined },
  credential: CredentialContext,
  clock: Clock,
): Result<Expiry> {
  const attempt = `Reading the expiry variable ${name} beside ${describeStore(store)}`;
  if (!read.ok) {
    if (read.error.status === 404) return ok({ kind: 'unknown' });
    const found = gitHubProblem(attempt, read.error, variablesBeside(store), credential, clock);
    return failed({ ...found, action: `${found.action} Or leave \`expiry-variable\` out.` });
  }
  const expiry = expiryOf(read.value, homeUpdatedAt ?? read.value.updatedAt);
  if (expiry !== undefined) return ok(expiry);
  return failed(
    problem(
      attempt,
      `its value is no ISO 8601 date: "${quote(read.value.value, 60)}"`,
      'Delete the variable, or set it to the date on which the token expires, like 2028-11-23T19:00:00Z.',
    ),
  );
}

/** Where the expiry is kept. */
export interface ExpiryVariable {
  readonly name: string;
  /** The home's store. */
  readonly store: Store;
  /** Who sees a variable that is to be created. */
  readonly access: Access;
}

/**
 * Writes the expiry variable. A problem where that failed: everything else is in place by then.
 *
 * @param validUntil ms since the epoch, where ThousandEyes said it
 */
export async function keepExpiry(
  { name, store, access }: ExpiryVariable,
  validUntil: number | undefined,
  credential: CredentialContext,
  { variables, clock }: Needs<'variables' | 'clock'>,
): Promise<Problem | undefined> {
  const attempt = `Writing the expiry variable ${name}`;
  const rest = 'Everything else is stored; only this is missing.';
  if (validUntil === undefined) {
    return problem(
      attempt,
      'ThousandEyes did not say until when the new token is valid',
      `${rest} Set it by hand to a date two years from now, like 2028-11-23T19:00:00Z.`,
    );
  }
  const written = await variables.write(store, name, isoOf(validUntil), access);
  if (written.ok) return undefined;
  const { action } = gitHubProblem(attempt, written.error, variablesBeside(store), credential, clock);
  return problem(attempt, causeOf(written.error), `${rest} Set it by hand to ${isoOf(validUntil)}. ${action}`);
}
