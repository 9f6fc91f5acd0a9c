import { bodyOf, type SecretBody } from '../github/secrets.ts';
import { type Clock, second } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { confirmHome } from '../rotation/confirm-home.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import {
  type BeforePause,
  type Distribution,
  neverSealed,
  sealedFor,
  sealedLine,
  storeHome,
  storeOthers,
} from '../rotation/distribute.ts';
import { isDue, keepExpiry } from '../rotation/expiry.ts';
import { type IssueResult, issueToken } from '../rotation/issue-token.ts';
import type { Journal } from '../rotation/journal.ts';
import type { Validity } from '../rotation/journal-record.ts';
import { notDueHeadline, overlapping, withoutRotation } from '../rotation/not-due.ts';
import type { Outcome } from '../rotation/outcome.ts';
import { type Cleared, clearedFrom, problemsOf, runPreflight } from '../rotation/preflight.ts';
import { prepareJournal } from '../rotation/prepare.ts';
import { probeRequests, WriteProbe } from '../rotation/probe-writes.ts';
import type { RunRequest } from '../rotation/request.ts';
import { stopped, withRejected } from '../rotation/results.ts';
import {
  distributed,
  doubtsAbout,
  homeNotStored,
  issuedLine,
  keptAside,
  notIssued,
  oddities,
  recoveryOf,
  validityOf,
} from '../rotation/rotation-outcome.ts';
import { verifyToken } from '../rotation/verify-token.ts';
import { issuedAndLost } from '../thousandeyes/errors.ts';
import { overlap } from '../thousandeyes/overlap.ts';

/** A pause longer than this, in ms, is announced with the way to finish by hand: the process may not live to its end. */
const announcedPause = 20 * second;

/**
 * A whole rotation, and its report. What is found before the token is asked for stops it, with nothing changed; what
 * breaks afterwards is finished by the post step or by a person, because the journal holds the sealed token.
 *
 * @throws Cancelled before the token is asked for
 */
export async function rotate(request: RunRequest, dependencies: Dependencies): Promise<void> {
  const { clock, report } = dependencies;

  // Inspect: reads only, all at once; then the decision whether a rotation is due.
  const preflight = await runPreflight(request, dependencies);
  const cleared = clearedFrom(preflight, request.credential.githubUrl);
  if (cleared === undefined) return void report(stopped('rotate', preflight, problemsOf(preflight)));
  if (!isDue(cleared.expiry, request.rotateWhenDaysLeft, clock.now())) {
    const remarks = { ...cleared, headline: notDueHeadline(cleared, clock.now()), notices: [] };
    return void report(await withoutRotation('rotate', cleared, remarks, dependencies));
  }
  const journal = await prepareJournal(cleared, request, dependencies);
  if (!journal.ok) return void report(stopped('rotate', preflight, [journal.error]));

  // Prove that writing works; the tests are removed beside what follows.
  const { home, others, sealer } = cleared;
  const context = { sealer, credential: request.credential, journal: journal.value };
  const probe = new WriteProbe([home, ...others], context, dependencies);
  let leftovers: readonly string[] = [];
  let outcome: Outcome;
  try {
    const { rejected, warnings } = await probe.run();
    outcome =
      rejected.length > 0
        ? stopped(
            'rotate',
            { ...withRejected(preflight, rejected), warnings: [...preflight.warnings, ...warnings] },
            rejected.map((each) => each.problem),
          )
        : await issueAndStore(
            request,
            { ...cleared, warnings: [...cleared.warnings, ...warnings] },
            journal.value,
            dependencies,
          );
  } finally {
    leftovers = await probe.cleanUp();
  }

  // Report, and only then forget.
  const isInSummary = report({ ...outcome, warnings: [...outcome.warnings, ...leftovers] });
  const isTold = outcome.keptAside === undefined || isInSummary;
  if (!outcome.leftForPost && isTold) journal.value.finish();
}

/** From the request for a token to the last write. Once the token exists, nothing but the end of the process stops this. */
async function issueAndStore(
  request: RunRequest,
  cleared: Cleared,
  journal: Journal,
  dependencies: Dependencies,
): Promise<Outcome> {
  const { clock, log } = dependencies;
  const { home, others, sealer } = cleared;

  // Issue.
  const unread: { kept?: Outcome['keptAside'] } = {};
  const issue = await askForToken(request, cleared, journal, unread, dependencies);
  if (issue.kind === 'failed') return notIssued(issue, cleared, unread.kept);
  if (issue.kind === 'overlap') {
    const { home: latest, possibleAt } = issue;
    return overlapping(cleared, { latest, possibleAt }, request.expiryVariable, dependencies);
  }

  // Seal and journal: the home first, before anything else can go wrong.
  const validity = validityOf(issue, cleared.expiry);
  const distribution: Distribution = { token: issue.token, sealer, journal, credential: request.credential };
  const sealedHome = sealedFor(home, 0, distribution);
  if (sealedHome === undefined) return notIssued(neverSealedHome(cleared, validity, clock), cleared, undefined);
  const isJournaled = journal.note({ kind: 'issued', ...validity }, sealedLine(sealedHome));
  const sealedOthers = others.flatMap((ready, index) => sealedFor(ready, index + 1, distribution) ?? []);
  journal.note(...sealedOthers.map(sealedLine));
  log.info(issuedLine(validity, others.length + 1));

  // Verify: a token that ThousandEyes refuses never replaces a working one.
  const verification = await verifyToken(issue.token, journal, dependencies);
  if (verification.kind === 'refused') return keptAside(cleared, sealedHome, validity, verification.detail, clock);
  log.info(
    verification.kind === 'accepted'
      ? 'Verified: ThousandEyes accepts the new token'
      : `Not verified: ${verification.detail}`,
  );
  const remarks = [...doubtsAbout(verification), ...oddities(issue, request.currentToken.reveal())];
  const exposed = expose(issue, request, dependencies);
  const known = { ...cleared, warnings: [...cleared.warnings, ...remarks] };

  // Store: the home, and only when it is written the others; confirm beside them.
  const announce = announceOnce((body) => dependencies.announce(recoveryOf(home, { body }, validity)));
  const startedAt = clock.monotonic();
  const storedHome = await storeHome(sealedHome, distribution, dependencies, announce);
  if (storedHome.at === undefined) {
    journal.note({ kind: 'gave up', at: clock.now() });
    return withProblems(homeNotStored(known, storedHome, validity, clock, isJournaled), exposed);
  }
  log.info(`Stored: the home ${home.publicName}`);
  dependencies.workflow.output('rotated', 'true');
  const [isConfirmed, storedOthers] = await Promise.all([
    confirmHome(home, { before: home.secret, startedAt }, journal, dependencies),
    storeOthers(sealedOthers, probeRequests([home, ...others]) + 1, distribution, dependencies),
  ]);
  const written = others.map(
    (ready, index) =>
      storedOthers.find(({ result }) => result.resolved === ready) ??
      neverSealed(ready, index + 1, distribution, dependencies),
  );
  // Not for a home that may hold the old token: the next rotation would be put off by two years.
  const expiryProblem = isConfirmed
    ? await storeExpiry(request, cleared, validity.validUntil, journal, dependencies)
    : undefined;
  return withProblems(
    distributed(known, issue, validity, { home: storedHome, others: written, isConfirmed, expiryProblem, isJournaled }),
    exposed,
  );
}

/** Asks, unless it was cancelled or the post step took over; from here on a cancel does not stop the run. */
async function askForToken(
  { currentToken }: RunRequest,
  { home, homeReference, sealer }: Cleared,
  journal: Journal,
  unread: { kept?: Outcome['keptAside'] },
  dependencies: Dependencies,
): Promise<IssueResult> {
  const { cancellation, log, workflow, clock } = dependencies;
  cancellation.throwIfCancelled();
  log.info('Tested: the secrets can be written; asking ThousandEyes for a new token');
  if (!journal.claim()) return { kind: 'failed', tokenState: 'not issued', problem: journalTaken() };
  const say = () => log.info('Cancelled, but the token is asked for by now: this step stores it before it ends');
  cancellation.now.addEventListener('abort', say);
  return issueToken(
    {
      currentToken,
      home,
      homeReference,
      mask: (content) => workflow.mask(content),
      keepUnread: (content) => {
        const sealed = sealer.seal(content.reveal(), home.key);
        if (!sealed.ok) return false;
        const body = bodyOf(sealed.value, home.secret.access);
        unread.kept = { kind: 'answer', home, body, validity: { previousValidUntil: clock.now() + overlap } };
        journal.note({ kind: 'unread', body });
        return true;
      },
    },
    dependencies,
  );
}

function journalTaken(): Problem {
  return problem(
    'Noting in the journal that a token is asked for',
    'the journal is closed or gone',
    'Nothing was issued. Either the post step of this run gave up waiting for this one, or someone cleared the folder RUNNER_TEMP. Start the run again.',
  );
}

/** The preflight has ruled it out: a value was sealed for the same key. */
function neverSealedHome(
  { home, homeReference }: Cleared,
  { previousValidUntil }: Validity,
  clock: Clock,
): Extract<IssueResult, { kind: 'failed' }> {
  const cause = `it came, and nothing could be sealed for the public key of ${home.publicName}`;
  const found = issuedAndLost([cause], homeReference, previousValidUntil, clock.now(), false);
  return { kind: 'failed', tokenState: 'lost', problem: found };
}

/** Sets the output `token` where it was asked for; a problem where that failed. */
function expose(
  { token }: Extract<IssueResult, { kind: 'issued' }>,
  { exposeToken }: RunRequest,
  { workflow }: Pick<Dependencies, 'workflow'>,
): readonly Problem[] {
  if (!exposeToken || workflow.output('token', token.reveal())) return [];
  return [
    problem(
      'Setting the output `token`, as `expose-token` asks',
      'the file GITHUB_OUTPUT could not be written',
      "Later steps don't get the new token. It is stored as the table says: read it from the secret in a fresh run.",
    ),
  ];
}

async function storeExpiry(
  { expiryVariable, credential }: RunRequest,
  { home }: Cleared,
  validUntil: number | undefined,
  journal: Journal,
  dependencies: Dependencies,
): Promise<Problem | undefined> {
  if (expiryVariable === undefined) return undefined;
  const variable = { name: expiryVariable, store: home.target.store, access: home.secret.access };
  const found = await keepExpiry(variable, validUntil, credential, dependencies);
  if (found === undefined) journal.note({ kind: 'dated' });
  return found;
}

/** Before the first long pause, and only once. */
function announceOnce(announce: (body: SecretBody) => void): BeforePause {
  let isAnnounced = false;
  return (ms, body) => {
    if (isAnnounced || ms < announcedPause) return;
    isAnnounced = true;
    announce(body);
  };
}

function withProblems(outcome: Outcome, more: readonly Problem[]): Outcome {
  return { ...outcome, problems: [...outcome.problems, ...more] };
}
