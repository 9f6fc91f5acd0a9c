import { day } from '../lib/clock.ts';
import { dayOf, momentFrom, quote, spanOf, timeLeft } from '../lib/text.ts';
import type { ReadInput } from './inputs.ts';

/** What the guard makes of the date until which a token is valid. */
export interface Verdict {
  /** Whole days, rounded down; negative once it is over. Undefined where the inputs are at fault. */
  readonly daysLeft?: number;
  readonly warning?: string;
  readonly errors: readonly string[];
}

/** The days at or below which the guard speaks, where the inputs leave them out. */
const warnByDefault = 90;
const failByDefault = 30;
/** A longer text is no date and no number but may be a token, which no log may show. */
const longestShown = 30;

/**
 * Judges the guard's inputs at a moment (ms since the epoch): all their faults, or how many days are left and whether that
 * is a warning or an error. Days are counted as 24 hours in UTC, so no time zone and no change of clocks matters.
 */
export function judgeValidity(readInput: ReadInput, now: number): Verdict {
  const faults: string[] = [];
  const read = (name: string) => readInput(name) ?? '';
  const validUntil = validUntilFrom(read('valid-until'), faults);
  const warnAt = daysFrom('warn-when-days-left', read, warnByDefault, faults);
  const failAt = daysFrom('fail-when-days-left', read, failByDefault, faults);
  if (warnAt !== undefined && failAt !== undefined && failAt > warnAt)
    faults.push(
      `Input \`fail-when-days-left\`: expected at most \`warn-when-days-left\`, which is ${warnAt}, got \`${failAt}\`.`,
    );
  if (validUntil === undefined || warnAt === undefined || failAt === undefined || faults.length > 0)
    return { errors: faults };

  const daysLeft = Math.floor((validUntil - now) / day);
  if (daysLeft <= failAt) return { daysLeft, errors: [stoppedRotation(validUntil, now)] };
  return daysLeft <= warnAt
    ? { daysLeft, warning: lateRotation(validUntil, now), errors: [] }
    : { daysLeft, errors: [] };
}

function validUntilFrom(value: string, faults: string[]): number | undefined {
  if (value === '') {
    faults.push(
      `Input \`valid-until\` is empty. Usually it is \`\${{ vars.TE_TOKEN_VALID_UNTIL }}\`, and this job sees no variable TE_TOKEN_VALID_UNTIL. A rotation whose step says \`expiry-variable: TE_TOKEN_VALID_UNTIL\` makes it, beside the home: in the same repository, environment or organization. A variable of an environment is seen only by a job that names that environment.`,
    );
    return undefined;
  }
  const moment = momentFrom(value);
  if (moment === undefined)
    faults.push(
      `Input \`valid-until\`: expected an ISO 8601 date like \`2028-11-23T19:00:00Z\`, got ${shown(value)}. Usually it is \`\${{ vars.TE_TOKEN_VALID_UNTIL }}\`, which the rotation keeps with \`expiry-variable: TE_TOKEN_VALID_UNTIL\`.`,
    );
  return moment;
}

/** A whole number of days. Empty counts as left out, because an expression like `${{ inputs.days }}` is empty on a schedule. */
function daysFrom(
  name: string,
  read: (name: string) => string,
  fallback: number,
  faults: string[],
): number | undefined {
  const value = read(name);
  if (value === '') return fallback;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  faults.push(`Input \`${name}\`: expected a whole number of days, 0 to 999999, got ${shown(value)}.`);
  return undefined;
}

function shown(value: string): string {
  return value.length > longestShown ? `${value.length} characters` : `\`${quote(value).replaceAll('`', "'")}\``;
}

const clues =
  'To find out why, look at the workflow that rotates it. Is it disabled (`gh workflow list --all`)? GitHub disables schedules in a public repository after 60 days without activity; `gh workflow enable` ends that. Did its last runs fail (`gh run list --status failure`)? Or did it rotate without writing this date (`expiry-variable` left out, or another variable)?';

function lateRotation(validUntil: number, now: number): string {
  return `The ThousandEyes token is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)}), and no rotation has replaced it yet. ${clues}`;
}

function stoppedRotation(validUntil: number, now: number): string {
  const stopped = 'The rotation of the ThousandEyes token has stopped';
  if (validUntil > now)
    return `${stopped}: the token is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)}), and nothing has replaced it. ${clues}`;
  return `${stopped}: the token expired on ${dayOf(validUntil)} (${spanOf(now - validUntil)} ago), and nothing has replaced it. ${clues} An expired token cannot be rotated: create one in ThousandEyes, store it with \`gh secret set\`, then start a rotation, which also writes the new date.`;
}
