import { gitHubProblem, secretsOf } from '../github/errors.ts';
import type { Sealer } from '../github/sealed-box.ts';
import type { Access } from '../github/secrets.ts';
import { day } from '../lib/clock.ts';
import { distinctProblems, type Problem, problem } from '../lib/problem.ts';
import { Progress } from '../lib/progress.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { dayOf, minuteOf, someOf } from '../lib/text.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';
import { describeStore } from '../targets/store.ts';
import type { TokenCheck, TokenUser } from '../thousandeyes/client.ts';
import {
  currentTokenLimited,
  currentTokenRefused,
  currentTokenUnchecked,
  currentTokenUnclear,
  type HomeReference,
  proxyAnswered,
  wrongThousandEyesUrl,
} from '../thousandeyes/errors.ts';
import { affordRequests, durationOfReads, readsPerTarget } from './budget.ts';
import { checkCurrentToken } from './current-token.ts';
import type { Needs } from './dependencies.ts';
import { type Expiry, judgeVariable } from './expiry.ts';
import { homeReference } from './home-reference.ts';
import { preflightTarget } from './preflight-target.ts';
import type { ReadyHome, ReadyTarget, RejectedTarget } from './ready-target.ts';
import type { RunRequest } from './request.ts';
import { isKnownPrivate } from './running-repository.ts';
import { findShadows, type Shadow, shadowWarning } from './shadows.ts';

/** What reading told, everything at once. */
export interface Preflight {
  readonly home: Result<ReadyHome, RejectedTarget>;
  /** The others, in the user's order. */
  readonly others: readonly Result<ReadyTarget, RejectedTarget>[];
  readonly sealer: Result<Sealer>;
  readonly expiry: Expiry;
  /** Whether ThousandEyes was seen to accept the current token. */
  readonly isAccepted: boolean;
  /** Whose token it is, where that may be shown. */
  readonly user: TokenUser | undefined;
  /** What stops every mode: the token, the variable, libsodium. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** A preflight that found nothing which stops a rotation. */
export interface Cleared {
  readonly home: ReadyHome;
  readonly others: readonly ReadyTarget[];
  readonly sealer: Sealer;
  readonly expiry: Expiry;
  readonly user: TokenUser | undefined;
  readonly warnings: readonly string[];
  readonly homeReference: HomeReference;
}

export type PreflightNeeds = Needs<
  | 'thousandEyes'
  | 'secrets'
  | 'firstReads'
  | 'repositories'
  | 'variables'
  | 'loadSealer'
  | 'clock'
  | 'log'
  | 'cancellation'
  | 'github'
  | 'startedAt'
  | 'run'
  | 'eventSaysPublic'
>;

/** From so many targets on, it is asked first whether reading and writing them can be afforded at all. */
const manyTargets = 100;

/**
 * Reads everything at once and finds every problem, not just the first. Changes nothing.
 *
 * @throws Cancelled
 */
export async function runPreflight(request: RunRequest, dependencies: PreflightNeeds): Promise<Preflight> {
  const { targets, expiryVariable, credential } = request;
  const [home, ...others] = targets;
  const { clock, variables, repositories, firstReads } = dependencies;
  const obstacle = await cannotBeAfforded(request, dependencies);
  if (obstacle !== undefined) return unread(request, obstacle);
  const progress = new Progress('Read', targets.length, durationOfReads(readsPerTarget * targets.length), dependencies);
  const read = (target: ResolvedTarget, isHome: boolean) =>
    preflightTarget(
      target,
      { isHome, createMissing: request.createMissing, credential },
      { repositories, firstReads, clock },
    ).finally(() => progress.step());
  const [check, variable, readHome, readOthers, loaded, isPrivate, shadows] = await Promise.all([
    checkCurrentToken(request.currentToken, dependencies),
    expiryVariable === undefined ? undefined : variables.read(home.target.store, expiryVariable),
    read(home, true),
    Promise.all(others.map((target) => read(target, false))),
    dependencies.loadSealer(),
    isKnownPrivate(dependencies),
    findShadows(targets, dependencies),
  ]);

  const sealer = loaded.ok ? loaded : failed(notLoaded(loaded.error));
  const sealable = (result: Result<ReadyTarget, RejectedTarget>) =>
    sealer.ok ? withUsableKey(result, sealer.value, request, dependencies) : result;
  const readyHome = sealable(readHome);
  const homeWrittenAt = readHome.ok ? readHome.value.secret?.updatedAt : undefined;
  const user = check.kind === 'accepted' && isPrivate ? check.user : undefined;
  const access = readHome.ok ? readHome.value.secret?.access : undefined;
  const token = judgeToken(check, request, { homeWrittenAt, access, shadows, now: clock.now() });
  const expiry =
    variable === undefined || expiryVariable === undefined
      ? ok({ kind: 'unknown' } as const)
      : judgeVariable(
          variable,
          { name: expiryVariable, store: home.target.store, homeUpdatedAt: homeWrittenAt },
          credential,
          clock,
        );
  const otherResults = readOthers.map(sealable);
  return {
    home: withSecret(readyHome),
    others: otherResults,
    sealer,
    expiry: expiry.ok ? expiry.value : { kind: 'unknown' },
    isAccepted: check.kind === 'accepted',
    user,
    problems: [token, expiry, sealer].flatMap((result) => (result.ok ? [] : [result.error])),
    warnings: [
      ...(token.ok && token.value !== undefined ? [token.value] : []),
      ...shadows.map(shadowWarning),
      ...futureDates([readyHome, ...otherResults], clock.now()),
    ],
  };
}

/** The home's secret exists: else its preflight rejected it. */
function withSecret(home: Result<ReadyTarget, RejectedTarget>): Result<ReadyHome, RejectedTarget> {
  if (!home.ok) return home;
  const { secret } = home.value;
  if (secret !== undefined) return ok({ ...home.value, secret });
  const { publicName } = home.value;
  return failed({
    resolved: home.value,
    problem: problem(`Reading ${publicName}`, 'the home does not exist', 'Set it once by hand.'),
  });
}

/** Every problem that reading found, each once. */
export function problemsOf({ problems, home, others }: Preflight): Problem[] {
  const rejected = [home, ...others].flatMap((result) => (result.ok ? [] : [result.error.problem]));
  return distinctProblems([...problems, ...rejected]);
}

/** What a rotation goes on with; undefined where anything stops it. */
export function clearedFrom(preflight: Preflight, githubUrl: string): Cleared | undefined {
  const { home, others, sealer, expiry, user, warnings } = preflight;
  if (!home.ok || !sealer.ok || problemsOf(preflight).length > 0) return undefined;
  return {
    home: home.value,
    others: others.flatMap((other) => (other.ok ? [other.value] : [])),
    sealer: sealer.value,
    expiry,
    user,
    warnings,
    homeReference: homeReference(home.value, home.value.secret.access, user, githubUrl),
  };
}

/** Thousands of targets take longer than a credential lasts: that is told before they are read, not after. */
async function cannotBeAfforded(
  { targets, credential }: RunRequest,
  dependencies: PreflightNeeds,
): Promise<Problem | undefined> {
  if (targets.length < manyTargets) return undefined;
  // One read tells the limit; its answer is used again below.
  await dependencies.firstReads.publicKey(targets[0]);
  return affordRequests({ reads: readsPerTarget * targets.length, writes: targets.length }, credential, dependencies);
}

function unread({ targets: [home, ...others] }: RunRequest, obstacle: Problem): Preflight {
  const rejected = (resolved: ResolvedTarget) => failed({ resolved, problem: obstacle });
  return {
    home: rejected(home),
    others: others.map(rejected),
    sealer: failed(obstacle),
    expiry: { kind: 'unknown' },
    isAccepted: false,
    user: undefined,
    problems: [obstacle],
    warnings: [],
  };
}

function notLoaded(cause: string): Problem {
  return problem(
    'Loading libsodium, which seals the new token',
    cause,
    'Nothing was changed. The files of the action are not whole: use a release of it, and start the run again.',
  );
}

/** A key that nothing can be sealed for is found now, while nothing is issued. */
function withUsableKey(
  result: Result<ReadyTarget, RejectedTarget>,
  sealer: Sealer,
  { credential }: RunRequest,
  { clock }: Needs<'clock'>,
): Result<ReadyTarget, RejectedTarget> {
  if (!result.ok) return result;
  const sealed = sealer.seal('', result.value.key);
  if (sealed.ok) return result;
  const answer = {
    status: 200,
    headers: {},
    data: undefined,
    message: '',
    detail: `200 with ${sealed.error}`,
    isHtml: false,
    mayPass: true,
  };
  const attempt = `Reading the public key of ${describeStore(result.value.publicStore)}`;
  const found = gitHubProblem(attempt, answer, secretsOf(result.value), credential, clock);
  return failed({ resolved: result.value, problem: found });
}

/** A warning or nothing, or a problem. */
function judgeToken(
  check: TokenCheck,
  { targets: [home], thousandEyesUrl, credential }: RunRequest,
  read: { homeWrittenAt: number | undefined; access: Access | undefined; shadows: readonly Shadow[]; now: number },
): Result<string | undefined> {
  switch (check.kind) {
    case 'accepted':
    case 'forbidden':
      return ok(undefined);
    case 'refused': {
      const { store } = home.target;
      const shadow = read.shadows.find(({ target }) => target === home);
      return failed(
        currentTokenRefused(check.detail, homeReference(home, read.access, undefined, credential.githubUrl), {
          homeWrittenAt: read.homeWrittenAt,
          ...(store.level === 'environment' ? { environment: store.environment } : {}),
          ...(shadow === undefined ? {} : { shadow: shadowWarning(shadow) }),
        }),
      );
    }
    case 'down':
      return failed(
        check.mayPass
          ? currentTokenUnchecked(check.detail, thousandEyesUrl)
          : wrongThousandEyesUrl(check.detail, thousandEyesUrl),
      );
    case 'limited':
      return failed(currentTokenLimited(check.detail, read.now + check.ms));
    case 'proxy':
      return failed(proxyAnswered(check.detail));
    default:
      return ok(currentTokenUnclear(check.detail));
  }
}

/** Dates that GitHub can't mean, beside which no age can be told. */
function futureDates(results: readonly Result<ReadyTarget, RejectedTarget>[], now: number): string[] {
  const future = results.flatMap((result) =>
    result.ok && result.value.secret !== undefined && result.value.secret.updatedAt > now + day
      ? [`${result.value.publicName} (${minuteOf(result.value.secret.updatedAt)})`]
      : [],
  );
  if (future.length === 0) return [];
  return [
    `By GitHub's answer these secrets were last written in the future, seen from this runner's date, ${dayOf(now)}: ${someOf(future, 5)}. Their ages can't be judged.`,
  ];
}
