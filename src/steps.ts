import { environmentFrom } from './action/environment.ts';
import { mainStep } from './action/main-step.ts';
import { postStep } from './action/post-step.ts';
import { createWorkflow } from './action/workflow.ts';
import { connectMain, connectPost, realWiring } from './dependencies.ts';
import { JournalHandle } from './rotation/journal/journal-handle.ts';

export async function runMain(): Promise<void> {
  neverEndByAccident();
  const environment = environmentFrom(process.env);
  const workflow = createWorkflow(process.env);
  await mainStep(environment, workflow, (inputs) => connectMain(inputs, environment, workflow));
}

/** The post step, on the real world, for journals at these paths; a signal may have come before this was loaded. */
export async function runPost(journals: readonly string[], isCancelled: () => boolean): Promise<void> {
  neverEndByAccident();
  const environment = environmentFrom(process.env);
  const workflow = createWorkflow(process.env);
  const own = environment.variables.STATE_journal || undefined;
  const left = {
    journals: journals.map((path) => new JournalHandle(path, isAlive, own !== undefined && own !== path)),
    own,
  };
  await postStep(environment, workflow, left, (settings) =>
    connectPost(settings, environment, workflow, {
      ...realWiring,
      onCancel: (cancel) => {
        realWiring.onCancel(cancel);
        if (isCancelled()) cancel();
      },
    }),
  );
}

function neverEndByAccident(): void {
  // In a container job a cancel ends the client that the output goes to; storing goes on without anyone to read of it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  // What nobody expected is told without a stack trace, and stops nothing: storing may still be under way.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      process.exitCode = 1;
      const name = error instanceof Error ? error.name : 'not an error';
      process.stdout.write(`::error::Something went wrong that should not have (${name.replace(/\W/g, ' ')}).\n`);
    });
  }
}

/** A process that may not be signalled is alive, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
