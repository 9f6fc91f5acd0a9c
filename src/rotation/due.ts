import { day } from '../lib/clock.ts';
import { dayOf, minuteOf, timeLeft } from '../lib/text.ts';
import type { RotationRecord } from './record/record.ts';

/** Whether a rotation is due, by the record. */
export type Due =
  | { readonly kind: 'due' }
  /** Two tokens are active until then (ms since the epoch): ThousandEyes issues none. */
  | { readonly kind: 'overlap'; readonly until: number }
  | { readonly kind: 'not yet'; readonly validUntil: number };

/**
 * A token of which nothing tells how old it is is due.
 *
 * @param now ms since the epoch, by GitHub's clock
 */
export function dueFrom(record: RotationRecord | undefined, whenDaysLeft: number | undefined, now: number): Due {
  if (record?.previousUntil !== undefined && record.previousUntil > now)
    return { kind: 'overlap', until: record.previousUntil };
  const validUntil = record?.validUntil;
  // Where nobody set how many days may be left, any number is few enough.
  if (validUntil === undefined || validUntil - now <= (whenDaysLeft ?? Infinity) * day) return { kind: 'due' };
  return { kind: 'not yet', validUntil };
}

/** Why no token is asked for, in a sentence. */
export function notDueSentence(due: Exclude<Due, { kind: 'due' }>, now: number): string {
  return due.kind === 'overlap'
    ? `The token was rotated a short while ago. The next rotation is possible after ${minuteOf(due.until)} (${timeLeft(due.until, now)}).`
    : `No rotation is due. The token is valid until ${dayOf(due.validUntil)} (${timeLeft(due.validUntil, now)}).`;
}

/** What the record tells, in lines for people. */
export function recordLines(record: RotationRecord | undefined, now: number): readonly string[] {
  if (record === undefined) return ['There is no record yet: the first rotation writes it.'];
  const { since, validUntil, run } = record;
  const due = dueFrom(record, undefined, now);
  return [
    `The token is in place since ${minuteOf(since)}${run === undefined ? '' : `, by ${run}`}.`,
    validUntil === undefined
      ? 'Nothing tells until when it is valid: it was stored by hand, a later run finished with it, or ThousandEyes did not say it.'
      : `It is valid until ${dayOf(validUntil)} (${timeLeft(validUntil, now)}).`,
    due.kind === 'overlap'
      ? `The one before it works until ${minuteOf(due.until)} at the latest. The next rotation is possible after that (${timeLeft(due.until, now)}).`
      : 'As far as the record knows, a rotation is possible now.',
  ];
}
