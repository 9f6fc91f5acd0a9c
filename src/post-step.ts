import { askerOf, connect } from './connections.ts';
import { HiddenNames } from './hidden-names.ts';
import { type JournalHeader, openJournal, readJournal } from './journal.ts';
import { type Recovered, recover } from './recovery.ts';
import { annotate, logRecovery } from './report.ts';
import type { Runner } from './runner.ts';
import { Secret } from './secret.ts';
import { bullets, recoverySection, sections, whatToDo } from './summary.ts';
import { quote } from './text.ts';
import { workflow } from './workflow.ts';

/** The post step. Never throws: whatever happens is told, and fails the step. */
export async function postStep(runner: Runner, path: string): Promise<void> {
  const [token, credential] = [secretFrom(runner, 'thousandeyes-token'), secretFrom(runner, 'github-token')];
  workflow.mask(token);
  workflow.mask(credential);
  try {
    await finish(runner, credential, path);
  } catch (error) {
    workflow.fail();
    workflow.error(
      `The post step met an error that should not happen (${quote(error instanceof Error ? error.message : '', 200)}). If the job summary has a section "Finish by hand", run its command.`,
    );
  }
}

function secretFrom(runner: Runner, input: string): Secret {
  return new Secret(runner.input(input) ?? '');
}

/** Finishes what a journal says is pending. The API's URL comes from the inputs. */
async function finish(runner: Runner, credential: Secret, path: string): Promise<void> {
  const githubUrl = (runner.input('github-api-url') || runner.githubUrl).replace(/\/+$/, '');
  const header = readJournal(path)?.header;
  if (header === undefined) return;
  const hidden = hiddenIn(header);
  const connections = connect(githubUrl, credential, hidden.log(workflow), header.targets.length);
  let announced: string | undefined;
  const recovered = await recover({
    ...connections,
    read: () => readJournal(path),
    journal: openJournal(path),
    isAlive,
    asker: askerOf(credential, header.targets),
    announce: (recovery) => {
      announced = recovery.shown;
      if (!workflow.summary(recoverySection(recovery, githubUrl))) logRecovery(recovery, githubUrl, workflow);
    },
  });
  if (recovered !== undefined) tell(recovered, announced, hidden);
}

/** @param announced the home, where the summary says by now how to finish it by hand */
function tell(
  { headline, stored, problems, warnings: remarks }: Recovered,
  announced: string | undefined,
  hidden: HiddenNames,
): void {
  const discreet = problems.map((problem) => hidden.inProblem(problem));
  const messages = discreet.map(({ message }) => message);
  const warnings = remarks.map((warning) => hidden.in(warning));
  const isHomeStored = stored.some((shown) => shown === announced);
  workflow.summary(
    sections([
      `### ${problems.length > 0 ? '❌' : '✅'} ThousandEyes token: ${headline}`,
      isHomeStored ? 'Nothing is left to finish by hand: the home is written.' : undefined,
      bullets('Stored by the post step', stored),
      whatToDo(discreet),
      bullets('Note', warnings),
    ]),
    // A command that is not needed any more would be run by someone in a hurry.
    isHomeStored ? 'replace' : 'append',
  );
  workflow.info(headline);
  if (stored.length > 0) workflow.info(`Stored: ${stored.join(', ')}`);
  annotate(warnings, (text) => workflow.warning(text), workflow);
  annotate(messages, (text) => workflow.error(text), workflow);
  if (problems.length > 0) workflow.fail();
}

/** Main shows a target by another name than its own where that must not be read. */
function hiddenIn({ targets }: JournalHeader): HiddenNames {
  const hidden = new HiddenNames();
  for (const { store, shown } of targets) {
    // Only a pattern has a star.
    if ('repository' in store && shown.includes('*')) hidden.hide(`${store.owner}/${store.repository}`, shown);
  }
  return hidden;
}

/** A process that may not be signalled lives, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
