import { createHash } from 'node:crypto';
import { ghObstacle, ghVersion, ghWriteSealed } from '../github/gh-cli.ts';
import { grouped, type Problem, sentence } from '../lib/problem.ts';
import { dayOf, fitting, minuteOf, plural, someOf, timeLeft } from '../lib/text.ts';
import type { Outcome, Recovery, TargetResult } from '../rotation/outcome.ts';
import { bullets, details, escapeMarkdown, numbered, sections, shellBlock } from './markdown.ts';

/** So much is in view, so that a phone shows all of it on two screens; the rest is folded away. */
const targetsInView = 20;
const problemsInView = 3;
const namesInView = 2;
/** Of targets that failed alike; the output `results` names them all. */
const namesOfAlike = 500;
/** GitHub drops a summary of over 1 MiB, and the command in it too: so many bytes are for the targets. */
const mostOfTargets = 300 * 1024;
/** And so many for the problems. */
const mostOfProblems = 300 * 1024;

/** The job summary of an outcome, in GitHub's Markdown: what happened, what to do, why; then what else is known. */
export function summaryOf(outcome: Outcome, githubUrl: string, now: number): string {
  const { warnings, notices, recovery, user, record = [], credentialExpiresAt } = outcome;
  const all = grouped(outcome.problems, namesInView).map(problemSection);
  const problems = fitting(all, mostOfProblems);
  const more = problems.slice(problemsInView);
  const left = all.length - problems.length;
  return sections([
    `### ${icon(outcome)} ThousandEyes token: ${escapeMarkdown(outcome.headline)}`,
    validityLine(outcome, now),
    ...problems.slice(0, problemsInView),
    more.length === 0 ? undefined : details(`And ${plural(more.length, 'more problem')}`, sections(more).trimEnd()),
    left === 0 ? undefined : `And ${plural(left, 'more problem')}: see the log.`,
    recovery === undefined ? undefined : recoverySection(recovery, githubUrl, now),
    bullets('The record', record),
    targetList(outcome),
    bullets('Note', [...warnings, ...notices]),
    user === undefined ? undefined : userLine(user),
    credentialExpiresAt === undefined
      ? undefined
      : `The GitHub credential itself expires on ${dayOf(credentialExpiresAt)} (${timeLeft(credentialExpiresAt, now)}).`,
  ]);
}

function problemSection({ attempt, cause, steps, why }: Problem): string {
  return sections([
    `**${escapeMarkdown(attempt)}**: ${escapeMarkdown(sentence(cause))}`,
    `**Do this:**\n\n${numbered(steps)}`,
    why === undefined ? undefined : details('Why', escapeMarkdown(why)),
  ]).trimEnd();
}

/** What stands above the command that puts a sealed token beside the home. */
export const recoveryHeading = 'Put the token where the next run finds it';

/** What a person does where the token could be kept in the journal only. */
export function recoverySection({ next, body, previousUntil }: Recovery, githubUrl: string, now: number): string {
  const obstacle = ghObstacle(githubUrl);
  return sections([
    `#### ${recoveryHeading}`,
    `1. Run this **by ${minuteOf(previousUntil)}** (${timeLeft(previousUntil, now)}), when the old token stops working at the latest:`,
    obstacle === undefined
      ? undefined
      : escapeMarkdown(`${obstacle}, so the command needs an address of it without one.`),
    shellBlock(ghWriteSealed(next.target, body, githubUrl)),
    '2. Run this workflow: it finishes.',
    details(
      'What this is',
      `The new token is sealed in the command: GitHub can open it, nobody else. It needs [\`gh\`](https://cli.github.com) ${ghVersion} or later, logged in with \`gh auth login\` as someone who is allowed to write ${escapeMarkdown(next.name)}. It prints \`{}\` or nothing. If GitHub changes the public key of the store, the value is useless.\n\n${copyCheck(body.encrypted_value)}`,
    ),
  ]).trimEnd();
}

/** A masked or cut copy of a ciphertext shows by its hash. */
function copyCheck(value: string): string {
  const hash = createHash('sha256').update(value).digest('hex');
  return `Was it copied whole? The text behind \`encrypted_value=\` has ${value.length} characters and this SHA-256: \`${hash}\`. With that text in place of VALUE:\n\n${shellBlock("printf %s 'VALUE' | shasum -a 256")}`;
}

function userLine({ name, accountGroup }: NonNullable<Outcome['user']>): string {
  const parts = [name ?? [], accountGroup === undefined ? [] : `account group ${accountGroup}`];
  return escapeMarkdown(`The token belongs to ${parts.flat().join(', ')}.`);
}

function icon({ problems, rotated, warnings }: Outcome): string {
  if (problems.length > 0) return rotated ? '⚠️' : '❌';
  return warnings.length > 0 ? '⚠️' : '✅';
}

function validityLine({ mode, validUntil, previousUntil, rotated, record }: Outcome, now: number): string | undefined {
  // Where the record is shown, it says it.
  if (record !== undefined) return undefined;
  const lines: string[] = [];
  if (validUntil !== undefined && (mode !== 'rotate' || rotated))
    lines.push(`The token in place is valid until **${dayOf(validUntil)}** (${timeLeft(validUntil, now)}).`);
  if (previousUntil !== undefined && rotated)
    lines.push(
      `The one before it works until ${minuteOf(previousUntil)} at the latest (${timeLeft(previousUntil, now)}); copies of it that are no targets end then. If it leaked, revoke it by hand.`,
    );
  return lines.join(' ');
}

/** The targets: failures first, those that failed alike on one line, and in view what became of those that were written. */
function targetList({ mode, results }: Outcome): string | undefined {
  const ranked = results.toSorted((a, b) => rankOf(a) - rankOf(b));
  const lines =
    mode === 'check' ? ranked.map((each) => ({ text: known(each), count: 1, isInView: true })) : written(ranked);
  const texts = lines.map(({ text }) => `- ${text}`);
  const shown = fitting(texts, mostOfTargets).length;
  const part = (isWanted: boolean) => texts.slice(0, shown).filter((_, index) => lines[index]?.isInView === isWanted);
  const counted = (wanted: typeof lines) => wanted.reduce((sum, { count }) => sum + count, 0);
  const [inView, rest, left] = [part(true), part(false), counted(lines.slice(shown))];
  return sections([
    inView.length > targetsInView
      ? details(plural(counted(lines.filter(({ isInView }) => isInView)), 'target'), inView.join('\n'))
      : inView.length === 0
        ? undefined
        : `**Targets**\n\n${inView.join('\n')}`,
    rest.length === 0 ? undefined : details(`${plural(rest.length, 'target')} unchanged`, rest.join('\n')),
    left === 0 ? undefined : `And ${left} more: see the output \`results\`.`,
  ]).trimEnd();
}

const marks = { failed: '❌ failed: ', updated: '✅ updated: ', created: '✅ created: ', unchanged: '' };

function written(ranked: readonly TargetResult[]) {
  const groups = Map.groupBy(ranked, (each) => (each.status === 'failed' ? detailOf(each) : each));
  return [...groups.values()].flatMap((alike) => {
    const names = someOf(
      alike.map(({ resolved }) => escapeMarkdown(resolved.name)),
      namesOfAlike,
    );
    return alike.slice(0, 1).map((first) => ({
      text: `${marks[first.status]}${names}${detailOf(first)}`,
      count: alike.length,
      isInView: first.status !== 'unchanged',
    }));
  });
}

function rankOf({ status }: TargetResult): number {
  return status === 'failed' ? 0 : status === 'unchanged' ? 2 : 1;
}

function detailOf({ problem, note }: TargetResult): string {
  const more = [note, problem?.cause].filter((each) => each !== undefined);
  return more.length === 0 ? '' : `: ${escapeMarkdown(more.join('; '))}`;
}

/** Where nothing is written, what was read of a target is its result. */
function known({ resolved, problem, note = '' }: TargetResult): string {
  return `**${escapeMarkdown(resolved.name)}**: ${escapeMarkdown(problem === undefined ? note : `❌ ${problem.cause}`)}`;
}
