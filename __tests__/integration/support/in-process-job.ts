import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  inputVariables,
  JobFolder,
  parseCommandFile,
  readAction,
  readCommandFiles,
} from '../../../sandbox/runner/files.ts';
import { HOME, type World } from '../../../sandbox/world.ts';
import { jobKeyFrom, journalPath, journalsOf } from '../../../src/journal-files.ts';
import type { JournalLine } from '../../../src/rotation/journal/journal-record.ts';
import { runMain, runPost } from '../../../src/steps.ts';
import { capturedMeanwhile } from '../../unit/support/captured-output.ts';
import { deadPid } from '../../unit/support/fakes.ts';

/** What the steps listen to. */
const events = [...Object.keys(constants.signals), 'SIGBREAK', 'uncaughtException', 'unhandledRejection'];

/** What a job runs in. */
interface JobContext {
  repository?: string;
  event?: unknown;
  runId?: number;
  attempt?: number;
}

/** A job whose stages run in this process, wired as the real ones, against a sandbox world. */
export class InProcessJob {
  readonly folder = new JobFolder();
  readonly #world: World;
  readonly #with: Record<string, string>;
  readonly #context: JobContext;
  #state: Record<string, string> = {};

  /** Its tokens are those that the home and the secret beside it hold when a stage starts, unless they are given. */
  constructor(world: World, inputs: Record<string, string> = {}, context: JobContext = {}) {
    this.#world = world;
    this.#with = inputs;
    this.#context = context;
  }

  /** @param more environment variables; an empty one is as good as none */
  main(more: Record<string, string> = {}) {
    return this.stage(runMain, more);
  }

  post(more: Record<string, string> = {}) {
    return this.stage(() => runPost(this.journals, () => false), more);
  }

  /** Runs a stage with the environment and the command files that the runner would give it. */
  async stage(run: (variables: NodeJS.ProcessEnv) => Promise<unknown>, more: Record<string, string> = {}) {
    const files = this.folder.commandFiles();
    const repository = this.#context.repository ?? HOME;
    const given = {
      'thousandeyes-token': this.#world.github.open(HOME) ?? this.#world.currentToken,
      'thousandeyes-token-next': this.#world.github.open(HOME, 'TE_TOKEN_NEXT') ?? '',
      'github-token': this.#world.githubToken,
      'thousandeyes-api-url': this.#world.thousandeyes.url,
      'github-api-url': this.#world.github.url,
      ...this.#with,
    };
    const action = readAction(fileURLToPath(new URL('../../..', import.meta.url)));
    const environment = {
      GITHUB_REPOSITORY: repository,
      GITHUB_API_URL: this.#world.github.url,
      ...this.#job,
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

  /** Where its main has noted what it did; undefined where it has not said so. */
  get journal(): string | undefined {
    return this.#state.journal;
  }

  /** The journals that its main steps have left. */
  get journals(): string[] {
    return journalsOf(this.folder.temp, jobKeyFrom(this.#job));
  }

  /** Puts a journal where post finds it, as if a main had left it and was dead; yields its path. */
  leave(lines: readonly JournalLine[], { isAsked = true, isOwn = true } = {}): string {
    const path = journalPath(this.folder.temp, jobKeyFrom(this.#job));
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    writeFileSync(`${path}${isAsked ? '.asked' : '.unclaimed'}`, '');
    if (isOwn) this.#state = { journal: path };
    return path;
  }

  get #job() {
    const { runId = 4711, attempt = 1 } = this.#context;
    return { GITHUB_RUN_ID: String(runId), GITHUB_RUN_ATTEMPT: String(attempt), GITHUB_JOB: 'rotate' };
  }

  /** Makes the journal say that its main is dead, as it is when the runner starts the post step. */
  buryMain(): void {
    const path = this.journal;
    if (path === undefined) throw new Error('there is no journal');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(`"pid":${process.pid}`, `"pid":${deadPid}`));
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
