import { affordWrites } from './budget.ts';
import { check } from './check.ts';
import { askerOf, type Connections, connect } from './connections.ts';
import { credentialExpires, credentialExpiry, credentialKind } from './credential.ts';
import { checkCurrentToken } from './current-token.ts';
import { Cancelled } from './errors.ts';
import { HiddenNames } from './hidden-names.ts';
import { type Inputs, inputsFrom } from './inputs.ts';
import type { InspectionRequest } from './inspection.ts';
import { createJournal, type Journal, type JournalHeader } from './journal.ts';
import type { Outcome } from './outcome.ts';
import { PublicKeys } from './public-keys.ts';
import { report } from './report.ts';
import { Repositories } from './repositories.ts';
import { rotate } from './rotation.ts';
import type { Runner } from './runner.ts';
import { loadSodium, seal } from './sealed-box.ts';
import { Secret } from './secret.ts';
import { bullets, sections } from './summary.ts';
import { sync } from './sync.ts';
import { mostTargets } from './target.ts';
import { findTargets } from './targets.ts';
import { quote } from './text.ts';
import { ThousandEyes } from './thousandeyes.ts';
import { workflow } from './workflow.ts';
import { readRun } from './workflow-run.ts';

/** The main step, from the inputs to the report. Never throws: whatever happens is told, and fails the step. */
export async function main(runner: Runner): Promise<void> {
  const startedAt = Date.now();
  markMain();
  for (const name of ['thousandeyes-token', 'github-token']) workflow.mask(new Secret(runner.input(name) ?? ''));
  const parsed = inputsFrom(runner.input, { repository: runner.repository, githubUrl: runner.githubUrl });
  if ('faults' in parsed) return refuseInputs(parsed.faults);
  const { inputs } = parsed;
  const hidden = new HiddenNames();
  const connections = connect(inputs.githubUrl, inputs.githubToken, hidden.log(workflow), mostTargets(inputs.lines));
  try {
    const outcome = await outcomeOf(inputs, runner, hidden, connections, startedAt);
    const { github, clock } = connections;
    const credentialExpiresAt = credentialExpiry(credentialKind(inputs.githubToken), github.expiresAt);
    const expires = credentialExpires(credentialExpiresAt, clock.now());
    const told = { ...outcome, warnings: [...outcome.warnings, ...expires], credentialExpiresAt };
    report(hidden.inOutcome(told), inputs.githubUrl, workflow);
  } catch (error) {
    tell(error);
  }
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
  const { github, secrets, clock, cancellation, send } = connections;
  const thousandEyes = new ThousandEyes(inputs.thousandEyesUrl, send, clock);
  const repositories = new Repositories(github);
  const keys = new PublicKeys(secrets);
  const found = await findTargets(inputs, runner.repository, hidden, {
    ...connections,
    repositories,
    keys,
    eventSaysPublic: runner.eventSaysPublic,
  });
  if ('problems' in found) return found.outcome;

  const asker = askerOf(
    inputs.githubToken,
    found.targets.map(({ target }) => target),
  );
  const { createMissing, expiryVariable, rotateWhenDaysLeft, exposeToken, mode } = inputs;
  const request: InspectionRequest = { targets: found.targets, createMissing, expiryVariable, asker };
  const budget = { ...connections, credential: asker.kind, startedAt };
  const ports = {
    ...connections,
    checkCurrentToken: () =>
      checkCurrentToken(() => thousandEyes.check(inputs.thousandEyesToken, cancellation.now), connections),
    keys,
    repositories,
    ready: loadSodium,
    seal,
    affordWrites: (writes: number) => affordWrites(writes, budget),
  };
  if (mode === 'check') return check({ ...request, rotateWhenDaysLeft }, ports);
  if (mode === 'sync') {
    return sync(inputs.thousandEyesToken, request, {
      ...ports,
      runCreated: () => readRun(runner, github, askerOf(inputs.githubToken, [])),
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
      createJournal: (header) => journalForPost(runner.temp, header),
    },
  );
}

/** @throws where it can't be made, or where its path can't be left to the post step */
function journalForPost(folder: string, header: JournalHeader): Journal {
  const { journal, path } = createJournal(folder, header);
  try {
    workflow.state('journal', path);
  } catch (error) {
    journal.remove();
    throw error;
  }
  return journal;
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
