import { Problem } from '../../src/errors.ts';
import type { Outcome, TargetResult } from '../../src/outcome.ts';
import { labelOf } from '../../src/target.ts';
import { target } from './unit-ports.ts';

export const quiet: Outcome = {
  mode: 'rotate',
  headline: 'All is well.',
  rotated: false,
  results: [],
  problems: [],
  warnings: [],
  notices: [],
};

export function result(line: string, more: Partial<TargetResult> = {}): TargetResult {
  const found = target(line);
  const label = labelOf(found, 'TE_TOKEN');
  return { target: found, label, shown: label, status: 'updated', ...more };
}

export function problem(cameBack = 'GitHub answered 500'): Problem {
  return new Problem('Writing it', cameBack, 'Run it again.');
}
