import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parse } from 'yaml';

export type Action = {
  inputs: Record<string, { default?: unknown } | null>;
  runs: { using: string; main: string; post?: string; 'post-if'?: string };
};

export type LeftFile = { path: string; mode: number; content: string };

const COMMAND_FILES = ['output', 'state', 'summary', 'env'] as const;
export type CommandFiles = Record<(typeof COMMAND_FILES)[number], string>;

/** The folders of one job. What the runner itself writes is kept apart from what a step may leave behind. */
export class JobFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'sandbox-job-'));
  readonly temp = this.#make('temp');
  readonly home = this.#make('home');
  readonly workspace = this.#make('workspace');
  readonly systemTemp = this.#make('tmp');
  readonly #own = this.#make('runner');
  #stages = 0;

  /** A file of the runner's own. */
  write(name: string, content: string): string {
    const path = join(this.#own, name);
    writeFileSync(path, content);
    return path;
  }

  /** Fresh command files for a stage, in a folder of the runner's own unless told otherwise; yields their paths. */
  commandFiles(folder = this.#own): CommandFiles {
    this.#stages += 1;
    const make = (name: string): string => {
      const path = join(folder, `${this.#stages}-${name}`);
      writeFileSync(path, '');
      return path;
    };
    return { output: make('output'), state: make('state'), summary: make('summary'), env: make('env') };
  }

  /** What lies under RUNNER_TEMP now. */
  left(temp: string = this.temp): LeftFile[] {
    return existsSync(temp) ? walk(temp) : [];
  }

  /** What lies anywhere else that a step can write without being told to. */
  strays(): LeftFile[] {
    return [this.home, this.workspace, this.systemTemp].flatMap(walk);
  }

  /** The file that tells a stage's `stepped.ts` by how much the time of day is off. */
  get wallClock(): string {
    return join(this.#own, 'wall-clock');
  }

  stepWallClock(ms: number): void {
    const before = existsSync(this.wallClock) ? Number(readFileSync(this.wallClock, 'utf8')) : 0;
    // In one move, so that whoever looks at the clock never reads half of it.
    renameSync(this.write('wall-clock.new', String(before + ms)), this.wallClock);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #make(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path);
    return path;
  }
}

export function readAction(folder: string): Action {
  const file = ['action.yml', 'action.yaml'].map((name) => join(folder, name)).find(existsSync);
  if (!file) throw new Error(`No action in ${folder}`);
  const { inputs, runs } = parse(readFileSync(file, 'utf8')) as Partial<Action>;
  if (!runs) throw new Error('action.yml has no runs');
  return { inputs: inputs ?? {}, runs };
}

/** Inputs as environment variables; defaults may refer to the github context. */
export function inputVariables(
  action: Action,
  given: Record<string, string | number | boolean>,
  context: Record<string, string>,
): Record<string, string> {
  const defaults = Object.entries(action.inputs).map(([name, input]): [string, string] => {
    return [name, evaluate(String(input?.default ?? ''), context)];
  });
  const variable = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
  const all = [...defaults, ...Object.entries(given)];
  return Object.fromEntries(all.map(([name, value]) => [variable(name), String(value)]));
}

function evaluate(text: string, context: Record<string, string>): string {
  return text.replace(/\$\{\{\s*github\.(\w+)\s*\}\}/g, (expression, name: string) => {
    const value = context[name];
    if (value === undefined) throw new Error(`Not known here: ${expression}`);
    return value;
  });
}

/** What a stage wrote; nothing where a path is no file, as `/dev/full` is none. */
export function readCommandFiles(paths: CommandFiles): CommandFiles {
  const read = (path: string): string =>
    statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : '';
  return { output: read(paths.output), state: read(paths.state), summary: read(paths.summary), env: read(paths.env) };
}

/** `name=value` lines and `name<<delimiter` blocks. */
export function parseCommandFile(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/);
  const entries: Record<string, string> = {};
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    const [, name, sign, rest = ''] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? [];
    if (line === '') continue;
    if (name === undefined || name === '') throw new Error(`Invalid format '${line}'`);
    if (sign === '=') {
      entries[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, i + 1);
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${rest}'`);
    entries[name] = lines.slice(i + 1, end).join('\n');
    i = end;
  }
  return entries;
}

function walk(folder: string): LeftFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => !lstatSync(path).isDirectory())
    .map((path) => {
      const stat = lstatSync(path);
      const content = stat.isFile() ? readFileSync(path, 'utf8') : '';
      return { path: relative(folder, path), mode: stat.mode & 0o777, content };
    });
}
