import { HOUR, MINUTE } from '../../clocks/clock.ts';
import { Refusal } from '../errors.ts';

export type PrimaryLimit = { limit: number; used: number; resetsAt: number };

export type SecondaryLimits = {
  concurrent: number;
  pointsPerMinute: number;
  writesPerMinute: number;
  writesPerHour: number;
  /** What it answers beyond them. */
  status: 403 | 429;
};

/** As GitHub publishes them. */
export const PUBLISHED_LIMITS: SecondaryLimits = {
  concurrent: 100,
  pointsPerMinute: 900,
  writesPerMinute: 80,
  writesPerHour: 500,
  status: 403,
};

export function primaryLimit(limit: number): PrimaryLimit {
  return { limit, used: 0, resetsAt: 0 };
}

/** Counts a request against the hour's limit, or refuses it. */
export function spend(primary: PrimaryLimit, now: number): void {
  if (now >= primary.resetsAt)
    Object.assign(primary, { used: primary.resetsAt === 0 ? primary.used : 0, resetsAt: now + HOUR });
  if (primary.used >= primary.limit) throw new Refusal(403, 'API rate limit exceeded for user ID 1.');
  primary.used += 1;
}

/** @param skew milliseconds by which the server's clock is ahead */
export function primaryHeaders(primary: PrimaryLimit, skew: number): Record<string, string> {
  const reset = primary.resetsAt === 0 ? 0 : Math.ceil((primary.resetsAt + skew) / 1000);
  return {
    'x-ratelimit-limit': String(primary.limit),
    'x-ratelimit-remaining': String(primary.limit - primary.used),
    'x-ratelimit-used': String(primary.used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
  };
}

/** The past hour's requests of one credential, for limits over sliding windows. */
export class SlidingWindows {
  #requests: { at: number; write: boolean }[] = [];

  /** Counts a request, or refuses it and says when to come back. */
  admit(write: boolean, now: number, concurrent: number, limits: SecondaryLimits): void {
    this.#requests = this.#requests.filter((request) => request.at > now - HOUR);
    const wait = Math.max(
      concurrent > limits.concurrent ? 1000 : 0,
      this.#wait(now, MINUTE, limits.pointsPerMinute, points, points({ write })),
      write ? this.#wait(now, MINUTE, limits.writesPerMinute, writes, 1) : 0,
      write ? this.#wait(now, HOUR, limits.writesPerHour, writes, 1) : 0,
    );
    if (wait === 0) return void this.#requests.push({ at: now, write });
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    throw new Refusal(limits.status, message, { 'retry-after': String(Math.ceil(wait / 1000)) });
  }

  // Milliseconds until enough of the window's requests are old enough.
  #wait(
    now: number,
    window: number,
    limit: number,
    cost: (request: { write: boolean }) => number,
    more: number,
  ): number {
    const inside = this.#requests.filter((request) => request.at > now - window);
    let over = inside.reduce((sum, request) => sum + cost(request), more) - limit;
    for (const request of inside) {
      if (over <= 0) break;
      over -= cost(request);
      if (over <= 0) return request.at + window - now;
    }
    return 0;
  }
}

function points(request: { write: boolean }): number {
  return request.write ? 5 : 1;
}

function writes(request: { write: boolean }): number {
  return request.write ? 1 : 0;
}
