import { affordWrites } from './budget.ts';
import { check } from './check.ts';
import { askerOf, type Connections, connect } from './connections.ts';
import { credentialExpires, credentialKind } from './credential.ts';
import { Cancelled, Problem } from './errors.ts';
import { problemWithStore } from './github-problems.ts';
import { HiddenNames } from './hidden-names.ts';
import { type Inputs, inputsFrom } from './inputs.ts';
import type { InspectionRequest } from './inspection.ts';
import { createJournal } from './journal.ts';
import type { Outcome } from './outcome.ts';
import { PublicKeys } from './public-keys.ts';
import { report } from './report.ts';
import { Repositories } from './repositories.ts';
import { patience, persist } from './retry.ts';
import { rotate } from './rotation.ts';
import type { Runner } from './runner.ts';
import { loadSodium, seal } from './sealed-box.ts';
import { Secret } from './secret.ts';
import { repositoryPath } from './store.ts';
import { bullets, sections } from './summary.ts';
import { type RunCreated, sync } from './sync.ts';
import { findTargets } from './targets.ts';
import { momentFrom, quote } from './text.ts';
import { ThousandEyes, type TokenCheck } from './thousandeyes.ts';
import { workflow } from './workflow.ts';
import { testSites } from './write-test.ts';

/** The main step, from the inputs to the report. Never throws: whatever happens is told, and fails the step. */
export async function main(runner: Runner): Promise<void> {
  const startedAt = Date.now();
  markMain();
  for (const name of ['thousandeyes-token', 'github-token']) workflow.mask(new Secret(runner.input(name) ?? ''));
  const parsed = inputsFrom(runner.input, { repository: runner.repository, githubUrl: runner.githubUrl });
  if ('faults' in parsed) return refuseInputs(parsed.faults);
  const { inputs } = parsed;
  const hidden = new HiddenNames();
  const connections = connect(inputs.githubUrl, inputs.githubToken, hidden.log(workflow), mostTargets(inputs));
  try {
    const outcome = await outcomeOf(inputs, runner, hidden, connections, startedAt);
    const { github, clock } = connections;
    const expires = credentialExpires(credentialKind(inputs.githubToken), github.expiresAt, clock.now());
    const credentialExpiresAt = credentialKind(inputs.githubToken) === 'app' ? undefined : github.expiresAt;
    const told = { ...outcome, warnings: [...outcome.warnings, ...expires], credentialExpiresAt };
    report(hidden.inOutcome(told), inputs.githubUrl, workflow);
  } catch (error) {
    tell(error);
  }
}

/** How many targets the lines name; a pattern may find any number. */
function mostTargets({ lines }: Inputs): number {
  return lines.some(({ kind }) => kind === 'pattern') ? Number.POSITIVE_INFINITY : lines.length;
}

/** Tells the post step by its state that it is one, for a runner that starts both by the same file. */
function markMain(): void {
  try {
    workflow.state('isPost', 'true');
  } catch {
    // Without a state file there can be no journal either, and that is told where one is needed.
  }
}

/** Runs the mode that was asked for. */
async function outcomeOf(
  inputs: Inputs,
  runner: Runner,
  hidden: HiddenNames,
  connections: Connections,
  startedAt: number,
): Promise<Outcome> {
  const { github, secrets, variables, clock, cancellation, send } = connections;
  const thousandEyes = new ThousandEyes(inputs.thousandEyesUrl, send, clock);
  const repositories = new Repositories(github);
  const keys = new PublicKeys(secrets);
  const checkCurrentToken = () => checkWithPatience(thousandEyes, inputs.thousandEyesToken, connections);
  const found = await findTargets(inputs, runner.repository, hidden, {
    ...connections,
    repositories,
    keys,
    eventSaysPublic,
  });
  if ('problems' in found) return found.outcome;

  const asker = askerOf(
    inputs.githubToken,
    found.targets.map(({ target }) => target),
  );
  const { createMissing, expiryVariable, rotateWhenDaysLeft, exposeToken, mode } = inputs;
  const request: InspectionRequest = { targets: found.targets, createMissing, expiryVariable, asker };
  const budget = { ...connections, credential: asker.kind, startedAt };
  const ports = { ...connections, checkCurrentToken, keys, repositories, variables, ready: loadSodium, seal };
  if (mode === 'check') return check({ ...request, rotateWhenDaysLeft }, ports);
  if (mode === 'sync') {
    return sync(inputs.thousandEyesToken, request, {
      ...ports,
      runCreated: () => readRun(runner, connections, inputs),
      affordWrites: (places) => affordWrites(places.length, budget),
    });
  }
  return rotate(
    { ...request, rotateWhenDaysLeft, exposeToken },
    {
      ...ports,
      regenerate: () => thousandEyes.regenerate(inputs.thousandEyesToken),
      checkNewToken: (token) => thousandEyes.check(token, cancellation.lastCall),
      mask: (token) => workflow.mask(token),
      expose: (token) => workflow.output('token', token.reveal()),
      createJournal: (header) => {
        const { journal, path } = createJournal(runner.temp, header);
        try {
          workflow.state('journal', path);
        } catch (error) {
          journal.remove();
          throw error;
        }
        return journal;
      },
      affordWrites: (places) => affordWrites(places.length + 2 * testSites(places).length + 2, budget),
    },
  );
}

/** ThousandEyes' word on the current token; asked again where it is down, or asks to wait. */
function checkWithPatience(thousandEyes: ThousandEyes, token: Secret, connections: Connections): Promise<TokenCheck> {
  return persist(
    'Checking the current token',
    () => thousandEyes.check(token, connections.cancellation.now),
    (result) => {
      if (result.kind === 'down') return { kind: 'again', why: result.why };
      return result.kind === 'limited' ? { kind: 'wait', ms: result.ms, why: result.why } : { kind: 'final' };
    },
    patience.thousandEyes,
    connections,
  );
}

/** Whether the event's payload says that the running repository is public. Not every event says it. */
async function eventSaysPublic(): Promise<boolean> {
  try {
    // By its file: the package's entry loads the HTTP stacks that this action does without.
    const { Context } = await import('../node_modules/@actions/github/lib/context.js');
    return new Context().payload.repository?.private === false;
  } catch {
    return false;
  }
}

/** When the run that this step belongs to was created. */
async function readRun(
  { repository, runId }: Runner,
  { github }: Connections,
  { githubToken }: Inputs,
): Promise<RunCreated> {
  const [owner = '', name = ''] = repository.split('/');
  const path = `${repositoryPath(owner, name)}/actions/runs/${encodeURIComponent(runId)}`;
  const tried = `Reading when this run was created (run ${quote(runId, 40)} of ${repository})`;
  const answer = await github.call(tried, 'GET', path, patience.read);
  const at =
    answer.status === 200 ? momentFrom((answer.data as { created_at?: unknown } | undefined)?.created_at) : undefined;
  if (at !== undefined) return { at };
  const store = { level: 'repository', feature: 'actions', owner, repository: name } as const;
  const { cameBack } = problemWithStore(tried, answer, store, askerOf(githubToken, []));
  return {
    problem: new Problem(
      tried,
      cameBack,
      'The home was written in the last 15 days, and without this date it can\'t be told whether this run holds an older token. Give the credential the repository permission "Actions: read" (a classic token the scope `repo`), or run `sync` once the home is older than 15 days.',
    ),
  };
}

function refuseInputs(faults: readonly string[]): void {
  workflow.output('rotated', 'false');
  workflow.output('results', '[]');
  // Each as an error of its own: the log shows them all, also where GitHub's page shows ten.
  for (const fault of faults) workflow.error(fault);
  workflow.summary(
    sections(['### ❌ ThousandEyes token: the inputs are wrong, so nothing was tried', bullets('What to do', faults)]),
  );
  workflow.fail();
}

/** What was thrown, without a stack trace or a payload. */
function tell(error: unknown): void {
  workflow.fail();
  workflow.output('rotated', 'false');
  workflow.output('results', '[]');
  if (error instanceof Cancelled) {
    workflow.error('Cancelled before a token was asked for: nothing was issued and nothing was changed.');
    return;
  }
  const name = error instanceof Error ? error.name : 'a value that is no error';
  workflow.error(
    `An error that should not happen (${quote(name, 60)}: ${quote(error instanceof Error ? error.message : '', 200)}). If a token was issued by then, the post step of this run finishes storing it. Please report this at the repository of the action.`,
  );
}
