import type { StageOptions } from '../../../sandbox/runner/process.ts';
import {
  allOutput,
  type Step as RunnerStep,
  type RunOptions,
  type StageResult,
} from '../../../sandbox/runner/runner.ts';
import { home, type Scene, type Stage } from './scene.ts';

/** The shipped bundle as a step of a job in a scene. */
export class LossBundle {
  readonly #scene: Scene;
  readonly #step: RunnerStep;
  #lastRun = 4711;

  constructor(scene: Scene, options: RunOptions = {}) {
    this.#scene = scene;
    this.#step = scene.world.step({ with: scene.inputs, ...options });
  }

  async main(): Promise<Stage & StageResult> {
    return staged(await this.#step.main());
  }

  async post(options: StageOptions = {}): Promise<Stage & StageResult> {
    return staged(await this.#step.post(options));
  }

  /** A fresh run with `mode: sync`; it gets the token that the home holds. */
  async sync(): Promise<Stage> {
    const { world, issued = '' } = this.#scene;
    const runId = ++this.#lastRun;
    // GitHub tells dates in whole seconds: this run is created clearly after the home was written.
    world.github.addRun(home, { id: runId, createdAt: world.clock.now() + 2000 });
    const inputs = { ...this.#scene.inputs, mode: 'sync', 'thousandeyes-token': issued };
    return staged(await world.run({ with: inputs, context: { runId } }));
  }

  [Symbol.dispose](): void {
    this.#step.dispose();
  }
}

function staged(result: StageResult): Stage & StageResult {
  const annotations = result.annotations.map(({ message }) => message);
  const said = [result.log, ...annotations, result.summary].join('\n');
  return { ...result, failed: result.exitCode !== 0, said, wrote: allOutput(result) };
}
