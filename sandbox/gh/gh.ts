import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { machineSettings } from '../runner/machine.ts';

/** A stand-in for GitHub's command line, on a PATH of its own. */
export class Gh {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gh-'));

  constructor() {
    const program = join(import.meta.dirname, 'command.ts');
    const file = join(this.#folder, 'gh');
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${program}" "$@"\n`);
    chmodSync(file, 0o755);
  }

  /** The environment of a shell that finds it, logged in with this token; the URL is where it finds github.com. */
  environment(token: string, url = ''): Record<string, string> {
    const machine = machineSettings();
    return { ...machine, PATH: [this.#folder, machine.PATH].join(delimiter), GH_TOKEN: token, SANDBOX_URL: url };
  }

  /** Runs a shell command, as a person would who pastes it, and types what it asks for. Yields its exit code. */
  shell(command: string, token: string, url?: string, typed = ''): Promise<number> {
    return new Promise((resolve) => {
      const child = execFile('sh', ['-c', command], { env: this.environment(token, url) }, () =>
        resolve(child.exitCode ?? 1),
      );
      // A command that asks for nothing may be over by then.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(typed);
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** The command that a job summary gives to finish by hand. */
export function commandIn(summary: string): string | undefined {
  return /```sh\n(.*?)\n```/s.exec(summary)?.[1];
}
