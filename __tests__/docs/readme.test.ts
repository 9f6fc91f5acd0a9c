import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inputsFrom } from '../../src/inputs.ts';
import { permissionFor } from '../../src/store.ts';
import { lineFrom } from '../../src/target.ts';
import { codeBlocks, codeIn, documents, filesBelow, project, read, section, table } from './markdown.ts';

const readme = read('README.md');
const blocks = codeBlocks(readme);
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

test('the sections come in the order in which a stranger asks', () => {
  const sections = [...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual([
    'Quick start',
    'Try it without any account',
    'The credential',
    'Inputs and outputs',
    'Targets',
    'Modes',
    'How a rotation works',
    'What happens when it breaks',
    'Recovery by hand',
    'Schedules that stop',
    'After a leak',
    "What it can't protect from",
    'Many targets and rate limits',
    'Compared with the alternatives',
    'Contributing',
  ]);
});

test('the workflow of the quick start is the example', () => {
  const quickStart = codeBlocks(section(readme, '## Quick start')).find(({ language }) => language === 'yaml');
  const [, ...example] = read('examples/single-repository.yml').split('\n');
  expect(quickStart?.text).toBe(example.join('\n'));
});

test('the checks of a machine are the test command of the README, and nothing else', () => {
  const command = codeBlocks(section(readme, '## Contributing')).at(-1)?.text.trim();
  expect(command).toBe('npm ci && npm test');
  const lines = read('.ci/run')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual(['set -euo pipefail', 'cd "$(dirname "$0")/.."', command]);
  expect(read('.github/workflows/ci.yml')).toContain(`- run: ${command}\n`);
});

test('every npm script that a document or a workflow names is there', () => {
  const sources = [...documents(), ...filesBelow('.github/workflows', '.yml')].map(read);
  const named = sources.flatMap((text) =>
    [...text.matchAll(/npm (?:run ([\w:]+)|(test)\b)/g)].map(([, run, own]) => run ?? own),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => name === undefined || !(name in scripts))).toEqual([]);
});

test('permissions: the table names every store, as the action does in its messages', () => {
  const rows = table(readme, '| target | App or fine-grained token | classic token | why |');
  const told = rows.map(([target = '', permission, scope = '', why = '']) => {
    const line = lineFrom(codeIn(target)[0] ?? '', 'TE_TOKEN');
    if (line.kind !== 'target') throw new Error(`A pattern: ${target}`);
    const needed = permissionFor(line.target.store);
    expect({ target, permission }).toEqual({ target, permission: needed.apps ? needed.name : 'not possible' });
    expect({ target, scope: codeIn(scope) }).toEqual({ target, scope: [needed.scope] });
    expect(why).toMatch(/^[^.]+\.$/);
    return `${line.target.store.level}/${line.target.store.feature}`;
  });
  expect(new Set(told).size).toBe(10);
});

test('targets: every line of the table is one, and together they are all stores', () => {
  const rows = table(section(readme, '## Targets'), '| line | store |');
  const lines = rows.flatMap(([line = '']) => codeIn(line)).map((line) => lineFrom(line, 'TE_TOKEN'));
  const stores = lines.map((line) => (line.kind === 'pattern' ? line.pattern.store : line.target.store));
  expect(new Set(stores.map(({ level, feature }) => `${level}/${feature}`)).size).toBe(10);
  expect(lines.filter(({ kind }) => kind === 'pattern')).toHaveLength(1);
});

test('modes: the table names those that the input takes', () => {
  const modes = table(section(readme, '## Modes'), '| mode | what it does |').flatMap(([mode = '']) => codeIn(mode));
  const given = (mode: string) => (name: string) =>
    ({ mode })[name] ?? (/^(github|thousandeyes)-token$/.test(name) ? 'token' : undefined);
  const accepts = (mode: string) =>
    'inputs' in inputsFrom(given(mode), { repository: 'acme/network', githubUrl: 'https://api.github.com' });
  expect(modes).toEqual(['rotate', 'sync', 'check']);
  expect(modes.filter(accepts)).toEqual(modes);
  expect(accepts('other')).toBe(false);
});

test('the diagram is drawn by GitHub', () => {
  const diagrams = blocks.filter(({ language }) => language === 'mermaid').map(({ text }) => text.split('\n')[0]);
  expect(diagrams).toEqual(['sequenceDiagram']);
});

test('octo-org is explained once, and the pinned form is shown', () => {
  expect(readme.match(/`octo-org` stands for/g)).toHaveLength(1);
  expect(readme).toMatch(/uses: octo-org\/rotate-thousandeyes-token@[0-9a-f]{40} # v\d/);
});

test.each([...documents(), ...filesBelow('examples', '.yml'), ...filesBelow('.github', '.yml')].map((path) => [path]))(
  '%s speaks of the project alone',
  (path) => {
    const text = read(path);
    expect(text).not.toMatch(/\/(?:work|root|tmp)\/|\.\.\/shared|\bDESIGN\b|\b(?:TODO|FIXME|XXX)\b|@@/);
    const owners = [...text.matchAll(/\borgs\/([\w-]+)|\b([\w-]+)\/(?:network|edge|core|terraform-)/g)];
    expect(
      owners.map(([, owner, other]) => owner ?? other).filter((owner) => !['acme', 'octo-org'].includes(owner ?? '')),
    ).toEqual([]);
  },
);

test('the folders that CONTRIBUTING.md names are there', () => {
  const folders = codeIn(read('CONTRIBUTING.md')).filter((code) => /^[\w.-]+\/$/.test(code));
  expect(folders.length).toBeGreaterThan(5);
  expect(folders.filter((folder) => !existsSync(join(project, folder)))).toEqual([]);
});

test('every test that the threat model names is there', () => {
  const rows = table(read('docs/threat-model.md'), '| | invariant | held by |');
  expect(rows).toHaveLength(9);
  for (const [number = '', , heldBy = ''] of rows) {
    const named = heldBy.split(';').map((part) => ({
      file: /\]\(\.\.\/(.+?)\)/.exec(part)?.[1],
      title: /"(.+)"/.exec(part)?.[1] ?? '',
    }));
    let file = '';
    for (const one of named) {
      file = one.file ?? file;
      expect({ number, title: one.title, found: read(file).includes(one.title) }).toEqual({
        number,
        title: one.title,
        found: true,
      });
    }
  }
});
