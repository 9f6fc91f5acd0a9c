import { type Clock, minute, second } from './clock.ts';
import { type HttpAnswer, NoAnswer, type Send } from './http.ts';
import { secondsOf } from './rate-limit.ts';
import { Secret } from './secret.ts';
import { momentFrom, quote } from './text.ts';

/** The longest secret that GitHub takes, in bytes. */
export const longestToken = 48 * 1024;

/** Whether ThousandEyes accepts a token. `why` is for a person and says what came back. */
export type TokenCheck =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'limited'; readonly ms: number; readonly why: string }
  /** A 5xx, or no answer: worth another try. */
  | { readonly kind: 'down'; readonly why: string }
  | { readonly kind: 'proxy'; readonly why: string }
  /** Anything else tells nothing about the token. */
  | { readonly kind: 'odd'; readonly why: string };

/** What one request for a new token brought. */
export type Regeneration =
  | { readonly kind: 'issued'; readonly token: Secret; readonly validUntil: number | undefined }
  /** A 201 from which no token could be read. */
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'conflict'; readonly why: string }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string }
  | { readonly kind: 'limited'; readonly ms: number; readonly why: string }
  /** The request never left: nothing was issued. */
  | { readonly kind: 'unsent'; readonly why: string }
  /** A token may have been issued. */
  | { readonly kind: 'ambiguous'; readonly why: string };

const checkTimeout = 30 * second;
/** Waiting is cheaper than losing: a token that is issued after we stopped listening is lost. */
const regenerateTimeout = 120 * second;

/** The two operations of ThousandEyes' API that a rotation needs. Each call is one exchange. */
export class ThousandEyes {
  readonly #send: Send;
  readonly #baseUrl: string;
  readonly #clock: Clock;

  constructor(baseUrl: string, send: Send, clock: Clock) {
    this.#baseUrl = baseUrl;
    this.#send = send;
    this.#clock = clock;
  }

  /** `GET /users/current` names no permission, so it tells whether a token is accepted, and nothing more. */
  async check(token: Secret, signal: AbortSignal): Promise<TokenCheck> {
    const answer = await this.#exchange('GET', '/users/current', token, checkTimeout, signal);
    if (answer instanceof NoAnswer) return { kind: 'down', why: `ThousandEyes gave no answer: ${answer.message}` };
    const { status } = answer;
    const why = `ThousandEyes answered ${saidBy(answer)}`;
    if (status >= 500) return { kind: 'down', why };
    if (status === 407 || isHtml(answer)) return { kind: 'proxy', why };
    if (status === 429) return { kind: 'limited', ms: limitWait(answer, this.#clock.now()), why };
    if (status === 401) return { kind: 'refused', why };
    if (status === 403 || (status >= 200 && status < 300)) return { kind: 'accepted' };
    return { kind: 'odd', why };
  }

  /** `POST /api-tokens`, once. No signal: a cancel must not cut short the one answer that can't be had again. */
  async regenerate(token: Secret): Promise<Regeneration> {
    const answer = await this.#exchange('POST', '/api-tokens', token, regenerateTimeout);
    if (answer instanceof NoAnswer) {
      return { kind: answer.sent ? 'ambiguous' : 'unsent', why: `ThousandEyes gave no answer: ${answer.message}` };
    }
    const { status } = answer;
    const issued = status >= 200 && status < 300 ? issuedFrom(answer) : undefined;
    if (issued?.kind === 'issued') return issued;
    const why = `ThousandEyes answered ${saidBy(answer)}`;
    // A proxy's login page may come with a 200, and says nothing of ThousandEyes.
    if (issued !== undefined && !isHtml(answer)) return issued;
    if (status < 400 || status >= 500 || status === 407 || status === 408 || isHtml(answer))
      return { kind: 'ambiguous', why };
    if (status === 409) return { kind: 'conflict', why };
    if (status === 429) return { kind: 'limited', ms: limitWait(answer, this.#clock.now()), why };
    return { kind: 'refused', status, why };
  }

  async #exchange(
    method: string,
    path: string,
    token: Secret,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<HttpAnswer | NoAnswer> {
    const headers = {
      authorization: `Bearer ${token.reveal()}`,
      accept: 'application/hal+json, application/problem+json, application/json',
      'user-agent': 'rotate-thousandeyes-token',
    };
    try {
      const request = { method, url: this.#baseUrl + path, headers, timeout };
      return await this.#send(signal === undefined ? request : { ...request, signal });
    } catch (error) {
      if (error instanceof NoAnswer) return error;
      throw error;
    }
  }
}

/** The token of a 2xx, also out of a body that broke off behind it. */
function issuedFrom({ status, body, complete }: HttpAnswer): Regeneration {
  const { bearerToken, validUntil } = fieldsFrom(body);
  if (typeof bearerToken !== 'string' || bearerToken === '') {
    const what = complete ? 'without a token in it' : 'and broke off before the token was read';
    return { kind: 'unreadable', why: `ThousandEyes answered ${status} ${what}` };
  }
  if (Buffer.byteLength(bearerToken) > longestToken) {
    return {
      kind: 'unreadable',
      why: `ThousandEyes answered ${status} with a token of more than 48 KB, which GitHub can't hold`,
    };
  }
  return { kind: 'issued', token: new Secret(bearerToken), validUntil: momentFrom(validUntil) };
}

function fieldsFrom(body: string): { bearerToken?: unknown; validUntil?: unknown } {
  try {
    return (JSON.parse(body) as { bearerToken?: unknown } | null) ?? {};
  } catch {
    return { bearerToken: stringAt('bearerToken', body), validUntil: stringAt('validUntil', body) };
  }
}

/** A whole string behind a name, in JSON that is not whole. What broke off inside the string is no token. */
function stringAt(name: string, body: string): string | undefined {
  const literal = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(body)?.[1];
  if (literal === undefined) return undefined;
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

/** By shape, not by media type: errors come as problem+json, as OAuth errors, and as HTML. */
function saidBy({ status, body, headers }: HttpAnswer): string {
  if (isHtml({ headers, body })) return `${status} (an HTML page, so perhaps from a proxy)`;
  try {
    const error = (JSON.parse(body) ?? {}) as Record<string, unknown>;
    const words = [error.detail, error.error_description, error.title, error.message, error.error].find(
      (word) => typeof word === 'string' && word !== '',
    );
    const text = quote(words);
    return text === '' ? String(status) : `${status} (${text})`;
  } catch {
    return String(status);
  }
}

function isHtml({ headers, body }: Pick<HttpAnswer, 'headers' | 'body'>): boolean {
  return /^text\/html/i.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype|html|head|body)/i.test(body);
}

/** Source: ThousandEyes' "Rate limits" page; a 429 may come without `Retry-After`, and the limit is one of a minute. */
function limitWait({ headers }: HttpAnswer, now: number): number {
  const told = secondsOf(headers['retry-after'], now);
  if (told !== undefined) return told;
  const reset = Number(headers['x-organization-rate-limit-reset']) * second;
  return reset > 0 ? Math.max(reset - now, 0) + second : minute;
}
