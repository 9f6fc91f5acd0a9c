import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Gh } from '../../../sandbox/gh/gh.ts';
import type { Permissions } from '../../../sandbox/github/access/credentials.ts';
import { type RunOptions, type RunResult, runAction } from '../../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../../sandbox/world.ts';
import { codeBlocks, links, project, read, section } from './markdown.ts';
import { addApp, inputsIn, permissionsIn, permissionsOf } from './play.ts';
import type { Workflow } from './workflows.ts';

const readme = read('README.md');
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

export type Ran = { code: number; stdout: string; stderr: string };
export type Note = { verb: string; file: string; '--repo': string; '-f'?: string };

/** Someone with a fresh repository, a clone of it, `gh` and the documents. Does what they say, in the sandbox. */
export class Reader {
  readonly world: World;
  readonly fineGrained = `github_pat_${'1a2B'.repeat(20)}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'reader-'));
  readonly #gh = new Gh();
  readonly #setup: Setup;
  readonly #workflow: Workflow;
  #runs = 100;

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

  /** A run of the workflow as GitHub would start it: on its schedule, or with the mode that was chosen; with more targets. */
  async run(mode?: string, options: RunOptions & { more?: string[] } = {}): Promise<RunResult> {
    const { more = [] } = options;
    const { home, granted } = this.#setup;
    const id = ++this.#runs;
    // GitHub's dates have no milliseconds; a run that someone starts comes seconds after what was done before it.
    this.world.github.addRun(HOME, { id, createdAt: this.world.clock.now() + 2000 });
    const asked = permissionsIn(this.#workflow);
    const githubToken = asked === undefined ? this.fineGrained : this.#appToken(granted, asked, more);
    const inputs = inputsIn(this.#workflow, this.world, { home, githubToken, mode });
    const targets = more.length === 0 ? {} : { targets: [inputs.targets ?? HOME, ...more].join('\n') };
    return this.world.run({ ...options, with: { ...inputs, ...targets }, context: { runId: id } });
  }

  /** Runs the guard with the date that the environment keeps. */
  async guard(more: Record<string, string> = {}): Promise<RunResult> {
    const date = this.world.github.variable(this.#setup.home, 'TE_TOKEN_VALID_UNTIL') ?? '';
    return runAction({ actionDir: join(project, 'guard'), with: { 'valid-until': date, ...more } });
  }

  /** As GitHub makes it: no more than the App was given; and no less than it was given, where the step asks for nothing. */
  #appToken(granted: Permissions, asked: Permissions, more: readonly string[]): string {
    const beyond = Object.keys(asked).filter((name) => asked[name] !== granted[name]);
    if (beyond.length > 0) throw new Error(`The App was not given what its step asks for: ${beyond.join(', ')}`);
    const permissions = Object.keys(asked).length > 0 ? asked : granted;
    return addApp(this.world, more.length > 0 ? { ...permissions, secrets: 'write' } : permissions);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#gh[Symbol.dispose]();
    await this.world.close();
  }
}
