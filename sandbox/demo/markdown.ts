import { lexer, type Token, type Tokens } from 'marked';
import { columns, indent, paint, table, wrap } from './terminal.ts';

/** GitHub's Markdown as a terminal shows it. Code is not wrapped, so that it can be copied. */
export function rendered(markdown: string): string {
  return lexer(markdown)
    .map(block)
    .filter((text) => text !== '')
    .join('\n\n');
}

function block(token: Token): string {
  switch (token.type) {
    case 'heading':
      return paint('bold', wrap(inline(token.tokens), columns - 2));
    case 'paragraph':
      return wrap(inline(token.tokens), columns - 2);
    case 'list':
      return list(token as Tokens.List);
    case 'code':
      return paint('cyan', token.text);
    case 'table':
      return tableFrom(token as Tokens.Table);
    case 'html':
      return decoded(token.text.replace(/<[^>]*>/g, '')).trim();
    default:
      return '';
  }
}

function list({ items, ordered, start }: Tokens.List): string {
  const mark = (at: number): string => (ordered ? `${Number(start) + at}.` : '•');
  return items.map(({ tokens }, at) => item(mark(at), tokens)).join('\n');
}

/** Running text, and commands below it. */
function item(mark: string, tokens: Token[]): string {
  const margin = ' '.repeat(mark.length + 1);
  const codes = tokens.filter(({ type }) => type === 'code').map(block);
  const texts = tokens.filter(({ type }) => type !== 'code');
  const text = wrap(inline(texts), columns - 2 - margin.length);
  return `${mark} ${indent([text, ...codes].join('\n'), margin).trimStart()}`;
}

function tableFrom({ header, rows }: Tokens.Table): string {
  const texts = (cells: Tokens.TableCell[]): string[] => cells.map((cell) => inline(cell.tokens));
  return table(texts(header), rows.map(texts));
}

function inline(tokens: Token[] = []): string {
  return tokens.map(span).join('');
}

function span(token: Token): string {
  if (token.type === 'strong') return paint('bold', inline(token.tokens));
  if (token.type === 'codespan') return paint('cyan', decoded(token.text));
  if (token.type === 'br') return '\n';
  return 'tokens' in token && token.tokens ? inline(token.tokens) : decoded(token.raw);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Character references become what they stand for; control characters, which could drive the terminal, are dropped. */
function decoded(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/(?!\n)\p{Cc}/gu, '');
}
