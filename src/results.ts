import type { Problem } from './errors.ts';
import { type Inspection, isPlace, type Misfit, type NamedTarget, type Place } from './inspection.ts';
import type { Outcome, TargetResult } from './outcome.ts';
import { plural } from './text.ts';

/** Every problem that reading found, each once: targets in one repository share theirs. */
export function problemsIn({ problems, homeMisfit, others }: Inspection): Problem[] {
  const misfits = [
    ...(homeMisfit === undefined ? [] : [homeMisfit]),
    ...others.filter((other): other is Misfit => !isPlace(other)),
  ];
  const all = [...problems, ...misfits.map(({ problem }) => problem)];
  return [...new Map(all.map((problem) => [problem.message, problem])).values()];
}

/** The result of a target that was not written. */
export function unwritten(named: NamedTarget | Place | Misfit): TargetResult {
  const { target, label, shown } = named;
  if ('problem' in named) return { target, label, shown, status: 'failed', problem: named.problem };
  return {
    target,
    label,
    shown,
    status: 'unchanged',
    updatedAt: 'secret' in named ? named.secret?.updatedAt : undefined,
  };
}

/** The outcome of a run that stopped before anything was changed. */
export function stopped(
  mode: Outcome['mode'],
  inspection: Inspection,
  problems: readonly Problem[],
  warnings: readonly string[] = [],
): Outcome {
  const all = [inspection.home ?? inspection.homeMisfit, ...inspection.others].filter((named) => named !== undefined);
  return {
    mode,
    headline: `Nothing was issued and nothing was changed: ${plural(problems.length, 'problem')}.`,
    rotated: false,
    results: all.map((named) => unwritten(named)),
    problems,
    warnings: [...inspection.warnings, ...warnings],
    notices: [],
  };
}
