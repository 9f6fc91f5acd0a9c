/** Text for GitHub's job summary. */

/** So many lines are for a list; all are in the log. */
const mostLines = 100;

export function sections(parts: readonly (string | undefined)[]): string {
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n\n`;
}

/** A heading and its list of texts, or nothing. */
export function bullets(heading: string, lines: readonly string[]): string | undefined {
  return markdownList(
    heading,
    lines.map((line) => escapeMarkdown(line)),
  );
}

/** A heading and a list of Markdown, or nothing. */
export function markdownList(heading: string, markdown: readonly string[]): string | undefined {
  if (markdown.length === 0) return undefined;
  const items = markdown.slice(0, mostLines).map((line) => `- ${line}`);
  const left = markdown.length > mostLines ? [`- And ${markdown.length - mostLines} more: see the log.`] : [];
  return [`**${heading}**\n`, ...items, ...left].join('\n');
}

/** A block of shell code. What stands in it has no line break and no fence. */
export function shellBlock(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\``;
}

/** What is folded away until someone wants it. */
export function details(summary: string, markdown: string): string {
  return `<details><summary>${escapeMarkdown(summary)}</summary>\n\n${markdown}\n\n</details>`;
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
