import { type Clock, second } from './clock.ts';

const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** The moment (ms since the epoch) of an HTTP date; undefined where it is none. Source: RFC 9110, 5.6.7, `IMF-fixdate`. */
export function httpDateFrom(header = ''): number | undefined {
  const text = header.trim();
  if (!httpDate.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** What a server's own clock showed when it answered (ms since the epoch); ours where its `Date` does not say. */
export function serverTime(headers: Readonly<Record<string, string>>, clock: Clock): number {
  return httpDateFrom(headers.date) ?? clock.now();
}

/** A `Retry-After` (RFC 9110, 10.2.3) in ms from the server's time on; at least a second, for one that always says 0. */
export function retryAfterMs(header = '', serverNow: number): number | undefined {
  if (/^\d{1,9}$/.test(header.trim())) return Math.max(Number(header), 1) * second;
  const date = httpDateFrom(header);
  return date === undefined ? undefined : Math.max(date - serverNow, second);
}
