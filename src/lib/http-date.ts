import { type Clock, second } from './clock.ts';

const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** The moment (ms since the epoch) of an HTTP date; undefined where it is none. Source: RFC 9110, 5.6.7, `IMF-fixdate`. */
export function httpDateFrom(header: string | undefined): number | undefined {
  const text = header?.trim() ?? '';
  if (!httpDate.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** What a server's own clock showed when it answered (ms since the epoch); ours where its `Date` does not say. */
export function serverTime(headers: Readonly<Record<string, string>>, clock: Clock): number {
  return httpDateFrom(headers.date) ?? clock.now();
}

/**
 * A `Retry-After` header in ms from the answer on; undefined where it is neither delay-seconds nor an HTTP date (RFC
 * 9110, 10.2.3). At least a second: a server that says 0 for ever would be asked for ever without a pause.
 *
 * @param serverNow the server's own time, in ms since the epoch
 */
export function retryAfterMs(header: string | undefined, serverNow: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Math.max(Number(header), 1) * second;
  const date = httpDateFrom(header);
  return date === undefined ? undefined : Math.max(date - serverNow, second);
}
