import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';

type Style = Parameters<typeof styleText>[0];

/** Colours only where a person reads them on a terminal: not in a pipe, and not with NO_COLOR. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** The columns that running text may take. */
export const columns = Math.max(60, Math.min(process.stdout.columns ?? 100, 110));

export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Every line set in by two columns. */
export function indent(text: string, by = '  '): string {
  return text.replace(/^(?=.)/gm, by);
}

/** Breaks running text between words. Colour codes take no room. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && stripVTControlCharacters(longer).length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

const BORDERLESS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
);

/** Columns under their heads, without borders. */
export function table(head: string[], rows: string[][]): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 2 };
  const drawn = new Table({
    head: head.map((text) => paint('dim', text)),
    style,
    chars: { ...BORDERLESS, middle: '' },
  });
  drawn.push(...rows);
  return drawn.toString().replace(/ +$/gm, '');
}
