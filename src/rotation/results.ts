import type { Problem } from '../lib/problem.ts';
import { failed, type Result } from '../lib/result.ts';
import type { Mode, Outcome, TargetResult } from './outcome.ts';
import type { Preflight } from './preflight.ts';
import type { ReadyTarget, RejectedTarget } from './ready-target.ts';

/** The result of a target that was not written. */
export function unwritten(result: Result<ReadyTarget, RejectedTarget>): TargetResult {
  if (result.ok) return { resolved: result.value, status: 'unchanged' };
  return { resolved: result.error.resolved, status: 'failed', problem: result.error.problem };
}

/** The outcome of a run that stopped before anything was changed. */
export function stopped(
  mode: Mode,
  { home, others, warnings, user }: Preflight,
  problems: readonly Problem[],
): Outcome {
  return {
    mode,
    headline: nothingChanged(problems),
    rotated: false,
    results: [home, ...others].map(unwritten),
    problems,
    warnings,
    notices: [],
    user,
    leftForPost: false,
  };
}

/** That nothing was changed, and why. */
export function nothingChanged(problems: readonly Problem[]): string {
  return withReason('Nothing was issued and nothing was changed', problems);
}

/** What came of it, and why: the one reason, or how many there are. */
export function withReason(what: string, problems: readonly Problem[]): string {
  const [first] = problems;
  if (problems.length !== 1 || first === undefined) return `${what}: ${problems.length} problems.`;
  return `${what}. ${first.attempt}: ${first.cause}.`;
}

/** The preflight with the targets that refused their write test. */
export function withRejected(preflight: Preflight, rejected: readonly RejectedTarget[]): Preflight {
  const judged = <Ready extends ReadyTarget>(result: Result<Ready, RejectedTarget>): Result<Ready, RejectedTarget> => {
    const refusal = result.ok && rejected.find(({ resolved }) => resolved.target === result.value.target);
    return refusal ? failed(refusal) : result;
  };
  return { ...preflight, home: judged(preflight.home), others: preflight.others.map(judged) };
}
