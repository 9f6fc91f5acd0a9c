import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const project = join(import.meta.dirname, '../../..');

export type CodeBlock = { language: string; text: string; line: number };

export function read(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}

/** Paths below a folder, from the project's root. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ending))
    .sort();
}

/** Every document of the project. */
export function documents(): string[] {
  const atRoot = readdirSync(project).filter((name) => name.endsWith('.md'));
  return [...atRoot, ...['docs', 'examples', '.github'].flatMap((folder) => filesBelow(folder, '.md'))];
}

/** Fenced code, without the indent of the list that it stands in. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^([ ]*)```(\w+)\n([\s\S]*?)^\1```$/gm)].map((match) => {
    const [, indent = '', language = '', text = ''] = match;
    const line = markdown.slice(0, match.index).split('\n').length;
    return { language, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), line };
  });
}

export function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^[ ]*```[\s\S]*?^[ ]*```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** The anchors that GitHub gives a document's headings. */
export function anchors(markdown: string): string[] {
  const headings = markdown.replaceAll(/^[ ]*```[\s\S]*?^[ ]*```$/gm, '').matchAll(/^#{1,6} +(.+?) *$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Where a document's links and pictures lead. */
export function links(markdown: string): string[] {
  const text = withoutCode(markdown);
  const inline = [...text.matchAll(/\]\(([^)\s]+)\)/g)];
  const html = [...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)];
  return [...inline, ...html].map(([, target = '']) => target);
}

/** The rows of the table that begins with this header row, as cells. */
export function table(markdown: string, header: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.indexOf(header);
  if (start < 0) throw new Error(`No table: ${header}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** What stands in backquotes. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The text under a heading, up to the next of the same or a higher level. */
export function section(markdown: string, heading: string): string {
  const start = markdown.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`No section: ${heading}`);
  const level = heading.indexOf(' ');
  const body = markdown.slice(start + heading.length + 2);
  const end = body.search(new RegExp(`^#{1,${level}} `, 'm'));
  return end < 0 ? body : body.slice(0, end);
}
