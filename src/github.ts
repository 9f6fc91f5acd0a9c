import type { Octokit } from '@octokit/core';
import { second } from './clock.ts';
import { type HttpAnswer, NoAnswer, type Send } from './http.ts';
import type { Pace } from './pace.ts';
import { type Allowance, allowanceFrom, isLimited, limitWait } from './rate-limit.ts';
import { type Patience, persist, type RetryPorts, type Verdict } from './retry.ts';
import type { Secret } from './secret.ts';
import { minuteOf, momentFrom, quote } from './text.ts';

/** Pinned, because a newer version may read the same request otherwise. */
const headers = { 'x-github-api-version': '2022-11-28' };

/** The most that GitHub gives of a list at once. */
export const pageSize = 100;
/** An organization has at most some ten thousand repositories; a server that lists on and on is stopped here. */
export const mostPages = 1000;

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** What GitHub answered in the end; `status` 0 where no answer came at all. */
export interface GitHubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON body; undefined where there was none or it was no JSON. */
  readonly data: unknown;
  /** What came back, in a person's words and at most some 250 characters: `404 (Not Found)`. */
  readonly said: string;
}

export interface GitHubPorts extends RetryPorts {
  readonly send: Send;
  readonly pace: Pace;
  readonly octokit: Pick<Octokit, 'request'>;
}

/** GitHub's REST API with one credential: paced, retried, no redirect followed. */
export class GitHub {
  readonly #ports: GitHubPorts;
  readonly #baseUrl: string;
  readonly #credential: Secret;
  #allowance: Allowance | undefined;
  #expiresAt: number | undefined;
  /** GitHub asked for quiet until then (ms since the epoch); it means all requests, not just the one it refused. */
  #quietUntil = 0;

  constructor(baseUrl: string, credential: Secret, ports: GitHubPorts) {
    this.#baseUrl = baseUrl;
    this.#credential = credential;
    this.#ports = ports;
  }

  get credential(): Secret {
    return this.#credential;
  }

  /** The latest word on the primary rate limit, where GitHub said one. */
  get allowance(): Allowance | undefined {
    return this.#allowance;
  }

  /** When the credential itself expires (ms since the epoch), where GitHub said it. */
  get expiresAt(): number | undefined {
    return this.#expiresAt;
  }

  /**
   * One request, tried with the given patience. Returns the last answer, whatever it was.
   *
   * @param what the request in a person's words, for the line that announces a wait
   * @throws Cancelled where the patience is stoppable
   */
  call(what: string, method: Method, path: string, limits: Patience, body?: object): Promise<GitHubAnswer> {
    const { clock, pace } = this.#ports;
    let queued = 0;
    const attempt = () => {
      const since = clock.now();
      return pace(method, async () => {
        const loud = await this.#quiet(limits);
        queued += clock.now() - since;
        return loud ?? this.#exchange(method, path, limits, body);
      });
    };
    const verdict = (answer: GitHubAnswer, failures: number) => {
      const verdict = verdictOn(answer, failures, clock.now());
      if (verdict.kind === 'wait') this.#quietUntil = Math.max(this.#quietUntil, clock.now() + verdict.ms);
      return verdict;
    };
    return persist(what, attempt, verdict, limits, this.#ports, () => queued);
  }

  /** Waits as long as GitHub asked for quiet; where that is longer than the patience, answers in GitHub's place. */
  async #quiet({ toldWaits, stoppable }: Patience): Promise<GitHubAnswer | undefined> {
    const { clock, cancellation } = this.#ports;
    const wait = this.#quietUntil - clock.now();
    if (wait <= 0) return undefined;
    if (wait <= toldWaits) await clock.sleep(wait, stoppable ? cancellation.now : cancellation.lastCall);
    const left = this.#quietUntil - clock.now();
    if (left <= 0) return undefined;
    const headers = { 'retry-after': String(Math.ceil(left / second)) };
    return {
      status: 429,
      headers,
      data: undefined,
      said: `that it wants no requests before ${minuteOf(this.#quietUntil)}`,
    };
  }

  async #exchange(method: Method, path: string, limits: Patience, body?: object): Promise<GitHubAnswer> {
    let answer: HttpAnswer | undefined;
    const fetch = async (url: string, options: { body?: string; headers: Record<string, string> }) => {
      answer = await this.#ports.send({
        method,
        url,
        headers: options.headers,
        ...(options.body === undefined ? {} : { body: options.body }),
        timeout: limits.attempt,
        signal: limits.stoppable ? this.#ports.cancellation.now : this.#ports.cancellation.lastCall,
      });
      // Octokit builds the request; the answer is read here. Its own reading throws on a malformed media type and
      // forgets the status where a body broke off, and the status alone proves a write.
      return { status: 204, url, headers: [] };
    };
    try {
      await this.#ports.octokit.request({
        method,
        baseUrl: this.#baseUrl,
        url: path,
        headers,
        ...body,
        request: { fetch },
      });
    } catch (error) {
      const reason = reasonOf(error);
      return { status: 0, headers: {}, data: undefined, said: reason };
    }
    if (answer === undefined) return { status: 0, headers: {}, data: undefined, said: 'the request was not sent' };
    this.#remember(answer);
    return answerFrom(answer);
  }

  #remember({ headers }: HttpAnswer): void {
    this.#allowance = allowanceFrom(headers) ?? this.#allowance;
    const expiry = headers['github-authentication-token-expiration'];
    const expiresAt = expiry === undefined ? undefined : expiryFrom(expiry);
    if (expiresAt !== undefined) this.#expiresAt = expiresAt;
  }
}

/** `2026-12-31 23:59:59 UTC` and `2026-12-31 23:59:59 -0700` both occur; a moment without a zone counts as UTC. */
function expiryFrom(header: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:UTC|([+-]\d{2}):?(\d{2}))$/.exec(header.trim());
  if (match === null) return undefined;
  const [, date, time, hours, minutes] = match;
  return momentFrom(`${date}T${time}${hours === undefined ? '' : `${hours}:${minutes}`}`);
}

function reasonOf(error: unknown): string {
  // Octokit wraps what its `fetch` throws.
  const { cause = error } = Object(error) as { cause?: unknown };
  return cause instanceof NoAnswer ? `no answer: ${cause.message}` : 'the request could not be made';
}

function answerFrom({ status, headers, body }: HttpAnswer): GitHubAnswer {
  const data = jsonFrom(body);
  const message = quote((data as { message?: unknown } | undefined)?.message);
  const html = /^\s*</.test(body) ? 'an HTML page, so perhaps from a proxy' : '';
  const words = message || html;
  return { status, headers, data, said: words === '' ? String(status) : `${status} (${words})` };
}

function jsonFrom(body: string): unknown {
  try {
    return JSON.parse(body) ?? undefined;
  } catch {
    return undefined;
  }
}

/** What came back where a 200 holds not what it should; a proxy's page stays one. */
export function unusable({ said }: GitHubAnswer, missing: string): string {
  return said.includes('HTML') ? said : `200 without ${missing}`;
}

/** Whether to try again. Never after a 401, a 404 or a 403 that is no limit: asking again would only do harm. */
function verdictOn(answer: GitHubAnswer, failures: number, now: number): Verdict {
  const { status, said, data } = answer;
  if (isLimited(answer)) {
    return { kind: 'wait', ms: limitWait(answer.headers, failures, now), why: `GitHub's rate limit: ${said}` };
  }
  const why = status === 0 ? `GitHub gave ${said}` : `GitHub answered ${said}`;
  // Only reads are answered with 200: one whose body is no JSON broke off on its way.
  const isTorn = status === 200 && data === undefined && !said.includes('HTML');
  if (isTorn || status === 0 || status === 408 || status === 425 || status >= 500) return { kind: 'again', why };
  return { kind: 'final' };
}
