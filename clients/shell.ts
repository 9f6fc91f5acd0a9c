import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type Ran = { code: number; stdout: string; stderr: string };

export type RunOptions = {
  cwd?: string;
  /** In addition to the environment of this process. */
  env?: Record<string, string>;
  input?: string;
};

/** Runs a program to its end. One that can't be started counts as failed. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd, env, input = '' } = options;
  const child = spawn(command, args, { ...(cwd === undefined ? {} : { cwd }), env: { ...process.env, ...env } });
  // One that ends without reading what it was given breaks the pipe.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127)).once('close', (code) => resolve(code ?? 1));
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** The first line that a program prints. */
export async function firstLine(command: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(command, args);
  return (stdout || stderr).trim().split('\n')[0] ?? '';
}
