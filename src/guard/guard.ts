import { appendFileSync, readFileSync } from 'node:fs';
import { linesOf } from '../lib/problem.ts';
import { judgeValidity, type ReadInput } from './validity.ts';

// By hand, where the main step has @actions/core: to load that would take longer than all else in this step.

export interface Runner {
  readonly input: ReadInput;
  readonly variables: NodeJS.ProcessEnv;
}

/** The guard: silent while the token has time, else a warning or an error. Returns the exit code. */
export function guard({ input, variables }: Runner, now: number, print: (line: string) => void): number {
  const { daysLeft, notice, warning, errors } = judgeValidity(input, () => isFromFork(variables), now);
  if (daysLeft !== undefined && !isOutputWritten(variables.GITHUB_OUTPUT, daysLeft))
    print(command('warning', 'The output `days-left` could not be written.'));
  if (notice !== undefined) print(command('notice', notice));
  if (warning !== undefined) print(command('warning', linesOf(warning)));
  for (const error of errors) print(command('error', linesOf(error)));
  return errors.length === 0 ? 0 : 1;
}

/** A number needs no delimiter: it has no line break. */
function isOutputWritten(file: string | undefined, daysLeft: number): boolean {
  try {
    appendFileSync(file ?? '', `days-left=${daysLeft}\n`);
    return true;
  } catch {
    return false;
  }
}

/** A workflow command. Source: `escapeData` of @actions/core. */
export function command(name: 'notice' | 'warning' | 'error', text: string): string {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${name}::${escaped}`;
}

/** The events for which GitHub gives a fork's run nothing of the repository; `pull_request_target` gets its variables. */
const events = ['pull_request', 'pull_request_review', 'pull_request_review_comment'];

/** Whether the run is known to be for a pull request from a fork: GitHub passes no variables to such a run. */
export function isFromFork(variables: NodeJS.ProcessEnv): boolean {
  if (!events.includes(variables.GITHUB_EVENT_NAME ?? '')) return false;
  const pullRequest = valueIn(eventIn(variables.GITHUB_EVENT_PATH), 'pull_request');
  const head = valueIn(pullRequest, 'head', 'repo');
  // The fork was deleted.
  if (head === null) return true;
  // By the names: within a repository that is a fork itself, `fork` is true although variables are passed.
  const [name, base] = [valueIn(head, 'full_name'), valueIn(pullRequest, 'base', 'repo', 'full_name')];
  return typeof name === 'string' && typeof base === 'string' && name.toLowerCase() !== base.toLowerCase();
}

/** The event of the run; undefined where it cannot be read. */
function eventIn(file = ''): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What stands in an object below a path of names; undefined where there is none. */
function valueIn(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((found, name) => Reflect.get(Object(found), name), value);
}
