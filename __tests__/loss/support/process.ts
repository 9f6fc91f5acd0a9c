import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults } from '../../../sandbox/http/faults.ts';
import type { World } from '../../../sandbox/world.ts';
import { type Environment, environmentFrom } from '../../../src/action/environment.ts';
import { mainStep } from '../../../src/action/main-step.ts';
import { postStep } from '../../../src/action/post-step.ts';
import { connectMain, connectPost, realWiring, type Wiring } from '../../../src/dependencies.ts';
import { jobKeyFrom, journalsOf } from '../../../src/journal-files.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { JournalHandle } from '../../../src/rotation/journal/journal-handle.ts';
import { FakeWorkflow } from '../../unit/support/fakes.ts';
import { Absence } from './absence.ts';
import { Mortal } from './mortal.ts';
import { home, type Job, type JobOptions, nextName, type Scene, type Stage } from './scene.ts';

/** More than the run that the world itself has. */
const firstRun = 5000;
const runs = new WeakMap<Scene, number>();

/**
 * A run of the workflow in this process, wired as the real one but for its clock, which passes only when nothing else can
 * happen, and what it says to the runner, which is kept. It gets the secrets of when it is made.
 */
export class LossProcess implements Job {
  readonly clock: Clock;
  readonly runId: number;
  readonly #refusals: Faults;
  /** Whether the process that wrote a journal still runs. */
  isAlive: (pid: number) => boolean = () => false;
  /** What the next stages can't write. */
  readonly broken = new Set<'output' | 'state' | 'summary'>();
  readonly temp = mkdtempSync(join(tmpdir(), 'loss-'));
  readonly #scene: Scene;
  readonly #inputs: Readonly<Record<string, string>>;
  readonly #kill: JobOptions['kill'];
  #state: Readonly<Record<string, string>> = {};

  /** @param refusals requests for which the server is not there */
  constructor(scene: Scene, { with: inputs = {}, kill, step }: JobOptions = {}, refusals = new Faults()) {
    const { world } = scene;
    this.#scene = scene;
    this.clock = step === undefined ? scene.clock : stepped(scene.clock, step, world);
    this.runId = (runs.get(scene) ?? firstRun) + 1;
    runs.set(scene, this.runId);
    this.#inputs = {
      'thousandeyes-token': world.github.open(home) ?? '',
      'thousandeyes-token-next': world.github.open(home, nextName) ?? '',
      'github-token': world.githubToken,
      'thousandeyes-api-url': world.thousandeyes.url,
      'github-api-url': world.github.url,
      ...scene.inputs,
      ...inputs,
    };
    this.#kill = kill;
    this.#refusals = refusals;
  }

  async main(onCancel: (cancel: () => void) => void = () => undefined): Promise<Stage> {
    const workflow = this.#workflow();
    const environment = this.environment();
    const mortal = new Mortal(this.clock);
    const stop = this.#scene.world.on((event) => {
      if (this.#kill?.(event)) mortal.die();
    });
    const ended = mainStep(environment, workflow, (inputs) => {
      const real = connectMain(inputs, environment, workflow, { ...this.#wiring(mortal), onCancel });
      // No time passes while libsodium loads.
      return { ...real, loadSealer: () => this.#scene.clock.during(real.loadSealer()) };
    });
    await mortal.outlived(ended);
    stop();
    this.#state = { ...this.#state, ...workflow.states };
    return this.#stage(workflow, mortal.isDead);
  }

  /** What the runner would set for a stage. */
  environment(): Environment {
    const inputs = Object.entries(this.#inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const state = Object.entries(this.#state).map(([name, value]) => [`STATE_${name}`, value]);
    return environmentFrom({
      ...Object.fromEntries([...inputs, ...state]),
      GITHUB_REPOSITORY: home,
      GITHUB_RUN_ID: String(this.runId),
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_JOB: 'rotate',
      RUNNER_TEMP: this.temp,
    });
  }

  async post(): Promise<Stage> {
    const workflow = this.#workflow();
    const environment = this.environment();
    const journals = journalsOf(this.temp, jobKeyFrom(environment.variables));
    const own = this.#state.journal;
    const isFinished = this.#state.finished === 'true';
    // What the entry of the post step does.
    if (journals.length === 0 && (own === undefined || isFinished)) return this.#stage(workflow);
    const mortal = new Mortal(this.clock);
    const left = {
      journals: journals.map(
        (path) => new JournalHandle(path, (pid) => this.isAlive(pid), own !== undefined && own !== path),
      ),
      own,
    };
    const ended = postStep(environment, workflow, left, (settings) =>
      connectPost(settings, environment, workflow, this.#wiring(mortal)),
    );
    await ended;
    return this.#stage(workflow);
  }

  #workflow(): FakeWorkflow {
    const workflow = new FakeWorkflow();
    for (const each of this.broken) workflow.broken.add(each);
    return workflow;
  }

  #wiring(mortal: Mortal): Wiring {
    const absence = new Absence(this.#refusals, this.#scene.world);
    const { clock } = this.#scene;
    const network: Wiring['network'] = (time, variables) => {
      const real = realWiring.network(time, variables);
      return mortal.network({
        send: clock.watch(absence.refusing(real.send)),
        open: clock.watchExchange(absence.refusingExchange(real.open)),
        close: real.close,
      });
    };
    return { clock: mortal.clock, onCancel: () => undefined, network };
  }

  #stage({ hasFailed, masks, lines, outputs, summaries }: FakeWorkflow, isDead = false): Stage {
    const summary = summaries.at(-1) ?? '';
    const said = [...lines, summary].join('\n');
    const files = readdirSync(this.temp).map((name) => readFileSync(join(this.temp, name), 'utf8'));
    const wrote = [said, ...summaries, ...Object.entries(outputs).flat(), ...files].join('\n');
    return { failed: hasFailed || isDead, isKilled: isDead, masks, said, summary, wrote };
  }

  [Symbol.dispose](): void {
    rmSync(this.temp, { recursive: true });
  }
}

/** The same clock with another time of day, once it is stepped; spans are what they were. */
function stepped(clock: Clock, { at, by }: NonNullable<JobOptions['step']>, world: World): Clock {
  let ahead = 0;
  world.on((event) => {
    if (at(event)) ahead = by;
  });
  return {
    now: () => clock.now() + ahead,
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
