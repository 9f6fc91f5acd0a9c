import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTEXT, type Inputs, type JobContext, stageEnvironment } from './environment.ts';
import { type Action, type CommandFiles, JobFolder, readAction, readCommandFiles } from './files.ts';
import type { FillableDisk } from './fillable-disk.ts';
import { Masker, StepLog } from './log.ts';
import { type Happening, type Listen, type StageOptions, watch } from './process.ts';
import { parsed, type RunResult, type StageResult, stageResult } from './result.ts';

export type { Inputs, JobContext } from './environment.ts';
export { allOutput, type RunResult, type StageResult } from './result.ts';

export type RunOptions = StageOptions & {
  with?: Inputs;
  /** More environment variables for both stages. */
  env?: Record<string, string>;
  context?: Partial<JobContext>;
  /** Whether the post step runs after main; it does unless told otherwise. */
  post?: boolean;
  /** Inputs that post finds other than main did. */
  postWith?: Inputs;
  execArgv?: string[];
  /** Milliseconds by which the time of day of each stage is off when it starts. */
  clockOffset?: () => number;
  /** Values the runner masks from the start, as it does with secrets. */
  secrets?: string[];
  /** Where action.yml is; the project itself unless given. */
  actionDir?: string;
  /** Where triggers get their events. */
  on?: Listen;
  /** Another RUNNER_TEMP; null leaves it unset. */
  temp?: string | null;
  /** Where RUNNER_TEMP and the command files lie. */
  disk?: FillableDisk;
};

export type PostOptions = StageOptions & {
  /** The state that post finds in place of main's, as the runner's bugs have it: `{}` is none, or that of another step. */
  state?: Readonly<Record<string, string>>;
  /** Inputs that post finds other than main did. */
  with?: Inputs;
};

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** npm's scripts run on the action's own Node, and so on Windows too, where `node_modules/.bin/node` is a shell script. */
const NODE = process.execPath;
const STEPPED_CLOCK = new URL('../clocks/stepped.ts', import.meta.url).href;

/** Runs the action as a step of a job: main, then post. What a moment does to a stage, it does to main. */
export async function runAction(options: RunOptions = {}): Promise<RunResult> {
  const step = new Step(options);
  try {
    const main = await step.main();
    if (options.post === false || !step.hasPost) return main;
    const { commandFiles } = options;
    return { ...main, post: await step.post(commandFiles === undefined ? {} : { commandFiles }) };
  } finally {
    step.dispose();
  }
}

/** What its action.yml says. */
export function actionOf({ actionDir = PROJECT }: Pick<RunOptions, 'actionDir'>): Action {
  return readAction(actionDir);
}

/** A step whose stages are started one by one; post may start while main still lives, as in a container job. */
export class Step {
  readonly #options: RunOptions;
  readonly #context: JobContext;
  readonly #actionDir: string;
  readonly #action: Action;
  readonly #folder: JobFolder;
  readonly #masker = new Masker();
  #mainFiles: CommandFiles | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#context = { ...CONTEXT, ...options.context };
    this.#actionDir = options.actionDir ?? PROJECT;
    this.#action = actionOf(options);
    this.#folder = new JobFolder();
    for (const secret of options.secrets ?? []) this.#masker.add(secret);
  }

  get hasPost(): boolean {
    return this.#action.runs.post !== undefined;
  }

  main(): Promise<StageResult> {
    const files = this.#commandFiles(this.#options);
    this.#mainFiles = files;
    return this.#run(this.#action.runs.main, files, this.#options.with ?? {}, {}, this.#options);
  }

  /** What main has saved by now, without the `STATE_` of its variables. */
  get state(): Readonly<Record<string, string>> {
    return this.#mainFiles ? parsed(readCommandFiles(this.#mainFiles).state).entries : {};
  }

  /** Takes the state as main has written it by now, unless another is given. */
  post(options: PostOptions = {}): Promise<StageResult> {
    const { runs } = this.#action;
    if (!runs.post) throw new Error('action.yml has no post');
    if (!['always()', undefined].includes(runs['post-if'])) throw new Error(`Not known here: ${runs['post-if']}`);
    const saved = Object.entries(options.state ?? this.state);
    const state = Object.fromEntries(saved.map(([name, value]) => [`STATE_${name}`, value]));
    const inputs = { ...this.#options.with, ...this.#options.postWith, ...options.with };
    return this.#run(runs.post, this.#commandFiles(options), inputs, state, options);
  }

  dispose(): void {
    this.#folder.remove();
  }

  #commandFiles({ commandFiles }: StageOptions): CommandFiles {
    return { ...this.#folder.commandFiles(this.#options.disk?.commandFolder), ...commandFiles };
  }

  async #run(
    script: string,
    files: CommandFiles,
    inputs: Inputs,
    state: Record<string, string>,
    options: StageOptions,
  ): Promise<StageResult> {
    const log = new StepLog(this.#masker, this.#options.env?.RUNNER_DEBUG === '1');
    const unexpected = Object.keys(inputs).filter((name) => !(name in this.#action.inputs));
    if (unexpected.length > 0) log.annotate('warning', `Unexpected input(s) ${unexpected.join(', ')}`);
    const clock = this.#clock(options);
    const preloaded = Object.keys(clock).length > 0 ? ['--import', STEPPED_CLOCK] : [];
    const node = [NODE, ...(this.#options.execArgv ?? []), ...preloaded, resolve(this.#actionDir, script)];
    const [command = NODE, ...args] = [...(this.#options.disk?.launcher ?? []), ...node];
    const child = spawn(command, args, {
      cwd: this.#folder.workspace,
      env: this.#environment(files, inputs, { ...state, ...clock }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = await watch(child, log, options, this.#options.on, this.#happenings(options));
    const folder = this.#folder;
    const left = { files: folder.left(this.#temp || undefined), strays: folder.strays() };
    return stageResult(ended, log, this.#masker, { commandFiles: readCommandFiles(files), ...left });
  }

  /** What tells a stage's `stepped.ts` by how much the time of day is off; nothing where it is right. */
  #clock({ wallClock }: StageOptions): Record<string, string> {
    const file = this.#folder.wallClock;
    const moved = this.#options.clockOffset?.() ?? 0;
    return {
      ...(wallClock !== undefined || existsSync(file) ? { SANDBOX_WALL_CLOCK: file } : {}),
      ...(moved === 0 ? {} : { SANDBOX_WALL_CLOCK_MOVED: String(moved) }),
    };
  }

  /** RUNNER_TEMP where it is another than the runner's own; null where there is none. */
  get #temp(): string | null | undefined {
    const { temp, disk } = this.#options;
    return temp === undefined ? disk?.temp : temp;
  }

  #environment(files: CommandFiles, inputs: Inputs, more: Record<string, string>): Record<string, string> {
    const own = stageEnvironment(this.#action, inputs, this.#context, this.#folder, files);
    const all: Record<string, string> = { ...own, ...more };
    const temp = this.#temp;
    if (temp === null) delete all.RUNNER_TEMP;
    else if (temp !== undefined) all.RUNNER_TEMP = temp;
    return { ...all, ...this.#options.env };
  }

  #happenings({ wallClock = [], fill }: StageOptions): Happening[] {
    const { disk } = this.#options;
    const steps = wallClock.map(({ at, by }) => ({ at, act: () => this.#folder.stepWallClock(by) }));
    if (fill === undefined) return steps;
    if (!disk) throw new Error('A disk to fill has to be given');
    return [...steps, { at: fill, act: (child) => disk.fill(child) }];
  }
}
