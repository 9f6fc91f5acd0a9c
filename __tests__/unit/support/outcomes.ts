import { type Problem, problem } from '../../../src/lib/problem.ts';
import type { Outcome, TargetResult } from '../../../src/rotation/outcome.ts';
import { resolved } from './fakes.ts';

export const quiet: Outcome = {
  mode: 'rotate',
  headline: 'All is well.',
  rotated: false,
  results: [],
  problems: [],
  warnings: [],
  notices: [],
  leftForPost: false,
};

export function resultOf(line: string, more: Partial<TargetResult> = {}): TargetResult {
  return { resolved: resolved(line), status: 'updated', ...more };
}

export function problemOf(cause = 'GitHub answered 500'): Problem {
  return problem('Writing it', cause, 'Run it again.');
}
