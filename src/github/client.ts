import type { getOctokit } from '@actions/github';
import type { Cancellation } from '../lib/cancellation.ts';
import { type Clock, second } from '../lib/clock.ts';
import type { Send } from '../lib/http.ts';
import { httpDateFrom } from '../lib/http-date.ts';
import { silentWait } from '../lib/network.ts';
import { NoAnswer } from '../lib/no-answer.ts';
import type { RawAnswer } from '../lib/raw-answer.ts';
import { ok, type Result } from '../lib/result.ts';
import { type RetryPolicy, retry, type Verdict } from '../lib/retry.ts';
import type { Secret } from '../lib/secret.ts';
import { dayOf, minuteOf, momentFrom, spanOf } from '../lib/text.ts';
import type { Log } from '../lib/workflow.ts';
import { answerFrom, causeOf, type GitHubAnswer, withoutAnswer } from './answer.ts';
import { type CredentialKind, credentialKind } from './credential.ts';
import { type Allowance, allowanceFrom, isRateLimited, rateLimitWait } from './rate-limit.ts';
import type { Throttle } from './throttle.ts';

/** Pinned, because a newer version may read the same request otherwise. */
const headers = { 'x-github-api-version': '2022-11-28' };
/** GitHub spreads a new App token late. Source: octokit/auth-app.js, which asks again for 5 s. */
const spreadingTime = 6 * second;

/** Repeated bad logins make GitHub lock the user out. */
const mostBadLogins = 5;

/** The most that GitHub gives of a list at once. */
export const pageSize = 100;
/** An organization has at most some ten thousand repositories; a server that lists on and on is stopped here. */
export const mostPages = 1000;

export interface GitHubRequest {
  /** The request in a person's words, for the line that announces a wait. */
  readonly what: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly policy: RetryPolicy;
  /** What is sent; a function is called right before each attempt, and what it fails with counts as the answer. */
  readonly body?: object | (() => Promise<Result<object, GitHubAnswer>>);
  /** Told every answer, of each attempt. */
  readonly onAnswer?: ((answer: GitHubAnswer) => void) | undefined;
  /** Whether all is tried again that proves no write, a refusal too: of one that was seen to be allowed a moment ago. */
  readonly persists?: boolean | undefined;
  /** Whether it is made for the body of another request, whose turn it is. */
  readonly isInside?: boolean;
}

interface GitHubContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly send: Send;
  readonly throttle: Throttle;
  readonly octokit: Pick<ReturnType<typeof getOctokit>, 'request'>;
}

/** GitHub's REST API with one credential: throttled, retried, no redirect followed. */
export class GitHubClient {
  readonly #context: GitHubContext;
  /** Base URL of the REST API. */
  readonly baseUrl: string;
  readonly credentialKind: CredentialKind;
  readonly #credential: Secret;
  readonly #deprecations = new Set<string>();
  #allowance: Allowance | undefined;
  #expiresAt: number | undefined;
  #hasSucceeded = false;
  /** Paths that were read. */
  readonly #read = new Set<string>();
  /** How far GitHub's clock is ahead of ours, in ms. */
  #skew = 0;
  #firstRefusalAt: number | undefined;
  /** GitHub asked for quiet until then, on the monotonic clock; it means all requests, not just the one it refused. */
  #quietUntil = 0;

  constructor(baseUrl: string, credential: Secret, context: GitHubContext) {
    this.baseUrl = baseUrl;
    this.credentialKind = credentialKind(credential);
    this.#credential = credential;
    this.#context = context;
  }

  /** The latest word on the primary rate limit, where GitHub said one. */
  get allowance(): Allowance | undefined {
    return this.#allowance;
  }

  /** When the credential itself expires (ms since the epoch, by our clock), where GitHub said it. */
  get expiresAt(): number | undefined {
    return this.#expiresAt;
  }

  /** The time by GitHub's own clock, as far as its answers told, in ms since the epoch. */
  get now(): number {
    return this.#context.clock.now() + this.#skew;
  }

  /** Warnings of what GitHub says it will end. */
  get deprecations(): readonly string[] {
    return [...this.#deprecations];
  }

  /** One request, tried as its policy says: the last answer, whatever it was. Throws Cancelled where that is stoppable. */
  call(request: GitHubRequest): Promise<GitHubAnswer> {
    const { clock } = this.#context;
    let [queued, badLogins] = [0, 0];
    const attempt = () => {
      const since = clock.monotonic();
      return this.#inTurn(request, () => {
        queued += clock.monotonic() - since;
        return this.#exchange(request);
      });
    };
    const verdict = (answer: GitHubAnswer, failures: number) => {
      request.onAnswer?.(answer);
      if (answer.status === 401) badLogins++;
      const found = this.#verdictOn(answer, failures, badLogins, request);
      if (found.kind === 'wait') this.#quietUntil = Math.max(this.#quietUntil, clock.monotonic() + found.ms);
      return found;
    };
    const { what, policy } = request;
    return retry(what, attempt, verdict, policy, this.#context, () => queued);
  }

  /** Waits for its turn; where that is too long, answers in GitHub's place. */
  async #inTurn(
    { what, method, policy, isInside = false }: GitHubRequest,
    exchange: () => Promise<GitHubAnswer>,
  ): Promise<GitHubAnswer> {
    const { clock, cancellation, throttle, log } = this.#context;
    const ending = policy.stoppable ? cancellation.now : cancellation.lastCall;
    const quiet = () => this.#quietUntil - clock.monotonic();
    // At once, not after the wait of another request that may wait longer.
    if (quiet() > policy.toldWaits) return this.#refusal(quiet());
    const answer = await throttle.run(method === 'GET' ? 'read' : 'write', exchange, {
      quiet,
      mayWait: (ms) => {
        // The quiet that GitHub asked for is announced by the request that it was told.
        if (ms > silentWait && ms > quiet()) log.info(`${what}: waiting ${spanOf(ms)}, as GitHub's limits ask`);
        return quiet() <= policy.toldWaits && !ending.aborted && clock.monotonic() + ms <= cancellation.deadline();
      },
      signal: () => (cancellation.now.aborted ? cancellation.lastCall : cancellation.now),
      isInside,
    });
    if (answer !== undefined) return answer;
    if (quiet() > 0) return this.#refusal(quiet());
    return { ...withoutAnswer('the run was cancelled before its turn came', false), isCancelled: true };
  }

  #refusal(quiet: number): GitHubAnswer {
    const now = this.#context.clock.now();
    const told = { 'retry-after': String(Math.ceil(quiet / second)) };
    return { ...answerFrom(429, told, '', now), detail: `that it wants no requests before ${minuteOf(now + quiet)}` };
  }

  async #exchange({ method, path, policy, body }: GitHubRequest): Promise<GitHubAnswer> {
    const { send, cancellation, octokit, clock } = this.#context;
    const content = typeof body === 'function' ? await body() : ok(body);
    if (!content.ok) return content.error;
    const { url, ...built } = octokit.request.endpoint({
      method,
      baseUrl: this.baseUrl,
      url: path,
      headers,
      ...content.value,
    });
    const signal = policy.stoppable ? cancellation.now : cancellation.lastCall;
    let came: RawAnswer;
    try {
      came = await send({
        method,
        url,
        headers: { ...(built.headers as Record<string, string>), authorization: `token ${this.#credential.reveal()}` },
        ...(built.body === undefined ? {} : { body: JSON.stringify(built.body) }),
        timeout: policy.attempt,
        signal,
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return { ...withoutAnswer(error.message, error.mayPass), ...(signal.aborted ? { isCancelled: true } : {}) };
    }
    const answer = answerFrom(came.status, came.headers, came.body, clock.now());
    this.#skew = answer.at - clock.now();
    this.#allowance = allowanceFrom(answer, clock) ?? this.#allowance;
    const expiry = expiryFrom(answer.headers['github-authentication-token-expiration']);
    // By GitHub's own clock, and kept by ours.
    if (expiry !== undefined) this.#expiresAt = expiry - this.#skew;
    this.#noteDeprecation(answer.headers);
    if (answer.status < 300) this.#hasSucceeded = true;
    if (answer.status < 300 && method === 'GET') this.#read.add(path);
    return answer;
  }

  /** Whether to try again. A clear refusal is final, unless it is known that it can only be passing. */
  #verdictOn(
    answer: GitHubAnswer,
    failures: number,
    badLogins: number,
    { policy, method, path, persists, isInside }: GitHubRequest,
  ): Verdict {
    const { status, data, isHtml, mayPass, isCancelled } = answer;
    if (isRateLimited(answer))
      return { kind: 'wait', ms: rateLimitWait(answer, failures), detail: `GitHub's rate limit: ${answer.detail}` };
    const detail = causeOf(answer);
    if (this.#mayStillSpread(answer)) return { kind: 'again', detail };
    // What is left of a cancelled run is for telling what is written and what is not.
    if (isCancelled) return { kind: 'final' };
    // Once a token may exist, everything is tried again: only before that does a wrong setting end it at once.
    if (status === 0) return mayPass || !policy.stoppable ? { kind: 'again', detail } : { kind: 'final' };
    // Only reads are answered with 200: one whose body is no JSON broke off on its way.
    const isTorn = status === 200 && data === undefined && !isHtml;
    if (isTorn || status === 408 || status === 425 || status >= 500) return { kind: 'again', detail };
    const wasRead = method === 'GET' && this.#read.has(path);
    // The request that it is made for is tried again by itself.
    const isPassing =
      (status === 401 && this.#hasSucceeded && !isInside) || ((status === 403 || status === 404) && wasRead);
    if (isPassing && failures === 0) return { kind: 'again', detail };
    // Only these prove a write: whatever else answers with a 200 has written nothing.
    const isWritten = status === 201 || status === 204;
    if (persists && !isWritten && badLogins < mostBadLogins) return { kind: 'again', detail };
    return { kind: 'final' };
  }

  /** A 401 or 403 to an App's token that has not been accepted yet may only mean that it is new. */
  #mayStillSpread({ status, isHtml }: GitHubAnswer): boolean {
    if (this.#hasSucceeded || isHtml || this.credentialKind !== 'app' || (status !== 401 && status !== 403))
      return false;
    const now = this.#context.clock.monotonic();
    this.#firstRefusalAt ??= now;
    return now - this.#firstRefusalAt < spreadingTime;
  }

  /** Source: RFC 8594 (`Sunset`, an HTTP date) and RFC 9745 (`Deprecation`), as GitHub's page on API versions uses them. */
  #noteDeprecation({ deprecation, sunset }: Readonly<Record<string, string>>): void {
    if (deprecation === undefined && sunset === undefined) return;
    const end = httpDateFrom(sunset);
    const [when, by] = end === undefined ? ['', ''] : [` and ends it on ${dayOf(end)}`, ' before then'];
    this.#deprecations.add(
      `GitHub says that the version of its API which this action uses is deprecated${when}. Use a newer release of the action${by}.`,
    );
  }
}

/** `2026-12-31 23:59:59 UTC` and `2026-12-31 23:59:59 -0700` both occur; a moment without a zone counts as UTC. */
function expiryFrom(header: string | undefined): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:UTC|([+-]\d{2}):?(\d{2}))$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, date, time, hours, minutes] = match;
  return momentFrom(`${date}T${time}${hours === undefined ? '' : `${hours}:${minutes}`}`);
}
