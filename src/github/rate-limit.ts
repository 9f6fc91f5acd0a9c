import { type Clock, minute, second } from '../lib/clock.ts';
import { retryAfterMs } from '../lib/http-date.ts';
import type { GitHubAnswer } from './answer.ts';
import { refusalOf } from './refusal.ts';

type Told = Pick<GitHubAnswer, 'headers' | 'at'>;

/** What GitHub told last of the credential's primary rate limit. */
export interface Allowance {
  /** Requests left until the reset. */
  readonly remaining: number;
  readonly limit: number;
  /** When it is reset, on the monotonic clock, in ms. */
  readonly resetAt: number;
}

/** In ms since the epoch; what is later is nonsense, and at last no moment that a date could show. */
const latestReset = 1e13;

/** The primary rate limit as the headers tell it; undefined where they don't. */
export function allowanceFrom(told: Told, clock: Clock): Allowance | undefined {
  const { headers } = told;
  const remaining = wholeNumber(headers['x-ratelimit-remaining']);
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  const wait = untilReset(told);
  if (remaining === undefined || !limit || wait === undefined) return undefined;
  return { remaining, limit, resetAt: clock.monotonic() + wait };
}

/** How long it is to the reset of the rate limit, in ms by the server's own clock; undefined where the headers don't tell. */
export function untilReset({ headers, at }: Told): number | undefined {
  const reset = (wholeNumber(headers['x-ratelimit-reset']) ?? 0) * second;
  if (reset === 0 || reset >= latestReset) return undefined;
  return Math.max(reset - at, 0);
}

function wholeNumber(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

const limitMessage =
  /^(?:API rate limit exceeded|You have exceeded a secondary rate limit|You have triggered an abuse)/i;

/** A 429, or a 403 of a limit by its headers or message; a permission's 403 on the last request of the hour is none. */
export function isRateLimited({ status, headers, message }: GitHubAnswer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  if (headers['retry-after'] !== undefined || limitMessage.test(message)) return true;
  return headers['x-ratelimit-remaining'] === '0' && refusalOf(message) === undefined;
}

/**
 * How long to wait after a rate-limited answer, in ms, by how many attempts failed before. Source: GitHub's "Rate limits for
 * the REST API": `retry-after`, else the reset, else at least a minute, growing.
 */
export function rateLimitWait({ headers, at }: Told, failures: number): number {
  const told = retryAfterMs(headers['retry-after'], at);
  if (told !== undefined) return told;
  const reset = untilReset({ headers, at });
  // A second more: the reset is given in whole seconds.
  if (headers['x-ratelimit-remaining'] === '0' && reset !== undefined) return reset + second;
  return minute * 2 ** Math.min(failures, 4);
}
