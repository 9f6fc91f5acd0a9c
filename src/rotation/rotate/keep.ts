import { policies } from '../../github/policies.ts';
import { bodyOf } from '../../github/secrets.ts';
import type { Problem } from '../../lib/problem.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { Secret } from '../../lib/secret.ts';
import { dayOf, minuteOf, plural, wholeSecond } from '../../lib/text.ts';
import { endOfOverlap } from '../../thousandeyes/client.ts';
import type { Dependencies } from '../dependencies.ts';
import { expose, refusedParts } from '../finish/finished.ts';
import { park } from '../finish/park.ts';
import { type Pending, type PendingTarget, pendingTarget, sealerFor, untouchedHome } from '../finish/pending.ts';
import type { JournalLine } from '../journal/journal-record.ts';
import type { Outcome } from '../outcome.ts';
import { nextTo } from '../preflight/preflight.ts';
import { fingerprintOf } from '../record/record.ts';
import { type Verification, verifyToken } from '../token/verify-token.ts';
import { type IssuedToken, issuedWithoutCopy, withoutToken } from './issue.ts';
import type { Proven } from './prove.ts';

/** A new token that is kept, and may be stored. */
export interface Kept {
  readonly pending: Pending;
  /** Whether the journal holds it, so that the post step can finish. */
  readonly isJournaled: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/**
 * Seals the token, notes it in the journal and keeps it beside the home, at once; then sees whether ThousandEyes accepts it: a
 * token that is refused never replaces a working one. Fails with the outcome of a run that ends here.
 */
export async function keep(
  issued: IssuedToken,
  proven: Proven,
  dependencies: Dependencies,
): Promise<Result<Kept, Outcome>> {
  const { token, validUntil, at } = issued;
  const { journal, others, settled } = proven;
  const { home, sealer, record, request, preflight } = settled;
  const { log, secrets, clock } = dependencies;
  const previousUntil = endOfOverlap(wholeSecond(at), record.validUntil);
  const sealedHome = pendingTarget(home, 0, token, sealer);
  if (sealedHome.sealed === undefined) {
    // The preflight has ruled it out: a value was sealed for the same key.
    const cause = `it came, and nothing could be sealed for the public key of ${home.name}`;
    return failed(issuedWithoutCopy([cause], proven, previousUntil));
  }
  const fingerprint = fingerprintOf(token);
  const isJournaled = journal.note(
    { kind: 'issued', token: fingerprint, validUntil, previousUntil },
    { kind: 'sealed', target: 0, body: bodyOf(sealedHome.sealed, sealedHome.access) },
  );
  const pending: Omit<Pending, 'others'> = {
    token: fingerprint,
    validUntil,
    previousUntil,
    previous: record.token,
    recorded: record.token,
    home: untouchedHome(sealedHome, home.secret.updatedAt),
    unreachable: [],
    next: { resolved: nextTo(home), isParked: false, writtenAt: proven.notedAt, date: undefined },
    record: preflight.recordVariable,
    run: dependencies.run.url,
    credential: request.credential,
    journal,
    seal: sealerFor(token, sealer, dependencies),
  };
  const parking = park(pending, dependencies);
  const sealedOthers = others.map((ready, index) => pendingTarget(ready, index + 1, token, sealer));
  journal.note(...sealedOthers.flatMap(sealedLine));
  const until = validUntil === undefined ? '' : `, valid until ${dayOf(validUntil)}`;
  log.info(`Issued: a new token${until}; sealed for ${plural(others.length + 1, 'target')}`);

  const [verification, date] = await Promise.all([
    verifyToken(token, journal, dependencies),
    secrets.read(home, policies.reread),
    parking,
  ]);
  const latest = date.ok ? { date: date.value.updatedAt, readAt: clock.monotonic() } : undefined;
  const complete: Pending = { ...pending, home: { ...pending.home, latest }, others: sealedOthers };
  if (verification.kind === 'refused') {
    await complete.next.dated;
    const parts = refusedParts(verification.detail, complete, dependencies);
    return failed({
      ...withoutToken(proven, parts.problems),
      ...parts,
      leftForPost: isJournaled && !complete.next.isParked,
    });
  }
  const isAccepted = verification.kind === 'accepted';
  log.info(isAccepted ? 'Verified: ThousandEyes accepts the new token' : `Not verified: ${verification.detail}`);
  const warnings = [...proven.warnings, ...doubtsAbout(issued, verification, request.currentToken)];
  return ok({ pending: complete, isJournaled, problems: expose(token, request, dependencies), warnings });
}

function sealedLine({ number, sealed, access }: PendingTarget): JournalLine[] {
  return sealed === undefined ? [] : [{ kind: 'sealed', target: number, body: bodyOf(sealed, access) }];
}

/** What is odd about a new token, for a person to know. */
function doubtsAbout(
  { validUntil, token, at }: IssuedToken,
  verification: Verification,
  currentToken: Secret,
): readonly string[] {
  const doubts = [
    verification.kind === 'unknown'
      ? `The new token could not be checked: ${verification.detail}. It was stored all the same: only a token that ThousandEyes refuses is not.`
      : undefined,
    validUntil === undefined
      ? 'ThousandEyes did not say until when the new token is valid; its documentation says two years.'
      : validUntil <= at
        ? `By ThousandEyes' answer the new token was valid until ${minuteOf(validUntil)}, which is over. Check it in ThousandEyes.`
        : undefined,
    token.reveal() === currentToken.reveal()
      ? 'ThousandEyes answered with the token that was in use already, so nothing is new. Look at the User API Tokens in ThousandEyes.'
      : undefined,
  ];
  return doubts.filter((doubt) => doubt !== undefined);
}
