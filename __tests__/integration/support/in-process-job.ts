import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  inputVariables,
  JobFolder,
  parseCommandFile,
  readAction,
  readCommandFiles,
} from '../../../sandbox/runner/files.ts';
import { HOME, type World } from '../../../sandbox/world.ts';
import type { JournalLine } from '../../../src/rotation/journal.ts';
import { runMain, runPost } from '../../../src/steps.ts';
import { capturedMeanwhile } from '../../unit/support/captured-output.ts';
import { deadPid } from '../../unit/support/fakes.ts';

/** What the steps listen to. */
const events = [...Object.keys(constants.signals), 'SIGBREAK', 'uncaughtException', 'unhandledRejection'];

/** A job whose stages run in this process, wired as the real ones, against a sandbox world. */
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

  /** @param more environment variables; an empty one is as good as none */
  main(more: Record<string, string> = {}) {
    return this.stage(runMain, more);
  }

  post(more: Record<string, string> = {}) {
    return this.stage(() => runPost(this.journal ?? join(this.folder.temp, 'none')), more);
  }

  /** Runs a stage with the environment and the command files that the runner would give it. */
  async stage(run: (variables: NodeJS.ProcessEnv) => Promise<unknown>, more: Record<string, string> = {}) {
    const files = this.folder.commandFiles();
    const repository = this.#context.repository ?? HOME;
    const given = {
      'thousandeyes-token': this.#world.currentToken,
      'github-token': this.#world.githubToken,
      'thousandeyes-api-url': this.#world.thousandeyes.url,
      'github-api-url': this.#world.github.url,
      ...this.#with,
    };
    const action = readAction(fileURLToPath(new URL('../../..', import.meta.url)));
    const environment = {
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
    Object.assign(process.env, environment);
    using _listeners = new OwnListeners();
    const { stdout, exitCode } = await captured(() => run({ ...before, ...environment }));
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
    const written = readCommandFiles(files);
    this.#state = { ...this.#state, ...parseCommandFile(written.state) };
    return { stdout, exitCode, outputs: parseCommandFile(written.output), summary: written.summary };
  }

  /** What main has left to post. */
  get state(): Readonly<Record<string, string>> {
    return this.#state;
  }

  get journal(): string | undefined {
    return this.#state.journal;
  }

  /** Puts a journal where post finds it, as if main had left it and was dead; yields its path. */
  leave(lines: readonly JournalLine[], isAsked = true): string {
    const path = join(this.folder.temp, 'journal.jsonl');
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    writeFileSync(`${path}${isAsked ? '.asked' : '.unclaimed'}`, '');
    this.#state = { journal: path };
    return path;
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

/** Takes away what a stage listens to, when it is over. */
class OwnListeners {
  readonly #before = new Map(events.map((event) => [event, process.listeners(event as 'SIGINT')]));
  readonly #ofStreams = [process.stdout, process.stderr].map((stream) => ({
    stream,
    before: stream.listeners('error'),
  }));

  [Symbol.dispose](): void {
    for (const [event, before] of this.#before)
      for (const listener of process.listeners(event as 'SIGINT'))
        if (!before.includes(listener)) process.removeListener(event, listener);
    for (const { stream, before } of this.#ofStreams)
      for (const listener of stream.listeners('error'))
        if (!before.includes(listener)) stream.removeListener('error', listener as () => void);
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
