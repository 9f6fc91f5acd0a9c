import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Gh } from '../../../sandbox/gh/gh.ts';
import type { Permissions } from '../../../sandbox/github/access/credentials.ts';
import type { RunOptions, RunResult } from '../../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../../sandbox/world.ts';
import { codeBlocks, links, read, section } from './markdown.ts';
import { addApp, jobIn, permissionsIn, permissionsOf } from './play.ts';
import type { Workflow } from './workflows.ts';

const readme = read('README.md');
const permissionsByTitle = { Secrets: 'secrets', Variables: 'actions_variables' } as const;
export const environment = `${HOME}/environments/thousandeyes`;

/** The shell block of a document's section that begins so. */
export function block(path: string, heading: string, start: string): string {
  const found = codeBlocks(section(read(path), heading)).filter(
    ({ language, text }) => language === 'sh' && text.startsWith(start),
  );
  const [only] = found;
  if (found.length !== 1 || only === undefined) throw new Error(`${found.length} blocks begin with ${start}`);
  return only.text;
}

/** The workflow that a section of the README shows. */
export function workflowIn(heading: string): string {
  const found = codeBlocks(section(readme, heading)).find(({ language }) => language === 'yaml');
  if (found === undefined) throw new Error(`No workflow: ${heading}`);
  return found.text;
}

/** The permissions that the links of a section fill in on GitHub's pages for an App or a token. */
export function offeredIn(heading: string, page: string): Permissions {
  const link = links(section(readme, heading)).find((target) =>
    target.startsWith(`https://github.com/settings/${page}?`),
  );
  if (link === undefined) throw new Error(`No link to ${page}: ${heading}`);
  return permissionsOf(link);
}

/** How someone sets the action up. */
export interface Setup {
  readonly home: string;
  readonly workflow: string;
  /** What the fine-grained token, or the App, was given. */
  readonly granted: Permissions;
}

export const quickStart: Setup = {
  home: HOME,
  workflow: workflowIn('## Quick start'),
  granted: offeredIn('## Quick start', 'personal-access-tokens/new'),
};
export const teams: Setup = {
  home: environment,
  workflow: workflowIn('## Recommended for teams'),
  granted: offeredIn('## Recommended for teams', 'apps/new'),
};

export const teamsWithoutEnvironments: Setup = {
  home: HOME,
  workflow: read('examples/team-without-environments.yml'),
  granted: permissionsNamedIn(read('examples/team-without-environments.yml')),
};

export type Ran = { code: number; stdout: string; stderr: string };
export type Note = { verb: string; file: string; '--repo': string; '-f'?: string };
export type ReaderRunOptions = RunOptions & {
  /** Further lines of `targets`, which the reader has added. */
  more?: string[];
};

/** What the comment of an example says that the App is given: `**Secrets** and **Variables**, read and write`. */
function permissionsNamedIn(example: string): Permissions {
  const said = /\*\*(\w+)\*\* and \*\*(\w+)\*\*, read and write/.exec(example)?.slice(1) ?? [];
  const keys = Object.entries(permissionsByTitle).filter(([title]) => said.includes(title));
  return Object.fromEntries(keys.map(([, key]) => [key, 'write' as const]));
}

/** Someone with a fresh repository, a clone of it, `gh` and the documents. Does what they say, in the sandbox. */
export class Reader {
  readonly world: World;
  readonly fineGrained = `github_pat_${'1a2B'.repeat(20)}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'reader-'));
  readonly #gh = new Gh();
  #setup: Setup;
  #workflow: Workflow;

  private constructor(world: World, setup: Setup) {
    this.world = world;
    this.#setup = setup;
    this.#workflow = parse(setup.workflow) as Workflow;
    writeFileSync(join(this.#folder, 'private-key.pem'), 'a private key\n');
    const { granted: permissions } = setup;
    world.github.addCredential(this.fineGrained, { kind: 'fine-grained', owners: ['acme'], permissions });
  }

  /** What is done in the web interface: an environment, a token or an App. The workflow is pushed. */
  static async start(setup: Setup): Promise<Reader> {
    const world = await startWorld();
    world.github.repositories.addEnvironment(HOME, 'thousandeyes');
    return new Reader(world, setup);
  }

  /** Pushes another workflow. */
  push(setup: Setup): void {
    this.#setup = setup;
    this.#workflow = parse(setup.workflow) as Workflow;
  }

  /** Types a block into a shell; what it asks for is the given text. */
  shell(script: string, input = ''): Promise<Ran> {
    const variables = {
      ...this.#gh.environment(this.world.githubToken, this.world.github.url),
      GH_REPO: HOME,
      GH_NOTES: join(this.#folder, 'notes'),
    };
    return new Promise((resolve) => {
      const child = execFile(
        'bash',
        ['--norc', '-e', '-c', script],
        { cwd: this.#folder, env: variables },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      child.stdin?.end(input);
    });
  }

  /** Whether the reader's folder still has a file. */
  has(name: string): boolean {
    return existsSync(join(this.#folder, name));
  }

  /** What `gh workflow` was told since the last time. */
  notes(): Note[] {
    const path = join(this.#folder, 'notes');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    rmSync(path, { force: true });
    return lines.map((line) => JSON.parse(line) as Note);
  }

  /** A run as GitHub would start it: on its schedule, or in the mode that was chosen; with the secrets that are stored by then. */
  run(mode?: string, { more = [], ...options }: ReaderRunOptions = {}): Promise<RunResult> {
    const asked = permissionsIn(this.#workflow);
    const granted = more.length > 0 ? { ...this.#setup.granted, secrets: 'write' as const } : this.#setup.granted;
    const needed = more.length > 0 ? { ...asked, secrets: 'write' as const } : asked;
    const appToken = asked === undefined ? undefined : addApp(this.world, needed ?? {}, granted);
    const job = jobIn(this.#workflow, { appToken, mode });
    const targets = more.length === 0 ? {} : { targets: [job.with.targets ?? HOME, ...more].join('\n') };
    return this.world.workflow({ ...options, ...job, with: { ...job.with, ...options.with, ...targets } }).run();
  }

  /** Runs the guard in a job that names the environment, if the home is in one. */
  guard(): Promise<RunResult> {
    return this.world.guard(this.#setup.home === HOME ? {} : { environment: 'thousandeyes' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#gh[Symbol.dispose]();
    await this.world.close();
  }
}
