import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobValues } from '../../../sandbox/github/job-values.ts';
import type { RequestRule } from '../../../sandbox/http/moments.ts';
import type { TrafficEvent } from '../../../sandbox/http/traffic.ts';
import { filledIn } from '../../../sandbox/runner/expressions.ts';
import type { World } from '../../../sandbox/world.ts';
import { environmentFrom } from '../../../src/action/environment.ts';
import { mainStep } from '../../../src/action/main-step.ts';
import { postStep } from '../../../src/action/post-step.ts';
import { connectMain, connectPost, realWiring, type Wiring } from '../../../src/dependencies.ts';
import { jobKeyFrom, journalsOf } from '../../../src/journal-files.ts';
import { JournalHandle } from '../../../src/rotation/journal/journal-handle.ts';
import { IdleClock } from '../../loss/support/idle-clock.ts';
import { FakeWorkflow } from '../../unit/support/fakes.ts';

/** A moment at which main dies. */
export type Death = RequestRule & { phase?: TrafficEvent['phase'] };

export type JobOptions = {
  /** Main dies, and without `post` its machine with it. */
  dies?: Death;
  post?: boolean;
  /** Inputs that post finds other than main did. */
  postWith?: Record<string, string>;
  /** Someone clears RUNNER_TEMP between main and post. */
  cleared?: boolean;
};

/** What a job is handed. */
export type Handed = {
  inputs: Record<string, string>;
  values: JobValues;
  repository: string;
  runId: number;
  attempt: number;
};

/** A run as its page shows it. */
export type Page = { failed: boolean; summary: string; log: string; outputs: Record<string, string> };

/**
 * A job in this process, wired as the real one, but for a clock of the world's that passes only where nothing else can happen:
 * minutes of waiting take no time. Yields what the page of the run shows; what post says stands below main's.
 */
export async function runJob(world: World, handed: Handed, options: JobOptions = {}): Promise<Page> {
  const temp = mkdtempSync(join(tmpdir(), 'advice-'));
  try {
    const main = new FakeWorkflow();
    const isDead = await runMain(world, variablesOf(handed, temp), main, options.dies);
    if (options.cleared) rmSync(temp, { recursive: true });
    const post = new FakeWorkflow();
    if (!isDead || options.post === true) {
      const inputs = { ...handed.inputs, ...options.postWith };
      await runPost(world, { ...variablesOf({ ...handed, inputs }, temp), ...stateOf(main.states) }, post);
    }
    return {
      failed: isDead || main.hasFailed || post.hasFailed,
      summary: [main, post].map(({ summaries }) => summaries.at(-1) ?? '').join('\n'),
      log: [...main.lines, ...post.lines].join('\n'),
      outputs: main.outputs,
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

function variablesOf({ inputs, values, repository, runId, attempt }: Handed, temp: string): NodeJS.ProcessEnv {
  const filled = Object.entries(filledIn(inputs, values));
  const named = filled.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)]);
  return {
    ...Object.fromEntries(named),
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_JOB: 'rotate',
    RUNNER_TEMP: temp,
  };
}

function stateOf(states: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(states).map(([name, value]) => [`STATE_${name}`, value]));
}

/** Whether it died. */
async function runMain(
  world: World,
  variables: NodeJS.ProcessEnv,
  workflow: FakeWorkflow,
  dies: Death | undefined,
): Promise<boolean> {
  const clock = new IdleClock(world);
  const environment = environmentFrom(variables);
  const death = Promise.withResolvers<true>();
  let isDead = false;
  const { kill } = dies === undefined ? { kill: undefined } : world.killedAt(dies);
  const stop = world.on((event) => {
    if (typeof kill !== 'function' || !kill(event)) return;
    isDead = true;
    death.resolve(true);
  });
  const wiring = wiringOf(clock, () => isDead);
  const step = mainStep(environment, workflow, (inputs) => {
    const real = connectMain(inputs, environment, workflow, wiring);
    // No time passes while libsodium loads.
    return { ...real, loadSealer: () => clock.during(real.loadSealer()) };
  });
  try {
    return await Promise.race([death.promise, step.then(() => false)]);
  } finally {
    stop();
  }
}

async function runPost(world: World, variables: NodeJS.ProcessEnv, workflow: FakeWorkflow): Promise<void> {
  const { RUNNER_TEMP = '', STATE_journal: own, STATE_finished: finished } = variables;
  const journals = journalsOf(RUNNER_TEMP, jobKeyFrom(variables));
  // What the entry of the post step does.
  if (journals.length === 0 && (own === undefined || finished === 'true')) return;
  const environment = environmentFrom(variables);
  const left = {
    journals: journals.map((path) => new JournalHandle(path, () => false)),
    own,
  };
  const wiring = wiringOf(new IdleClock(world), () => false);
  await postStep(environment, workflow, left, (settings) => connectPost(settings, environment, workflow, wiring));
}

/** What a dead process has sent is never answered to it, and it sends nothing more. */
function wiringOf(clock: IdleClock, isDead: () => boolean): Wiring {
  const forever = new Promise<never>(() => undefined);
  const network: Wiring['network'] = (time, variables) => {
    const real = realWiring.network(time, variables);
    return {
      ...real,
      send: clock.watch(async (request) => {
        if (isDead()) return forever;
        const answer = await real.send(request).catch((error: unknown) => {
          if (isDead()) return forever;
          throw error;
        });
        return isDead() ? forever : answer;
      }),
      open: clock.watchExchange((request) => {
        if (isDead()) return { answer: forever, arrived: () => 0, close: () => undefined };
        const exchange = real.open(request);
        const alive = <Answer>(answer: Answer): Answer | Promise<never> => (isDead() ? forever : answer);
        const refused = (error: unknown) => (isDead() ? forever : Promise.reject(error));
        return { ...exchange, answer: exchange.answer.then(alive, refused) };
      }),
    };
  };
  return { clock, onCancel: () => undefined, network };
}
