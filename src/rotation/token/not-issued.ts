import { day } from '../../lib/clock.ts';
import { type Problem, problem } from '../../lib/problem.ts';
import { minuteOf } from '../../lib/text.ts';
import { ask, checkNew, type HomeReference, recoverySteps, recoveryWhy, untilOf } from '../../thousandeyes/errors.ts';

/** 409, and no other run explains it. Until the overlap is surely over (ms since the epoch), nothing must be revoked. */
export function twoTokens(detail: string, home: HomeReference, overlapUntil: number, now: number): Problem {
  const cause = `${detail}: two tokens are active. The token in hand works`;
  const why = `ThousandEyes issues none while two are active, so nothing was issued. Give this token a ThousandEyes user of its own, which is used for nothing else: then nobody makes a second one. ${recoveryWhy}`;
  const again = overlapUntil + day;
  if (now > again) return problem(ask, `${cause}. Someone made a second one`, recoverySteps(home), why);
  return problem(
    ask,
    cause,
    [
      `Run this workflow again after ${minuteOf(again)}. Revoke nothing before.`,
      ...recoverySteps(home, 'If it fails again'),
    ],
    `The other may be the one before it, which works for 14 days. If the one in hand is the older, it is this one that ends: store the newer one in time. ${why}`,
  );
}

/** @param until when the old token stops working at the latest, in ms since the epoch */
export function issuedAndLost(told: readonly string[], home: HomeReference, until: number): Problem {
  return problem(
    ask,
    `${toldIn(told)}. A token was issued and lost. The old one works at most until ${minuteOf(until)}`,
    recoverySteps(home, `Before ${minuteOf(until)}`),
    `ThousandEyes shows a new token once, and this answer could not be read. ${recoveryWhy}`,
  );
}

/**
 * Nothing tells whether a token was issued. The note beside the home stays, so that the next run knows.
 *
 * @param until when the old token stops working at the latest, in ms since the epoch, if one was
 */
export function maybeIssued(told: readonly string[], until: number, now: number): Problem {
  return problem(
    ask,
    `${toldIn(told)}. Nothing tells whether a token was issued. If one was, the old one works ${untilOf(until, now)} at the latest`,
    `Run this workflow again before ${minuteOf(until)}, best now.`,
    'That run finds out: ThousandEyes issues a token only if none was issued before. If one was lost, it says what to do.',
  );
}

/** ThousandEyes refuses the token that it has just issued: it is kept beside the home, and the old one stays in place. */
export function newTokenRefused(
  detail: string,
  { home, nextName, isParked }: { home: Pick<HomeReference, 'name'>; nextName: string; isParked: boolean },
  previousUntil: number,
  now: number,
): Problem {
  const by = minuteOf(previousUntil);
  return problem(
    checkNew,
    `${detail}. The old token stays in ${home.name} and works ${untilOf(previousUntil, now)}`,
    isParked ? `Run this workflow again by ${by}.` : [runTheCommand(by, false), 'Run this workflow again.'],
    `A new token is sometimes slow to spread. The next run asks once more, and stores it as soon as ThousandEyes accepts it. It is not thrown away${isParked ? `: it is kept as ${nextName} beside the home` : ''}.`,
  );
}

/** @param mayBeDone whether the post step may do it yet */
export function runTheCommand(by: string, mayBeDone: boolean): string {
  const unless = mayBeDone ? 'unless a ✅ of the post step follows, ' : '';
  return `By ${by}, ${unless}run the command below (in the job summary, else in the log).`;
}

/** What came back, in its order, each once. */
function toldIn(told: readonly string[]): string {
  return [...new Set(told)].join('; then ');
}
