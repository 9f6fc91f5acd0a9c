import { minute, second } from './clock.ts';
import type { GitHubAnswer } from './github.ts';

/** The headers of an answer, names in lower case. */
type Headers = Readonly<Record<string, string>>;

/** What GitHub told last of the credential's primary rate limit. */
export interface Allowance {
  /** Requests left until `resetAt`. */
  readonly remaining: number;
  readonly limit: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
}

/** In ms since the epoch; what is later is nonsense, and at last no moment that a date could show. */
const latestReset = 1e13;

/** The primary rate limit as these headers tell it; undefined where they don't. */
export function allowanceFrom(headers: Headers): Allowance | undefined {
  const remaining = Number(headers['x-ratelimit-remaining']);
  const limit = Number(headers['x-ratelimit-limit']);
  const resetAt = resetFrom(headers);
  return remaining >= 0 && limit > 0 && resetAt !== undefined ? { remaining, limit, resetAt } : undefined;
}

/** When the rate limit is reset, in ms since the epoch; undefined where the headers don't tell it. */
export function resetFrom(headers: Headers): number | undefined {
  const reset = Number(headers['x-ratelimit-reset']) * second;
  return reset > 0 && reset < latestReset ? reset : undefined;
}

/** A 429, or a 403 that speaks of a limit. A permission's 403 on the last request of the hour is none. */
export function isLimited({ status, headers, said }: GitHubAnswer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  if (headers['retry-after'] !== undefined || /rate limit|abuse/i.test(said)) return true;
  return headers['x-ratelimit-remaining'] === '0' && !/not accessible|must have|resource protected|sso/i.test(said);
}

/**
 * How long to wait after a limited answer, in ms. Source: GitHub's "Rate limits for the REST API": `retry-after`, else
 * the reset, else at least a minute, growing.
 *
 * @param failures how many attempts failed before
 */
export function limitWait(headers: Headers, failures: number, now: number): number {
  const told = secondsOf(headers['retry-after'], now);
  if (told !== undefined) return told;
  const reset = resetFrom(headers);
  // A second more: the reset is given in whole seconds.
  if (headers['x-ratelimit-remaining'] === '0' && reset !== undefined) return Math.max(reset - now, 0) + second;
  return minute * 2 ** Math.min(failures, 4);
}

/**
 * A `Retry-After` header (seconds, or an HTTP date) in ms from now; undefined where it says neither. At least a second:
 * a server that says 0 for ever would be asked for ever without a pause.
 */
export function secondsOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Math.max(Number(header), 1) * second;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(date - now, second);
}
