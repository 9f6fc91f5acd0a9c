import { setImmediate as turn } from 'node:timers/promises';
import type { StoredSecret } from '../../../src/github/secrets.ts';
import { failed, ok } from '../../../src/lib/result.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { type IssueResult, issueToken } from '../../../src/rotation/issue-token.ts';
import type { Regeneration, RegenerationExchange } from '../../../src/thousandeyes/client.ts';
import type { Issued } from '../../../src/thousandeyes/issued-answer.ts';
import type { FakeClock } from './fake-clock.ts';
import { fakeRetryContext, gitHubAnswer, readyHome, type SecretOptions, storedSecret } from './fakes.ts';
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
export const conflict: Regeneration = { kind: 'conflict', detail: 'ThousandEyes answered 409' };
export const ambiguous: Regeneration = { kind: 'ambiguous', detail: 'ThousandEyes answered 500' };
export const unreadable: Regeneration = {
  kind: 'unreadable',
  detail: 'ThousandEyes answered 201 without a token in it',
  content: new Secret('{"token": "te-under-another-name"}'),
};
export const unsent: Regeneration = {
  kind: 'unsent',
  mayPass: true,
  detail: 'ThousandEyes gave no answer: it refused the connection',
};
export const refused = (status: number): Regeneration => ({
  kind: 'refused',
  status,
  detail: `ThousandEyes answered ${status}`,
});
export const limited = (ms: number): Regeneration => ({ kind: 'limited', ms, detail: 'ThousandEyes answered 429' });

/** A home that was written long ago, so that no rotation of it explains a 409. */
export const oldHome = { createdAt: now - 400 * day, updatedAt: now - 30 * day };
export const rotatedHome = { createdAt: now - 400 * day, updatedAt: now - 3 * day };

export interface AskingScene {
  readonly home?: SecretOptions;
  /** What reading the home again finds, one after the other, and then nothing. */
  readonly reads?: readonly (StoredSecret | undefined)[];
  /** When the run is cancelled, in ms from its begin on. */
  readonly cancelAfter?: number;
  /** What else happens, by time in ms from the begin on. */
  readonly events?: (clock: FakeClock) => void;
  /** Whether what can't be read can be kept. */
  readonly keeps?: boolean;
  readonly auto?: boolean;
  /** Sends a request in the place of the script's. */
  readonly regenerate?: (clock: FakeClock) => RegenerationExchange;
}

/** Begins to ask for a token, with so many scripted requests; one more is an error of the test. */
export function beginAsking(
  script: readonly (Regeneration | ScriptedExchange)[],
  { home = oldHome, reads = [], cancelAfter, events, keeps = true, auto = true, regenerate: send }: AskingScene = {},
) {
  // What lies in the sockets is read before time goes on.
  const context = fakeRetryContext({ now, auto, turns: 6 });
  const { clock, cancel, log } = context;
  const steps: string[] = [];
  const askedAt: number[] = [];
  let [closed, homeReads] = [0, 0];
  let deliver: (answer: Regeneration) => void = () => undefined;
  let arrived = () => 0;
  const reading = [...reads];
  const regenerate = (): RegenerationExchange => {
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
      answer: promise,
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
  const result = issueToken(
    {
      currentToken: new Secret('te-asking-current-token'),
      home: readyHome('acme/network', home),
      homeReference: { publicName: 'acme/network', setCommand: 'gh secret set TE_TOKEN', user: undefined },
      mask: (token) => steps.push(`mask ${token.reveal()}`),
      keepUnread: (content) => {
        steps.push(`keep ${content.reveal()}`);
        return keeps;
      },
    },
    {
      ...context,
      thousandEyes: {
        regenerate,
        check: () => Promise.reject(new Error('nothing is checked here')),
        checkCurrent: () => Promise.reject(new Error('nothing is checked here')),
      },
      secrets: {
        read: async () => {
          homeReads++;
          const read = reading.shift();
          return read === undefined ? failed(gitHubAnswer(500)) : ok(read);
        },
        publicKey: async () => failed(gitHubAnswer(500)),
        write: async () => failed(gitHubAnswer(500)),
        delete: async () => failed(gitHubAnswer(500)),
        count: async () => failed(gitHubAnswer(500)),
        isSharedByOrganization: async () => false,
      },
    },
  );
  return {
    ...context,
    result,
    /** Answers the first request now. */
    deliver: (answer: Regeneration) => deliver(answer),
    /** Sets what counts the bytes that have arrived. */
    countArrived: (count: () => number) => {
      arrived = count;
    },
    /** What was masked and kept, in order. */
    steps,
    /** When each request was sent, in seconds from the begin on. */
    asked: () => askedAt.map((at) => at / second),
    closed: () => closed,
    homeReads: () => homeReads,
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
  return { ...run, result, asked, elapsed, closed: run.closed(), homeReads: run.homeReads() };
}

/** The failure that asking came to. */
export function failureOf(result: IssueResult) {
  if (result.kind !== 'failed') throw new Error(`expected a failure, got ${result.kind}`);
  return { tokenState: result.tokenState, ...result.problem };
}

/** A home's dates as GitHub tells them, by its own clock. */
export function homeOf(dates: SecretOptions): StoredSecret {
  return storedSecret(dates);
}
