import { type Problem, problem } from '../../../src/lib/problem.ts';
import { type Outcome, outcomeOf, type Recovery, type TargetResult } from '../../../src/rotation/outcome.ts';
import { resolved } from './fakes.ts';
import { day, now } from './time.ts';

export const quiet: Outcome = outcomeOf('rotate', 'All is well.', {});

export function resultOf(line: string, more: Partial<TargetResult> = {}): TargetResult {
  return { resolved: resolved(line), status: 'updated', ...more };
}

export function problemOf(cause = 'GitHub answered 500'): Problem {
  return problem('Writing it', cause, 'Run it again.');
}

/** What a person needs where neither the home nor `_NEXT` could be written. */
export const recovery: Recovery = {
  next: resolved('acme/network as TE_TOKEN_NEXT'),
  body: { encrypted_value: 'abc', key_id: '7' },
  previousUntil: now + 14 * day,
};
