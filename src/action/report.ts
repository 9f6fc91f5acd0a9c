import { grouped, messageOf, told } from '../lib/problem.ts';
import { fitting, isoOf, quote } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';
import type { Outcome, TargetResult } from '../rotation/outcome.ts';
import { lineOf } from '../targets/target.ts';
import { recoverySection, summaryOf } from './summary.ts';
import { longestAnnotation } from './workflow.ts';

/** GitHub shows ten annotations of a kind for a step. */
const mostAnnotations = 9;
const longestError = 200;
/** Of targets that fail alike. */
const mostNames = 50;
/** One environment variable over 128 KiB keeps the next step from starting, and outputs are often passed in one; in bytes. */
const longestResults = 100 * 1024;

export interface ReportContext {
  readonly githubUrl: string;
  /** ms since the epoch. */
  readonly now: number;
  /** A post step's outputs reach nobody. */
  readonly isPost: boolean;
  /** What the step has put into the summary before: of another journal. */
  readonly before?: string;
}

/** Tells an outcome everywhere. Never throws: each part is told whether or not the others can be. */
export function report(
  outcome: Outcome,
  workflow: Workflow,
  { githubUrl, now, isPost, before = '' }: ReportContext,
): void {
  const { problems, warnings, notices, recovery, record = [] } = outcome;
  if (problems.length > 0) workflow.fail();
  const part = (tell: () => void) => {
    try {
      tell();
    } catch {
      workflow.fail();
    }
  };
  if (!isPost) part(() => setOutputs(outcome, workflow));
  let isInSummary = false;
  part(() => {
    isInSummary = workflow.summary(`${before}${summaryOf(outcome, githubUrl, now)}`);
  });
  part(() => workflow.info(outcome.headline));
  for (const line of record) part(() => workflow.info(line));
  part(() => {
    for (const notice of notices) workflow.notice(notice);
  });
  part(() => annotate(warnings, (text) => workflow.warning(text), workflow));
  part(() => annotate(grouped(problems, mostNames).map(told), (text) => workflow.error(text), workflow));
  const reasons = new Set(problems.flatMap(({ why }) => why ?? []));
  for (const why of reasons) part(() => workflow.info(`Why: ${why}`));
  // The log may show it: only GitHub can open what it holds.
  if (!isInSummary && recovery !== undefined) part(() => logLines(recoverySection(recovery, githubUrl, now), workflow));
}

/** What stands in the summary where that can be written, line by line. */
export function logLines(markdown: string, log: Pick<Workflow, 'info'>): void {
  for (const line of markdown.split('\n')) if (line !== '') log.info(line);
}

/** An annotation for each of the first, and one for the rest, which the log tells in full, as it does what is too long. */
export function annotate(texts: readonly string[], say: (text: string) => void, log: Pick<Workflow, 'info'>): void {
  for (const text of texts.slice(0, mostAnnotations)) {
    if (text.length > longestAnnotation) logLines(text, log);
    say(text);
  }
  const rest = texts.slice(mostAnnotations);
  for (const text of rest) logLines(text, log);
  if (rest.length > 0) say(`And ${rest.length} more: see the log above and the job summary.`);
}

function setOutputs(outcome: Outcome, workflow: Workflow): void {
  const { rotated, validUntil, previousUntil, results } = outcome;
  if (!workflow.hasOutput('rotated')) workflow.output('rotated', String(rotated));
  workflow.output('valid-until', validUntil === undefined ? '' : isoOf(validUntil));
  workflow.output('previous-valid-until', rotated && previousUntil !== undefined ? isoOf(previousUntil) : '');
  workflow.output('results', resultsJson(results));
}

/** Over 100 KB the failed ones and a count: a step whose environment is too large does not even start. */
function resultsJson(results: readonly TargetResult[]): string {
  const whole = JSON.stringify(results.map(resultOf));
  if (Buffer.byteLength(whole) <= longestResults) return whole;
  const failures = results.filter(({ status }) => status === 'failed').map((each) => JSON.stringify(resultOf(each)));
  // With room for the count.
  const kept = fitting(failures, longestResults - 200);
  return `[${[...kept, JSON.stringify({ omitted: results.length - kept.length, of: results.length })].join(',')}]`;
}

function resultOf({ resolved, status, problem }: TargetResult) {
  const error = problem === undefined ? {} : { error: quote(messageOf(problem), longestError) };
  return { target: lineOf(resolved.target.store), secret: resolved.target.secret, status, ...error };
}
