import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a command came to. */
export type Ran = { readonly code: number | null; readonly output: string };

/** In ms; what hangs is ended then. */
const LONGEST = 30 * 60_000;

/** A fresh clone of a project, and an empty home folder, for as long as it is in use. Not for Windows, as it ends by groups. */
export class Machine implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'commands-'));
  readonly #clone = join(this.#folder, 'clone');
  readonly #home = join(this.#folder, 'home');
  #running: number | undefined;

  /** @param project the folder that is cloned, as it was last committed */
  constructor(project: string) {
    mkdirSync(this.#home);
    execFileSync('git', ['clone', '--quiet', project, this.#clone], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Runs a command line in the clone to its end, or until it prints what it prints last. */
  async run(line: string, until?: string): Promise<Ran> {
    const options = { cwd: this.#clone, env: environment(this.#home), shell: true, detached: true };
    const child = spawn(line, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running = child.pid;
    let output = '';
    let isDone = false;
    const tooLong = setTimeout(() => {
      isDone = false;
      this.#end('SIGKILL');
    }, LONGEST);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (isDone || until === undefined || !output.endsWith(until)) return;
        isDone = true;
        this.#end('SIGTERM');
      });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    clearTimeout(tooLong);
    this.#running = undefined;
    return { code: isDone ? 0 : code, output };
  }

  /** Ends what still runs, and removes the clone and the home. */
  [Symbol.dispose](): void {
    this.#end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** With all that it has started: npm ends before them. */
  #end(signal: NodeJS.Signals): void {
    if (this.#running !== undefined) process.kill(-this.#running, signal);
  }
}

/** Whether a program is on the PATH. */
export function isOnPath(program: string): boolean {
  return folders().some((folder) => existsSync(join(folder, program)));
}

/** Without what npm told this process, so that the clone finds nothing of the project that it was cloned from. */
function environment(home: string): NodeJS.ProcessEnv {
  const isKept = ([name]: [string, string | undefined]) => !/^(?:npm_|XDG_|INIT_CWD$|NODE$)/i.test(name);
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(isKept)),
    PATH: folders().join(delimiter),
    HOME: home,
    USERPROFILE: home,
    // Otherwise Go's cache in the home can't be removed.
    GOFLAGS: `${process.env.GOFLAGS ?? ''} -modcacherw`.trim(),
  };
}

function folders(): string[] {
  const isOfNpm = (folder: string) => /[\\/]node_modules[\\/]/.test(folder);
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && !isOfNpm(folder));
}
