import { causeOf } from '../github/answer.ts';
import { gitHubProblem, secretsOf } from '../github/errors.ts';
import { policies } from '../github/policies.ts';
import { day, minute } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { minuteOf, plural, someOf, spanOf } from '../lib/text.ts';
import { affordRequests } from '../rotation/budget.ts';
import { dateLag, pausesForLag } from '../rotation/date-lag.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import {
  type Distribution,
  distributionProblems,
  neverSealed,
  type Stored,
  sealedFor,
  storeOthers,
} from '../rotation/distribute.ts';
import { ageOf } from '../rotation/home-age.ts';
import { type Preflight, problemsOf, runPreflight } from '../rotation/preflight.ts';
import type { ReadyHome, ReadyTarget } from '../rotation/ready-target.ts';
import type { RunRequest } from '../rotation/request.ts';
import { stopped, unwritten } from '../rotation/results.ts';
import { overlapWithMargin, surelyNoRotation } from '../thousandeyes/overlap.ts';

/** So many targets are written between two looks at the home's date. */
const batchSize = 40;

/**
 * Writes the current token to every target but the home. Only where it can't be older than the home's: a run that waited
 * in the queue holds the value that the secret had when it was queued.
 *
 * @throws Cancelled before anything is written
 */
export async function sync(request: RunRequest, dependencies: Dependencies): Promise<void> {
  const { report, cancellation } = dependencies;
  const preflight = await runPreflight(request, dependencies);
  const { home, sealer } = preflight;
  // A target that can't be written fails by itself: the others get the token all the same.
  const fatal = problemsOf({ ...preflight, others: [] });
  if (!home.ok || !sealer.ok || fatal.length > 0) return void report(stopped('sync', preflight, fatal));
  const ready = preflight.others.flatMap((other) => (other.ok ? [other.value] : []));
  let homeDate = home.value.secret.updatedAt;
  if (ready.length > 0) {
    const obstacle = await affordRequests({ reads: 0, writes: ready.length }, request.credential, dependencies);
    if (obstacle !== undefined) return void report(stopped('sync', preflight, [obstacle]));
    const settled = await settledHomeDate(home.value, preflight.isAccepted, request, dependencies);
    if (!settled.ok) return void report(stopped('sync', preflight, [settled.error]));
    homeDate = settled.value;
  }
  cancellation.throwIfCancelled();
  const distribution: Distribution = {
    token: request.currentToken,
    sealer: sealer.value,
    journal: { note: () => true },
    credential: request.credential,
  };
  const written = await writeInBatches({ home: home.value, homeDate, ready }, distribution, request, dependencies);
  report(outcomeOf(preflight, home.value, ready, written));
}

interface Written {
  readonly stored: readonly Stored[];
  /** The home was written meanwhile, or could not be seen not to be. */
  readonly overtaken: Problem | undefined;
}

/** Between batches and at the end the home's date is read again: a rotation may have overtaken this run. */
async function writeInBatches(
  { home, homeDate, ready }: { home: ReadyHome; homeDate: number; ready: readonly ReadyTarget[] },
  distribution: Distribution,
  request: RunRequest,
  dependencies: Dependencies,
): Promise<Written> {
  const stored: Stored[] = [];
  for (let at = 0; at < ready.length; at += batchSize) {
    const batch = ready.slice(at, at + batchSize).map((each, index) => ({ each, number: at + index }));
    const sealed = batch.flatMap(({ each, number }) => sealedFor(each, number, distribution) ?? []);
    const unsealed = batch.filter(({ each }) => !sealed.some((one) => one.ready === each));
    stored.push(...unsealed.map(({ each, number }) => neverSealed(each, number, distribution, dependencies)));
    stored.push(...(await storeOthers(sealed, at, distribution, dependencies)));
    const isLast = at + batchSize >= ready.length;
    const overtaken = await homeMoved({ home, homeDate, isLast }, request, dependencies);
    if (overtaken !== undefined) return { stored, overtaken };
  }
  return { stored, overtaken: undefined };
}

/**
 * When the home was last written (ms since the epoch), where the token in hand can't be older than the home's.
 *
 * @param isAccepted whether ThousandEyes was seen to accept it: only then is a token before the home's dead after 15 days
 */
async function settledHomeDate(
  home: ReadyHome,
  isAccepted: boolean,
  { credential }: RunRequest,
  { secrets, workflowRuns, run, clock, log, cancellation }: Dependencies,
): Promise<Result<number>> {
  let latest = home.secret;
  if (ageOf(latest) > surelyNoRotation) {
    // A rotation that has just ended may not show yet, and its old token would go over the new one.
    log.info(`Reading the date of ${home.publicName} again in ${spanOf(dateLag)}: GitHub shows a write late`);
    await clock.sleep(dateLag, cancellation.now);
    cancellation.throwIfCancelled();
    const again = await secrets.read(home);
    if (!again.ok) {
      const attempt = `Reading the date of the home ${home.publicName} again`;
      return failed(gitHubProblem(attempt, again.error, secretsOf(home), credential, clock));
    }
    latest = again.value;
  }
  const { updatedAt } = latest;
  if (isAccepted && ageOf(latest) > overlapWithMargin) return ok(updatedAt);
  const created = await workflowRuns.createdAt(run);
  if (!created.ok) return created;
  if (updatedAt < created.value) return ok(updatedAt);
  return failed(
    problem(
      `Comparing the home ${home.publicName} with this run`,
      `the home was last written on ${minuteOf(updatedAt)}, after this run was created (${minuteOf(created.value)}), so the token that this run was given may be older than the home's`,
      'Nothing was written. Start a fresh run: it gets the newer token.',
    ),
  );
}

/**
 * A problem where the home was written since the preflight. After the last write it is watched for as long as GitHub may
 * show a write late, unless no rotation can have happened.
 */
async function homeMoved(
  { home, homeDate, isLast }: { home: ReadyHome; homeDate: number; isLast: boolean },
  { credential }: RunRequest,
  { secrets, clock, log, cancellation }: Dependencies,
): Promise<Problem | undefined> {
  const mayBeLate = isLast && ageOf({ ...home.secret, updatedAt: homeDate }) > surelyNoRotation;
  if (mayBeLate)
    log.info(
      `Written; watching the date of ${home.publicName} for ${spanOf(dateLag)}, because GitHub shows a write late`,
    );
  for (const pause of [0, ...(mayBeLate ? pausesForLag() : [])]) {
    await clock.sleep(pause, cancellation.now);
    const read = await secrets.read(home, policies.reread);
    const attempt = `Reading the date of the home ${home.publicName} after the writes`;
    if (!read.ok) {
      const { action } = gitHubProblem(attempt, read.error, secretsOf(home), credential, clock);
      return problem(
        attempt,
        causeOf(read.error),
        `So it is not known whether a rotation wrote the home meanwhile: run \`mode: sync\` again. ${action}`,
      );
    }
    if (read.value.updatedAt !== homeDate) return overtaken(attempt, homeDate, read.value.updatedAt);
    if (cancellation.now.aborted) break;
  }
  return undefined;
}

function overtaken(attempt: string, before: number, updatedAt: number): Problem {
  return problem(
    attempt,
    `the home was written on ${minuteOf(updatedAt)}, while this ran (before that on ${minuteOf(before)})`,
    'So the token that this run wrote may be the older one by now. Run `mode: sync` again, in a fresh run: it writes the newer token to every target but the home.',
  );
}

function outcomeOf(
  preflight: Preflight,
  home: ReadyHome,
  ready: readonly ReadyTarget[],
  { stored, overtaken: moved }: Written,
) {
  const resultOf = new Map(stored.map(({ result }) => [result.resolved.target, result]));
  const results = preflight.others.map((other) => {
    const result = unwritten(other);
    return resultOf.get(result.resolved.target) ?? result;
  });
  const count = stored.filter(({ at }) => at !== undefined).length;
  const { expiry, user } = preflight;
  return {
    mode: 'sync',
    headline:
      results.length === 0
        ? 'There is no target but the home, so there was nothing to write.'
        : `The current token was written to ${count} of ${plural(results.length, 'target')}.`,
    rotated: false,
    results: [unwritten(ok(home)), ...results],
    problems: [...distributionProblems(results), ...(moved === undefined ? [] : [moved])],
    warnings: [...preflight.warnings, ...stored.flatMap(({ warnings }) => warnings)],
    notices: agesOf(home, ready),
    user,
    ...(expiry.kind === 'known' ? { validUntil: expiry.validUntil } : {}),
    leftForPost: false,
  } as const;
}

/** Which targets were behind the home, for a person to see. */
function agesOf(home: ReadyHome, ready: readonly ReadyTarget[]): string[] {
  const behind = ready.flatMap(({ publicName, secret }) => {
    const older = secret === undefined ? 0 : home.secret.updatedAt - secret.updatedAt;
    return older > 60 * minute ? [`${publicName} (${plural(Math.floor(older / day), 'day')} older)`] : [];
  });
  if (behind.length === 0) return [];
  return [`Written before the home (${minuteOf(home.secret.updatedAt)}) until now: ${someOf(behind, 20)}.`];
}
