import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { elsewhere, plain, proseOfSources } from './support/messages/prose.ts';

// Apart from messages.test.ts, because a mutation run must leave it out: there the sources hold the mutants' texts, too.
const page = new URL('./messages.md', import.meta.url);

test('every sentence of the sources is in messages.md', () => {
  const reviewed = plain(readFileSync(page, 'utf8').replace(/^> ?/gm, ''));
  const missing = [...proseOfSources()].flatMap(([path, texts]) =>
    texts.filter((text) => !(text in elsewhere) && !reviewed.includes(plain(text))).map((text) => `${path}: ${text}`),
  );
  expect(missing).toEqual([]);
});

test('what is said to stand elsewhere still stands in the sources', () => {
  const prose = [...proseOfSources().values()].flat();
  expect(Object.keys(elsewhere).filter((text) => !prose.includes(text))).toEqual([]);
});
