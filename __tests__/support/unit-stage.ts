import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  inputVariables,
  JobFolder,
  parseCommandFile,
  readAction,
  readCommandFiles,
} from '../../sandbox/runner-files.ts';
import { HOME, type World } from '../../sandbox/world.ts';
import { deadPid } from './unit-ports.ts';
import { capturedMeanwhile } from './unit-stdout.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

/** A job whose stages run in this process, against a sandbox world. */
export class InProcessJob {
  readonly folder = new JobFolder();
  readonly #world: World;
  readonly #with: Record<string, string>;
  readonly #context: { repository?: string; event?: unknown };
  #state: Record<string, string> = {};

  constructor(
    world: World,
    inputs: Record<string, string> = {},
    context: { repository?: string; event?: unknown } = {},
  ) {
    this.#world = world;
    this.#with = inputs;
    this.#context = context;
  }

  /** Runs a stage with the environment and the command files that the runner would give it. */
  async stage(run: (env: NodeJS.ProcessEnv) => Promise<unknown>, more: Record<string, string> = {}) {
    const files = this.folder.commandFiles();
    const repository = this.#context.repository ?? HOME;
    const given = {
      'thousandeyes-token': this.#world.currentToken,
      'github-token': this.#world.githubToken,
      'thousandeyes-api-url': this.#world.thousandeyes.url,
      'github-api-url': this.#world.github.url,
      ...this.#with,
    };
    const action = readAction(fileURLToPath(new URL('../..', import.meta.url)));
    const env: Record<string, string> = {
      GITHUB_REPOSITORY: repository,
      GITHUB_API_URL: this.#world.github.url,
      GITHUB_RUN_ID: '4711',
      GITHUB_EVENT_PATH: this.folder.write('event.json', JSON.stringify(this.#context.event ?? {})),
      GITHUB_OUTPUT: files.output,
      GITHUB_STATE: files.state,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: this.folder.temp,
      ...inputVariables(action, given, { repository, api_url: this.#world.github.url }),
      ...Object.fromEntries(Object.entries(this.#state).map(([name, value]) => [`STATE_${name}`, value])),
      ...more,
    };
    const before = { ...process.env };
    Object.assign(process.env, env);
    const listeners = signals.map((signal) => process.listeners(signal));
    const { stdout, exitCode } = await captured(() => run({ ...before, ...env }));
    signals.forEach((signal, index) => {
      for (const listener of process.listeners(signal))
        if (!listeners[index]?.includes(listener)) process.removeListener(signal, listener);
    });
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
    const written = readCommandFiles(files);
    this.#state = { ...this.#state, ...parseCommandFile(written.state) };
    return { stdout, exitCode, outputs: parseCommandFile(written.output), summary: written.summary };
  }

  get journal(): string | undefined {
    return this.#state.journal;
  }

  /** Makes the journal say that its main is dead, as it is when the runner starts the post step. */
  buryMain(): void {
    if (this.journal === undefined) throw new Error('there is no journal');
    const text = readFileSync(this.journal, 'utf8');
    writeFileSync(this.journal, text.replace(`"pid":${process.pid}`, `"pid":${deadPid}`));
  }

  [Symbol.dispose](): void {
    this.folder.remove();
  }
}

async function captured(run: () => Promise<unknown>): Promise<{ stdout: string; exitCode: unknown }> {
  process.exitCode = undefined;
  try {
    return { stdout: await capturedMeanwhile(run), exitCode: process.exitCode ?? 0 };
  } finally {
    process.exitCode = undefined;
  }
}
