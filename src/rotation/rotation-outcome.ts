import { bodyOf } from '../github/secrets.ts';
import type { Clock } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { dayOf, minuteOf, plural, timeLeft } from '../lib/text.ts';
import { newTokenRefused, recoveryByHand } from '../thousandeyes/errors.ts';
import { overlap } from '../thousandeyes/overlap.ts';
import type { SealedTarget, Stored } from './distribute.ts';
import { distributionProblems } from './distribute.ts';
import type { Expiry } from './expiry.ts';
import type { IssueResult, TokenState } from './issue-token.ts';
import type { Validity } from './journal-record.ts';
import type { Outcome, Recovery } from './outcome.ts';
import type { Cleared } from './preflight.ts';
import type { ReadyHome } from './ready-target.ts';
import { nothingChanged } from './results.ts';
import type { Verification } from './verify-token.ts';

type IssuedToken = Extract<IssueResult, { kind: 'issued' }>;

/** Until when the new token and the one before it work. */
export function validityOf({ validUntil, at }: IssuedToken, expiry: Expiry): Validity {
  const overlapEnd = at + overlap;
  const previousValidUntil =
    expiry.kind === 'known' ? Math.min(overlapEnd, Math.max(expiry.validUntil, at)) : overlapEnd;
  return { ...(validUntil === undefined ? {} : { validUntil }), previousValidUntil };
}

/** What is odd about a new token, for a person to know. */
export function oddities(issued: IssuedToken, currentToken: string): string[] {
  const { validUntil, token, at } = issued;
  return [
    ...(validUntil === undefined
      ? ['ThousandEyes did not say until when the new token is valid; its documentation says two years.']
      : []),
    ...(validUntil !== undefined && validUntil <= at
      ? [
          `By ThousandEyes' answer the new token was valid until ${minuteOf(validUntil)}, which is over. Check it in ThousandEyes.`,
        ]
      : []),
    ...(token.reveal() === currentToken
      ? [
          'ThousandEyes answered with the token that was in use already, so nothing is new. Look at the User API Tokens in ThousandEyes.',
        ]
      : []),
  ];
}

const headlines: Readonly<Record<Exclude<TokenState, 'not issued'>, string>> = {
  lost: 'A token was issued and lost. The one in use still works, but not for long.',
  unknown: 'It is unknown whether a token was issued. The one in use still works.',
};

/** The outcome where ThousandEyes gave no token. */
export function notIssued(
  { tokenState, problem: found }: Extract<IssueResult, { kind: 'failed' }>,
  { home, others, warnings, user }: Cleared,
  keptAside: Outcome['keptAside'],
): Outcome {
  const headline = tokenState === 'not issued' ? nothingChanged([found]) : headlines[tokenState];
  return {
    mode: 'rotate',
    headline,
    rotated: false,
    results: [home, ...others].map((resolved) => ({ resolved, status: 'unchanged' })),
    problems: [found],
    warnings,
    notices: [],
    user,
    keptAside,
    leftForPost: false,
  };
}

/** The outcome where the new token must not be stored: it is kept aside, sealed. */
export function keptAside(
  { home, others, warnings, user, homeReference }: Cleared,
  sealed: SealedTarget,
  validity: Validity,
  detail: string,
  clock: Clock,
): Outcome {
  return {
    mode: 'rotate',
    headline: 'A new token was issued, but it does not work, so the old one stays in place.',
    rotated: false,
    results: [home, ...others].map((resolved) => ({ resolved, status: 'unchanged' })),
    problems: [newTokenRefused(detail, homeReference, validity.previousValidUntil, clock.now())],
    warnings,
    notices: [],
    user,
    previousValidUntil: validity.previousValidUntil,
    keptAside: { kind: 'token', home, body: bodyOf(sealed.sealed, home.secret.access), validity },
    leftForPost: false,
  };
}

/** What a person needs to finish the home by hand. */
export function recoveryOf(home: ReadyHome, { body }: Pick<Stored, 'body'>, validity: Validity): Recovery {
  return { home, body, validity };
}

/**
 * The outcome where the home could not be written: the others are left alone, and the journal stays for the post step.
 *
 * @param isJournaled whether the journal holds the sealed token: else the post step can't help
 */
export function homeNotStored(
  { home, others, warnings, user, homeReference }: Cleared,
  stored: Stored,
  validity: Validity,
  clock: Clock,
  isJournaled = true,
): Outcome {
  const cause = stored.result.problem ?? problem(`Writing ${home.publicName}`, 'it was not written', '');
  const until = `by ${minuteOf(validity.previousValidUntil)} (${timeLeft(validity.previousValidUntil, clock.now())}), when the old token stops working at the latest`;
  const action = stored.isKeyRefused
    ? `GitHub can't open what was sealed for the key that it gives, so the sealed value in the job summary may be useless, too. ${isJournaled ? 'The post step of this run tries once more; then try' : 'Try'} the command there, ${until}. If it is refused: ${recoveryByHand(homeReference)}`
    : `The new token is not lost: it is sealed ${isJournaled ? "in this run's journal, and " : ''}below "Finish by hand" in the job summary (in the log, where the summary can't be written). ${isJournaled ? 'The post step of this run tries again. If that fails, too, run' : 'Run'} the command there ${until}; then run this workflow with \`mode: sync\`. The cause: ${cause.action}`;
  const found: Problem = { ...cause, action };
  return {
    mode: 'rotate',
    headline: `A new token was issued, but ${home.publicName} could not be written yet.`,
    rotated: false,
    results: [
      { ...stored.result, problem: found },
      ...others.map((resolved) => ({ resolved, status: 'unchanged' as const })),
    ],
    problems: [found],
    warnings,
    notices: [],
    user,
    previousValidUntil: validity.previousValidUntil,
    recovery: recoveryOf(home, stored, validity),
    leftForPost: isJournaled,
  };
}

/** The home's write was answered, but its date did not move. */
export function homeNotConfirmed({ home }: Pick<Cleared, 'home'>, validity: Validity, isJournaled = true): Problem {
  return problem(
    `Reading back the date of ${home.publicName} after the write`,
    'GitHub said that it is written, but its date did not move',
    `Something between the runner and GitHub may have answered in GitHub's place. ${isJournaled ? 'The post step of this run writes it again. If that fails, too, run' : 'Run'} the command below "Finish by hand" in the job summary by ${minuteOf(validity.previousValidUntil)}; then run this workflow with \`mode: sync\`.`,
  );
}

export interface Distributed {
  readonly home: Stored;
  readonly others: readonly Stored[];
  readonly isConfirmed: boolean;
  readonly expiryProblem: Problem | undefined;
  /** False where the journal does not hold the sealed token, so that the post step can't help. */
  readonly isJournaled?: boolean;
}

/** The outcome where the home is written. */
export function distributed(
  cleared: Cleared,
  issued: IssuedToken,
  validity: Validity,
  { home, others, isConfirmed, expiryProblem, isJournaled = true }: Distributed,
): Outcome {
  const results = [home, ...others].map(({ result }) => result);
  const failures = results.filter(({ status }) => status === 'failed').length;
  const isWhole = isConfirmed && failures === 0 && expiryProblem === undefined;
  const headline = !isConfirmed
    ? `The token was rotated, but GitHub does not show that ${cleared.home.publicName} was written.`
    : failures === 0
      ? `The token was rotated in ${plural(results.length, 'target')}.`
      : `The token was rotated, but ${failures} of ${plural(results.length, 'target')} could not be written.`;
  return {
    mode: 'rotate',
    headline,
    rotated: true,
    results,
    problems: [
      ...(isConfirmed ? [] : [homeNotConfirmed(cleared, validity, isJournaled)]),
      ...distributionProblems(results),
      ...(expiryProblem === undefined ? [] : [expiryProblem]),
    ],
    warnings: [...cleared.warnings, ...[home, ...others].flatMap((stored) => stored.warnings)],
    notices: [],
    user: cleared.user,
    issuedAt: issued.at,
    validUntil: validity.validUntil,
    previousValidUntil: validity.previousValidUntil,
    ...(isConfirmed ? {} : { recovery: recoveryOf(cleared.home, home, validity) }),
    leftForPost: !isWhole && isJournaled,
  };
}

/** What to say where nothing told whether ThousandEyes accepts the new token. */
export function doubtsAbout(verification: Verification): string[] {
  return verification.kind === 'unknown'
    ? [
        `The new token could not be checked: ${verification.detail}. It was stored all the same: only a token that ThousandEyes refuses is put aside.`,
      ]
    : [];
}

/** The line for the log once the token is in hand. */
export function issuedLine({ validUntil }: Validity, targets: number): string {
  return `Issued: a new token${validUntil === undefined ? '' : `, valid until ${dayOf(validUntil)}`}; sealed for ${plural(targets, 'target')}`;
}
