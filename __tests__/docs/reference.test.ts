import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { inputsFrom } from '../../src/action/inputs.ts';
import { ghVersion } from '../../src/github/gh-cli.ts';
import { policies } from '../../src/github/policies.ts';
import { codeBlocks, codeIn, filesBelow, read, section, table } from './support/markdown.ts';

/** A script for browsers: it leaves a global behind. */
const script = readFileSync(createRequire(import.meta.url).resolve('@mermaid-js/tiny'), 'utf8');
const mermaid: { parse(text: string): Promise<unknown> } = runInNewContext(`${script}\nmermaid`, { structuredClone });
const sources = filesBelow('src', '.ts').map(read).join('\n');

test('modes: the table names those that the input takes, and no other', () => {
  const modes = table(read('docs/modes.md'), '| mode | what it does |').flatMap(([mode = '']) => codeIn(mode));
  const given = (mode: string) => (name: string) =>
    ({ mode, 'thousandeyes-token': 'te-token', 'github-token': 'ghp_token' })[name];
  const defaults = { repository: 'acme/network', githubUrl: 'https://api.github.com' };
  const isTaken = (mode: string) => inputsFrom(given(mode), defaults).ok;
  expect([...modes].sort()).toEqual(['check', 'rehearse', 'rotate', 'sync']);
  expect(modes.filter(isTaken)).toEqual(modes);
  expect(isTaken('other')).toBe(false);
});

test('the diagram of a rotation is one that GitHub can draw', async () => {
  const [diagram, ...more] = diagramsIn('docs/when-it-breaks.md');
  expect(more).toEqual([]);
  expect(await mermaid.parse(diagram ?? '')).toMatchObject({ diagramType: 'sequence' });
  await expect(mermaid.parse((diagram ?? '').replace('\n    end\n', '\n'))).rejects.toThrow(/Parse error/);
});

test('the diagram of a rotation deletes the write tests beside the request, as the action does', () => {
  const [diagram = ''] = diagramsIn('docs/when-it-breaks.md');
  const between = diagram.slice(diagram.indexOf('POST /api-tokens'), diagram.indexOf('delete the test secrets'));
  expect(between).toContain('\n    and\n');
  expect(between).not.toContain('\n    end\n');
});

function diagramsIn(path: string): string[] {
  return codeBlocks(read(path)).flatMap(({ language, text }) => (language === 'mermaid' ? [text] : []));
}

test('what is left is counted right, and the documents that count agree', () => {
  const left = section(read('docs/when-it-breaks.md'), '## What is left');
  const ways = [...left.matchAll(/^\d+\. \*\*/gm)];
  const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'];
  const count = words[ways.length] ?? '';
  expect(left).toMatch(new RegExp(`^${count} ways`, 'im'));
  for (const path of ['README.md', 'docs/decisions.md', 'docs/threat-model.md'])
    expect(read(path)).toMatch(new RegExp(`\\[${count} ways\\]\\((?:docs/)?when-it-breaks\\.md#what-is-left\\)`, 'i'));
});

test('troubleshooting: every message that it names is one of the action', () => {
  const page = read('docs/troubleshooting.md');
  const tables = page.split('| message | what to do |').slice(1);
  const fragments = tables.flatMap((text) =>
    text
      .split('\n')
      .slice(2)
      .slice(
        0,
        text
          .split('\n')
          .slice(2)
          .findIndex((line) => !line.startsWith('|')),
      )
      .flatMap((line) => codeIn(line.split(' | ')[0] ?? '')),
  );
  expect(fragments.length).toBeGreaterThan(20);
  expect(fragments.filter((fragment) => !sources.includes(fragment))).toEqual([]);
});

test('limits: the times are those that the action keeps', () => {
  const rows = Object.fromEntries(
    table(read('docs/limits.md'), '| what | how long |').map(([what, span]) => [what, span]),
  );
  const minutes = (ms: number) => `${ms / 60_000} minutes`;
  expect(rows['the home, while GitHub is down']).toContain(minutes(policies.home.total));
  expect(rows['another target, while GitHub is down']).toBe(minutes(policies.other.total));
});

test('recovery: the oldest gh is the one that the summary names', () => {
  const rows = table(read('docs/recovery.md'), '| for | `gh` |');
  expect(rows.find(([what = '']) => what.includes('*.ghe.com'))?.[1]).toBe(ghVersion);
});
