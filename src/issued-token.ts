import { Problem } from './errors.ts';
import { keepExpiry } from './expiry.ts';
import type { HomePlace, Inspection, InspectionRequest, Place } from './inspection.ts';
import type { Journal, Validity } from './journal.ts';
import type { Outcome, TargetResult } from './outcome.ts';
import { type Issue, overlap } from './regeneration.ts';
import { unwritten } from './results.ts';
import type { RetryPorts } from './retry.ts';
import type { PublicKey, Sealed } from './sealed-box.ts';
import { canStandInHeader, type Secret } from './secret.ts';
import { bodyOf } from './secret-store.ts';
import { type SealedPlace, type Stored, sealedLine } from './storing.ts';
import { minuteOf, plural } from './text.ts';
import type { TokenCheck } from './thousandeyes.ts';
import { newTokenRefused } from './thousandeyes-problems.ts';
import type { VariableStore } from './variable-store.ts';
import { type Verification, verify } from './verification.ts';
import type { Proof } from './write-test.ts';

/** A rotation from the moment on at which the new token is in hand. */
export interface IssuedToken {
  readonly request: InspectionRequest;
  readonly inspection: Inspection;
  readonly home: HomePlace;
  readonly others: readonly Place[];
  readonly validity: Validity;
  readonly journal: Journal;
  readonly proof: Proof;
  readonly verification: Verification;
}

/** Until when the new token and the one before it work. */
export function validityOf({ validUntil, at }: Extract<Issue, { kind: 'issued' }>, { expiry }: Inspection): Validity {
  const overlapEnd = at + overlap;
  const previousValidUntil =
    expiry.kind === 'known' ? Math.min(overlapEnd, Math.max(expiry.validUntil, at)) : overlapEnd;
  return { ...(validUntil === undefined ? {} : { validUntil }), previousValidUntil };
}

/** Seals the token for every place. The home's box is on the disk before anything else is done. */
export function sealAndJournal(
  token: Secret,
  home: HomePlace,
  others: readonly Place[],
  validity: Validity,
  { journal, seal }: { journal: Journal; seal: (clear: string, key: PublicKey) => Sealed },
): [SealedPlace, ...SealedPlace[]] {
  const sealFor = (place: Place, number: number) => ({ place, number, sealed: seal(token.reveal(), place.key) });
  const homeSealed = sealFor(home, 0);
  journal.flush({ kind: 'issued', ...validity }, sealedLine(homeSealed));
  const othersSealed = others.map((place, index) => sealFor(place, index + 1));
  if (othersSealed.length > 0) journal.flush(...othersSealed.map(sealedLine));
  return [homeSealed, ...othersSealed];
}

/** Whether ThousandEyes accepts the new token. One that can't stand in a header can't be accepted by anyone. */
export async function verifyToken(
  token: Secret,
  check: (token: Secret) => Promise<TokenCheck>,
  ports: RetryPorts,
): Promise<Verification> {
  if (!canStandInHeader(token.reveal())) {
    return {
      kind: 'refused',
      why: 'the token has characters that can not stand in an HTTP header, so nobody could use it',
    };
  }
  return verify(() => check(token), ports);
}

/** A refused token is stored nowhere; the post step is told so. */
export async function keepOldToken(
  { inspection, home, others, validity, journal, proof }: IssuedToken,
  why: string,
): Promise<Outcome> {
  journal.flush({ kind: 'refused' });
  const warnings = [...inspection.warnings, ...proof.warnings, ...(await proof.cleanup)];
  journal.remove();
  return {
    mode: 'rotate',
    headline: 'A new token was issued, but it does not work, so the old one stays in place.',
    rotated: false,
    results: [home, ...others].map(unwritten),
    problems: [newTokenRefused(why, home.target, home.shown, validity.previousValidUntil)],
    warnings,
    notices: [],
  };
}

/** The home could not be written: the others are left alone, and the journal stays for the post step. */
export async function homeFailed(
  { inspection, home, others, validity, proof, verification }: IssuedToken,
  { result, latest }: Stored,
  cause: Problem,
): Promise<Outcome> {
  const { target, shown } = home;
  const problem = new Problem(
    cause.tried,
    cause.cameBack,
    `The new token is not lost: it is sealed in this run's journal, and below "Finish by hand" in the job summary (in the log, where the summary can't be written). The post step of this run tries again. If that fails too, run the command there by ${minuteOf(validity.previousValidUntil)}, when the old token stops working at the latest; then run this workflow with \`mode: sync\`. The cause: ${cause.todo}`,
  );
  return {
    mode: 'rotate',
    headline: `A new token was issued, but ${shown} could not be written yet.`,
    rotated: false,
    results: [{ ...result, problem }, ...others.map(unwritten)],
    problems: [problem],
    warnings: [...inspection.warnings, ...proof.warnings, ...(await proof.cleanup), ...doubts(verification)],
    notices: [],
    previousValidUntil: validity.previousValidUntil,
    recovery: { target, shown, body: bodyOf(latest.sealed, home.secret.access), validity },
  };
}

/** The home is written: the expiry variable, and what is left to say. */
export async function finish(
  { request, inspection, home, validity, journal, proof, verification }: IssuedToken,
  issuedAt: number,
  results: readonly TargetResult[],
  variables: Pick<VariableStore, 'write'>,
): Promise<Outcome> {
  const { expiryVariable, asker } = request;
  const expiryProblem =
    expiryVariable === undefined
      ? undefined
      : await keepExpiry(
          expiryVariable,
          validity.validUntil,
          { target: home.target, access: home.secret.access },
          asker,
          variables,
        );
  if (expiryVariable !== undefined && expiryProblem === undefined) journal.note({ kind: 'dated' });
  const failed = results.filter(({ status }) => status === 'failed');
  const left = await proof.cleanup;
  if (failed.length === 0 && expiryProblem === undefined) journal.remove();
  const undated =
    validity.validUntil === undefined
      ? ['ThousandEyes did not say until when the new token is valid; its documentation says two years.']
      : [];
  return {
    mode: 'rotate',
    headline:
      failed.length === 0
        ? `The token was rotated in ${plural(results.length, 'target')}.`
        : `The token was rotated, but ${failed.length} of ${plural(results.length, 'target')} could not be written.`,
    rotated: true,
    results,
    problems: [...failedTargets(failed), ...(expiryProblem === undefined ? [] : [expiryProblem])],
    warnings: [...inspection.warnings, ...proof.warnings, ...left, ...doubts(verification), ...undated],
    notices: [],
    issuedAt,
    ...(validity.validUntil === undefined ? {} : { validUntil: validity.validUntil }),
    previousValidUntil: validity.previousValidUntil,
  };
}

function doubts(verification: Verification): string[] {
  return verification.kind === 'unknown'
    ? [
        `The new token could not be checked: ${verification.why}. It was stored all the same: only a token that ThousandEyes refuses for 30 s is put aside.`,
      ]
    : [];
}

/** One problem for one target, one for many: the table says which. */
export function failedTargets(failed: readonly TargetResult[]): Problem[] {
  const [first] = failed;
  if (first?.problem === undefined) return [];
  const sync = 'All other targets are written. When the cause is mended, run this workflow with `mode: sync`.';
  if (failed.length === 1)
    return [new Problem(first.problem.tried, first.problem.cameBack, `${first.problem.todo} ${sync}`)];
  const names = [...new Set(failed.map(({ shown }) => shown))];
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return [
    new Problem(
      `Writing ${plural(failed.length, 'target')} of many`,
      `${names.slice(0, 5).join(', ')}${more}: the summary says why. The first: ${first.problem.cameBack}`,
      sync,
    ),
  ];
}
