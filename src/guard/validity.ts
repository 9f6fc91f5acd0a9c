import { day } from '../lib/clock.ts';
import { dayOf, jsonFrom, momentFrom, quote, spanOf, timeLeft } from '../lib/text.ts';

/** Reads one input by name: the runner's value, trimmed; undefined where the runner gave none. */
export type ReadInput = (name: string) => string | undefined;

export interface Verdict {
  /** Whole days, rounded down; negative once it is over. Undefined where no date is known. */
  readonly daysLeft?: number;
  readonly notice?: string;
  readonly warning?: string;
  readonly errors: readonly string[];
}

/**
 * All faults of the guard's inputs, or how many days are left at a moment (ms since the epoch) and what that means.
 *
 * @param isFromFork whether the run gets no variables; asked only where the record is empty
 */
export function judgeValidity(readInput: ReadInput, isFromFork: () => boolean, now: number): Verdict {
  const faults: string[] = [];
  const read = (name: string) => readInput(name) ?? '';
  const reading = readingOf(read('record'), isFromFork);
  if (reading.kind === 'fault') faults.push(reading.text);
  const warnAt = daysFrom('warn-when-days-left', read, 90, faults);
  const failAt = daysFrom('fail-when-days-left', read, 30, faults);
  if (failAt > warnAt)
    faults.push(
      `Input \`fail-when-days-left\`: expected at most \`warn-when-days-left\`, which is ${warnAt}, got \`${failAt}\`.`,
    );
  if (reading.kind === 'fault' || faults.length > 0) return { errors: faults };
  if (reading.kind === 'fork') return { notice: noVariables, errors: [] };
  if (reading.kind === 'dateless') return { warning: reading.hasToken ? noDate : noToken, errors: [] };

  const { validUntil } = reading;
  const daysLeft = Math.floor((validUntil - now) / day);
  if (daysLeft <= failAt) return { daysLeft, errors: [stoppedRotation(validUntil, now)] };
  return { daysLeft, errors: [], ...(daysLeft <= warnAt ? { warning: lateRotation(validUntil, now) } : {}) };
}

/** A whole number of days; NaN where it is none. Empty counts as left out, as an expression may be on a schedule. */
function daysFrom(name: string, read: (name: string) => string, fallback: number, faults: string[]): number {
  const value = read(name);
  if (value === '') return fallback;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  faults.push(`Input \`${name}\`: expected a whole number of days, 0 to 999999, got ${shown(value)}.`);
  return Number.NaN;
}

const noVariables =
  'This run is for a pull request from a fork. GitHub gives such a run no variables, so there is no record to look at, and the guard lets it pass.';
const noToken =
  'The record of the ThousandEyes token holds no token yet: a rehearsal has written it, and no rotation has since. Until when the token is valid is not known. Start a rotation, which notes it.';
const noDate =
  'Until when the ThousandEyes token is valid is not known: it was stored by hand, or a run finished what another one had begun. Start a rotation: it stores a new token and notes until when that one is valid.';
const clues =
  'To find out why, look at the workflow that rotates it. Is it disabled (`gh workflow list --all`)? GitHub disables schedules in a public repository after 60 days without activity; `gh workflow enable` ends that. Did its last runs fail (`gh run list --status failure`)?';

function lateRotation(validUntil: number, now: number): string {
  return `By the record, the ThousandEyes token is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)}), and no rotation has replaced it yet. ${clues}`;
}

function stoppedRotation(validUntil: number, now: number): string {
  const stopped = 'The rotation of the ThousandEyes token has stopped';
  if (validUntil > now)
    return `${stopped}: by the record, the token is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)}), and no rotation has replaced it. ${clues}`;
  return `${stopped}: by the record, the token expired on ${dayOf(validUntil)} (${spanOf(now - validUntil)} ago), and no rotation has replaced it. Start a rotation: it finishes what an earlier run left, or says what to do. ${clues}`;
}

export type Reading =
  /** Until when the token is valid, in ms since the epoch. */
  | { readonly kind: 'date'; readonly validUntil: number }
  /** It is a record, but no date is in it. */
  | { readonly kind: 'dateless'; readonly hasToken: boolean }
  /** It is empty, because the run gets no variables. */
  | { readonly kind: 'fork' }
  | { readonly kind: 'fault'; readonly text: string };

/** A longer text is no date and no number but may be a token, which no log may show. */
const longestShown = 30;

/** Reads the record, as far as the guard needs it: `v`, `token` and `validUntil`. */
export function readingOf(text: string, isFromFork: () => boolean): Reading {
  if (text === '') return isFromFork() ? { kind: 'fork' } : { kind: 'fault', text: emptyRecord };
  const { v, token, validUntil } = Object(jsonFrom(text)) as { v?: unknown; token?: unknown; validUntil?: unknown };
  if (typeof v === 'number' && v > 1)
    return fault(
      'a record of version 1',
      `version ${v}`,
      'Use the same version of the action for the guard as for the rotation.',
    );
  if (v !== 1) return fault('the record that a rotation keeps, one line of JSON', shown(text), source);
  if (validUntil === undefined || validUntil === null) return { kind: 'dateless', hasToken: typeof token === 'string' };
  const moment = momentFrom(validUntil);
  if (moment !== undefined) return { kind: 'date', validUntil: moment };
  const given = typeof validUntil === 'string' ? shown(validUntil) : `a value of type ${typeof validUntil}`;
  return fault('an ISO 8601 date as `validUntil` of the record', given, source);
}

function fault(expected: string, given: string, advice: string): Reading {
  return { kind: 'fault', text: `Input \`record\`: expected ${expected}, got ${given}. ${advice}` };
}

/** A value in a fault, where it is too short to be a token. */
export function shown(value: string): string {
  return value.length > longestShown ? `${value.length} characters` : `\`${quote(value).replaceAll('`', "'")}\``;
}

const usual = `Usually it is \`\${{ vars.TE_TOKEN_ROTATION }}\``;
const source = `${usual}. Where that variable itself holds this, no rotation wrote it: start the workflow that rotates with \`mode: check\`, which says what to do.`;
const emptyRecord = `Input \`record\` is empty. ${usual}, and this job sees no such variable. The rotation keeps it beside the home. Either no rotation has run yet: start one. Or the home is in an environment: only a job that names it with \`environment:\` sees its variables. Or the home is in an organization: its variable is visible only to the repositories that see the secret, and this one is not among them. Or it has another name: that of the secret in the home, with \`_ROTATION\` behind it. A run for a pull request from a fork sees no variable at all.`;
