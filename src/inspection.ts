import { durationOfReads } from './budget.ts';
import { Problem } from './errors.ts';
import { type Expiry, expiryFrom } from './expiry.ts';
import { type Asker, ghSecretSet, problemWithStore } from './github-problems.ts';
import { Progress } from './progress.ts';
import type { PublicKeys } from './public-keys.ts';
import type { Repositories } from './repositories.ts';
import type { RetryPorts } from './retry.ts';
import type { PublicKey } from './sealed-box.ts';
import { nameOf, type SecretStore, type StoredSecret } from './secret-store.ts';
import { describeStore, hasSelection, type Store } from './store.ts';
import type { Target } from './target.ts';
import { quote } from './text.ts';
import type { TokenCheck } from './thousandeyes.ts';
import { currentTokenRefused, currentTokenUnchecked, proxyAnswered } from './thousandeyes-problems.ts';
import type { VariableStore } from './variable-store.ts';

/** A target with the name that log and summary show for it: a pattern's finds may have to stay unnamed. */
export interface NamedTarget {
  readonly target: Target;
  /** The line that names it. */
  readonly label: string;
  /** What may be shown of that. */
  readonly shown: string;
}

/** A target that can be written. */
export interface Place extends NamedTarget {
  readonly key: PublicKey;
  /** Undefined where the secret is to be created. */
  readonly secret: StoredSecret | undefined;
}

/** A target that can't be written. */
export interface Misfit extends NamedTarget {
  readonly problem: Problem;
}

/** The home: a place whose secret exists. */
export interface HomePlace extends Place {
  readonly secret: StoredSecret;
}

/** What reading told, everything at once. */
export interface Inspection {
  /** Undefined where the home is among the misfits. */
  readonly home: HomePlace | undefined;
  /** The others, in the user's order, the home left out. */
  readonly others: readonly (Place | Misfit)[];
  readonly homeMisfit: Misfit | undefined;
  readonly expiry: Expiry;
  /** Whether ThousandEyes was seen to accept the current token. */
  readonly isAccepted: boolean;
  /** What stops every mode: the token, the variable. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export interface InspectionRequest {
  /** The home first. */
  readonly targets: readonly NamedTarget[];
  readonly createMissing: boolean;
  readonly expiryVariable: string | undefined;
  readonly asker: Asker;
}

export interface InspectionPorts extends Pick<RetryPorts, 'clock' | 'log'> {
  /** Whether ThousandEyes accepts the current token; tried again where it is down. */
  readonly checkCurrentToken: () => Promise<TokenCheck>;
  readonly secrets: Pick<SecretStore, 'read'>;
  readonly keys: Pick<PublicKeys, 'of'>;
  readonly repositories: Pick<Repositories, 'read'>;
  readonly variables: Pick<VariableStore, 'read'>;
  /** Loads what sealing needs. */
  readonly ready: () => Promise<void>;
  /** Throws where a key is none that can be sealed for. */
  readonly seal: (clear: string, key: PublicKey) => unknown;
}

/** The repository, the key, the secret. */
const readsOfTarget = 3;

/**
 * Reads everything at once and finds every problem, not just the first. Changes nothing.
 *
 * @throws Cancelled
 */
export async function inspect(request: InspectionRequest, ports: InspectionPorts): Promise<Inspection> {
  const [homeTarget, ...otherTargets] = request.targets;
  if (homeTarget === undefined) throw new RangeError('there is no home');
  const progress = new Progress(
    'Read',
    request.targets.length,
    durationOfReads(readsOfTarget * request.targets.length),
    ports,
  );
  const [check, variable, readHome, readOthers] = await Promise.all([
    ports.checkCurrentToken(),
    request.expiryVariable === undefined
      ? undefined
      : ports.variables.read(homeTarget.target.store, request.expiryVariable),
    inspectTarget(homeTarget, true, request, ports),
    Promise.all(
      otherTargets.map(async (target) => {
        const inspected = await inspectTarget(target, false, request, ports);
        progress.step();
        return inspected;
      }),
    ),
    ports.ready(),
  ]);

  const inspectedHome = sealable(readHome, request.asker, ports);
  const home = isPlace(inspectedHome) ? (inspectedHome as HomePlace) : undefined;
  const others = readOthers.map((other) => sealable(other, request.asker, ports));
  const token = judgeToken(check, homeTarget.target);
  const expiry = judgeVariable(variable, homeTarget.target.store, home, request);
  return {
    home,
    homeMisfit: isPlace(inspectedHome) ? undefined : inspectedHome,
    others,
    expiry: expiry instanceof Problem ? { kind: 'unknown' } : expiry,
    isAccepted: check.kind === 'accepted',
    problems: [token, expiry].filter((result) => result instanceof Problem),
    warnings: typeof token === 'string' ? [token] : [],
  };
}

/** A key that nothing can be sealed for is found now, while nothing is issued. */
function sealable(place: Place | Misfit, asker: Asker, { seal }: InspectionPorts): Place | Misfit {
  if (!isPlace(place)) return place;
  try {
    seal('', place.key);
    return place;
  } catch {
    const { target, label, shown } = place;
    const answer = {
      status: 200,
      headers: {},
      data: undefined,
      said: '200 with a public key that nothing can be sealed for',
    };
    return {
      target,
      label,
      shown,
      problem: problemWithStore(`Reading the public key of ${shownStore(place)}`, answer, target.store, asker),
    };
  }
}

/** Whether a target that was inspected can be written. */
export function isPlace(inspected: Place | Misfit): inspected is Place {
  return !('problem' in inspected);
}

/** A problem, a warning, or nothing to say. */
function judgeToken(check: TokenCheck, home: Target): Problem | string | undefined {
  switch (check.kind) {
    case 'accepted':
      return undefined;
    case 'refused':
      return currentTokenRefused(check.why, home);
    case 'down':
      return currentTokenUnchecked(check.why);
    case 'proxy':
      return proxyAnswered(check.why);
    default:
      return `Checking the current token (GET /users/current): ${check.why}, which tells nothing about the token. Going on all the same.`;
  }
}

function judgeVariable(
  read: Awaited<ReturnType<VariableStore['read']>> | undefined,
  store: Store,
  home: HomePlace | undefined,
  { expiryVariable, asker }: InspectionRequest,
): Expiry | Problem {
  if (read === undefined) return { kind: 'unknown' };
  const tried = `Reading the expiry variable ${expiryVariable} beside ${describeStore(store)}`;
  if ('answer' in read) {
    if (read.answer.status === 404) return { kind: 'unknown' };
    const { cameBack } = problemWithStore(tried, read.answer, store, asker);
    const permission =
      store.level === 'organization'
        ? 'Organization variables'
        : store.level === 'environment'
          ? 'Environments'
          : 'Variables';
    return new Problem(
      tried,
      cameBack,
      `The credential needs the permission "${permission}: read and write" (a classic token the scope \`${store.level === 'organization' ? 'admin:org' : 'repo'}\`); else leave \`expiry-variable\` out.`,
    );
  }
  return (
    expiryFrom(read.found, home?.secret.updatedAt ?? read.found.updatedAt) ??
    new Problem(
      tried,
      `its value is no ISO 8601 date: "${quote(read.found.value, 60)}"`,
      'Delete the variable, or set it to the date on which the token expires, like 2028-11-23T19:00:00Z.',
    )
  );
}

async function inspectTarget(
  named: NamedTarget,
  isHome: boolean,
  request: InspectionRequest,
  ports: InspectionPorts,
): Promise<Place | Misfit> {
  const { target } = named;
  const { store } = target;
  const [repository, key, secret] = await Promise.all([
    'repository' in store ? ports.repositories.read(store.owner, store.repository) : undefined,
    ports.keys.of(store),
    ports.secrets.read(target),
  ]);
  const misfit = (problem: Problem): Misfit => ({ ...named, problem });
  const tried = `Reading ${named.shown}`;

  if (repository !== undefined && 'answer' in repository)
    return misfit(problemWithStore(tried, repository.answer, store, request.asker));
  if (repository?.found.archived)
    return misfit(
      new Problem(
        tried,
        'the repository is archived, so GitHub takes no secrets for it',
        'Unarchive it, or remove the line from `targets`.',
      ),
    );
  if (repository?.found.disabled)
    return misfit(
      new Problem(
        tried,
        'the repository is disabled',
        'See its page on GitHub for the reason, or remove the line from `targets`.',
      ),
    );
  if ('answer' in key)
    return misfit(problemWithStore(`Reading the public key of ${shownStore(named)}`, key.answer, store, request.asker));
  if ('found' in secret) return { ...named, key: key.found, secret: secret.found };
  if (secret.answer.status !== 404) return misfit(readProblem(tried, secret.answer, named, request.asker));
  if (!isHome && request.createMissing && !hasSelection(store)) return { ...named, key: key.found, secret: undefined };
  return misfit(missing(named, isHome));
}

/** A store in a person's words, or what may be shown of it. */
function shownStore({ label, shown, target }: NamedTarget): string {
  return label === shown ? describeStore(target.store) : shown;
}

function readProblem(
  tried: string,
  answer: Parameters<typeof problemWithStore>[1],
  { target }: NamedTarget,
  asker: Asker,
): Problem {
  if (/selected repositories/.test(answer.said)) {
    return new Problem(
      tried,
      `the credential sees ${answer.said} of the secret`,
      'Writing it would take it from the others. Use a credential that may see all repositories of the organization.',
    );
  }
  return problemWithStore(tried, answer, target.store, asker);
}

function missing({ target, shown, label }: NamedTarget, isHome: boolean): Problem {
  const tried = `Reading ${shown}`;
  const cameBack = `GitHub answered 404, so there is no secret ${label === shown ? nameOf(target) : target.secret}`;
  if (isHome)
    return new Problem(
      tried,
      cameBack,
      `The home is the secret that the workflow itself reads, so it must exist. Check \`targets\` and \`secret-name\`, or set it: \`${ghSecretSet(target)}\`.`,
    );
  if (hasSelection(target.store))
    return new Problem(
      tried,
      cameBack,
      `Secrets of an organization or a user are never created here, because someone must choose who sees them. Create it by hand: \`${ghSecretSet(target)}\`, or remove the line from \`targets\`.`,
    );
  return new Problem(
    tried,
    cameBack,
    'Check the spelling, remove the line from `targets`, or set `create-missing: true` to have it created.',
  );
}
