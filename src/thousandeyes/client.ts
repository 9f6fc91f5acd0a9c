import { type Clock, minute, second } from '../lib/clock.ts';
import { type HttpAnswer, NoAnswer, type Send } from '../lib/http.ts';
import { retryAfterMs, serverTime } from '../lib/http-date.ts';
import type { OpenRawExchange } from '../lib/raw-exchange.ts';
import { policies } from '../lib/retry.ts';
import type { Secret } from '../lib/secret.ts';
import { quote } from '../lib/text.ts';
import { holdsToken, type Issued, issuedFrom, type UnreadableAnswer } from './issued-answer.ts';

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
  /** @see isPage a page for people says it, so perhaps a proxy */
  | { readonly kind: 'refused'; readonly isPage?: boolean; readonly detail: string }
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

/** A request for a token that stays open until it is answered or closed. */
export interface RegenerationExchange {
  readonly answer: Promise<Regeneration>;
  /** How many bytes have arrived so far. */
  readonly arrived: () => number;
  /** A token, where one can be read from what has arrived so far. */
  readonly soFar: () => Issued | undefined;
  /** Ends it; what had arrived by then is the answer. */
  close(): void;
}

/** How long one check of a new token may take, in ms. */
const newTokenTimeout = 10 * second;
/** In ms since the epoch; what is later is nonsense. */
const latestReset = 1e13;

/** The two operations of ThousandEyes' API that a rotation needs. Each call is one exchange. */
export class ThousandEyesClient {
  readonly #baseUrl: string;
  readonly #clock: Clock;
  readonly #send: Send;
  readonly #open: OpenRawExchange;

  constructor(baseUrl: string, { clock, send, open }: { clock: Clock; send: Send; open: OpenRawExchange }) {
    this.#baseUrl = baseUrl;
    this.#clock = clock;
    this.#send = send;
    this.#open = open;
  }

  /** `GET /users/current` names no permission, so it tells whether a token is accepted, and nothing more. */
  async check(token: Secret, signal: AbortSignal, timeout = newTokenTimeout): Promise<TokenCheck> {
    let answer: HttpAnswer;
    try {
      const url = `${this.#baseUrl}/users/current`;
      answer = await this.#send({ method: 'GET', url, headers: headersWith(token), timeout, signal });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return { kind: 'down', mayPass: error.mayPass, detail: `ThousandEyes gave no answer: ${error.message}` };
    }
    const { status } = answer;
    const detail = detailOf(answer);
    if (status >= 500) return { kind: 'down', mayPass: true, detail };
    // Also as a page: a token that may be refused never replaces a working one.
    if (status === 401) return { kind: 'refused', isPage: isHtml(answer), detail };
    if (status === 407 || isHtml(answer)) return { kind: 'proxy', detail };
    if (status === 429) return { kind: 'limited', ms: limitWait(answer, this.#clock), detail };
    if (status === 403) return { kind: 'forbidden', detail };
    if (status >= 200 && status < 300) return { kind: 'accepted', user: userFrom(answer.body) };
    return { kind: 'unclear', detail };
  }

  /** The check of the token in use, within one attempt's time. */
  async checkCurrent(token: Secret, signal: AbortSignal): Promise<TokenCheck> {
    const result = await this.check(token, signal, policies.currentToken.attempt);
    return result.kind === 'refused' && result.isPage ? { kind: 'proxy', detail: result.detail } : result;
  }

  /** Asks for a new token in place of this one. Neither timeout nor cancel ends it: a token may be on its way. */
  regenerate(token: Secret): RegenerationExchange {
    const exchange = this.#open({
      method: 'POST',
      url: `${this.#baseUrl}/api-tokens`,
      headers: headersWith(token),
      isEnough: holdsToken,
    });
    return {
      answer: exchange.answer.then(
        (answer) => this.#regenerationFrom(answer),
        (error: unknown) => withoutAnswer(error),
      ),
      arrived: exchange.arrived,
      soFar: () => {
        const answer = exchange.soFar();
        const issued = answer === undefined ? undefined : issuedFrom(answer);
        return issued?.kind === 'issued' ? issued : undefined;
      },
      close: exchange.close,
    };
  }

  #regenerationFrom(answer: HttpAnswer): Regeneration {
    const { status } = answer;
    const issued = issuedFrom(answer);
    if (issued?.kind === 'issued') return issued;
    // Words that may hold the new token are not shown: nobody has masked it yet.
    const detail = mayHoldToken(answer)
      ? `ThousandEyes answered ${status} (not shown, because it may hold a token)`
      : detailOf(answer);
    // A proxy's login page may come with a 200, and says nothing of ThousandEyes.
    if (issued !== undefined && !isPage(answer.body)) return issued;
    if (status < 400 || status >= 500 || status === 407 || status === 408 || isHtml(answer))
      return { kind: 'ambiguous', detail };
    if (status === 409) return { kind: 'conflict', detail };
    if (status === 429) return { kind: 'limited', ms: limitWait(answer, this.#clock), detail };
    return { kind: 'refused', status, detail };
  }
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
function detailOf(answer: HttpAnswer): string {
  const { status, body } = answer;
  if (status === 0) return 'ThousandEyes answered something that is no HTTP';
  if (isHtml(answer)) return `ThousandEyes answered ${status} (an HTML page, so perhaps from a proxy)`;
  const text = quote(wordsOf(body));
  return `ThousandEyes answered ${text === '' ? status : `${status} (${text})`}`;
}

function wordsOf(body: string): string {
  const error = jsonFrom(body);
  const words = [error.detail, error.error_description, error.title, error.message, error.error];
  return words.find((word): word is string => typeof word === 'string' && word !== '') ?? '';
}

/** Whether the words of an answer to the request for a token have a run of characters that could be one. */
function mayHoldToken({ body }: HttpAnswer): boolean {
  return (wordsOf(body).match(/[\w~+/=.-]{20,}/g) ?? []).some((run) => /\d/.test(run) && /[a-z]/i.test(run));
}

function isHtml({ headers, body }: Pick<HttpAnswer, 'headers' | 'body'>): boolean {
  return /^text\/html/i.test(headers['content-type'] ?? '') || isPage(body);
}

function isPage(body: string): boolean {
  return /^\s*<(?:!doctype|html|head|body)/i.test(body);
}

function jsonFrom(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function userFrom(body: string): TokenUser | undefined {
  const { name, loginAccountGroup } = jsonFrom(body);
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
function limitWait({ headers }: HttpAnswer, clock: Clock): number {
  const now = serverTime(headers, clock);
  const told = retryAfterMs(headers['retry-after'], now);
  if (told !== undefined) return told;
  const reset = Number(headers['x-organization-rate-limit-reset']) * second;
  return reset > 0 && reset < latestReset ? Math.max(reset - now, 0) + second : minute;
}
