import { redact } from './secret.ts';

/**
 * Text from outside made fit for one line of log or summary: no token, no control characters (a line break could start
 * a workflow command), no more than `max` characters.
 */
export function quote(text: unknown, max = 200): string {
  if (typeof text !== 'string') return '';
  // Cut after searching for tokens, lest half of one is left, and before the rest, so that megabytes cost little.
  const line = redact(text)
    .slice(0, 100_000)
    .replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max - 1).toWellFormed()}…` : line.toWellFormed();
}

/** A moment for people, in UTC, to the minute: `2026-11-23 19:05 UTC`. */
export function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A day for people, in UTC: `2026-11-23`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** ISO 8601 in UTC, without milliseconds where they are zero: `2028-11-23T19:00:00Z`. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/**
 * The moment (ms since the epoch) that an ISO 8601 text names, or undefined where it names none. A date alone counts
 * as midnight UTC.
 */
export function momentFrom(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;
  const parts = iso.exec(text.trim());
  if (parts === null) return undefined;
  // Without a zone, JavaScript reads a date and time as local; the APIs mean UTC.
  const [, day, time = '00:00', zone = 'Z'] = parts;
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A span for people: `40 s`, `12 min`, `3 h`, `15 days`. */
export function spanOf(ms: number): string {
  if (ms < 90_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 90 * 60_000) return `${Math.ceil(ms / 60_000)} min`;
  if (ms < 36 * 3_600_000) return `${Math.ceil(ms / 3_600_000)} h`;
  return `${Math.ceil(ms / 86_400_000)} days`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
