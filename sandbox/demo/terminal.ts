import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';

type Style = Parameters<typeof styleText>[0];

/** Colours only where a person reads them on a terminal: not in a pipe, and not with NO_COLOR. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** The columns that running text and tables may take. */
export const columns = Math.max(60, Math.min(process.stdout.columns ?? 80, 110));

export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Every line set in by two columns. */
export function indent(text: string, by = '  '): string {
  return text.replace(/^(?=.)/gm, by);
}

/** Short code between backticks is one word, so that it can be read as such. */
const WORDS = /[^\s`]*`[^`\n]{1,50}`[^\s`]*|\S+/g;

/** Breaks running text between words. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(WORDS) ?? []) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

/** Columns under their heads, without borders. Where they are too wide, the widest are wrapped, but between words only. */
export function table(head: string[], rows: string[][], width = columns - 2): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': GAP };
  const drawn = new Table({
    head: head.map((text) => paint('dim', text)),
    style,
    chars: { ...BORDERLESS, middle: '' },
    colWidths: fittingWidths([head, ...rows], width).map((each) => each + GAP),
    wordWrap: true,
  });
  drawn.push(...rows);
  return drawn.toString().replace(/ +$/gm, '');
}

const GAP = 2;

const BORDERLESS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
);

/** What each column of a table needs, as far as there is room; none gets less than its longest word. */
function fittingWidths(rows: readonly string[][], width: number): number[] {
  const widest = (at: number, parts: (text: string) => string[]): number =>
    Math.max(...rows.flatMap((row) => parts(row[at] ?? '').map(widthOf)));
  const indexes = rows[0]?.map((_, at) => at) ?? [];
  const widths = indexes.map((at) => widest(at, (text) => [text]));
  const least = indexes.map((at) => widest(at, (text) => text.split(' ')));
  const total = (): number => widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1));
  while (total() > width) {
    const wide = indexes.filter((at) => (widths[at] ?? 0) > (least[at] ?? 0));
    const [at] = wide.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (at === undefined) break;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

/** The columns that a text takes: none for colour codes, two for an emoji. */
export function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text);
  return plain.length + (plain.match(/\p{Emoji_Presentation}/gu)?.filter((emoji) => emoji.length === 1).length ?? 0);
}
