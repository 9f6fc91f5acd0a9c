import { createHash } from 'node:crypto';
import { ghObstacle, ghVersion, ghWriteSealed } from '../github/gh-cli.ts';
import type { Problem } from '../lib/problem.ts';
import { dayOf, minuteOf, plural, timeLeft } from '../lib/text.ts';
import type { KeptAside, Outcome, Recovery, TargetResult } from '../rotation/outcome.ts';
import { publicTarget } from '../targets/resolved-target.ts';
import { lineOf } from '../targets/target.ts';
import { bullets, details, escapeMarkdown, markdownList, sections, shellBlock } from './markdown.ts';

/** More rows than this are folded away. */
const rowsInView = 50;
/** GitHub drops a summary of over 1 MiB, and the way to finish by hand with it: so many bytes are for the table. */
const mostOfTable = 300 * 1024;

/** The job summary of an outcome, in GitHub's Markdown: what matters first, recovery only when it is needed. */
export function summaryOf(outcome: Outcome, githubUrl: string, now: number): string {
  const { problems, warnings, notices, recovery, keptAside, user } = outcome;
  return sections([
    `### ${icon(outcome)} ThousandEyes token: ${escapeMarkdown(outcome.headline)}`,
    validityLine(outcome, now),
    recovery === undefined ? undefined : recoverySection(recovery, githubUrl, now),
    keptAside === undefined ? undefined : keptAsideSection(keptAside, githubUrl, now),
    whatToDo(problems),
    bullets('Note', [...warnings, ...notices]),
    table(outcome.results),
    user === undefined ? undefined : userLine(user),
    outcome.credentialExpiresAt === undefined
      ? undefined
      : `The GitHub credential itself expires on ${dayOf(outcome.credentialExpiresAt)} (${timeLeft(outcome.credentialExpiresAt, now)}).`,
  ]);
}

/** What a person does to finish what the run could not. */
export function recoverySection(
  { home, body, validity }: Recovery,
  githubUrl: string,
  now: number,
  step: 'main' | 'post' = 'main',
): string {
  const until = `**by ${minuteOf(validity.previousValidUntil)}** (${timeLeft(validity.previousValidUntil, now)}), when the old token stops working at the latest`;
  return sections([
    `#### Finish by hand: ${escapeMarkdown(home.publicName)}`,
    step === 'main' ? 'If a ✅ of the post step follows below, there is nothing to do.' : undefined,
    `1. Run this, ${until}. ${whoRuns()} Success prints nothing.`,
    commandBlock(ghWriteSealed(publicTarget(home), body, githubUrl), githubUrl),
    '2. Run this workflow with `mode: sync`, for the other targets.',
    `The new token is sealed in the command: GitHub can open it, nobody else${validUntilOf(validity)}. If GitHub changes the public key of the store, the value is of no use any more.`,
    copyCheck(body.encrypted_value),
  ]).trimEnd();
}

/** What a person does with a token that was refused, or with an answer that could not be read. */
export function keptAsideSection({ kind, home, body, validity }: KeptAside, githubUrl: string, now: number): string {
  const target = publicTarget(home);
  const keptName = `${target.secret.slice(0, 240)}_KEPT`;
  const kept = ghWriteSealed({ ...target, secret: keptName }, body, githubUrl);
  const until = `The old token works **until ${minuteOf(validity.previousValidUntil)}** (${timeLeft(validity.previousValidUntil, now)}) at the latest`;
  const name = `\`${target.secret}\``;
  const steps =
    kind === 'token'
      ? [
          `2. Try it: run this workflow with \`thousandeyes-token: \${{ secrets.${keptName} }}\`, \`targets: ${lineOf(target.store)} as ${keptName}\` and \`mode: check\`.`,
          `3. Once that is green, run the command of step 1 again with ${name} in place of \`${keptName}\`, then this workflow with \`mode: sync\`. A sealed value belongs to the store, not to the name.`,
        ]
      : [
          `2. What is in it is the whole answer of ThousandEyes. In a job, look for the token in \`\${{ secrets.${keptName} }}\` without printing it: \`fromJSON(secrets.${keptName}).bearerToken\` where it is JSON.`,
          `3. If it is there, store it as ${name}, then run this workflow with \`mode: sync\`; else recover as "What to do" says.`,
        ];
  return sections([
    `#### Kept aside: ${kind === 'token' ? 'the new token' : "ThousandEyes' answer"}`,
    `It is sealed for ${escapeMarkdown(home.publicName)}, and stored nowhere yet${validUntilOf(validity)}. ${until}.`,
    `1. Store it under another name, \`${keptName}\`, beside the home. ${whoRuns()} Success prints \`{}\` for a new secret, else nothing.`,
    commandBlock(kept, githubUrl),
    ...steps,
    copyCheck(body.encrypted_value),
  ]).trimEnd();
}

function whoRuns(): string {
  return `It needs [\`gh\`](https://cli.github.com) ${ghVersion} or later, logged in with \`gh auth login\` as someone who may write this secret.`;
}

function commandBlock(command: string, githubUrl: string): string {
  const obstacle = ghObstacle(githubUrl);
  return obstacle === undefined
    ? shellBlock(command)
    : `${escapeMarkdown(`${obstacle}, so the command needs an address of it without one.`)}\n\n${shellBlock(command)}`;
}

function validUntilOf({ validUntil }: Recovery['validity']): string {
  return validUntil === undefined ? '' : `; it is valid until ${dayOf(validUntil)}`;
}

/** A masked or cut copy of a ciphertext shows by its hash. */
function copyCheck(value: string): string {
  const hash = createHash('sha256').update(value).digest('hex');
  return details(
    'Was the command copied whole?',
    `The text behind \`encrypted_value=\` has ${value.length} characters and this SHA-256: \`${hash}\`. With that text in place of VALUE:\n\n${shellBlock("printf %s 'VALUE' | shasum -a 256")}`,
  );
}

/** What went wrong and what to do about it, in bold what was tried. */
export function whatToDo(problems: readonly Problem[]): string | undefined {
  return markdownList(
    'What to do',
    problems.map(
      ({ attempt, cause, action }) => `**${escapeMarkdown(attempt)}**: ${escapeMarkdown(`${cause}. ${action}`)}`,
    ),
  );
}

function userLine({ name, accountGroup }: NonNullable<Outcome['user']>): string {
  const group = accountGroup === undefined ? '' : `${name === undefined ? '' : ', '}account group ${accountGroup}`;
  return escapeMarkdown(`The token belongs to ${name ?? ''}${group}.`);
}

function icon({ problems, rotated, warnings }: Outcome): string {
  if (problems.length > 0) return rotated ? '⚠️' : '❌';
  return warnings.length > 0 ? '⚠️' : '✅';
}

function validityLine({ validUntil, previousValidUntil, rotated }: Outcome, now: number): string {
  const current =
    validUntil === undefined
      ? undefined
      : `The token in place is valid until **${dayOf(validUntil)}** (${timeLeft(validUntil, now)}).`;
  const before =
    previousValidUntil === undefined
      ? undefined
      : rotated
        ? `The one before it works until ${minuteOf(previousValidUntil)} at the latest (${timeLeft(previousValidUntil, now)}); if it leaked, revoke it by hand.`
        : `The token in use works until **${minuteOf(previousValidUntil)}** at the latest (${timeLeft(previousValidUntil, now)}).`;
  return [current, before].filter((line) => line !== undefined).join(' ');
}

function table(results: readonly TargetResult[]): string | undefined {
  if (results.length === 0) return undefined;
  const rows = rowsOf(results);
  const shown = fitting(rows);
  const left =
    rows.length > shown.length ? `\n\nAnd ${rows.length - shown.length} more: see the output \`results\`.` : '';
  const text = ['| result | target | secret |', '| --- | --- | --- |', ...shown].join('\n') + left;
  return rows.length > rowsInView ? details(plural(results.length, 'target'), text) : text;
}

/** As many rows as there is room for. */
function fitting(rows: readonly string[]): readonly string[] {
  let size = 0;
  const end = rows.findIndex((row) => {
    size += Buffer.byteLength(row) + 1;
    return size > mostOfTable;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

const marks: Readonly<Record<TargetResult['status'], string>> = {
  updated: '✅ updated',
  created: '✅ created',
  unchanged: 'unchanged',
  failed: '❌ failed',
};

/** Failures first. Targets that may not be named are one row with a count. */
function rowsOf(results: readonly TargetResult[]): string[] {
  const counts = new Map<string, { result: string; rest: string; count: number }>();
  const failedFirst = [...results].sort((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'));
  for (const { resolved, status, problem } of failedFirst) {
    const { publicName, target } = resolved;
    const why = problem === undefined ? '' : `: ${escapeMarkdown(problem.cause)}`;
    // The name has a column of its own.
    const suffix = ` as ${target.secret}`;
    const place = publicName.endsWith(suffix) ? publicName.slice(0, -suffix.length) : publicName;
    const row = {
      result: marks[status],
      rest: `${escapeMarkdown(place)}${why} | ${escapeMarkdown(target.secret)}`,
    };
    const key = `${row.result} | ${row.rest}`;
    counts.set(key, { ...row, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].map(
    ({ result, rest, count }) => `| ${result}${count === 1 ? '' : ` (${count} repositories)`} | ${rest} |`,
  );
}
