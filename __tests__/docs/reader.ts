import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Gh } from '../../sandbox/gh.ts';
import type { RunOptions, RunResult } from '../../sandbox/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { type CodeBlock, codeBlocks, read, section } from './markdown.ts';
import { addApp, inputsIn } from './play.ts';
import type { Workflow } from './workflows.ts';

const readme = read('README.md');
export const environment = `${HOME}/environments/thousandeyes`;

/** The shell block of a section of the README that begins so. */
export function block(heading: string, start: string): string {
  const found = codeBlocks(section(readme, heading)).filter(
    ({ language, text }) => language === 'sh' && text.startsWith(start),
  );
  if (found.length !== 1) throw new Error(`${found.length} blocks begin with ${start}`);
  return (found[0] as CodeBlock).text;
}

export type Ran = { code: number; stdout: string; stderr: string };
export type Note = { verb: string; file: string; '--repo': string; '-f'?: string };

/** Someone with a fresh repository, `gh` and the README. Does what it says, in the sandbox. */
export class Reader {
  readonly world: World;
  readonly #folder = mkdtempSync(join(tmpdir(), 'reader-'));
  readonly #gh = new Gh();
  readonly #workflow: Workflow;
  #runs = 100;

  private constructor(world: World) {
    this.world = world;
    const yaml = codeBlocks(section(readme, '## Quick start')).find(({ language }) => language === 'yaml');
    this.#workflow = parse(yaml?.text ?? '') as Workflow;
    writeFileSync(join(this.#folder, 'private-key.pem'), 'a private key\n');
  }

  /** Steps 1 and 2 of the quick start, which are done in the web interface: an environment and an App. */
  static async start(): Promise<Reader> {
    const world = await startWorld();
    world.github.repositories.addEnvironment(HOME, 'thousandeyes');
    return new Reader(world);
  }

  /** Types a block into a shell; what it asks for is the given text. */
  shell(script: string, input = '', env: Record<string, string> = {}): Promise<Ran> {
    const variables = {
      ...this.#gh.environment(this.world.githubToken),
      SANDBOX_URL: this.world.github.url,
      GH_NOTES: join(this.#folder, 'notes'),
      ...env,
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

  /** What `gh workflow` was told since the last time. */
  notes(): Note[] {
    const path = join(this.#folder, 'notes');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    rmSync(path, { force: true });
    return lines.map((line) => JSON.parse(line) as Note);
  }

  /** A run of the quick start's workflow as GitHub would start it: on a schedule, or with the mode that was chosen. */
  async run(mode?: string, options: RunOptions & { more?: string[] } = {}): Promise<RunResult> {
    const { more = [] } = options;
    const id = ++this.#runs;
    // GitHub's dates have no milliseconds; a run that someone starts comes seconds after what was done before it.
    this.world.github.addRun(HOME, { id, createdAt: this.world.clock.now() + 2000 });
    const inputs = inputsIn(this.#workflow, this.world, { mode, home: environment });
    const permissions = { ...inputs.permissions, ...(more.length > 0 ? { secrets: 'write' as const } : {}) };
    const token = addApp(this.world, permissions);
    const targets = [inputs.with.targets, ...more].join('\n');
    return this.world.run({
      ...options,
      with: { ...inputs.with, 'github-token': token, targets },
      context: { runId: id },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#gh[Symbol.dispose]();
    await this.world.close();
  }
}
