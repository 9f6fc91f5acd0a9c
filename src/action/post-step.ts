import { type CredentialContext, credentialContext } from '../github/credential.ts';
import { messageOf } from '../lib/problem.ts';
import { Secret } from '../lib/secret.ts';
import { quote } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';
import { type JournalHandle, type Recovered, type RecoverNeeds, recover } from '../modes/recover.ts';
import type { Recovery } from '../rotation/outcome.ts';
import type { Environment } from './environment.ts';
import { bullets, sections } from './markdown.ts';
import { annotate, logLines } from './report.ts';
import { keptAsideSection, recoverySection, whatToDo } from './summary.ts';

/** Everything outside, for one run of the post step. */
export interface PostDependencies {
  readonly needs: RecoverNeeds;
  readonly close: () => void;
}

/** Where the post step works: the API's base URL and the credential come from its inputs, all else from the journal. */
export interface PostSettings {
  readonly githubUrl: string;
  readonly githubToken: Secret;
  /** Whether the summary of the main step says how to finish by hand. */
  readonly isTold: boolean;
}

/** The post step. Never throws: whatever happens is told, and fails the step. */
export async function postStep(
  environment: Environment,
  workflow: Workflow,
  journal: JournalHandle,
  connect: (settings: PostSettings, announce: (recovery: Recovery) => void) => PostDependencies,
): Promise<void> {
  const githubToken = new Secret(environment.input('github-token') ?? '');
  workflow.mask(new Secret(environment.input('thousandeyes-token') ?? ''));
  workflow.mask(githubToken);
  try {
    const record = journal.read();
    if (record === undefined) return tellMissingJournal(environment.isTold, workflow);
    const githubUrl = (environment.input('github-api-url') || environment.githubUrl).replace(/\/+$/, '');
    const stores = record.header.targets.map(({ target }) => target.store);
    const credential = credentialContext(githubToken, stores, githubUrl);
    await finish({ githubUrl, githubToken, isTold: environment.isTold }, credential, workflow, journal, connect);
  } catch (error) {
    workflow.fail();
    workflow.error(
      `The post step met an error that should not happen (${quote(error instanceof Error ? error.message : '', 200)}). If the job summary has a section "Finish by hand", run its command.`,
    );
  }
}

async function finish(
  settings: PostSettings,
  credential: CredentialContext,
  workflow: Workflow,
  journal: JournalHandle,
  connect: (settings: PostSettings, announce: (recovery: Recovery) => void) => PostDependencies,
): Promise<void> {
  let section: string | undefined;
  const now = () => needs.clock.now();
  const announce = (recovery: Recovery) => {
    // Once is enough, and what stands above can't be taken for something new.
    if (settings.isTold) {
      section = 'Finish by hand: the command stands above, where the main step put it.';
      return;
    }
    const text = recoverySection(recovery, settings.githubUrl, now(), 'post');
    if (workflow.summary(sections([text]))) section = text;
    else logLines(text, workflow);
  };
  const { needs, close } = connect(settings, announce);
  try {
    const recovered = await recover(journal, credential, { ...needs, announce });
    if (recovered !== undefined) tell(recovered, section, settings.githubUrl, now(), workflow);
  } finally {
    close();
  }
}

/** @param section the way to finish by hand, where the summary shows it by now */
function tell(
  recovered: Recovered,
  section: string | undefined,
  githubUrl: string,
  now: number,
  workflow: Workflow,
): void {
  const { headline, stored, problems, warnings, isHomeStored, keptAside } = recovered;
  // A command that is not needed any more would be run by someone in a hurry.
  const byHand = isHomeStored ? undefined : section;
  const aside = keptAside === undefined ? undefined : keptAsideSection(keptAside, githubUrl, now);
  const isInSummary = workflow.summary(
    sections([
      `### ${problems.length > 0 ? '❌' : '✅'} ThousandEyes token: ${headline}`,
      isHomeStored ? 'Nothing is left to finish by hand: the home is written.' : undefined,
      byHand,
      aside,
      bullets('Stored by the post step', stored),
      whatToDo(problems),
      bullets('Note', warnings),
    ]),
  );
  // A summary that could be written before, and can't any more, is empty now.
  if (!isInSummary) for (const text of [byHand, aside]) if (text !== undefined) logLines(text, workflow);
  workflow.info(headline);
  if (stored.length > 0) workflow.info(`Stored: ${stored.join(', ')}`);
  annotate(warnings, (text) => workflow.warning(text), workflow);
  annotate(problems.map(messageOf), (text) => workflow.error(text), workflow);
  if (problems.length > 0) workflow.fail();
}

/** Main left the path of a journal, but neither the journal nor the word that it finished. */
function tellMissingJournal(isTold: boolean, workflow: Workflow): void {
  workflow.fail();
  const text = isTold
    ? 'The journal of this run is gone from RUNNER_TEMP, so this step can finish nothing. Run the command above, below "Finish by hand", where the main step put it. Find out what clears RUNNER_TEMP while the job runs.'
    : 'The journal of this run is gone from RUNNER_TEMP, and the main step did not say that it had finished: a token may have been issued and lost. To tell, start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost, and its message says how to recover. Find out what clears RUNNER_TEMP while the job runs.';
  workflow.error(text);
  workflow.summary(
    sections(['### ❌ ThousandEyes token: the journal of this run is gone', bullets('What to do', [text])]),
  );
}
