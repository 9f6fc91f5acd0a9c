/** So many lines are for a list; all are in the log. */
const mostLines = 100;

export function sections(parts: readonly (string | undefined)[]): string {
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n\n`;
}

/** A heading and its list of texts, or nothing. */
export function bullets(heading: string, lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  const items = lines.slice(0, mostLines).map((line) => `- ${escapeMarkdown(line)}`);
  const left = lines.length > mostLines ? [`- And ${lines.length - mostLines} more: see the log.`] : [];
  return [`**${heading}**\n`, ...items, ...left].join('\n');
}

/** Numbered steps. A command at the end of one stands in a block of its own, to be copied whole. */
export function numbered(steps: readonly string[]): string {
  return steps
    .map((step, index) => `${index + 1}. ${withBlock(step)}`)
    .join('\n')
    .trimEnd();
}

function withBlock(step: string): string {
  const parts = /^(.*?):? `((?:GH_HOST=\S+ )?gh [^`]+)`\.?$/s.exec(step);
  if (parts?.[1] === undefined || parts[2] === undefined) return escapeMarkdown(step);
  return `${escapeMarkdown(parts[1])}:\n\n   ${shellBlock(parts[2]).replaceAll('\n', '\n   ')}\n`;
}

/** A block of shell code. What stands in it has no line break and no fence. */
export function shellBlock(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\``;
}

/** What is folded away until someone wants it. */
export function details(summary: string, markdown: string): string {
  return `<details><summary>${escapeMarkdown(summary)}</summary>\n\n${markdown}\n\n</details>`;
}

/** Text from outside as text: no HTML, no Markdown, no mention. In code an entity would be shown as such: it stays. */
export function escapeMarkdown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const parts = line.split('`');
  const hasCode =
    parts.length % 2 === 1 && !line.includes('``') && !parts.some((part, n) => n % 2 === 1 && part.includes('|'));
  if (!hasCode) return escapeText(line);
  return parts.map((part, n) => (n % 2 === 1 ? `\`${part}\`` : escapeText(part))).join('');
}

/** The page of a run; elsewhere than on github.com the host is left for all to see. Only our own texts hold addresses. */
const runPage = /(https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/actions\/runs\/(\d+))(?!\d)/;

/** Text without markup, but for the pages of runs, which become short links: on a phone an address takes three lines. */
function escapeText(text: string): string {
  // Split by two groups: text, address, number, text, …
  const parts = text.split(runPage);
  return parts
    .map((part, n) => (n % 3 === 0 ? escapeCharacters(part) : n % 3 === 1 ? `[run ${parts[n + 1]}](${part})` : ''))
    .join('');
}

function escapeCharacters(text: string): string {
  return text.replace(
    /[&<>|*~[\]\\@#"`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}
