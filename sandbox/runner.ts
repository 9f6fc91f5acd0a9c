import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineSettings } from './machine.ts';
import {
  type Action,
  type CommandFiles,
  inputVariables,
  JobFolder,
  type LeftFile,
  parseCommandFile,
  readAction,
  readCommandFiles,
} from './runner-files.ts';
import { type Annotation, Masker, StepLog } from './runner-log.ts';
import { type Chunk, type Ended, type Listen, type StageOptions, watch } from './runner-process.ts';

export type Inputs = Record<string, string | number | boolean>;

export type JobContext = {
  repository: string;
  apiUrl: string;
  serverUrl: string;
  runId: number;
  eventName: string;
  workflow: string;
  /** The event's payload. */
  event: unknown;
};

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
  /** Values the runner masks from the start, as it does with secrets. */
  secrets?: string[];
  /** Where action.yml is; the project itself unless given. */
  actionDir?: string;
  /** Where triggers get their events. */
  on?: Listen;
};

export type StageResult = Ended & {
  stdout: string;
  stderr: string;
  /** What a person sees: commands rendered, masks applied. */
  log: string;
  annotations: Annotation[];
  /** Every mask known by the end of the stage. */
  masks: string[];
  outputs: Record<string, string>;
  state: Record<string, string>;
  /** The job summary as shown; empty if it was too large. */
  summary: string;
  /** The command files as written. */
  commandFiles: CommandFiles;
  /** What is left under RUNNER_TEMP. */
  files: LeftFile[];
  /** What is left in the home, the workspace and the system's temporary folder. */
  strays: LeftFile[];
};

export type RunResult = StageResult & { post?: StageResult };

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
/** npm's scripts run on the action's own Node, and so on Windows too, where `node_modules/.bin/node` is a shell script. */
const NODE = process.execPath;
const SUMMARY_LIMIT = 1024 * 1024;
const CONTEXT: JobContext = {
  repository: 'acme/network',
  apiUrl: 'https://api.github.com',
  serverUrl: 'https://github.com',
  runId: 1,
  eventName: 'schedule',
  workflow: 'Rotate',
  event: undefined,
};

/** Runs the action as a step of a job: main, then post. */
export async function runAction(options: RunOptions = {}): Promise<RunResult> {
  const step = new Step(options);
  try {
    const main = await step.main();
    if (options.post === false || !step.hasPost) return main;
    return { ...main, post: await step.post() };
  } finally {
    step.dispose();
  }
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
    this.#action = readAction(this.#actionDir);
    this.#folder = new JobFolder();
    for (const secret of options.secrets ?? []) this.#masker.add(secret);
  }

  get hasPost(): boolean {
    return this.#action.runs.post !== undefined;
  }

  main(): Promise<StageResult> {
    const files = this.#folder.commandFiles();
    this.#mainFiles = files;
    return this.#run(this.#action.runs.main, files, this.#options.with ?? {}, {}, this.#options);
  }

  /** Takes the state as main has written it by now. */
  post(options: StageOptions = {}): Promise<StageResult> {
    const { runs } = this.#action;
    if (!runs.post) throw new Error('action.yml has no post');
    if (!['always()', undefined].includes(runs['post-if'])) throw new Error(`Not known here: ${runs['post-if']}`);
    const saved = this.#mainFiles ? parsed(readCommandFiles(this.#mainFiles).state).entries : {};
    const state = Object.fromEntries(Object.entries(saved).map(([name, value]) => [`STATE_${name}`, value]));
    const inputs = { ...this.#options.with, ...this.#options.postWith };
    return this.#run(runs.post, this.#folder.commandFiles(), inputs, state, options);
  }

  dispose(): void {
    this.#folder.remove();
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
    const child = spawn(NODE, [...(this.#options.execArgv ?? []), resolve(this.#actionDir, script)], {
      cwd: this.#folder.workspace,
      env: { ...this.#environment(files, inputs), ...state, ...this.#options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = await watch(child, log, options, this.#options.on);
    return this.#result(files, log, ended);
  }

  #environment(files: CommandFiles, inputs: Inputs): Record<string, string> {
    const { repository, apiUrl, serverUrl, runId, eventName, workflow } = this.#context;
    const owner = repository.split('/')[0] ?? '';
    const event = this.#context.event ?? {
      repository: { full_name: repository, private: true, owner: { login: owner } },
    };
    const context = {
      repository,
      repository_owner: owner,
      api_url: apiUrl,
      server_url: serverUrl,
      run_id: String(runId),
    };
    const variables = Object.entries(context).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]);
    return {
      ...machineSettings(),
      HOME: this.#folder.home,
      TMPDIR: this.#folder.systemTemp,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      ...Object.fromEntries(variables),
      GITHUB_EVENT_NAME: eventName,
      GITHUB_EVENT_PATH: this.#folder.write('event.json', JSON.stringify(event)),
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_RUN_NUMBER: '1',
      GITHUB_JOB: 'rotate',
      GITHUB_ACTOR: 'acme-admin',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_WORKFLOW: workflow,
      GITHUB_WORKSPACE: this.#folder.workspace,
      GITHUB_OUTPUT: files.output,
      GITHUB_STATE: files.state,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_ENV: files.env,
      RUNNER_TEMP: this.#folder.temp,
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: 'X64',
      ...inputVariables(this.#action, inputs, context),
    };
  }

  #result(files: CommandFiles, log: StepLog, ended: Ended): StageResult {
    const commandFiles = readCommandFiles(files);
    const outputs = parsed(commandFiles.output);
    const state = parsed(commandFiles.state);
    for (const { error } of [outputs, state])
      if (error) log.annotate('error', `Unable to process file command: ${error}`);
    const tooLarge = Buffer.byteLength(commandFiles.summary) > SUMMARY_LIMIT;
    if (tooLarge) log.annotate('error', '$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k');
    const masked = commandFiles.summary.split('\n').map((line) => this.#masker.mask(line));
    const text = (stream: Chunk['stream']): string =>
      ended.chunks
        .filter((chunk) => chunk.stream === stream)
        .map((chunk) => chunk.text)
        .join('');
    return {
      ...ended,
      stdout: text('stdout'),
      stderr: text('stderr'),
      log: log.text,
      annotations: log.annotations,
      masks: [...this.#masker.values],
      outputs: outputs.entries,
      state: state.entries,
      summary: tooLarge ? '' : masked.join('\n'),
      commandFiles,
      files: this.#folder.left(),
      strays: this.#folder.strays(),
    };
  }
}

/** Everything a run wrote, as one text to search; only the commands that announce a mask are left out. */
export function allOutput(result: RunResult): string {
  const stages = result.post ? [result, result.post] : [result];
  return stages.flatMap(stageOutput).join('\n');
}

function stageOutput(stage: StageResult): string[] {
  const spoken = stage.stdout.replace(/^::add-mask::.*$/gm, '');
  const left = [...stage.files, ...stage.strays].flatMap((file) => [file.path, file.content]);
  return [spoken, stage.stderr, stage.log, ...Object.values(stage.commandFiles), ...left];
}

function parsed(text: string): { entries: Record<string, string>; error?: string } {
  try {
    return { entries: parseCommandFile(text) };
  } catch (error) {
    return { entries: {}, error: String(error) };
  }
}
