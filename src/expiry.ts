import { day, hour } from './clock.ts';
import { Problem } from './errors.ts';
import { type Asker, problemWithStore } from './github-problems.ts';
import type { HomePlace } from './inspection.ts';
import type { Access } from './secret-store.ts';
import { isoOf, momentFrom } from './text.ts';
import type { Variable, VariableStore } from './variable-store.ts';

/** How far apart the writes of one rotation can be: the variable and the other targets follow the home at once. */
export const sameRotation = hour;

/** What the expiry variable tells of the token in the home. Moments in ms since the epoch. */
export type Expiry =
  /** No variable is kept, or none is there yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly validUntil: number; readonly writtenAt: number }
  /** The home was written by hand since: the date is that of another token. */
  | { readonly kind: 'outdated' };

/** What a variable tells, seen beside the home's own date; undefined where its value is no date. */
export function expiryFrom(variable: Variable, homeUpdatedAt: number): Expiry | undefined {
  const validUntil = momentFrom(variable.value);
  if (validUntil === undefined) return undefined;
  if (homeUpdatedAt - variable.updatedAt > sameRotation) return { kind: 'outdated' };
  return { kind: 'known', validUntil, writtenAt: variable.updatedAt };
}

/** Whether a rotation is due: always, unless it was asked to wait and the variable says that there is time. */
export function isDue(expiry: Expiry, whenDaysLeft: number | undefined, now: number): boolean {
  return whenDaysLeft === undefined || expiry.kind !== 'known' || expiry.validUntil - now <= whenDaysLeft * day;
}

/** Writes the expiry variable. Answers a problem where that failed: everything else is in place by then. */
export async function keepExpiry(
  name: string,
  validUntil: number | undefined,
  home: Pick<HomePlace, 'target'> & { readonly access: Access },
  asker: Asker,
  variables: Pick<VariableStore, 'write'>,
): Promise<Problem | undefined> {
  const tried = `Writing the expiry variable ${name}`;
  const todo = 'Everything else is stored; only this is missing.';
  if (validUntil === undefined) {
    return new Problem(
      tried,
      'ThousandEyes did not say until when the new token is valid',
      `${todo} Set it by hand to a date two years from now, like 2028-11-23T19:00:00Z.`,
    );
  }
  const answer = await variables.write(home.target.store, name, isoOf(validUntil), home.access);
  if (answer === undefined) return undefined;
  const { cameBack } = problemWithStore(tried, answer, home.target.store, asker);
  return new Problem(
    tried,
    cameBack,
    `${todo} Set it by hand to ${isoOf(validUntil)}, and give the credential the permission "Variables: read and write" (a classic token the scope \`repo\`, for an organization \`admin:org\`).`,
  );
}
