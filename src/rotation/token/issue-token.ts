import { minute, second } from '../../lib/clock.ts';
import { whatHasArrived } from '../../lib/http.ts';
import type { Problem } from '../../lib/problem.ts';
import type { Exchange } from '../../lib/raw-exchange.ts';
import type { Secret } from '../../lib/secret.ts';
import { spanOf } from '../../lib/text.ts';
import type { Regeneration } from '../../thousandeyes/client.ts';
import { type HomeReference, whyNotIssued } from '../../thousandeyes/errors.ts';
import type { Issued } from '../../thousandeyes/issued-answer.ts';
import type { Needs } from '../dependencies.ts';

export type IssueResult =
  | Issued
  /** 409: two tokens are active, and nothing was issued now. */
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'not issued'; readonly problem: Problem }
  /** A token was issued that can't be read, or nothing tells whether one was. What came back is for a person. */
  | { readonly kind: 'lost' | 'in doubt'; readonly told: readonly string[] };

type IssueNeeds = Needs<'thousandEyes' | 'workflow' | 'clock' | 'log' | 'cancellation'>;

/** Waiting is cheaper than losing: a token that is issued after we stopped listening is lost. */
const answerTimeout = 120 * second;
/** How long an exchange that is still open is waited for when all else is said, in ms. */
const lastChance = minute;
/** Pauses before asking again, by what came back, in ms. */
const pauses = {
  /** It is open whether a token was issued. */
  inDoubt: [3 * second, 10 * second],
  /** The request never left: 20 s in sum. */
  unsent: [1 * second, 4 * second, 5 * second, 10 * second],
  /** A 401 to a token that was accepted a moment ago may pass. */
  unauthorized: [1 * second],
};
const longestLimitWait = 5 * minute;

type LastWord = Exclude<Regeneration, Issued>;

/** Asks for a token until the answer is clear, or can't get clearer: each further request is harmless, a 409 at worst. */
export async function issueToken(
  currentToken: Secret,
  home: HomeReference,
  dependencies: IssueNeeds,
): Promise<IssueResult> {
  const asking = new Asking(currentToken, home, dependencies);
  try {
    return await asking.untilClear();
  } finally {
    asking.close();
  }
}

class Asking {
  readonly #currentToken: Secret;
  readonly #home: HomeReference;
  readonly #dependencies: IssueNeeds;
  /** Exchanges that got no answer in time stay open: the answer may still come. */
  readonly #open = new Set<Exchange<Regeneration>>();
  /** The token, whichever exchange brings it, and what ends every wait then. */
  #token: Issued | undefined;
  readonly #hasCome = new AbortController();
  /** What came back and is no clear refusal, in order. */
  readonly #told: string[] = [];
  /** A 2xx came without a token that could be read. */
  #isLost = false;
  readonly #counts = { inDoubt: 0, unsent: 0, unauthorized: 0, limited: 0 };
  /** How long ThousandEyes has asked to wait, in sum, in ms. */
  #limited = 0;

  constructor(currentToken: Secret, home: HomeReference, dependencies: IssueNeeds) {
    this.#currentToken = currentToken;
    this.#home = home;
    this.#dependencies = dependencies;
  }

  close(): void {
    for (const exchange of this.#open) exchange.close();
  }

  async untilClear(): Promise<IssueResult> {
    const { clock, log, cancellation } = this.#dependencies;
    for (;;) {
      const answer = await this.#ask();
      if (answer.kind === 'issued') return answer;
      const pause = this.#pauseAfter(answer);
      if (pause === undefined) return this.#settle(answer);
      const wakeAt = clock.monotonic() + pause;
      if (pause > 2 * second) log.info(`Asking for a new token: ${answer.detail}; asking again in ${spanOf(pause)}`);
      await this.#wait(pause, cancellation.now);
      if (this.#token !== undefined) return this.#token;
      // What the server asks for is not cut short by a cancel: then it is better not to ask again.
      if (answer.kind === 'limited' && cancellation.now.aborted && clock.monotonic() < wakeAt)
        return this.#settle(answer);
    }
  }

  /** One more request: its answer, the token that an earlier one brings, or that nothing came in time. */
  async #ask(): Promise<Regeneration> {
    const exchange = this.#dependencies.thousandEyes.regenerate(this.#currentToken);
    this.#open.add(exchange);
    const inTime = new AbortController();
    let answer: LastWord | undefined;
    void exchange.answer.then((came) => {
      if (came.kind === 'issued') {
        // Before anything else is done with it.
        this.#dependencies.workflow.mask(came.token);
        this.#token ??= came;
        return this.#hasCome.abort(null);
      }
      this.#open.delete(exchange);
      if (!inTime.signal.aborted) {
        answer = came;
        inTime.abort(null);
      } else if (came.kind === 'unreadable') {
        // All else that comes late says nothing new.
        this.#told.push(`${came.detail}, late`);
        this.#isLost = true;
      }
    });
    await this.#wait(answerTimeout, inTime.signal);
    inTime.abort(null);
    const none = `ThousandEyes gave no answer within ${answerTimeout / second} s`;
    return this.#token ?? answer ?? { kind: 'ambiguous', detail: none };
  }

  /** Waits for so long; the token, or the signal, ends it. What lies in the sockets by then counts as come. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const ends = AbortSignal.any([signal, this.#hasCome.signal]);
    await this.#dependencies.clock.sleep(ms, ends);
    if (!ends.aborted) await this.#readSockets();
  }

  #readSockets(): Promise<void> {
    return whatHasArrived(() => [...this.#open].reduce((sum, { arrived }) => sum + arrived(), 0));
  }

  /** How long to pause before asking again, in ms; undefined where the answer is the last. */
  #pauseAfter(answer: LastWord): number | undefined {
    switch (answer.kind) {
      case 'conflict':
        return undefined;
      case 'refused':
        return answer.status === 401 ? pauses.unauthorized[this.#counts.unauthorized++] : undefined;
      case 'unsent':
        return answer.mayPass ? pauses.unsent[this.#counts.unsent++] : undefined;
      case 'limited': {
        // It grows where the server asks again and again for next to nothing.
        const pause = Math.max(answer.ms, second * 2 ** this.#counts.limited++);
        this.#limited += pause;
        return this.#limited > longestLimitWait || this.#dependencies.cancellation.now.aborted ? undefined : pause;
      }
      default:
        this.#isLost ||= answer.kind === 'unreadable';
        this.#told.push(answer.detail);
        return pauses.inDoubt[this.#counts.inDoubt++];
    }
  }

  /** The last word, unless an exchange that is still open brings the token first. */
  async #settle(answer: LastWord): Promise<IssueResult> {
    if (answer.kind !== 'ambiguous' && answer.kind !== 'unreadable') this.#told.push(answer.detail);
    if (this.#open.size > 0) {
      this.#dependencies.log.info(
        `Asking for a new token: an earlier request is still open; waiting ${spanOf(lastChance)} for its answer`,
      );
      await this.#wait(lastChance, this.#dependencies.cancellation.lastCall);
    }
    // What the open exchanges have brought when they are given up.
    await this.#readSockets();
    this.close();
    await Promise.all([...this.#open].map(({ answer: last }) => last));
    if (this.#token !== undefined) return this.#token;
    // Each of these has left a doubt; they are asked for by name for the compiler.
    if (answer.kind === 'ambiguous' || answer.kind === 'unreadable' || this.#counts.inDoubt > 0)
      return { kind: this.#isLost ? 'lost' : 'in doubt', told: this.#told };
    if (answer.kind === 'conflict') return answer;
    const { clock, cancellation } = this.#dependencies;
    return { kind: 'not issued', problem: whyNotIssued(answer, this.#home, clock.now(), cancellation.now.aborted) };
  }
}
