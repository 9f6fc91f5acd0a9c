import { gitHubProblem, secretsOf } from '../../github/errors.ts';
import { ghSecretDelete, ghSecretSet } from '../../github/gh-cli.ts';
import type { Sealer } from '../../github/sealed-box.ts';
import type { StoredSecret } from '../../github/secrets.ts';
import { second } from '../../lib/clock.ts';
import { distinctProblems, type Problem, problem, startAgain } from '../../lib/problem.ts';
import { progressOf } from '../../lib/progress.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import { spanOf } from '../../lib/text.ts';
import { nextNameOf, type ResolvedTarget, recordNameOf, withSecret } from '../../targets/target.ts';
import type { TokenCheck, TokenUser } from '../../thousandeyes/client.ts';
import { type HomeReference, judgeCurrentToken } from '../../thousandeyes/errors.ts';
import type { Dependencies } from '../dependencies.ts';
import { recordProblem } from '../record/advice.ts';
import type { RotationRecord } from '../record/record.ts';
import { RecordVariable } from '../record/record-variable.ts';
import type { RunRequest } from '../request.ts';
import { checkCurrentToken } from '../token/current-token.ts';
import { affordRequests, durationOfReads, readsPerTarget } from './budget.ts';
import { preflightTarget, type ReadyHome, type ReadyTarget, type RejectedTarget } from './preflight-target.ts';
import { isPrivate } from './running-repository.ts';
import { findShadows, type Shadow, shadowWarning } from './shadows.ts';

/** What reading told, everything at once. */
export interface Preflight {
  readonly home: Result<ReadyHome, RejectedTarget>;
  /** The others, in the user's order. */
  readonly others: readonly Result<ReadyTarget, RejectedTarget>[];
  readonly sealer: Result<Sealer>;
  readonly record: Result<RotationRecord | undefined>;
  readonly recordVariable: RecordVariable;
  /** `_NEXT`, where it is there. */
  readonly next: Result<StoredSecret | undefined>;
  /** ThousandEyes' word on the token in hand, and on the one that an earlier run left, where there is one. */
  readonly hand: TokenCheck;
  readonly parked: TokenCheck | undefined;
  /** Whose token it is, where that may be shown. */
  readonly user: TokenUser | undefined;
  /** What stops every mode, but for the token in hand being refused: ThousandEyes can't be asked, or libsodium not be loaded. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  readonly shadows: readonly Shadow[];
}

/** From so many targets on, it is asked first whether reading and writing them can be afforded at all. */
const manyTargets = 100;
/** Pauses before a secret that should be there is looked for again, in ms. */
const shownLate = [1 * second, 4 * second, 10 * second];

/** Reads everything at once and finds every problem, not just the first. Changes nothing. Throws Cancelled. */
export async function runPreflight(request: RunRequest, dependencies: Dependencies): Promise<Preflight> {
  const { targets, credential, next } = request;
  const [home, ...others] = targets;
  const place = { store: home.target.store, name: recordNameOf(home.target.secret) };
  const variable = new RecordVariable(place, {}, dependencies);
  const obstacle = await cannotBeAfforded(request, dependencies);
  if (obstacle !== undefined) return unread(request, obstacle, variable);
  const step = progressOf('Read', targets.length, durationOfReads(readsPerTarget * targets.length), dependencies);
  const [hand, parked, readHome, readOthers, foundNext, readRecord, loaded, privacy, shadows] = await Promise.all([
    checkCurrentToken(request.currentToken, dependencies),
    next.kind === 'token' ? checkCurrentToken(next.token, dependencies) : undefined,
    preflightTarget(home, true, request, dependencies).finally(step),
    Promise.all(others.map((target) => preflightTarget(target, false, request, dependencies).finally(step))),
    findNext(nextTo(home), request, dependencies),
    variable.read(),
    dependencies.loadSealer(),
    isPrivate(dependencies),
    findShadows(targets, dependencies),
  ]);

  const sealer = loaded.ok ? loaded : failed(notLoaded(loaded.error));
  // One that has no secret is rejected.
  const readyHome = readHome as Preflight['home'];
  const token = judgeCurrentToken(hand, request.thousandEyesUrl, dependencies.clock.now());
  return {
    home: readyHome,
    others: readOthers,
    sealer,
    record: readRecord.ok ? readRecord : failed(recordProblem(readRecord.error, place, credential)),
    recordVariable: variable.seenBy(readyHome.ok ? readyHome.value.secret.access : {}),
    next: foundNext,
    hand,
    parked,
    user: hand.kind === 'accepted' && privacy.ok && privacy.value ? hand.user : undefined,
    problems: [token, sealer].flatMap((result) => (result.ok ? [] : [result.error])),
    warnings: [...(token.ok && token.value !== undefined ? [token.value] : []), ...shadows.map(shadowWarning)],
    shadows,
  };
}

/** The secret `_NEXT` beside the home. */
export function nextTo(home: ResolvedTarget): ResolvedTarget {
  return withSecret(home, nextNameOf(home.target.secret));
}

/** The home, as messages name it. */
export function homeReferenceOf(home: ReadyHome, user: TokenUser | undefined, githubUrl: string): HomeReference {
  return {
    name: home.name,
    setCommand: ghSecretSet(home.target, home.secret.access, githubUrl),
    deleteNextCommand: ghSecretDelete(nextTo(home).target, githubUrl),
    user,
  };
}

/** Every problem that reading found, each once. */
export function problemsOf({ problems, home, others, record, next }: Preflight): Problem[] {
  const rejected = [home, ...others].flatMap((result) => (result.ok ? [] : [result.error.problem]));
  const beside = [record, next].flatMap((result) => (result.ok ? [] : [result.error]));
  return distinctProblems([...problems, ...rejected, ...beside]);
}

/** Thousands of targets take longer than a credential lasts: that is told before they are read, not after. */
async function cannotBeAfforded(
  { targets, credential }: RunRequest,
  dependencies: Dependencies,
): Promise<Problem | undefined> {
  if (targets.length < manyTargets) return undefined;
  // One read tells the limit; its answer is used again below.
  await dependencies.firstReads.publicKey(targets[0]);
  return affordRequests({ reads: readsPerTarget * targets.length, writes: targets.length }, credential, dependencies);
}

function unread(
  { targets: [home, ...others] }: RunRequest,
  obstacle: Problem,
  recordVariable: RecordVariable,
): Preflight {
  const rejected = (resolved: ResolvedTarget) => failed({ resolved, problem: obstacle });
  const nothing = failed(obstacle);
  return {
    home: rejected(home),
    others: others.map(rejected),
    sealer: nothing,
    record: nothing,
    recordVariable,
    next: nothing,
    hand: { kind: 'unclear', detail: '' },
    parked: undefined,
    user: undefined,
    problems: [obstacle],
    warnings: [],
    shadows: [],
  };
}

function notLoaded(cause: string): Problem {
  return problem('Loading libsodium, which seals the new token', cause, [
    'Take `--jitless` out of NODE_OPTIONS, if it is there.',
    'Use a release of this action: its files are whole.',
    startAgain,
  ]);
}

/**
 * `_NEXT`. What the run was handed was there when it was queued: where it is not shown, it is gone since, or GitHub shows it
 * late. It is looked for again then, because a note that is written over a parked token would lose it.
 */
async function findNext(
  resolved: ResolvedTarget,
  { next, credential }: RunRequest,
  { firstReads, secrets, clock, log, cancellation }: Dependencies,
): Promise<Result<StoredSecret | undefined>> {
  const { name } = resolved;
  let read = await firstReads.secret(resolved);
  for (const pause of next.kind === 'none' ? [] : shownLate) {
    if (read.ok || read.error.status !== 404) break;
    log.info(`${name} is not shown, although this run was handed it; reading it again in ${spanOf(pause)}`);
    await clock.sleep(pause, cancellation.now);
    read = await secrets.read(resolved);
  }
  if (read.ok) return read;
  // It is not there, because the home beside it could be read.
  if (read.error.status === 404) return ok(undefined);
  return failed(gitHubProblem(`Reading ${name}`, read.error, secretsOf(resolved.target.store), credential));
}
