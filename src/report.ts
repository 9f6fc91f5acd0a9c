import type { Outcome, Recovery, TargetResult } from './outcome.ts';
import { recoverySection, summaryOf } from './summary.ts';
import { lineOf } from './target.ts';
import { isoOf, quote } from './text.ts';
import type { Workflow } from './workflow.ts';

/** GitHub shows ten annotations of a kind for a step. */
const mostAnnotations = 9;
const longestError = 200;

/** Tells an outcome everywhere: log, annotations, outputs, summary, exit code. */
export function report(outcome: Outcome, githubUrl: string, workflow: Workflow): void {
  const { results, problems, warnings, notices } = outcome;
  workflow.output('rotated', String(outcome.rotated));
  workflow.output('valid-until', outcome.validUntil === undefined ? '' : isoOf(outcome.validUntil));
  workflow.output(
    'previous-valid-until',
    outcome.rotated && outcome.previousValidUntil !== undefined ? isoOf(outcome.previousValidUntil) : '',
  );
  workflow.output('results', JSON.stringify(results.map(resultOf)));
  const isInSummary = workflow.summary(summaryOf(outcome, githubUrl));

  workflow.info(outcome.headline);
  for (const notice of notices) workflow.notice(notice);
  annotate(warnings, (text) => workflow.warning(text), workflow);
  annotate(
    problems.map(({ message }) => message),
    (text) => workflow.error(text),
    workflow,
  );
  if (!isInSummary && outcome.recovery !== undefined) logRecovery(outcome.recovery, githubUrl, workflow);
  if (problems.length > 0) workflow.fail();
}

/** The way to finish by hand where the summary can't show it: the log may, because only GitHub can open what it holds. */
export function logRecovery(recovery: Recovery, githubUrl: string, { info }: Pick<Workflow, 'info'>): void {
  for (const line of recoverySection(recovery, githubUrl).split('\n')) if (line !== '') info(line);
}

/** An annotation for each of the first, and one for the rest, which the log tells in full. */
export function annotate(texts: readonly string[], say: (text: string) => void, log: Pick<Workflow, 'info'>): void {
  for (const text of texts.slice(0, mostAnnotations)) say(text);
  const rest = texts.slice(mostAnnotations);
  for (const text of rest) log.info(text);
  if (rest.length > 0) say(`And ${rest.length} more: see the log above and the job summary.`);
}

function resultOf({ target, status, problem }: TargetResult) {
  const error = problem === undefined ? {} : { error: quote(problem.message, longestError) };
  return { target: lineOf(target.store), secret: target.secret, status, ...error };
}
