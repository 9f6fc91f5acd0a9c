import { policies } from '../../github/policies.ts';
import { Cancelled } from '../../lib/cancellation.ts';
import { type Problem, problem } from '../../lib/problem.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { Secret } from '../../lib/secret.ts';
import { plural } from '../../lib/text.ts';
import { endOfOverlap, overlap } from '../../thousandeyes/client.ts';
import type { Dependencies } from '../dependencies.ts';
import { isOfWrite } from '../finish/park.ts';
import { nothingChanged, type Outcome, outcomeOf, unchanged } from '../outcome.ts';
import { nextTo } from '../preflight/preflight.ts';
import { anotherRunWasFaster } from '../record/advice.ts';
import type { Settled } from '../settle/settle.ts';
import { noteProblems, spread } from '../settle/spread.ts';
import { issueToken } from '../token/issue-token.ts';
import { issuedAndLost, maybeIssued, twoTokens } from '../token/not-issued.ts';
import type { Proven } from './prove.ts';

/** A token that was issued: its only copy. */
export interface IssuedToken {
  readonly token: Secret;
  /** When it expires, in ms since the epoch, where ThousandEyes said it. */
  readonly validUntil: number | undefined;
  /** When it came, by GitHub's clock, in ms since the epoch. */
  readonly at: number;
}

/**
 * Asks, unless it was cancelled or the post step took over; from then on a cancel does not stop the run. Fails with the outcome
 * of a run that got no token.
 *
 * @throws Cancelled before it asks
 */
export async function issue(proven: Proven, dependencies: Dependencies): Promise<Result<IssuedToken, Outcome>> {
  const { cancellation, log, github } = dependencies;
  const { journal, settled } = proven;
  cancellation.throwIfCancelled();
  log.info('Tested: everything can be written; asking ThousandEyes for a new token');
  if (!journal.claim()) {
    await proven.takeBack();
    return failed(withoutToken(proven, [journalTaken()]));
  }
  const say = () => log.info('Cancelled, but the token is asked for by now: this step stores it before it ends');
  cancellation.now.addEventListener('abort', say);
  const { home } = settled.situation;
  // Of several requests the first may have issued it.
  const oldUntil = endOfOverlap(github.now, settled.record.validUntil);
  const issued = await issueToken(settled.request.currentToken, home, dependencies);
  switch (issued.kind) {
    case 'issued':
      return ok({ token: issued.token, validUntil: issued.validUntil, at: github.now });
    case 'lost':
      return failed(issuedWithoutCopy(issued.told, proven, oldUntil));
    case 'in doubt':
      return failed({
        ...withoutToken(proven, [maybeIssued(issued.told, oldUntil, github.now)]),
        headline: 'It is unknown whether a token was issued. The one in use still works.',
      });
    case 'not issued':
      journal.note({ kind: 'not issued' });
      return failed(await nothingIssued(issued.problem, proven, dependencies));
    case 'conflict': {
      journal.note({ kind: 'not issued' });
      const faster = await anotherRun(proven, dependencies);
      if (faster !== undefined) return failed(await takenBack(proven, faster));
      const { previousUntil, since } = settled.record;
      // Where nothing is known of a token before it: what the home has held for so long outlived that one.
      const two = twoTokens(issued.detail, home, previousUntil ?? since + overlap, github.now);
      const outcome = await nothingIssued(two, proven, dependencies);
      return failed(await withTokenInHand(outcome, settled, dependencies));
    }
  }
}

/** Nothing was issued now. Where an earlier run's note is there, its token may be lost: that is what is said, then. */
async function nothingIssued(found: Problem, proven: Proven, { secrets, github }: Dependencies): Promise<Outcome> {
  const { settled } = proven;
  if (!settled.isNoteOpen) return takenBack(proven, found);
  const read = await secrets.read(nextTo(settled.home), policies.reread);
  const open = noteProblems(settled, github.now, read.ok ? read.value.updatedAt : undefined);
  return withoutToken(proven, open.length > 0 ? open : [found]);
}

/** Nothing was issued, and our note goes; what is left of it is for the post step. */
async function takenBack(proven: Proven, found: Problem): Promise<Outcome> {
  const isGone = await proven.takeBack();
  return { ...withoutToken(proven, [found]), leftForPost: !isGone };
}

/**
 * For days no other token will come, and the one in hand works: what does not hold it yet gets it now. Not beside the note of an
 * earlier run, whose post step may be storing a newer one.
 */
async function withTokenInHand(outcome: Outcome, settled: Settled, dependencies: Dependencies): Promise<Outcome> {
  if (settled.isNoteOpen || dependencies.cancellation.now.aborted) return outcome;
  // Cancelled before anything was written: what was found stands.
  const reached = await spread(settled, dependencies).catch((error: unknown) => {
    if (error instanceof Cancelled) return undefined;
    throw error;
  });
  if (reached === undefined) return outcome;
  const { results, problems, written } = reached;
  const also = `Nothing was issued. The token in hand was written to ${plural(written, 'target')} that did not hold it yet.`;
  return {
    ...outcome,
    headline: written === 0 ? outcome.headline : also,
    results,
    problems: [...outcome.problems, ...problems],
  };
}

/** Whether another run noted or parked something since this one began. */
async function anotherRun({ notedAt, settled }: Proven, { secrets }: Dependencies): Promise<Problem | undefined> {
  const { home, next, record, preflight } = settled;
  const [latest, parked] = await Promise.all([
    preflight.recordVariable.read(policies.reread),
    secrets.read(nextTo(home), policies.reread),
  ]);
  if (latest.ok && latest.value?.token !== record.token) return anotherRunWasFaster(latest.value?.run);
  if (!parked.ok) return parked.error.status === 404 ? anotherRunWasFaster(undefined) : undefined;
  const isSame =
    notedAt === undefined ? parked.value.updatedAt === next?.updatedAt : isOfWrite(parked.value.updatedAt, notedAt);
  return isSame ? undefined : anotherRunWasFaster(undefined);
}

function journalTaken(): Problem {
  return problem(
    'Noting in the journal that a token is asked for',
    'the journal is closed or gone',
    'Run this workflow again.',
    'Nothing was issued. Either the post step of this run gave up waiting for this one, or someone cleared the folder RUNNER_TEMP.',
  );
}

/** A token came, and its only copy is lost. */
export function issuedWithoutCopy(told: readonly string[], proven: Proven, oldUntil: number): Outcome {
  const headline = 'A token was issued and lost. The one in use still works, but not for long.';
  return { ...withoutToken(proven, [issuedAndLost(told, proven.settled.situation.home, oldUntil)]), headline };
}

/** The outcome of a rotation that ends without a new token in any target. */
export function withoutToken({ settled, others, warnings }: Proven, problems: readonly Problem[]): Outcome {
  return outcomeOf('rotate', nothingChanged(problems), {
    results: [settled.home, ...others].map(unchanged),
    problems,
    warnings: [...settled.warnings, ...warnings],
    user: settled.preflight.user,
  });
}
