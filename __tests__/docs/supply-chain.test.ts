import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { read } from './support/markdown.ts';

type Locked = { hasInstallScript?: boolean; resolved?: string; link?: boolean; integrity?: string };
type Dependabot = { updates: { 'package-ecosystem': string; cooldown?: { 'default-days'?: number } }[] };

const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const settings = Object.fromEntries(
  read('.npmrc')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.split('=')),
);

test("npm runs no install script but that of the package that brings the action's Node", () => {
  const withScript = Object.keys(packages)
    .filter((path) => packages[path]?.hasInstallScript)
    .map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
  expect(Object.keys(allowScripts).filter((name) => allowScripts[name])).toEqual(['node']);
  expect(settings['strict-allow-scripts']).toBe('true');
});

// Where hashes are missing (npm adds none for what only another system installs), delete these entries from the lockfile and
// run `npm install --package-lock-only`.
test('the lockfile says what a package is, by its hash, and not where it comes from', () => {
  const all = Object.entries(packages).filter(([path]) => path !== '');
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(all.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  expect(settings['omit-lockfile-registry-resolved']).toBe('true');
});

test('a version is some days old before anyone installs it, and older before Dependabot proposes it', () => {
  const days = Number(settings['min-release-age']);
  expect(days).toBeGreaterThanOrEqual(3);
  const { updates } = parse(read('.github/dependabot.yml')) as Dependabot;
  expect(updates.map((update) => update['package-ecosystem']).sort()).toEqual(['github-actions', 'npm']);
  for (const { cooldown } of updates) expect(cooldown?.['default-days']).toBeGreaterThan(days);
});
