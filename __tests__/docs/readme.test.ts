import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { codeBlocks, codeIn, documents, filesBelow, links, project, read, section, table } from './support/markdown.ts';
import { permissionsOf } from './support/play.ts';
import { workflowIn } from './support/reader.ts';

const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;

test('the README has at most 1,800 words, and the six pages for users 6,000', () => {
  expect(words(readme)).toBeLessThanOrEqual(1800);
  const pages = ['set-up', 'modes', 'when-it-breaks', 'recovery', 'limits', 'questions'];
  expect(pages.reduce((sum, page) => sum + words(read(`docs/${page}.md`)), 0)).toBeLessThanOrEqual(6000);
  const all = filesBelow('docs', '.md').filter((path) => !path.startsWith('docs/design/'));
  expect(all).toEqual([...pages, 'terraform'].map((page) => `docs/${page}.md`).sort());
});

test('the first workflow is short, and ends before line 60', () => {
  const [first] = codeBlocks(readme).filter(({ language }) => language === 'yaml');
  const lines = first?.text.trimEnd().split('\n').length ?? 0;
  expect(lines).toBeLessThanOrEqual(21);
  expect((first?.line ?? 60) + lines).toBeLessThan(60);
});

test('the first lines say which token, how long it lasts, and what is promised', () => {
  const [intro = ''] = readme.split('\n## ');
  for (const said of [
    'User API Token',
    'OAuth bearer token',
    'API Keys',
    'two years',
    'new token is not lost',
    'next run finishes',
  ])
    expect(intro.replaceAll(/\s+/g, ' ')).toContain(said);
});

test('the sections come in the order in which a stranger asks', () => {
  const sections = [...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual([
    'Quick start',
    'Recommended for teams',
    'What it keeps beside your token',
    'The guard',
    'Inputs and outputs',
    'Read on',
    'Compared with the alternatives',
    'Try it',
  ]);
  const listed = [...readme.matchAll(/^- \[(.+)\]\(#/gm)].map(([, title]) => title);
  expect(listed).toEqual(sections);
});

test('the quick start warns of the 14 days before there is a schedule, and shows its pictures last', () => {
  const start = section(readme, '## Quick start');
  const at = (text: string) => start.indexOf(text);
  expect(at('```yaml')).toBeGreaterThan(at('> [!WARNING]'));
  expect(start.replaceAll(/\n> ?/g, ' ')).toMatch(/not named in `targets` on a 14-day clock/);
  expect(at('<picture>')).toBeGreaterThan(at('mode=rehearse'));
});

test.each(['## Quick start', '## Recommended for teams'])(
  '%s names the permissions that its link fills in',
  (heading) => {
    const text = section(readme, heading);
    const [link = ''] = links(text).filter((target) => target.startsWith('https://github.com/settings/'));
    const titles: Record<string, string> = {
      secrets: 'Secrets',
      actions_variables: 'Variables',
      environments: 'Environments',
    };
    for (const name of Object.keys(permissionsOf(link))) expect(text).toContain(`**${titles[name]}: read and write**`);
    const days = new URL(link).searchParams.get('expires_in');
    // GitHub's form is reported to fail without a word at a year.
    if (days !== null) expect(Number(days)).toBeLessThan(365);
  },
);

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

test.each(['README.md', 'examples/README.md'])('%s says once what octo-org and v2 stand for', (path) => {
  const text = read(path).replaceAll(/\s+(?:> )?/g, ' ');
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
  for (const name of ['record', 'warn-when-days-left', 'fail-when-days-left', 'days-left']) {
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
  const rows = table(read('docs/design/threat-model.md'), '| | invariant | held by |');
  expect(rows).toHaveLength(10);
  for (const [number = '', , heldBy = ''] of rows) {
    const named = heldBy.split(';').map((part) => ({
      file: /\]\(\.\.\/\.\.\/(.+?)\)/.exec(part)?.[1],
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
