import { repeatsSecret } from './secret.ts';

/** What stands in place of a text that repeats a credential. */
export const notShown = 'not shown, because it repeats part of a credential';
const longestRead = 100_000;

/** Text from outside, fit for a line: nothing of a credential, no odd characters, no link, at most `max` characters. */
export function quote(text: unknown, max = 200): string {
  if (typeof text !== 'string') return '';
  // Looked at before it is cut: half of a credential would be left else.
  const start = text.slice(0, longestRead);
  if (repeatsSecret(start)) return notShown;
  const line = oneLine(start)
    .replace(/:\/\//g, ': //')
    .replace(/\bwww\./gi, 'www .');
  return line.length > max ? `${line.slice(0, max - 1).toWellFormed()}…` : line.toWellFormed();
}

/** A text without control, invisible and line-breaking characters, which could forge a line or a workflow command. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** What a text is as JSON; undefined where it is none, or null. */
export function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A moment for people, in UTC, to the minute: `2026-11-23 19:05 UTC`. */
export function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** ` by 2026-12-15 05:23 UTC`; empty where that is over, or not known. */
export function byMinute(moment: number | undefined, now: number): string {
  return moment === undefined || moment <= now ? '' : ` by ${minuteOf(moment)}`;
}

/** A day for people, in UTC: `2026-11-23`. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** ISO 8601 in UTC, without milliseconds where they are zero: `2028-11-23T19:00:00Z`. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** The same moment without its milliseconds: GitHub's dates have none. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** Beyond this year a date is nonsense, and its text has another form. */
const latestMoment = Date.UTC(9000, 0);

/** The moment (ms since the epoch) of an ISO 8601 text; undefined where it is none. A date is midnight UTC. */
export function momentFrom(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;
  const parts = iso.exec(text.trim());
  if (parts === null) return undefined;
  // Without a zone, JavaScript reads a date and time as local; the APIs mean UTC.
  const [, day, time = '00:00', zone = 'Z'] = parts;
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) || ms > latestMoment || !isInCalendar(day) ? undefined : ms;
}

/** JavaScript takes the 30th of February for a day in March. */
function isInCalendar(day: string | undefined): boolean {
  return dayOf(Date.parse(`${day}T00:00Z`)) === day;
}

/** A span for people: `40 s`, `12 min`, `3 h`, `15 days`. */
export function spanOf(ms: number): string {
  if (ms <= 90_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 90 * 60_000) return `${Math.ceil(ms / 60_000)} min`;
  if (ms < 36 * 3_600_000) return `${Math.ceil(ms / 3_600_000)} h`;
  return `${Math.ceil(ms / 86_400_000)} days`;
}

/** The time from now to a date, beside which it stands: `14 days left`, `3 h left`, `over`. */
export function timeLeft(until: number, now: number): string {
  const left = until - now;
  if (left <= 0) return 'over';
  // To the minute: fourteen days less some seconds are fourteen days to a person.
  const days = Math.floor((left + 60_000) / 86_400_000);
  return days >= 2 ? `${days} days left` : `${spanOf(left)} left`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** As many of the texts as there is room for in so many bytes, with one more for what stands behind each. */
export function fitting(texts: readonly string[], mostBytes: number): readonly string[] {
  let size = 0;
  const end = texts.findIndex((text) => {
    size += Buffer.byteLength(text) + 1;
    return size > mostBytes;
  });
  return end === -1 ? texts : texts.slice(0, end);
}

/** The first of many names, each once, and how many more there are. */
export function someOf(names: readonly string[], most: number): string {
  const distinct = [...new Set(names)];
  const more = distinct.length > most ? ` and ${distinct.length - most} more` : '';
  return `${distinct.slice(0, most).join(', ')}${more}`;
}
