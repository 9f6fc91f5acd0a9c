import { credentialContext } from '../github/credential.ts';
import { problem } from '../lib/problem.ts';
import { Secret } from '../lib/secret.ts';
import { quote } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';
import { type RecoverNeeds, recover } from '../modes/recover.ts';
import { isSameCredential, type JournalHandle } from '../rotation/journal/journal-handle.ts';
import { type Outcome, outcomeOf } from '../rotation/outcome.ts';
import type { Environment } from './environment.ts';
import { maskInputs } from './inputs.ts';

export interface PostDependencies extends RecoverNeeds {
  readonly report: (outcome: Outcome) => void;
  readonly close: () => void;
}

/** Where the post step works: the API's base URL and the credential come from its inputs, all else from the journal. */
export interface PostSettings {
  readonly githubUrl: string;
  readonly githubToken: Secret;
}

/** What main steps of this job have left; no journal, where one was left and is gone. */
export interface LeftBehind {
  readonly journals: readonly JournalHandle[];
  /** The journal of this step's own main, by the state that it saved; undefined where the runner hands over none. */
  readonly own: string | undefined;
}

/** The post step. Never throws: whatever happens is told, and fails the step. */
export async function postStep(
  environment: Environment,
  workflow: Workflow,
  left: LeftBehind,
  connect: (settings: PostSettings) => PostDependencies,
): Promise<void> {
  maskInputs(environment.input, workflow);
  const githubToken = new Secret(environment.input('github-token') ?? '');
  const githubUrl = (environment.input('github-api-url') || environment.githubUrl).replace(/\/+$/, '');
  try {
    // What is no address is none that main was given: with the runner's own it can be told.
    const dependencies = connect({
      githubUrl: URL.canParse(githubUrl) ? githubUrl : environment.githubUrl,
      githubToken,
    });
    try {
      if (left.journals.length === 0) dependencies.report(journalGone());
      for (const journal of left.journals) {
        const outcome = await outcomeFor(journal, { githubUrl, githubToken }, left, dependencies);
        if (outcome !== undefined) dependencies.report(outcome);
      }
    } finally {
      dependencies.close();
    }
  } catch (error) {
    workflow.fail();
    workflow.error(
      `The post step met an error that should not happen (${quote(error instanceof Error ? error.message : '', 200)}). Run this workflow again: it finishes what is left.`,
    );
  }
}

async function outcomeFor(
  journal: JournalHandle,
  { githubUrl, githubToken }: PostSettings,
  { own }: LeftBehind,
  needs: RecoverNeeds,
): Promise<Outcome | undefined> {
  const record = journal.read();
  if (record === undefined) return own === journal.path ? journalGone() : undefined;
  if (record.finished) return undefined;
  if (!isSameCredential(githubToken, githubUrl, record.header.credential))
    // Another use of the action in this job has a post step of its own.
    return own !== undefined && own !== journal.path ? undefined : otherCredential(githubToken);
  const stores = record.header.targets.map(({ target }) => target.store);
  return recover(journal, credentialContext(githubToken, stores, githubUrl), needs);
}

function otherCredential(githubToken: Secret): Outcome {
  const what =
    githubToken.reveal() === ''
      ? 'an empty `github-token`'
      : 'another `github-token` or `github-api-url` than the main step was';
  return outcomeOf('rotate', 'The post step could not finish what the main step had left.', {
    problems: [
      problem(
        'Finishing what the main step had left',
        `this post step was handed ${what}, so it sent nothing`,
        'Run this workflow again: it finishes what is left.',
        'In composite actions the runner may hand a post step the inputs of another step.',
      ),
    ],
  });
}

/** Main left the path of a journal, but no journal that can be read, nor the word that it finished. */
function journalGone(): Outcome {
  return outcomeOf('rotate', 'The journal of this run is gone or broken.', {
    problems: [
      problem(
        'Looking for the journal of this run in RUNNER_TEMP',
        'it is gone or broken, and the main step did not say that it had finished',
        [
          'Run this workflow again: it finds out what happened, and finishes it.',
          'Find out what clears RUNNER_TEMP while the job runs.',
        ],
      ),
    ],
  });
}
