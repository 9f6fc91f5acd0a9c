import type { Problem } from './errors.ts';
import type { Outcome, Recovery, TargetResult } from './outcome.ts';
import { recoveryCommand, sha256 } from './recovery-command.ts';
import { dayOf, minuteOf, plural } from './text.ts';

/** More rows than this are folded away. */
const rowsInView = 50;
/**
 * GitHub drops a summary of over 1 MiB, and the way to finish by hand with it. So much is for the table, in bytes, and so
 * many lines are for a list; all rows are in the output `results`, all lines in the log.
 */
const mostOfTable = 300 * 1024;
const mostLines = 100;

/** The job summary of an outcome, in GitHub's Markdown: what matters first, recovery only when it is needed. */
export function summaryOf(outcome: Outcome, githubUrl: string): string {
  const { problems, warnings, notices, recovery } = outcome;
  return sections([
    `### ${icon(outcome)} ThousandEyes token: ${escapeMarkdown(outcome.headline)}`,
    validityLine(outcome),
    whatToDo(problems),
    recovery === undefined ? undefined : recoverySection(recovery, githubUrl),
    bullets('Note', [...warnings, ...notices]),
    timeline(outcome),
    table(outcome.results),
    outcome.credentialExpiresAt === undefined
      ? undefined
      : `The GitHub credential itself expires on ${dayOf(outcome.credentialExpiresAt)}.`,
  ]);
}

/** The section with which a person finishes what the run could not. */
export function recoverySection({ target, shown, body, validity }: Recovery, githubUrl: string): string {
  const until =
    validity.validUntil === undefined ? '' : ` The value itself is good until ${dayOf(validity.validUntil)}.`;
  return sections([
    `#### Finish by hand: ${escapeMarkdown(shown)}`,
    `The new token is sealed below: GitHub can open it, nobody else. Whoever may write this secret runs the command, **by ${minuteOf(validity.previousValidUntil)}**, when the old token stops working at the latest.${until} Then run this workflow with \`mode: sync\` for the other targets.`,
    `\`\`\`sh\n${recoveryCommand(target, body, githubUrl)}\n\`\`\``,
    `Check that nothing of it was lost in copying or hidden by a mask: \`encrypted_value\` has ${body.encrypted_value.length} characters and the SHA-256 \`${sha256(body.encrypted_value)}\`.`,
  ]);
}

export function sections(parts: readonly (string | undefined)[]): string {
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n\n`;
}

/** A heading and its list, or nothing. */
export function bullets(heading: string, lines: readonly string[]): string | undefined {
  return list(
    heading,
    lines.map((line) => escapeMarkdown(line)),
  );
}

/** What went wrong and what to do about it, in bold what was tried. */
export function whatToDo(problems: readonly Problem[]): string | undefined {
  return list(
    'What to do',
    problems.map(
      ({ tried, cameBack, todo }) => `**${escapeMarkdown(tried)}**: ${escapeMarkdown(`${cameBack}. ${todo}`)}`,
    ),
  );
}

function list(heading: string, markdown: readonly string[]): string | undefined {
  if (markdown.length === 0) return undefined;
  const items = markdown.slice(0, mostLines).map((line) => `- ${line}`);
  const left = markdown.length > mostLines ? [`- And ${markdown.length - mostLines} more: see the log.`] : [];
  return [`**${heading}**\n`, ...items, ...left].join('\n');
}

/**
 * Text from outside as text: no HTML, no Markdown, no table cell, no mention. Code between backticks stays as it is,
 * because an entity in it would be shown as such, and a command could not be copied.
 */
export function escapeMarkdown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const parts = line.split('`');
  const hasCode =
    parts.length % 2 === 1 && !line.includes('``') && !parts.some((part, n) => n % 2 === 1 && part.includes('|'));
  if (!hasCode) return escapeText(line);
  return parts.map((part, n) => (n % 2 === 1 ? `\`${part}\`` : escapeText(part))).join('');
}

function escapeText(text: string): string {
  return text.replace(
    /[&<>|*~[\]\\@#"`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

function icon({ problems, rotated, warnings }: Outcome): string {
  if (problems.length > 0) return rotated ? '⚠️' : '❌';
  return warnings.length > 0 ? '⚠️' : '✅';
}

function validityLine({ validUntil, previousValidUntil, rotated }: Outcome): string | undefined {
  const now = validUntil === undefined ? undefined : `The token in place is valid until **${dayOf(validUntil)}**.`;
  const before =
    previousValidUntil === undefined
      ? undefined
      : rotated
        ? `The one before it works until ${minuteOf(previousValidUntil)} at the latest; if it leaked, revoke it by hand.`
        : `The token in use works until **${minuteOf(previousValidUntil)}** at the latest.`;
  return [now, before].filter((line) => line !== undefined).join(' ');
}

function timeline({ rotated, issuedAt, validUntil, previousValidUntil }: Outcome): string | undefined {
  if (!rotated || issuedAt === undefined || validUntil === undefined || previousValidUntil === undefined)
    return undefined;
  const [from, old, until] = [dayOf(issuedAt), dayOf(previousValidUntil), dayOf(validUntil)];
  return [
    '```mermaid',
    // Ticks instead of lines across the labels.
    '%%{init: {"gantt": {"gridLineStartPadding": 92}}}%%',
    'gantt',
    '  dateFormat YYYY-MM-DD',
    '  axisFormat %b %Y',
    '  todayMarker off',
    '  section Old token',
    `  works until ${old} :done, ${from}, ${old}`,
    '  section New token',
    `  valid until ${until} :active, ${from}, ${until}`,
    '```',
  ].join('\n');
}

function table(results: readonly TargetResult[]): string | undefined {
  if (results.length === 0) return undefined;
  const rows = rowsOf(results);
  const shown = fitting(rows);
  const left =
    rows.length > shown.length ? `\n\nAnd ${rows.length - shown.length} more: see the output \`results\`.` : '';
  const text = ['| target | secret | result |', '| --- | --- | --- |', ...shown].join('\n') + left;
  return rows.length > rowsInView
    ? `<details><summary>${plural(results.length, 'target')}</summary>\n\n${text}\n\n</details>`
    : text;
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

/** Failures first. Targets that may not be named are one row with a count. */
function rowsOf(results: readonly TargetResult[]): string[] {
  const counts = new Map<string, number>();
  const failedFirst = [...results].sort((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'));
  for (const { shown, target, status, problem } of failedFirst) {
    const mark = { updated: '✅ updated', created: '✅ created', unchanged: 'unchanged', failed: '❌ failed' }[status];
    const why = problem === undefined ? '' : `: ${escapeMarkdown(problem.cameBack)}`;
    // The name has a column of its own.
    const place = shown.endsWith(` as ${target.secret}`) ? shown.slice(0, -` as ${target.secret}`.length) : shown;
    const row = `| ${escapeMarkdown(place)} | ${escapeMarkdown(target.secret)} | ${mark}${why} |`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts].map(([row, count]) => (count === 1 ? row : row.replace(/ \|$/, ` (${count} repositories) |`)));
}
