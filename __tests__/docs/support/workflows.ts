import { execFile } from 'node:child_process';
import { parse } from 'yaml';
import { codeBlocks, documents, filesBelow, read } from './markdown.ts';

export type Step = {
  name?: string;
  uses?: string;
  id?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
  run?: string;
  'continue-on-error'?: boolean;
};
export type Job = {
  steps: Step[];
  if?: string;
  needs?: string | string[];
  environment?: string;
  permissions?: Record<string, string>;
  concurrency?: unknown;
};
export type Workflow = {
  on: Record<string, { inputs?: Record<string, { options?: string[] }> } | null>;
  permissions?: Record<string, string>;
  concurrency?: unknown;
  jobs: Record<string, Job>;
};
export type Source = { name: string; text: string };

/** Workflows as files: those to copy and the project's own. */
export function workflowFiles(): Source[] {
  const paths = [...filesBelow('examples', '.yml'), ...filesBelow('.github/workflows', '.yml')];
  return paths.map((path) => ({ name: path, text: read(path) }));
}

/** Workflows in documents; a block that is a step only, as a workflow around it. */
export function workflowsInDocuments(): Source[] {
  return documents().flatMap((path) =>
    codeBlocks(read(path))
      .filter(({ language }) => language === 'yaml')
      .map(({ text, line }) => ({ name: `${path}:${line}`, text: text.startsWith('- uses:') ? around(text) : text })),
  );
}

export function stepsOf(source: Source): Step[] {
  return Object.values((parse(source.text) as Workflow).jobs).flatMap((job) => job.steps);
}

/** Whether a step uses the guard. */
export function isGuard({ uses }: Step): boolean {
  return uses === '$/guard' || (uses ?? '').startsWith('octo-org/rotate-thousandeyes-token/guard@');
}

/** Whether a step uses this action. */
export function isOurs({ uses }: Step): boolean {
  return uses === '$/' || (uses ?? '').startsWith('octo-org/rotate-thousandeyes-token@');
}

/** For parsers that don't know steps in the background yet: the same in the foreground, and a step in place of `cancel`. */
export function withoutBackground(text: string): string {
  return text.replace(/^ +background: true\n/gm, '').replace(/- cancel: [\w-]+$/gm, "- run: 'true'");
}

/** Runs a step's script as a runner does, with the step's `env` already evaluated. Yields the exit code and what it printed. */
export function runScript(script: string, env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, output: out + err }),
    );
  });
}

function around(steps: string): string {
  const app = '- {id: app, uses: acme/app@v1}\n';
  const indented = `${app}${steps}`.replaceAll(/^(?=.)/gm, '      ');
  return `on: push\npermissions: {}\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented}`;
}
