import { getOctokit } from '@actions/github';
import type { Environment } from './action/environment.ts';
import type { Inputs } from './action/inputs.ts';
import type { MainDependencies } from './action/main-step.ts';
import type { PostDependencies, PostSettings } from './action/post-step.ts';
import { logLines, report } from './action/report.ts';
import { recoverySection, summaryOf } from './action/summary.ts';
import { GitHubClient } from './github/client.ts';
import { RepositoriesClient } from './github/repositories.ts';
import { createSealer } from './github/sealed-box.ts';
import { FirstReads, SecretsClient } from './github/secrets.ts';
import { Throttle } from './github/throttle.ts';
import { VariablesClient } from './github/variables.ts';
import { jobKeyFrom, journalPath } from './journal-files.ts';
import { createCancellation } from './lib/cancellation.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { announced, createNetwork, type Network } from './lib/network.ts';
import { failed, ok } from './lib/result.ts';
import type { Secret } from './lib/secret.ts';
import type { Log, Workflow } from './lib/workflow.ts';
import { createJournal } from './rotation/journal/journal.ts';
import type { Recovery } from './rotation/outcome.ts';
import { onAnySignal } from './signals.ts';
import { createThousandEyes } from './thousandeyes/client.ts';

/** What a test puts in the world's place; the rest of the wiring is the real one. */
export interface Wiring {
  readonly clock: Clock;
  /** Has a cancel called when the runner wants one. */
  readonly onCancel: (cancel: () => void) => void;
  readonly network: (clock: Clock, variables: NodeJS.ProcessEnv) => Network;
}

export const realWiring: Wiring = { clock: systemClock, onCancel: onAnySignal, network: createNetwork };

/** The one place where the real world is wired in, for the main step. */
export function connectMain(
  inputs: Inputs,
  environment: Environment,
  workflow: Workflow,
  wiring: Wiring = realWiring,
): MainDependencies {
  // At once, because its WebAssembly compiles beside the first requests.
  const sealer = createSealer().then(ok, () => failed('one of its files is missing or broken'));
  const shared = connectGitHub(inputs.githubUrl, inputs.githubToken, environment, workflow, wiring);
  const { clock } = shared;
  return {
    ...shared,
    workflow,
    thousandEyes: createThousandEyes(inputs.thousandEyesUrl, shared),
    loadSealer: () => sealer,
    createJournal: (header) =>
      createJournal(journalPath(environment.temp, jobKeyFrom(environment.variables)), header, {
        log: workflow,
        leaveState: (name, value) => workflow.state(name, value),
      }),
    run: { repository: environment.repository, url: environment.runUrl, isRerun: environment.isRerun },
    startedAt: clock.monotonic(),
    report: (outcome) =>
      report(outcome, workflow, { githubUrl: inputs.githubUrl, now: shared.github.now, isPost: false }),
    announce: announceIn(workflow, inputs.githubUrl, clock, () => ''),
  };
}

export function connectPost(
  { githubUrl, githubToken }: PostSettings,
  environment: Environment,
  workflow: Workflow,
  wiring: Wiring = realWiring,
): PostDependencies {
  const shared = connectGitHub(githubUrl, githubToken, environment, workflow, wiring);
  // Of several journals each has its part of the summary.
  let before = '';
  return {
    ...shared,
    announce: announceIn(workflow, githubUrl, shared.clock, () => before),
    report: (outcome) => {
      const { now } = shared.github;
      report(outcome, workflow, { githubUrl, now, isPost: true, before });
      before += summaryOf(outcome, githubUrl, now);
    },
  };
}

function connectGitHub(
  githubUrl: string,
  credential: Secret,
  environment: Environment,
  log: Log,
  { clock, onCancel, network }: Wiring,
) {
  const { cancellation, cancel } = createCancellation(clock);
  onCancel(cancel);
  const told = announced(network(clock, environment.variables), { clock, log });
  const throttle = new Throttle(clock);
  // It builds requests and sends none: the client puts the credential into each.
  const octokit = getOctokit('none', { baseUrl: githubUrl, userAgent: 'rotate-thousandeyes-token' });
  const github = new GitHubClient(githubUrl, credential, {
    clock,
    log,
    cancellation,
    send: told.send,
    throttle,
    octokit,
  });
  const secrets = new SecretsClient(github);
  return {
    ...told,
    clock,
    cancellation,
    log,
    throttle,
    github,
    secrets,
    firstReads: new FirstReads(secrets),
    variables: new VariablesClient(github),
    repositories: new RepositoriesClient(github),
  };
}

/** Puts the sealed token and its command into the summary, or into the log where there is no summary. */
function announceIn(
  workflow: Workflow,
  githubUrl: string,
  clock: Clock,
  before: () => string,
): (recovery: Recovery) => void {
  return (recovery) => {
    const section = recoverySection(recovery, githubUrl, clock.now());
    if (!workflow.summary(`${before()}${section}\n`)) logLines(section, workflow);
  };
}
