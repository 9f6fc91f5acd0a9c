import { setImmediate as turn } from 'node:timers/promises';
import type { Problem } from '../../../src/lib/problem.ts';
import type { Exchange } from '../../../src/lib/raw-exchange.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { type IssueResult, issueToken } from '../../../src/rotation/token/issue-token.ts';
import type { Regeneration } from '../../../src/thousandeyes/client.ts';
import type { HomeReference } from '../../../src/thousandeyes/errors.ts';
import type { Issued, UnreadableAnswer } from '../../../src/thousandeyes/issued-answer.ts';
import type { FakeClock } from './fake-clock.ts';
import { fakeRetryContext } from './fakes.ts';
import { day, now, second } from './time.ts';

/** What one request for a token meets; all times in ms from the request on. */
export interface ScriptedExchange {
  /** When it is answered; never where that is left out. */
  readonly after?: number;
  readonly answer?: Regeneration;
  /** What it comes to when it is closed before it was answered: what had arrived by then. */
  readonly atClose?: Regeneration;
}

export const issued: Issued = {
  kind: 'issued',
  token: new Secret('te-asking-new-token'),
  validUntil: now + 730 * day,
};
export const conflict = { kind: 'conflict', detail: 'ThousandEyes answered 409' } satisfies Regeneration;
export const ambiguous: Regeneration = { kind: 'ambiguous', detail: 'ThousandEyes answered 500' };
export const unreadable: UnreadableAnswer = {
  kind: 'unreadable',
  detail: 'ThousandEyes answered 201 without a token in it',
};
export const unsent = {
  kind: 'unsent',
  mayPass: true,
  detail: 'ThousandEyes gave no answer: it refused the connection',
} satisfies Regeneration;
export const refused = (status: number): Extract<Regeneration, { kind: 'refused' }> => ({
  kind: 'refused',
  status,
  detail: `ThousandEyes answered ${status}`,
});
export const limited = (ms: number): Extract<Regeneration, { kind: 'limited' }> => ({
  kind: 'limited',
  ms,
  detail: 'ThousandEyes answered 429',
});

/** The home, as messages name it. */
export const home: HomeReference = {
  name: 'acme/network',
  setCommand: 'gh secret set TE_TOKEN --repo acme/network',
  deleteNextCommand: 'gh secret delete TE_TOKEN_NEXT --repo acme/network',
  user: undefined,
};

export interface AskingScene {
  /** When the run is cancelled, in ms from its begin on. */
  readonly cancelAfter?: number;
  /** What else happens, by time in ms from the begin on. */
  readonly events?: (clock: FakeClock) => void;
  readonly auto?: boolean;
  /** Sends a request in the place of the script's. */
  readonly regenerate?: (clock: FakeClock) => Exchange<Regeneration>;
}

/** Begins to ask for a token, with so many scripted requests; one more is an error of the test. */
export function beginAsking(
  script: readonly (Regeneration | ScriptedExchange)[],
  { cancelAfter, events, auto = true, regenerate: send }: AskingScene = {},
) {
  // What lies in the sockets is read before time goes on.
  const context = fakeRetryContext({ now, auto, turns: 6 });
  const { clock, cancel, log } = context;
  const steps: string[] = [];
  const askedAt: number[] = [];
  let closed = 0;
  let deliver: (answer: Regeneration) => void = () => undefined;
  let arrived = () => 0;
  const regenerate = (): Exchange<Regeneration> => {
    if (send !== undefined) {
      askedAt.push(clock.monotonic() - now);
      return send(clock);
    }
    const entry = script[askedAt.length];
    if (entry === undefined) throw new Error(`asked ${askedAt.length + 1} times`);
    askedAt.push(clock.monotonic() - now);
    const { after, answer, atClose } = 'kind' in entry ? { after: 0, answer: entry } : entry;
    let settle: (answer: Regeneration) => void = () => undefined;
    const promise = new Promise<Regeneration>((resolve) => {
      settle = resolve;
    });
    if (askedAt.length === 1) deliver = settle;
    if (answer !== undefined && after === 0) settle(answer);
    else if (answer !== undefined && after !== undefined) clock.after(after, () => settle(answer));
    return {
      // As many layers lie between a socket and who asks.
      answer: promise
        .then((come) => come)
        .then((come) => come)
        .then((come) => come),
      arrived: () => arrived(),
      close: () => {
        closed++;
        settle(atClose ?? { kind: 'ambiguous', detail: 'ThousandEyes gave no answer: cancelled' });
      },
    };
  };
  if (cancelAfter === 0) cancel();
  else if (cancelAfter !== undefined) clock.after(cancelAfter, cancel);
  events?.(clock);
  const result = issueToken(new Secret('te-asking-current-token'), home, {
    ...context,
    workflow: { ...log, mask: (token) => steps.push(`mask ${token.reveal()}`) },
    thousandEyes: {
      regenerate,
      check: () => Promise.reject(new Error('nothing is checked here')),
      checkCurrent: () => Promise.reject(new Error('nothing is checked here')),
    },
  });
  return {
    ...context,
    result,
    /** Answers the first request now. */
    deliver: (answer: Regeneration) => deliver(answer),
    /** Sets what counts the bytes that have arrived. */
    countArrived: (count: () => number) => {
      arrived = count;
    },
    /** What was masked, in order. */
    steps,
    /** When each request was sent, in seconds from the begin on. */
    asked: () => askedAt.map((at) => at / second),
    closed: () => closed,
    elapsed: () => (clock.monotonic() - now) / second,
    lines: log.lines,
  };
}

/** Asks for a token to the end. */
export async function ask(script: readonly (Regeneration | ScriptedExchange)[], scene: AskingScene = {}) {
  const run = beginAsking(script, scene);
  const result = await run.result;
  const [asked, elapsed] = [run.asked(), run.elapsed()];
  // What was closed may still say its word.
  for (let turns = 0; turns < 3; turns++) await turn();
  return { ...run, result, asked, elapsed, closed: run.closed() };
}

/** Why nothing was issued, as asking says it itself. */
export function refusalOf(result: IssueResult): Problem {
  if (result.kind !== 'not issued') throw new Error(`expected that nothing was issued, got ${result.kind}`);
  return result.problem;
}
