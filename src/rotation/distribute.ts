import { causeOf, type GitHubAnswer, withoutAnswer } from '../github/answer.ts';
import type { CredentialContext } from '../github/credential.ts';
import { gitHubProblem, secretsOf } from '../github/errors.ts';
import { policies } from '../github/policies.ts';
import type { Sealed, Sealer } from '../github/sealed-box.ts';
import { bodyOf, type SecretBody } from '../github/secrets.ts';
import { writesPerHour, writesPerMinute } from '../github/throttle.ts';
import { minute } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { Progress } from '../lib/progress.ts';
import { growingPause, type RetryPolicy } from '../lib/retry.ts';
import type { Secret } from '../lib/secret.ts';
import { minuteOf, someOf } from '../lib/text.ts';
import { hasSelection } from '../targets/store.ts';
import { durationOfWrites } from './budget.ts';
import type { Needs } from './dependencies.ts';
import type { Journal, JournalLine } from './journal.ts';
import type { TargetResult } from './outcome.ts';
import type { ReadyTarget } from './ready-target.ts';

/** More targets than this are counted in the log, not named one by one. */
const linesForTargets = 20;
/** How long a home is tried whose key GitHub refuses: a key that changed may be shown late. */
const untilDeadKey = 10 * minute;

export type DistributeNeeds = Needs<'secrets' | 'firstReads' | 'clock' | 'log' | 'cancellation'>;

/** Called before each pause between two attempts, with its span in ms and with what is tried to be written. */
export type BeforePause = (ms: number, body: SecretBody) => void;

/** What every write of one run has in common. */
export interface Distribution {
  readonly token: Secret;
  readonly sealer: Sealer;
  /** Where a value that was sealed anew is noted before it is sent, and a write once it is proven. */
  readonly journal: Pick<Journal, 'note'>;
  readonly credential: CredentialContext;
}

/** A target with the token sealed for it; `number` is its place in the journal. */
export interface SealedTarget {
  readonly ready: ReadyTarget;
  readonly number: number;
  readonly sealed: Sealed;
}

/** What became of a write. */
export interface Stored {
  readonly result: TargetResult;
  /** When GitHub took it, by its own clock, in ms since the epoch; undefined where it did not. */
  readonly at: number | undefined;
  /** What was sent last. */
  readonly body: SecretBody;
  /** GitHub's last answer was that it can't open what was sealed for its own key. */
  readonly isKeyRefused: boolean;
  /** What happened beside the write that was not expected. */
  readonly warnings: readonly string[];
}

/** The token sealed for a target; undefined where nothing can be sealed for its key, which the preflight has ruled out. */
export function sealedFor(
  ready: ReadyTarget,
  number: number,
  { token, sealer }: Pick<Distribution, 'token' | 'sealer'>,
): SealedTarget | undefined {
  const sealed = sealer.seal(token.reveal(), ready.key);
  return sealed.ok ? { ready, number, sealed: sealed.value } : undefined;
}

/** The journal's line for a sealed value. */
export function sealedLine({ ready, number, sealed }: SealedTarget): JournalLine {
  return { kind: 'sealed', target: number, body: bodyOf(sealed, ready.secret?.access ?? {}) };
}

/** Writes the home, for as long as it takes. */
export function storeHome(
  home: SealedTarget,
  distribution: Distribution,
  dependencies: DistributeNeeds,
  beforePause: BeforePause,
): Promise<Stored> {
  return store(home, distribution, dependencies, {
    policy: policies.home,
    reseals: Number.POSITIVE_INFINITY,
    beforePause,
  });
}

/**
 * Writes the sealed token to every other target, side by side, and says how far it is.
 *
 * @param earlierWrites what this run wrote before: GitHub's limits count it, too
 */
export async function storeOthers(
  targets: readonly SealedTarget[],
  earlierWrites: number,
  distribution: Distribution,
  dependencies: DistributeNeeds,
): Promise<Stored[]> {
  const { log, clock } = dependencies;
  const duration = durationOfWrites(earlierWrites + targets.length);
  if (duration > 0)
    log.info(
      `Storing ${targets.length} targets at the pace that GitHub allows (${writesPerMinute} writes a minute, ${writesPerHour} an hour): done by about ${minuteOf(clock.now() + duration)}`,
    );
  const progress = new Progress('Stored', targets.length, duration, dependencies);
  return Promise.all(
    targets.map(async (target) => {
      const stored = await store(target, distribution, dependencies, { policy: policies.other, reseals: 1 });
      const { resolved, status } = stored.result;
      if (targets.length <= linesForTargets)
        log.info(status === 'failed' ? `Not stored: ${resolved.publicName}` : `Stored: ${resolved.publicName}`);
      else progress.step();
      return stored;
    }),
  );
}

interface StoreOptions {
  readonly policy: RetryPolicy;
  /** How often the token may be sealed anew. */
  readonly reseals: number;
  readonly beforePause?: BeforePause;
}

/**
 * Writes one sealed token. A 422 may mean that the store's key, or a selected repository, is gone: both are read again and
 * the token sealed anew.
 */
async function store(
  target: SealedTarget,
  distribution: Distribution,
  dependencies: DistributeNeeds,
  { policy, reseals, beforePause }: StoreOptions,
): Promise<Stored> {
  const { clock, cancellation, log, secrets } = dependencies;
  const { ready } = target;
  let latest = target;
  let access = ready.secret?.access ?? {};
  let refusedSince: number | undefined;
  for (let resealed = 0; ; resealed++) {
    const body = () => bodyOf(latest.sealed, access);
    const written = await secrets.write(ready, latest.sealed, policy, {
      onAccess: (read) => {
        access = read;
      },
      beforePause: (ms) => beforePause?.(ms, body()),
    });
    if (written.ok) {
      distribution.journal.note({ kind: 'stored', target: target.number, at: clock.now() });
      return stored(ready, body(), written.value);
    }
    if (written.error.status !== 422 || resealed >= reseals)
      return notStored(ready, body(), written.error, distribution, dependencies);
    const { keyId } = latest.sealed;
    latest = await resealedFor(latest, distribution, dependencies);
    if (resealed === 0 && (latest.sealed.keyId !== keyId || hasSelection(ready.target.store))) continue;
    if (reseals === 1) return notStored(ready, body(), written.error, distribution, dependencies);
    // Its key may be shown late. Only the home is worth the wait.
    refusedSince ??= clock.monotonic();
    const pause = growingPause(resealed, cancellation.now.aborted);
    const wakeAt = clock.monotonic() + pause;
    if (wakeAt - refusedSince > untilDeadKey || wakeAt > cancellation.deadline())
      return notStored(ready, body(), written.error, distribution, dependencies);
    if (pause > growingPause(1, false))
      log.info(`Writing ${ready.publicName}: ${causeOf(written.error)}; reading its key again in ${pause / 1000} s`);
    beforePause?.(pause, body());
    await clock.sleep(pause, cancellation.now.aborted ? cancellation.lastCall : cancellation.now);
    latest = await resealedFor(latest, distribution, dependencies);
  }
}

/** Sealed for the key as GitHub gives it now; as it was where that can't be read. */
async function resealedFor(
  target: SealedTarget,
  { token, sealer, journal }: Distribution,
  { firstReads }: Needs<'firstReads'>,
): Promise<SealedTarget> {
  const fresh = await firstReads.refreshKey(target.ready, policies.reread);
  if (!fresh.ok) return target;
  const sealed = sealer.seal(token.reveal(), fresh.value);
  if (!sealed.ok) return target;
  const again = { ...target, sealed: sealed.value };
  journal.note(sealedLine(again));
  return again;
}

function stored(
  ready: ReadyTarget,
  body: SecretBody,
  { status, at }: { status: 'created' | 'updated'; at: number },
): Stored {
  const isAnew = status === 'created' && ready.secret !== undefined;
  const warnings = isAnew
    ? [
        `${ready.publicName} was deleted while this ran, and the write created it anew. If that was on purpose, delete it again.`,
      ]
    : [];
  return { result: { resolved: ready, status }, at, body, isKeyRefused: false, warnings };
}

function notStored(
  ready: ReadyTarget,
  body: SecretBody,
  answer: GitHubAnswer,
  { credential }: Distribution,
  { clock }: Needs<'clock'>,
): Stored {
  const attempt = `Writing ${ready.publicName}`;
  const isGone = answer.status === 404 && hasSelection(ready.target.store);
  const found = isGone
    ? problem(
        attempt,
        `${causeOf(answer)}: it was deleted while this ran, or the credential may not see it any more`,
        'Secrets of an organization or a user are never created here, because you decide who sees them. Create it again by hand, or remove the line from `targets`.',
      )
    : gitHubProblem(attempt, answer, secretsOf(ready), credential, clock);
  return {
    result: { resolved: ready, status: 'failed', problem: found },
    at: undefined,
    body,
    isKeyRefused: answer.status === 422,
    warnings: [],
  };
}

/** The result of a target that was not tried, because nothing could be sealed for it. */
export function neverSealed(
  ready: ReadyTarget,
  number: number,
  distribution: Distribution,
  dependencies: DistributeNeeds,
): Stored {
  const answer = withoutAnswer(`nothing can be sealed for the public key of target ${number + 1}`, false);
  return notStored(ready, { encrypted_value: '', key_id: ready.key.keyId }, answer, distribution, dependencies);
}

/** One problem for one target, one for many: the table says which. */
export function distributionProblems(results: readonly TargetResult[]): Problem[] {
  const failures = results.filter(({ status }) => status === 'failed');
  const [first] = failures;
  if (first?.problem === undefined) return [];
  const sync = 'All other targets are written. When the cause is fixed, run this workflow with `mode: sync`.';
  if (failures.length === 1) return [{ ...first.problem, action: `${first.problem.action} ${sync}` }];
  const names = someOf(
    failures.map(({ resolved }) => resolved.publicName),
    5,
  );
  return [
    problem(
      `Writing ${failures.length} targets of many`,
      `${names}: the summary says why. The first: ${first.problem.cause}`,
      sync,
    ),
  ];
}
