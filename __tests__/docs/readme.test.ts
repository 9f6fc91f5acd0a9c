import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { codeBlocks, codeIn, documents, filesBelow, project, read, section, table } from './support/markdown.ts';
import { workflowIn } from './support/reader.ts';

const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

test('the README has at most 2,000 words', () => {
  expect(readme.split(/\s+/).filter((word) => word !== '').length).toBeLessThanOrEqual(2000);
});

test('the first workflow is short, and ends before line 60', () => {
  const [first] = codeBlocks(readme).filter(({ language }) => language === 'yaml');
  const lines = first?.text.trimEnd().split('\n').length ?? 0;
  expect(lines).toBeLessThanOrEqual(20);
  expect((first?.line ?? 60) + lines).toBeLessThan(60);
});

test('the first lines say which token, how long it lasts, and what is promised', () => {
  const [intro = ''] = readme.split('\n## ');
  for (const words of ['User API Token', 'OAuth bearer token', 'API Keys', 'two years', 'new token is not\nlost'])
    expect(intro).toContain(words);
});

test('the sections come in the order in which a stranger asks', () => {
  const sections = [...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual([
    'Quick start',
    'Recommended for teams',
    'The guard',
    'Inputs and outputs',
    'Read on',
    'Compared with the alternatives',
    'Try it without any account, or work on it',
  ]);
});

test.each([
  ['## Quick start', 'examples/quick-start.yml'],
  ['## Recommended for teams', 'examples/team.yml'],
])('the workflow of %s is %s', (heading, path) => {
  const [, ...example] = read(path).split('\n');
  expect(workflowIn(heading)).toBe(example.join('\n'));
});

test('the checks of a machine are the test command of the README, and nothing else', () => {
  const command = codeBlocks(readme).at(-1)?.text.trim();
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

test.each(['README.md', 'examples/README.md'])('%s says once what octo-org and v1 stand for', (path) => {
  const text = read(path).replaceAll(/\s+/g, ' ');
  expect(text.match(/`octo-org` stands for the owner/g)).toHaveLength(1);
  expect(text).toMatch(/no such tag yet, put the full hash of a commit/);
});

test('a commit can be pinned, and the version beside it is the newest', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(readme.replaceAll(/\s+/g, ' ')).toMatch(
    new RegExp(`octo-org/rotate-thousandeyes-token@[0-9a-f]{40} # v${version}\``),
  );
  expect(read('CHANGELOG.md')).toContain(`\n## ${version} - `);
  const lock = JSON.parse(read('package-lock.json')) as {
    version: string;
    packages: Record<string, { version: string }>;
  };
  expect([lock.version, lock.packages['']?.version]).toEqual([version, version]);
});

test('the guard is as the README says', () => {
  const action = read('guard/action.yml');
  const guard = section(readme, '## The guard');
  for (const name of ['valid-until', 'warn-when-days-left', 'fail-when-days-left', 'days-left']) {
    expect(action).toMatch(new RegExp(`^ {2}${name}:$`, 'm'));
    expect(guard).toContain(name);
  }
  const defaults = [...action.matchAll(/default: '(\d+)'/g)].map(([, days]) => days);
  expect(defaults.every((days) => guard.includes(`${days} days before`))).toBe(true);
});

test('the folders that CONTRIBUTING.md names are there', () => {
  const folders = codeIn(read('CONTRIBUTING.md')).filter((code) => /^[\w./-]+\/$/.test(code));
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.filter((folder) => !existsSync(join(project, folder)))).toEqual([]);
});

test('every source file that a document names is there', () => {
  const named = documents().flatMap((path) =>
    codeIn(read(path)).filter((code) => /^(?:src|sandbox|scripts)\/.+\.ts$/.test(code)),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(project, path)))).toEqual([]);
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
