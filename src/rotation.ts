import { Problem } from './errors.ts';
import { isDue } from './expiry.ts';
import {
  type HomePlace,
  type Inspection,
  type InspectionPorts,
  type InspectionRequest,
  inspect,
  isPlace,
  type Place,
} from './inspection.ts';
import {
  finish,
  homeFailed,
  type IssuedToken,
  keepOldToken,
  sealAndJournal,
  validityOf,
  verifyToken,
} from './issued-token.ts';
import { type Journal, type JournalHeader, tolerantJournal } from './journal.ts';
import type { Outcome } from './outcome.ts';
import { type Fate, type Issue, type RegenerationPorts, regenerate } from './regeneration.ts';
import { problemsIn, stopped } from './results.ts';
import { patience, type RetryPorts } from './retry.ts';
import type { Secret } from './secret.ts';
import type { StoredSecret } from './secret-store.ts';
import { type StoringPorts, store, storeAll } from './storing.ts';
import { dayOf, plural } from './text.ts';
import type { TokenCheck } from './thousandeyes.ts';
import { notDue, overlapping } from './unrotated.ts';
import type { VariableStore } from './variable-store.ts';
import { type Proof, proveWriting, testRequests, type WriteTestPorts } from './write-test.ts';

/** The expiry variable: an update, and a creation where there was none. */
const variableRequests = 2;

export interface RotationRequest extends InspectionRequest {
  readonly rotateWhenDaysLeft: number | undefined;
  readonly exposeToken: boolean;
}

/** The world as a rotation sees it. */
export interface RotationPorts extends InspectionPorts, RetryPorts, Pick<RegenerationPorts, 'regenerate' | 'mask'> {
  readonly secrets: InspectionPorts['secrets'] & StoringPorts['secrets'] & WriteTestPorts['secrets'];
  readonly keys: InspectionPorts['keys'] & StoringPorts['keys'];
  readonly variables: Pick<VariableStore, 'read' | 'write'>;
  readonly seal: StoringPorts['seal'];
  readonly checkNewToken: (token: Secret) => Promise<TokenCheck>;
  /** Sets the output `token`; whether that worked. */
  readonly expose: (token: Secret) => boolean;
  /** Creates the journal and leaves its path to the post step. Throws where it can't. */
  readonly createJournal: (header: JournalHeader) => Journal;
  /** Waits until the limits allow all writes, or says why they never will. */
  readonly affordWrites: (writes: number) => Promise<Problem | undefined>;
}

/**
 * A whole rotation. What is found before the token is asked for stops it, with nothing changed; what breaks afterwards
 * is finished by the post step or by a person, because the journal holds the sealed token.
 *
 * @throws Cancelled before the token is asked for
 */
export async function rotate(request: RotationRequest, ports: RotationPorts): Promise<Outcome> {
  const inspection = await inspect(request, ports);
  const { home } = inspection;
  const found = problemsIn(inspection);
  if (home === undefined || found.length > 0) return stopped('rotate', inspection, found);
  const others = inspection.others.filter(isPlace);
  if (!isDue(inspection.expiry, request.rotateWhenDaysLeft, ports.clock.now())) {
    return notDue(home, others, inspection, ports);
  }

  const places = [home, ...others];
  ports.log.info(`Read: ${plural(places.length, 'target')} can be found; the home is ${home.shown}`);
  const journal =
    (await ports.affordWrites(testRequests(places) + places.length + variableRequests)) ??
    openJournal(places, request, ports);
  if (journal instanceof Problem) return stopped('rotate', inspection, [journal]);
  // A cancel leaves the journal to the post step, which deletes the test secrets once more.
  const proof = await proveWriting(places, request.asker, { ...ports, journal });
  const scene: Scene = { request, inspection, home, others, journal, proof };
  const issue = proof.refused.length > 0 ? undefined : await askForToken(home, journal, ports);
  return issue?.kind === 'issued' ? storeEverywhere(issue, scene, ports) : withoutToken(issue, scene, ports);
}

/** What is known once the token is asked for. */
interface Scene extends Pick<IssuedToken, 'inspection' | 'home' | 'others' | 'proof'> {
  readonly request: RotationRequest;
  readonly journal: Journal;
}

type Issued = Extract<Issue, { kind: 'issued' }>;

/** The token exists: from here on it is on disk, sealed, before anything else can go wrong. */
async function storeEverywhere(issue: Issued, scene: Scene, ports: RotationPorts): Promise<Outcome> {
  const { request, inspection, home, others } = scene;
  const { token } = issue;
  const validity = validityOf(issue, inspection);
  const after = { ...ports, journal: tolerantJournal(scene.journal, ports.log), asker: request.asker };
  const [homeSealed, ...othersSealed] = sealAndJournal(token, home, others, validity, after);
  ports.log.info(
    `Issued: a new token${validity.validUntil === undefined ? '' : `, valid until ${dayOf(validity.validUntil)}`}; sealed for ${plural(others.length + 1, 'target')}`,
  );
  const verification = await verifyToken(token, ports.checkNewToken, ports);
  const run: IssuedToken = { ...scene, validity, journal: after.journal, verification };
  if (verification.kind === 'refused') return keepOldToken(run, verification.why);
  ports.log.info(
    verification.kind === 'accepted'
      ? 'Verified: ThousandEyes accepts the new token'
      : `Not verified: ${verification.why}`,
  );
  const unexposed = request.exposeToken && !ports.expose(token) ? [notExposed()] : [];

  const atHome = await store(homeSealed, token, patience.home, after);
  if (atHome.result.problem !== undefined)
    return withProblems(await homeFailed(run, atHome, atHome.result.problem), unexposed);
  ports.log.info(`Stored: the home ${home.shown}`);
  const elsewhere = await storeAll(othersSealed, token, testRequests([home, ...others]) + 1, after);
  const outcome = await finish(
    run,
    issue.at,
    [atHome, ...elsewhere].map(({ result }) => result),
    ports.variables,
  );
  return withProblems(outcome, unexposed);
}

/** No token came: writing was refused before it was asked for, or ThousandEyes gave none. */
async function withoutToken(
  issue: Exclude<Issue, Issued> | undefined,
  { request, inspection, home, others, journal, proof }: Scene,
  ports: RotationPorts,
): Promise<Outcome> {
  const warnings = [...proof.warnings, ...(await proof.cleanup)];
  journal.remove();
  if (issue === undefined) {
    // Once the token was asked for, what came of it counts, cancelled or not.
    ports.cancellation.throwIfCancelled();
    return refusedWriting(home, inspection, proof, warnings);
  }
  if (issue.kind === 'failed')
    return { ...stopped('rotate', inspection, [issue.problem], warnings), headline: headlines[issue.fate] };
  return overlapping(
    { ...home, secret: issue.home },
    others,
    issue.possibleAt,
    request.expiryVariable,
    [...inspection.warnings, ...warnings],
    ports,
  );
}

function withProblems(outcome: Outcome, more: readonly Problem[]): Outcome {
  return { ...outcome, problems: [...outcome.problems, ...more] };
}

function notExposed(): Problem {
  return new Problem(
    'Setting the output `token`, as `expose-token` asks',
    'the file GITHUB_OUTPUT could not be written',
    "Later steps don't get the new token. It is stored as the table says: read it from the secret in a fresh run.",
  );
}

const headlines: Record<Fate, string> = {
  'nothing issued': 'Nothing was issued and nothing was changed.',
  'issued and lost': 'A token was issued and lost. The one in use still works, but not for long.',
  unknown: 'It is unknown whether a token was issued. The one in use still works.',
};

/** The journal, or a problem: without it nothing may be issued. */
function openJournal(
  places: readonly Place[],
  { expiryVariable }: RotationRequest,
  ports: RotationPorts,
): Journal | Problem {
  const targets = places.map(({ target, shown, secret }) => ({ ...target, shown, access: secret?.access ?? {} }));
  try {
    return ports.createJournal({
      kind: 'run',
      pid: process.pid,
      targets,
      ...(expiryVariable === undefined ? {} : { expiryVariable }),
    });
  } catch {
    return new Problem(
      'Creating the journal in the folder RUNNER_TEMP, and leaving its path in the file GITHUB_STATE',
      'one of the two could not be written',
      'The journal keeps a sealed copy of the new token, so nothing is issued without it. See that RUNNER_TEMP names a folder of the runner with space left, and that the runner sets GITHUB_STATE.',
    );
  }
}

/** Asks, unless it was cancelled or the post step took over; from here on a cancel does not stop the run. */
async function askForToken(home: HomePlace, journal: Journal, ports: RotationPorts): Promise<Issue | undefined> {
  if (ports.cancellation.now.aborted) return undefined;
  ports.log.info('Tested: the secrets can be written; asking ThousandEyes for a new token');
  if (claim(journal, ports)) {
    const say = () =>
      ports.log.info('Cancelled, but the token is asked for by now: this step stores it before it ends');
    ports.cancellation.now.addEventListener('abort', say);
    const readHome = async (): Promise<StoredSecret | undefined> => {
      const read = await ports.secrets.read(home.target, patience.reread);
      return 'found' in read ? read.found : undefined;
    };
    return regenerate(home, { ...ports, readHome });
  }
  const problem = new Problem(
    'Noting in the journal that a token is asked for',
    'the journal is closed or could not be written',
    'Either the post step of this run gave up waiting for this one, or the disk of the runner is full. Start the run again.',
  );
  return { kind: 'failed', fate: 'nothing issued', problem };
}

function claim(journal: Journal, { clock }: RotationPorts): boolean {
  try {
    return journal.claim(clock.now());
  } catch {
    return false;
  }
}

function refusedWriting(
  home: HomePlace,
  inspection: Inspection,
  { refused }: Proof,
  warnings: readonly string[],
): Outcome {
  const misfitFor = new Map(refused.map((misfit) => [misfit.target, misfit]));
  const homeMisfit = misfitFor.get(home.target);
  const judged: Inspection = {
    ...inspection,
    home: homeMisfit === undefined ? home : undefined,
    homeMisfit,
    others: inspection.others.map((other) => misfitFor.get(other.target) ?? other),
  };
  return stopped('rotate', judged, problemsIn(judged), warnings);
}
