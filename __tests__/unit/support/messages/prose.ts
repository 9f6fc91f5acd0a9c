import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const sources = fileURLToPath(new URL('../../../../src', import.meta.url));

/** Names that the sources give to what they tell apart. */
const isName =
  /^(?:fail|adopt): |^(?:go on beside the note|delete (?:old )?next, go on|taken for ours|written by another)$/;

/** A text of three words or more that is no pattern of a regular expression. */
const isProse = (text: string) =>
  /[A-Za-z]{2,}\S* \S+ \S*[a-z]{2,}/.test(text) && !/\(\?:|\\\(/.test(text) && !isName.test(text);

/** Prose that stands in no message here, each with the reason. */
export const elsewhere: Readonly<Record<string, string>> = {
  'application/hal+json, application/problem+json, application/json': 'a header',
  'This was a write test of rotate-thousandeyes-token. It can be deleted.': 'the value of the test secret',
  'there is no home': 'it cannot happen: the inputs have a first line',
  'it was left as it is': 'in place of an answer, where someone else wrote the home: their write is told instead',
  'the token was not asked for yet\n': "what stands in a file of the journal's",
  '<the line is missing>': 'the default of an input',
  'nothing is sealed for the home': 'it cannot happen: what is stored is sealed',
  'there is no token to finish with': 'it cannot happen: the table has seen it',
  'each of them': '__tests__/unit/lib/problem.test.ts',
  'No answer from ': '__tests__/bundle/surroundings/waits.test.ts',
  ", as GitHub's limits ask": 'the same',
  'The main step still runs; waiting for it, ': '__tests__/unit/rotation/journal/journal-handle.test.ts',
  ' refused the connection with ': 'of a proxy: __tests__/integration/connector.test.ts',
  ' did not answer within ': 'the same',
  ' gives no connection': 'the same',
  'not an error': 'of the whole process: __tests__/bundle',
  '::error::Something went wrong that should not have (': 'the same',
};

/** The prose in the strings of each source, by its path: what stands between `${` and `}` divides it. */
export function proseOfSources(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of globSync('**/*.ts', { cwd: sources }).sort()) {
    const text = readFileSync(`${sources}/${path}`, 'utf8');
    const prose = stringsIn(parseSync(text, { syntax: 'typescript', target: 'es2024' })).filter(isProse);
    if (prose.length > 0) found.set(relative('.', path).replaceAll('\\', '/'), prose);
  }
  return found;
}

function stringsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(stringsIn);
  const { type, value, cooked } = node as { type?: string; value?: unknown; cooked?: unknown };
  if (type === 'StringLiteral' && typeof value === 'string') return [value];
  if (type === 'TemplateElement' && typeof cooked === 'string') return [cooked];
  return Object.values(node).flatMap(stringsIn);
}

/** A text with each run of blanks as one blank. */
export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
