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
import { Announcer } from './lib/announced.ts';
import { createCancellation } from './lib/cancellation.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { createNetwork, type Network } from './lib/network.ts';
import { failed, ok } from './lib/result.ts';
import type { Secret } from './lib/secret.ts';
import type { Log, Workflow } from './lib/workflow.ts';
import { createJournal } from './rotation/journal/journal.ts';
import type { Recovery } from './rotation/outcome.ts';
import { onAnySignal } from './signals.ts';
import { ThousandEyesClient } from './thousandeyes/client.ts';

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
  const { clock, send, open } = shared;
  return {
    ...shared,
    workflow,
    thousandEyes: new ThousandEyesClient(inputs.thousandEyesUrl, { clock, send, open }),
    loadSealer: () => sealer,
    createJournal: (header) =>
      createJournal(journalPath(environment.temp, jobKeyFrom(environment.variables)), header, {
        log: workflow,
        leaveState: (name, value) => workflow.state(name, value),
      }),
    run: { repository: environment.repository, url: environment.runUrl, isRerun: environment.attempt > 1 },
    startedAt: clock.monotonic(),
    report: (outcome) =>
      report(outcome, workflow, { githubUrl: inputs.githubUrl, now: shared.github.now, isPost: false }),
    announce: announceIn(workflow, inputs.githubUrl, clock),
  };
}

/** The same for the post step. */
export function connectPost(
  { githubUrl, githubToken }: PostSettings,
  environment: Environment,
  workflow: Workflow,
  wiring: Wiring = realWiring,
): PostDependencies {
  const { close, ...shared } = connectGitHub(githubUrl, githubToken, environment, workflow, wiring);
  // Of several journals each has its part of the summary.
  let before = '';
  return {
    needs: { ...shared, announce: announceIn(workflow, githubUrl, shared.clock, () => before) },
    report: (outcome) => {
      const context = { githubUrl, now: shared.github.now, isPost: true };
      report(outcome, workflow, { ...context, before });
      before += summaryOf(outcome, githubUrl, context.now);
    },
    close,
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
  const { send: sendIt, open: openIt, close } = network(clock, environment.variables);
  const announcer = new Announcer({ clock, log });
  const [send, open] = [announcer.send(sendIt), announcer.open(openIt)];
  const throttle = new Throttle(clock);
  // It builds requests and sends none: the client puts the credential into each.
  const octokit = getOctokit('none', { baseUrl: githubUrl, userAgent: 'rotate-thousandeyes-token' });
  const github = new GitHubClient(githubUrl, credential, { clock, log, cancellation, send, throttle, octokit });
  const secrets = new SecretsClient(github);
  return {
    clock,
    cancellation,
    log,
    throttle,
    github,
    secrets,
    send,
    open,
    firstReads: new FirstReads(secrets),
    variables: new VariablesClient(github),
    repositories: new RepositoriesClient(github),
    close,
  };
}

/** Puts the sealed token and its command into the summary, or into the log where there is no summary. */
function announceIn(
  workflow: Workflow,
  githubUrl: string,
  clock: Clock,
  before: () => string = () => '',
): (recovery: Recovery) => void {
  return (recovery) => {
    const section = recoverySection(recovery, githubUrl, clock.now());
    if (!workflow.summary(`${before()}${section}\n`)) logLines(section, workflow);
  };
}
