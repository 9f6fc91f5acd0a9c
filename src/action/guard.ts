import { appendFileSync } from 'node:fs';
import type { Environment } from './environment.ts';
import { judgeValidity } from './validity.ts';

// By hand, where the main step has @actions/core: to load that would take longer than all else in this step.

/**
 * The guard: silent while the token has time, else a warning or an error.
 *
 * @param now ms since the epoch
 * @param print takes a line of the log
 * @returns the exit code
 */
export function guard(
  { input, variables }: Pick<Environment, 'input' | 'variables'>,
  now: number,
  print: (line: string) => void,
): number {
  const { daysLeft, warning, errors } = judgeValidity(input, now);
  if (daysLeft !== undefined && !isOutputWritten(variables.GITHUB_OUTPUT, daysLeft))
    print(command('warning', 'The output `days-left` could not be written.'));
  if (warning !== undefined) print(command('warning', warning));
  for (const error of errors) print(command('error', error));
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
export function command(name: 'warning' | 'error', text: string): string {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${name}::${escaped}`;
}
