import {
  allOutput,
  type PostOptions,
  type Step as RunnerStep,
  type RunOptions,
  type StageResult,
} from '../../../sandbox/runner/runner.ts';
import type { QueuedRun } from '../../../sandbox/workflow.ts';
import type { Job, Scene, Stage } from './scene.ts';

/** A run of the workflow with the shipped bundle. It gets the secrets of when it is made. */
export class LossBundle implements Job {
  readonly runId: number;
  readonly #step: RunnerStep;

  constructor(scene: Scene, options: RunOptions = {}) {
    const { with: inputs, ...more } = options;
    const run: QueuedRun = scene.world.workflow({ with: { ...scene.inputs, ...inputs } }).queue();
    this.runId = run.id;
    this.#step = run.step(more);
  }

  async main(): Promise<Stage & StageResult> {
    return staged(await this.#step.main());
  }

  async post(options: PostOptions = {}): Promise<Stage & StageResult> {
    return staged(await this.#step.post(options));
  }

  [Symbol.dispose](): void {
    this.#step.dispose();
  }
}

function staged(result: StageResult): Stage & StageResult {
  const annotations = result.annotations.map(({ message }) => message);
  const said = [result.log, ...annotations, result.summary].join('\n');
  return {
    ...result,
    failed: result.exitCode !== 0,
    isKilled: result.signal === 'SIGKILL',
    said,
    wrote: allOutput(result),
  };
}
