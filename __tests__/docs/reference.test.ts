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
    ({ mode, 'thousandeyes-token': 'te-token', 'thousandeyes-token-next': '', 'github-token': 'ghp_token' })[name];
  const defaults = { repository: 'acme/network', githubUrl: 'https://api.github.com', variables: {} };
  const isTaken = (mode: string) => inputsFrom({ ...defaults, input: given(mode) }).ok;
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
  for (const path of ['README.md', 'docs/design/decisions.md', 'docs/design/threat-model.md'])
    expect(read(path)).toMatch(
      new RegExp(`\\[${count} ways\\]\\((?:docs/|\\.\\./)when-it-breaks\\.md#what-is-left\\)`, 'i'),
    );
});

test('messages that the pages quote are those of the action', () => {
  const quoted = [
    ['docs/recovery.md', 'Put the token where the next run finds it'],
    ['docs/terraform.md', 'someone wrote the old token back'],
  ] as const;
  for (const [path, words] of quoted) {
    expect(read(path)).toContain(`"${words}`);
    expect(sources).toContain(words);
  }
});

test('when it breaks: each situation says what the action does, and what a person does', () => {
  const rows = table(read('docs/when-it-breaks.md'), '| situation | what the action does | what you do |');
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([]);
});

test('limits: the times are those that the action keeps', () => {
  const rows = Object.fromEntries(
    table(read('docs/limits.md'), '| what | how long |').map(([what, span]) => [what, span]),
  );
  const minutes = (ms: number) => `${ms / 60_000} minutes`;
  expect(rows['the home, while GitHub is down']).toContain(minutes(policies.home.total));
  expect(rows['another target, while GitHub is down']).toBe(minutes(policies.other.total));
  expect(rows['a wait that ends the run, before a token is asked for']).toBe(minutes(policies.read.toldWaits));
});

test('recovery: the oldest gh is the one that the summary names', () => {
  const rows = table(read('docs/recovery.md'), '| for | `gh` |');
  expect(rows.find(([what = '']) => what.includes('*.ghe.com'))?.[1]).toBe(ghVersion);
});
