import { type Clock, day, minute, second } from '../lib/clock.ts';
import type { Send } from '../lib/http.ts';
import { retryAfterMs, serverTime } from '../lib/http-date.ts';
import { NoAnswer } from '../lib/no-answer.ts';
import type { RawAnswer } from '../lib/raw-answer.ts';
import type { Exchange, OpenRawExchange } from '../lib/raw-exchange.ts';
import type { RetryPolicy } from '../lib/retry.ts';
import type { Secret } from '../lib/secret.ts';
import { jsonFrom, quote } from '../lib/text.ts';
import { type Issued, issuedFrom, patienceFor, type UnreadableAnswer } from './issued-answer.ts';

/** The token's user, as ThousandEyes tells it; never an e-mail address. */
export interface TokenUser {
  readonly name: string | undefined;
  readonly accountGroup: string | undefined;
}

/** Whether ThousandEyes accepts a token. `detail` is for a person and says what came back. */
export type TokenCheck =
  | { readonly kind: 'accepted'; readonly user: TokenUser | undefined }
  /** 403: the token itself was accepted, its role may not read. */
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'limited'; readonly ms: number; readonly detail: string }
  /** A 5xx, or no answer: worth another try, unless a setting is wrong. */
  | { readonly kind: 'down'; readonly mayPass: boolean; readonly detail: string }
  | { readonly kind: 'proxy'; readonly detail: string }
  /** Anything else tells nothing about the token. */
  | { readonly kind: 'unclear'; readonly detail: string };

/** What one request for a new token brought. */
export type Regeneration =
  | Issued
  | UnreadableAnswer
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  | { readonly kind: 'limited'; readonly ms: number; readonly detail: string }
  /** The request never left: nothing was issued. */
  | { readonly kind: 'unsent'; readonly mayPass: boolean; readonly detail: string }
  /** A token may have been issued. */
  | { readonly kind: 'ambiguous'; readonly detail: string };

/** How long the check of the token in use is tried. ThousandEyes' limit is one of a minute. */
export const currentTokenPolicy = {
  total: 40 * second,
  attempt: 15 * second,
  toldWaits: 5 * minute,
  stoppable: true,
} satisfies RetryPolicy;
/** How long a new token is checked of which nothing tells whether it is accepted; our own pauses come to 31 s. */
export const newTokenPolicy = {
  total: 31 * second,
  attempt: 10 * second,
  toldWaits: 5 * minute,
  stoppable: false,
} satisfies RetryPolicy;
/** In ms since the epoch; what is later is nonsense. */
const latestReset = 1e13;

/** The two operations of ThousandEyes' API that a rotation needs. Each call is one exchange. */
export interface ThousandEyes {
  /** Whether a new token is accepted; without ThousandEyes' words. */
  check(token: Secret, signal: AbortSignal): Promise<TokenCheck>;
  /** The check of the token in use, with ThousandEyes' words. */
  checkCurrent(token: Secret, signal: AbortSignal): Promise<TokenCheck>;
  /** Asks for a new token in place of this one. Neither timeout nor cancel ends it: a token may be on its way. */
  regenerate(token: Secret): Exchange<Regeneration>;
}

export function createThousandEyes(
  baseUrl: string,
  { clock, send, open }: { clock: Clock; send: Send; open: OpenRawExchange },
): ThousandEyes {
  /** `GET /users/current` names no permission, so it tells whether a token is accepted, and nothing more. */
  const lookAtUser = (token: Secret, timeout: number, signal: AbortSignal) =>
    send({ method: 'GET', url: `${baseUrl}/users/current`, headers: headersWith(token), timeout, signal });
  return {
    check: (token, signal) =>
      lookAtUser(token, newTokenPolicy.attempt, signal).then(
        (answer) => tokenCheckFrom(answer, statusOf(answer), clock),
        uncheckedBy,
      ),
    checkCurrent: (token, signal) =>
      lookAtUser(token, currentTokenPolicy.attempt, signal).then((answer) => {
        const detail = detailOf(answer);
        const result = tokenCheckFrom(answer, detail, clock);
        return result.kind === 'refused' && isHtml(answer) ? { kind: 'proxy', detail } : result;
      }, uncheckedBy),
    regenerate: (token) => {
      const url = `${baseUrl}/api-tokens`;
      const exchange = open({ method: 'POST', url, headers: headersWith(token), patience: patienceFor });
      return { ...exchange, answer: exchange.answer.then((answer) => regenerationFrom(answer, clock), withoutAnswer) };
    },
  };
}

function tokenCheckFrom(answer: RawAnswer, detail: string, clock: Clock): TokenCheck {
  const { status, body } = answer;
  if (status >= 500) return { kind: 'down', mayPass: true, detail };
  // Also as a page: a token that may be refused never replaces a working one.
  if (status === 401) return { kind: 'refused', detail };
  if (status === 407 || isHtml(answer)) return { kind: 'proxy', detail };
  if (status === 429) return { kind: 'limited', ms: limitWait(answer, clock), detail };
  if (status === 403) return { kind: 'forbidden', detail };
  if (status >= 200 && status < 300) return { kind: 'accepted', user: userFrom(body) };
  return { kind: 'unclear', detail };
}

function uncheckedBy(error: unknown): TokenCheck {
  if (!(error instanceof NoAnswer)) throw error;
  return { kind: 'down', mayPass: error.mayPass, detail: `ThousandEyes gave no answer: ${error.message}` };
}

function regenerationFrom(answer: RawAnswer, clock: Clock): Regeneration {
  const { status } = answer;
  const issued = issuedFrom(answer);
  if (issued?.kind === 'issued') return issued;
  // Without its words: they may hold a new token, which nobody has masked.
  const detail = statusOf(answer);
  // A proxy's login page may come with a 200, and says nothing of ThousandEyes.
  if (issued !== undefined && !isPage(answer.body)) return issued;
  if (status < 400 || status >= 500 || status === 407 || status === 408 || isHtml(answer))
    return { kind: 'ambiguous', detail };
  if (status === 409) return { kind: 'conflict', detail };
  if (status === 429) return { kind: 'limited', ms: limitWait(answer, clock), detail };
  return { kind: 'refused', status, detail };
}

function headersWith(token: Secret): Record<string, string> {
  return {
    authorization: `Bearer ${token.reveal()}`,
    accept: 'application/hal+json, application/problem+json, application/json',
    'user-agent': 'rotate-thousandeyes-token',
  };
}

function withoutAnswer(error: unknown): Regeneration {
  const { message, sent, mayPass } = error instanceof NoAnswer ? error : new NoAnswer('the connection failed');
  const detail = `ThousandEyes gave no answer: ${message}`;
  return sent ? { kind: 'ambiguous', detail } : { kind: 'unsent', mayPass, detail };
}

/** By shape, not by media type: errors come as problem+json, as OAuth errors, and as HTML. */
function detailOf(answer: RawAnswer): string {
  const text = isHtml(answer) ? '' : quote(wordsOf(answer.body));
  return `${statusOf(answer)}${text === '' ? '' : ` (${text})`}`;
}

/** What came back, without a word of it. */
function statusOf(answer: RawAnswer): string {
  if (answer.status === 0) return 'ThousandEyes answered something that is no HTTP';
  return `ThousandEyes answered ${answer.status}${isHtml(answer) ? ' (an HTML page, so perhaps from a proxy)' : ''}`;
}

function wordsOf(body: string): string {
  const error = Object(jsonFrom(body)) as Record<string, unknown>;
  const words = [error.detail, error.error_description, error.title, error.message, error.error];
  return words.find((word): word is string => typeof word === 'string' && word !== '') ?? '';
}

function isHtml({ headers, body }: RawAnswer): boolean {
  return /^text\/html/i.test(headers['content-type'] ?? '') || isPage(body);
}

/** Also behind the size of a chunk. */
function isPage(body: string): boolean {
  return /^\s*(?:[0-9a-f]+\s+)?<(?:!doctype|html|head|body)/i.test(body);
}

function userFrom(body: string): TokenUser | undefined {
  const { name, loginAccountGroup } = Object(jsonFrom(body)) as Record<string, unknown>;
  const { accountGroupName } = Object(loginAccountGroup) as { accountGroupName?: unknown };
  const user = { name: shownName(name), accountGroup: shownName(accountGroupName) };
  return user.name === undefined && user.accountGroup === undefined ? undefined : user;
}

/** Some accounts have an e-mail address for a name. */
function shownName(name: unknown): string | undefined {
  const text = quote(name, 80);
  return text === '' || text.includes('@') ? undefined : text;
}

/** Source: ThousandEyes' "Rate limits" page; a 429 may come without `Retry-After`, and the limit is one of a minute. */
function limitWait({ headers }: RawAnswer, clock: Clock): number {
  const now = serverTime(headers, clock);
  const told = retryAfterMs(headers['retry-after'], now);
  if (told !== undefined) return told;
  const reset = Number(headers['x-organization-rate-limit-reset']) * second;
  return reset > 0 && reset < latestReset ? Math.max(reset - now, 0) + second : minute;
}

/** How long the token before a regenerated one goes on working, in ms. Source: ThousandEyes, "Regenerate API token". */
export const overlap = 14 * day;

/** When the token before stops working at the latest, in ms since the epoch. An end that was over by then was wrong. */
export function endOfOverlap(issuedAt: number, validUntil = 0): number {
  const end = issuedAt + overlap;
  return validUntil > issuedAt ? Math.min(end, validUntil) : end;
}
