import { parse } from 'yaml';
import { codeBlocks, documents, filesBelow, read } from './markdown.ts';

export type Step = { uses?: string; id?: string; with?: Record<string, unknown>; run?: string };
export type Job = { steps: Step[]; environment?: string; permissions?: Record<string, string> };
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

/** Whether a step uses this action. */
export function isOurs({ uses }: Step): boolean {
  return uses === './' || (uses ?? '').startsWith('octo-org/rotate-thousandeyes-token@');
}

function around(steps: string): string {
  const app = '- {id: app, uses: acme/app@v1}\n';
  const indented = `${app}${steps}`.replaceAll(/^(?=.)/gm, '      ');
  return `on: push\npermissions: {}\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented}`;
}
