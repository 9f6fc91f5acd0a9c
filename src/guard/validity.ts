import { day } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { dayOf, jsonFrom, minuteOf, momentFrom, quote, spanOf, timeLeft } from '../lib/text.ts';

/** Reads one input by name: the runner's value, trimmed; undefined where the runner gave none. */
export type ReadInput = (name: string) => string | undefined;

export interface Verdict {
  /** Whole days, rounded down; negative once it is over. Undefined where no date is known. */
  readonly daysLeft?: number;
  readonly notice?: string;
  readonly warning?: Problem;
  readonly errors: readonly Problem[];
}

/**
 * All faults of the guard's inputs, or how many days are left at a moment (ms since the epoch) and what that means.
 *
 * @param isFromFork whether the run gets no variables; asked only where the record is empty
 */
export function judgeValidity(readInput: ReadInput, isFromFork: () => boolean, now: number): Verdict {
  const faults: Problem[] = [];
  const read = (name: string) => readInput(name) ?? '';
  const reading = readingOf(read('record'), isFromFork);
  if (reading.kind === 'fault') faults.push(reading.problem);
  const warnAt = daysFrom('warn-when-days-left', read, 90, faults);
  const failAt = daysFrom('fail-when-days-left', read, 30, faults);
  if (failAt > warnAt)
    faults.push(
      problem(
        'Input `fail-when-days-left`',
        `expected at most \`warn-when-days-left\`, which is ${warnAt}, got \`${failAt}\``,
        [],
      ),
    );
  if (reading.kind === 'fault' || faults.length > 0) return { errors: faults };
  if (reading.kind === 'fork') return { notice: noVariables, errors: [] };
  if (reading.kind === 'dateless') return { warning: noDate(reading, now), errors: [] };

  const { validUntil } = reading;
  const daysLeft = Math.floor((validUntil - now) / day);
  if (daysLeft <= failAt)
    return { daysLeft, errors: [lateRotation('The rotation of the ThousandEyes token has stopped', validUntil, now)] };
  if (daysLeft > warnAt) return { daysLeft, errors: [] };
  return {
    daysLeft,
    errors: [],
    warning: lateRotation('The ThousandEyes token ends soon', validUntil, now),
  };
}

/** A whole number of days; NaN where it is none. Empty counts as left out, as an expression may be on a schedule. */
function daysFrom(name: string, read: (name: string) => string, fallback: number, faults: Problem[]): number {
  const value = read(name);
  if (value === '') return fallback;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  faults.push(problem(`Input \`${name}\``, `expected a whole number of days, 0 to 999999, got ${shown(value)}`, []));
  return Number.NaN;
}

const noVariables =
  'This run is for a pull request from a fork. GitHub gives such a run no variables, so there is no record to look at, and the guard lets it pass.';
const record = 'The record of the ThousandEyes token';

/** Until when the token is valid is not in the record. A rotation is possible once the one before it is surely over. */
function noDate({ hasToken, previousUntil = 0 }: Extract<Reading, { kind: 'dateless' }>, now: number): Problem {
  const unknown = 'until when the token is valid is not known';
  if (!hasToken)
    return problem(
      record,
      `a rehearsal has written it, and no rotation has since, so ${unknown}`,
      'Start a rotation: it notes it.',
    );
  const start = previousUntil > now ? `After ${minuteOf(previousUntil)}, start` : 'Start';
  return problem(
    record,
    `${unknown}: it was stored by hand, a later run finished with it, or ThousandEyes did not say it`,
    `${start} a rotation: it stores a new token, and notes until when that one is valid.`,
  );
}

function lateRotation(attempt: string, validUntil: number, now: number): Problem {
  const isOver = validUntil <= now;
  const when = isOver
    ? `expired on ${dayOf(validUntil)} (${spanOf(now - validUntil)} ago)`
    : `is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)})`;
  return problem(
    attempt,
    `by the record, the token ${when}, and no rotation has replaced it`,
    [
      `${isOver ? 'Look' : `Before ${dayOf(validUntil)}, look`} whether the workflow that rotates it is disabled: \`gh workflow list --all\``,
      'If it is, enable it: `gh workflow enable`',
      'If its last runs failed, look why: `gh run list --status failure`',
      'Start a run, and do what it says.',
    ],
    'GitHub disables schedules in a public repository after 60 days without activity, and stops some for other reasons.',
  );
}

export type Reading =
  /** Until when the token is valid, in ms since the epoch. */
  | { readonly kind: 'date'; readonly validUntil: number }
  /** It is a record, but no date is in it. */
  | { readonly kind: 'dateless'; readonly hasToken: boolean; readonly previousUntil?: number | undefined }
  /** It is empty, because the run gets no variables. */
  | { readonly kind: 'fork' }
  | { readonly kind: 'fault'; readonly problem: Problem };

/** A longer text is no date and no number but may be a token, which no log may show. */
const longestShown = 30;

/** Reads the record, as far as the guard needs it: `v`, `token`, `validUntil` and `previousUntil`. */
export function readingOf(text: string, isFromFork: () => boolean): Reading {
  if (text === '') return isFromFork() ? { kind: 'fork' } : { kind: 'fault', problem: emptyRecord };
  const { v, token, validUntil, previousUntil } = Object(jsonFrom(text)) as Record<string, unknown>;
  if (typeof v === 'number' && v > 1)
    return fault('a record of version 1', `version ${v}`, [
      'Use the same version of the action for the guard as for the rotation.',
    ]);
  const isToken = token === undefined || token === null || typeof token === 'string';
  if (v !== 1 || !isToken) return fault('the record that a rotation keeps, one line of JSON', shown(text), source);
  if (validUntil === undefined || validUntil === null)
    return { kind: 'dateless', hasToken: typeof token === 'string', previousUntil: momentFrom(previousUntil) };
  const moment = momentFrom(validUntil);
  if (moment !== undefined) return { kind: 'date', validUntil: moment };
  const given = typeof validUntil === 'string' ? shown(validUntil) : `a value of type ${typeof validUntil}`;
  return fault('an ISO 8601 date as `validUntil` of the record', given, source);
}

function fault(expected: string, given: string, steps: readonly string[]): Reading {
  return { kind: 'fault', problem: problem('Input `record`', `expected ${expected}, got ${given}`, steps) };
}

/** A value in a fault, where it is too short to be a token. */
export function shown(value: string): string {
  return value.length > longestShown ? `${value.length} characters` : `\`${quote(value).replaceAll('`', "'")}\``;
}

const usual = `\`\${{ vars.TE_TOKEN_ROTATION }}\``;
const source = [
  `Pass ${usual}, where the secret is TE_TOKEN.`,
  'If that variable itself holds this, run the workflow that rotates with `mode: check`, which says what to do.',
];
const emptyRecord = problem(
  'Input `record`',
  'it is empty',
  [
    `Pass ${usual}, or the name of the home's secret with \`_ROTATION\` behind it.`,
    'If no rotation has run yet, start one.',
    'If the home is in an environment, name that in this job: `environment:`.',
    'If it is in an organization, let this repository see that variable.',
  ],
  'The rotation keeps the record beside the home, visible to whom the secret is. A run for a pull request from a fork sees no variable at all.',
);
