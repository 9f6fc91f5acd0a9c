import type { StoredSecret } from '../github/secrets.ts';
import { minute, second } from '../lib/clock.ts';
import { whatHasArrived } from '../lib/http.ts';
import type { Problem } from '../lib/problem.ts';
import type { Secret } from '../lib/secret.ts';
import { spanOf } from '../lib/text.ts';
import type { Regeneration, RegenerationExchange } from '../thousandeyes/client.ts';
import {
  type HomeReference,
  issuedAndLost,
  overlapOrLost,
  regenerateLimited,
  regenerateRefused,
  regenerateUnsent,
  twoActiveTokens,
  unknownWhetherIssued,
} from '../thousandeyes/errors.ts';
import { type Issued, tokensIn } from '../thousandeyes/issued-answer.ts';
import { overlap, overlapWithMargin } from '../thousandeyes/overlap.ts';
import type { Needs } from './dependencies.ts';
import { ageOf, isOfRotation, latestHome } from './home-age.ts';
import type { ReadyHome } from './ready-target.ts';

/** What asking for a token came to. Moments in ms since the epoch. */
export type IssueResult =
  | { readonly kind: 'issued'; readonly token: Secret; readonly validUntil: number | undefined; readonly at: number }
  /** A 409, and the home's age explains it: a rotation is possible again from `possibleAt` on. */
  | { readonly kind: 'overlap'; readonly home: StoredSecret; readonly possibleAt: number }
  | { readonly kind: 'failed'; readonly tokenState: TokenState; readonly problem: Problem };

/** Whether a failed request left a token behind. */
export type TokenState = 'not issued' | 'lost' | 'unknown';

export interface IssueRequest {
  readonly currentToken: Secret;
  readonly home: ReadyHome;
  readonly homeReference: HomeReference;
  /** Masks what is or may be a token, before anything else is done with it. */
  readonly mask: (token: Secret) => void;
  /** Keeps what a 2xx held from which no token could be read; whether that worked. */
  readonly keepUnread: (content: Secret) => boolean;
}

type IssueNeeds = Needs<'thousandEyes' | 'secrets' | 'clock' | 'log' | 'cancellation'>;

/** Waiting is cheaper than losing: a token that is issued after we stopped listening is lost. */
const answerTimeout = 120 * second;
/** How long an exchange that is still open is waited for when all else is said, in ms. */
const lastChance = minute;
/** Pauses before asking again after an answer that leaves it open whether a token was issued. */
const pausesInDoubt = [3 * second, 10 * second];
/** Pauses after a request that never left. */
const pausesUnsent = [1 * second, 4 * second, 10 * second];
const longestLimitWait = 5 * minute;

/** Asks for a token until the answer is clear, or can't get clearer: each further request is harmless, a 409 at worst. */
export async function issueToken(request: IssueRequest, dependencies: IssueNeeds): Promise<IssueResult> {
  const asking = new Asking(request, dependencies);
  try {
    return await asking.untilClear();
  } finally {
    asking.close();
  }
}

class Asking {
  readonly #request: IssueRequest;
  readonly #dependencies: IssueNeeds;
  /** Exchanges that got no answer in time stay open: the answer may still come. */
  readonly #open = new Set<RegenerationExchange>();
  readonly #doubts: string[] = [];
  /** What else came back, after its time. */
  readonly #late: string[] = [];
  /** A 2xx came without a token that could be read. */
  #isLost = false;
  #isKept = false;

  constructor(request: IssueRequest, dependencies: IssueNeeds) {
    this.#request = request;
    this.#dependencies = dependencies;
  }

  /** Gives up what is still open; what that brings is looked at no more. */
  close(): void {
    const open = [...this.#open];
    this.#open.clear();
    for (const exchange of open) exchange.close();
  }

  async untilClear(): Promise<IssueResult> {
    const { clock, log, cancellation } = this.#dependencies;
    let [unsent, limited, refusals] = [0, 0, 0];
    for (;;) {
      const answer = await this.#ask();
      let pause: number;
      switch (answer.kind) {
        case 'issued':
          return this.#issued(answer);
        case 'conflict':
          return this.#settle((all) => this.#conflict(answer.detail, all), answer.detail);
        case 'refused': {
          const found = regenerateRefused(answer.detail, answer.status, this.#request.homeReference);
          return this.#settle((all) => this.#nothing(found, all), answer.detail);
        }
        case 'unsent': {
          const next = answer.mayPass ? pausesUnsent[unsent++] : undefined;
          const found = regenerateUnsent(answer.detail);
          if (next === undefined) return this.#settle((all) => this.#nothing(found, all), answer.detail);
          pause = next;
          break;
        }
        case 'limited':
          // It grows where the server asks again and again for next to nothing.
          pause = Math.max(answer.ms, second * 2 ** refusals++);
          limited += pause;
          if (limited > longestLimitWait || cancellation.now.aborted) return this.#limited(answer);
          break;
        default: {
          if (answer.kind === 'unreadable') this.#keep(answer.content);
          const next = pausesInDoubt[this.#doubts.length];
          this.#doubts.push(answer.detail);
          if (next === undefined) return this.#settle((all) => this.#inDoubt(all), undefined);
          pause = next;
        }
      }
      const wakeAt = clock.monotonic() + pause;
      if (pause > 2 * second) log.info(`Asking for a new token: ${answer.detail}; asking again in ${spanOf(pause)}`);
      const late = await this.#listen(pause, cancellation.now);
      if (late !== undefined) return this.#issued(late);
      // What the server asks for is not cut short by a cancel: then it is better not to ask again.
      if (answer.kind === 'limited' && cancellation.now.aborted && clock.monotonic() < wakeAt)
        return this.#limited(answer);
    }
  }

  /** One more request; what answers first of all that are open, or that nothing did in time. */
  async #ask(): Promise<Regeneration> {
    const { thousandEyes, clock } = this.#dependencies;
    const exchange = thousandEyes.regenerate(this.#request.currentToken);
    this.#open.add(exchange);
    const over = new AbortController();
    const timeout = clock.sleep(answerTimeout, over.signal).then(() => undefined);
    const first = await Promise.race([exchange.answer, this.#lateToken(), timeout]);
    over.abort();
    if (first !== undefined) {
      if (first.kind !== 'issued') this.#open.delete(exchange);
      return first;
    }
    await whatHasArrived(exchange.arrived);
    const read = exchange.soFar() ?? (await Promise.race([exchange.answer, Promise.resolve(undefined)]));
    if (read !== undefined) {
      if (read.kind !== 'issued') this.#open.delete(exchange);
      return read;
    }
    void exchange.answer.then((answer) => this.#tooLate(exchange, answer));
    return { kind: 'ambiguous', detail: `ThousandEyes gave no answer within ${answerTimeout / second} s` };
  }

  /** An answer after its time: a token in it is taken while someone listens, and what can't be read is kept. */
  #tooLate(exchange: RegenerationExchange, answer: Regeneration): void {
    if (answer.kind === 'issued' || !this.#open.delete(exchange) || answer.kind !== 'unreadable') return;
    this.#late.push(`${answer.detail}, late`);
    this.#keep(answer.content);
  }

  /** A token that one of the open exchanges brings; all other answers of theirs say nothing new. */
  #lateToken(): Promise<Issued> {
    return new Promise((resolve) => {
      for (const exchange of this.#open)
        void exchange.answer.then((answer) => {
          if (answer.kind === 'issued') resolve(answer);
        });
    });
  }

  /** The last word, unless an exchange that is still open brings the token first. */
  async #settle(lastWord: (all: readonly string[]) => Promise<IssueResult> | IssueResult, detail: string | undefined) {
    const all = detail === undefined ? this.#doubts : [...this.#doubts, detail];
    if (this.#open.size === 0) return lastWord(all);
    this.#dependencies.log.info(
      `Asking for a new token: an earlier request is still open; waiting ${spanOf(lastChance)} for its answer`,
    );
    const late = await this.#listen(lastChance, this.#dependencies.cancellation.lastCall);
    if (late !== undefined) return this.#issued(late);
    const word = await lastWord(all);
    const last = await this.#lastLook();
    if (last !== undefined) return this.#issued(last);
    return this.#isLost ? this.#lost(all) : word;
  }

  /** A token in what the open exchanges have brought when they are given up; of the rest, what can't be read is kept. */
  async #lastLook(): Promise<Issued | undefined> {
    const open = [...this.#open];
    for (const exchange of open) await whatHasArrived(exchange.arrived);
    for (const exchange of open) exchange.close();
    const answers = await Promise.all(open.map(({ answer }) => answer));
    return answers.find((answer) => answer.kind === 'issued');
  }

  /** Pauses; a token that comes meanwhile ends the pause. */
  async #listen(ms: number, signal: AbortSignal): Promise<Issued | undefined> {
    const over = new AbortController();
    const pause = this.#dependencies.clock.sleep(ms, AbortSignal.any([signal, over.signal])).then(() => undefined);
    const token = await Promise.race([this.#lateToken(), pause]);
    over.abort();
    return token;
  }

  /** The server asks to wait for longer than that can be done. */
  #limited({ detail, ms }: Extract<Regeneration, { kind: 'limited' }>): Promise<IssueResult> {
    const { aborted } = this.#dependencies.cancellation.now;
    const found = regenerateLimited(`${detail} and asks to wait ${spanOf(ms)}`, aborted);
    return this.#settle((all) => this.#nothing(found, all), detail);
  }

  #issued({ token, validUntil }: Issued): IssueResult {
    this.#request.mask(token);
    return { kind: 'issued', token, validUntil, at: this.#dependencies.clock.now() };
  }

  #keep(content: Secret | undefined): void {
    this.#isLost = true;
    if (content === undefined) return;
    for (const candidate of tokensIn(content)) this.#request.mask(candidate);
    this.#isKept = this.#request.keepUnread(content) || this.#isKept;
  }

  #nothing(found: Problem, all: readonly string[]): IssueResult {
    return this.#doubts.length > 0 ? this.#inDoubt(all) : { kind: 'failed', tokenState: 'not issued', problem: found };
  }

  #inDoubt(all: readonly string[]): IssueResult {
    if (this.#isLost) return this.#lost(all);
    const found = unknownWhetherIssued(all, this.#request.homeReference);
    return { kind: 'failed', tokenState: 'unknown', problem: found };
  }

  #lost(all: readonly string[]): IssueResult {
    const now = this.#dependencies.clock.now();
    const found = issuedAndLost([...all, ...this.#late], this.#request.homeReference, now + overlap, now, this.#isKept);
    return { kind: 'failed', tokenState: 'lost', problem: found };
  }

  /** A 409: what it means depends on what came before it, and on when the home was last written. */
  async #conflict(detail: string, all: readonly string[]): Promise<IssueResult> {
    if (this.#isLost) return this.#lost(all);
    const { homeReference } = this.#request;
    const secret = await latestHome(this.#request.home, this.#dependencies);
    const age = ageOf(secret);
    // Once the 14 days are over and it still refuses, only the margin is left to say.
    const possibleAt = secret.updatedAt + (age < overlap ? overlap : overlapWithMargin);
    if (this.#doubts.length > 0) {
      // Also a home that was only ever created leaves it open: whoever made that token may have left another one alive.
      if (age >= overlapWithMargin) return this.#lost(all);
      const found = overlapOrLost(all, homeReference, secret.updatedAt, possibleAt);
      return { kind: 'failed', tokenState: 'unknown', problem: found };
    }
    if (isOfRotation(secret)) return { kind: 'overlap', home: secret, possibleAt };
    const neverUpdated = age < overlapWithMargin;
    const found = twoActiveTokens(detail, homeReference, { updatedAt: secret.updatedAt, neverUpdated });
    return { kind: 'failed', tokenState: 'not issued', problem: found };
  }
}
