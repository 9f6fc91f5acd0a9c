import { messageOf } from '../lib/problem.ts';
import { isoOf, quote } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';
import type { Outcome, TargetResult } from '../rotation/outcome.ts';
import { lineOf } from '../targets/target.ts';
import { keptAsideSection, recoverySection, summaryOf } from './summary.ts';

/** GitHub shows ten annotations of a kind for a step. */
const mostAnnotations = 9;
const longestError = 200;
/** One environment variable over 128 KiB keeps the next step from starting, and outputs are often passed in one; in bytes. */
const longestResults = 100 * 1024;

/**
 * Tells an outcome everywhere: log, annotations, outputs, summary, exit code. Never throws: each part is told whether or
 * not the others can be.
 *
 * @param now ms since the epoch
 * @returns whether the summary was written
 */
export function report(outcome: Outcome, githubUrl: string, workflow: Workflow, now: number): boolean {
  const { problems, warnings, notices, recovery, keptAside } = outcome;
  if (problems.length > 0) workflow.fail();
  const part = (tell: () => void) => {
    try {
      tell();
    } catch {
      workflow.fail();
    }
  };
  part(() => setOutputs(outcome, workflow));
  let isInSummary = false;
  part(() => {
    isInSummary = workflow.summary(summaryOf(outcome, githubUrl, now));
  });
  part(() => workflow.info(outcome.headline));
  part(() => {
    for (const notice of notices) workflow.notice(notice);
  });
  part(() => annotate(warnings, (text) => workflow.warning(text), workflow));
  part(() => annotate(problems.map(messageOf), (text) => workflow.error(text), workflow));
  if (isInSummary) return true;
  // The log may show it: only GitHub can open what it holds.
  if (recovery !== undefined) part(() => logLines(recoverySection(recovery, githubUrl, now), workflow));
  if (keptAside !== undefined) part(() => logLines(keptAsideSection(keptAside, githubUrl, now), workflow));
  return false;
}

/** What stands in the summary where that can be written, line by line. */
export function logLines(markdown: string, log: Pick<Workflow, 'info'>): void {
  for (const line of markdown.split('\n')) if (line !== '') log.info(line);
}

/** An annotation for each of the first, and one for the rest, which the log tells in full. */
export function annotate(texts: readonly string[], say: (text: string) => void, log: Pick<Workflow, 'info'>): void {
  for (const text of texts.slice(0, mostAnnotations)) say(text);
  const rest = texts.slice(mostAnnotations);
  for (const text of rest) log.info(text);
  if (rest.length > 0) say(`And ${rest.length} more: see the log above and the job summary.`);
}

function setOutputs(outcome: Outcome, workflow: Workflow): void {
  const { rotated, validUntil, previousValidUntil, results } = outcome;
  if (!workflow.hasOutput('rotated')) workflow.output('rotated', String(rotated));
  workflow.output('valid-until', validUntil === undefined ? '' : isoOf(validUntil));
  workflow.output('previous-valid-until', rotated && previousValidUntil !== undefined ? isoOf(previousValidUntil) : '');
  workflow.output('results', resultsJson(results));
}

/** Over 100 KB the failed ones and a count: a step whose environment is too large does not even start. */
function resultsJson(results: readonly TargetResult[]): string {
  const whole = JSON.stringify(results.map(resultOf));
  if (Buffer.byteLength(whole) <= longestResults) return whole;
  const failures = results.filter(({ status }) => status === 'failed').map(resultOf);
  const kept: unknown[] = [];
  let size = 200;
  for (const failure of failures) {
    size += Buffer.byteLength(JSON.stringify(failure)) + 1;
    if (size > longestResults) break;
    kept.push(failure);
  }
  return JSON.stringify([...kept, { omitted: results.length - kept.length, of: results.length }]);
}

function resultOf({ resolved, status, problem }: TargetResult) {
  const error = problem === undefined ? {} : { error: quote(messageOf(problem), longestError) };
  return { target: lineOf(resolved.publicStore), secret: resolved.target.secret, status, ...error };
}
