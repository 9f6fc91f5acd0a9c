import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

// On its own, because the post step looks here first, and mostly there is nothing.

const prefix = 'rotate-thousandeyes-token-';
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** What tells this job from every other, by the runner's variables: its run, the attempt, and its name in the workflow. */
export function jobKeyFrom(variables: NodeJS.ProcessEnv): string {
  const parts = [variables.GITHUB_RUN_ID, variables.GITHUB_RUN_ATTEMPT, variables.GITHUB_JOB];
  return parts.map((part) => (part ?? '').replace(/[^\w-]/g, '_')).join('-');
}

/** A path for a new journal of a job; empty where there is no folder for it. */
export function journalPath(folder: string, job: string): string {
  return folder === '' ? '' : join(folder, `${prefix}${job}-${randomUUID()}.jsonl`);
}

/** The journals that main steps of a job have left, whoever's state the runner hands over. */
export function journalsOf(folder: string, job: string): string[] {
  const name = new RegExp(`^${prefix}${job}-${uuid}\\.jsonl$`);
  try {
    return readdirSync(folder)
      .filter((file) => name.test(file))
      .map((file) => join(folder, file));
  } catch {
    return [];
  }
}
