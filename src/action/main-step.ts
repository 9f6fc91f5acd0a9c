import { Cancelled } from '../lib/cancellation.ts';
import { quote } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import type { Environment } from './environment.ts';
import { type Inputs, inputsFrom, maskInputs } from './inputs.ts';
import { bullets, sections } from './markdown.ts';
import { run } from './run.ts';

export interface MainDependencies extends Dependencies {
  /** Ends every connection: the process may end then. */
  readonly close: () => void;
}

/** The main step, from the inputs to the report. Never throws: whatever happens is told, and fails the step. */
export async function mainStep(
  environment: Environment,
  workflow: Workflow,
  connect: (inputs: Inputs) => MainDependencies,
): Promise<void> {
  maskInputs(environment.input, workflow);
  const inputs = inputsFrom(environment);
  if (!inputs.ok) return refuseInputs(inputs.error, workflow);
  let dependencies: MainDependencies | undefined;
  try {
    dependencies = connect(inputs.value);
    await run(inputs.value, dependencies);
  } catch (error) {
    tell(error, workflow);
  } finally {
    dependencies?.close();
  }
}

function refuseInputs(faults: readonly string[], workflow: Workflow): void {
  setMissingOutputs(workflow);
  // Each as an error of its own: the log shows them all, also where GitHub's page shows ten.
  for (const fault of faults) workflow.error(fault);
  workflow.summary(
    sections(['### ❌ ThousandEyes token: the inputs are wrong, so nothing was tried', bullets('To correct', faults)]),
  );
  workflow.fail();
}

/** What was thrown, without a stack trace or a payload. */
function tell(error: unknown, workflow: Workflow): void {
  workflow.fail();
  setMissingOutputs(workflow);
  if (error instanceof Cancelled)
    return void workflow.error('Cancelled before a token was asked for: nothing was issued and no target was changed.');
  const name =
    error instanceof Error ? `${quote(error.name, 60)}: ${quote(error.message, 200)}` : 'a value that is no error';
  workflow.error(
    `An error that should not happen (${name}). If a token was issued by then, the post step of this run or the next run finishes storing it. Please report this at the repository of the action.`,
  );
}

/** What is set stays. */
function setMissingOutputs(workflow: Workflow): void {
  if (!workflow.hasOutput('rotated')) workflow.output('rotated', 'false');
  if (!workflow.hasOutput('results')) workflow.output('results', '[]');
}
