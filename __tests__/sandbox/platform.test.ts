import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LEFT_OUT, leftOutOf, reasonToLeaveOut, unknownTitles } from '../../sandbox/platform.ts';
import { filesBelow } from '../docs/support/markdown.ts';

const signals = {
  file: 'docs/a.test.ts',
  titles: ['block', 'alone'],
  systems: ['win32' as const],
  because: 'of signals',
};

test('a test is left out on the systems that are named, with its reason', () => {
  const entries = leftOutOf('C:\\project\\__tests__\\docs\\a.test.ts', [
    signals,
    { ...signals, file: 'unit/a.test.ts' },
  ]);
  expect(entries).toEqual([signals]);
  expect(reasonToLeaveOut('block one', entries, 'win32')).toBe('of signals');
  expect(reasonToLeaveOut('block one', entries, 'linux')).toBeUndefined();
  expect(reasonToLeaveOut('another', entries, 'win32')).toBeUndefined();
});

test('a title that no test has is told', () => {
  expect(unknownTitles(['block one', 'block two'], [signals])).toEqual(['alone']);
});

test('every suite on the list is there, once, and Linux leaves out nothing', () => {
  const suites = filesBelow('__tests__', '.test.ts');
  for (const { file, systems } of LEFT_OUT) {
    expect({ file, found: suites.filter((suite) => suite.endsWith(`/${file}`)).length }).toEqual({ file, found: 1 });
    expect(systems).not.toContain('linux');
  }
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs Jest on a suite with the file name of one that is on the list. */
function jest(titles: string[], system: string): Promise<{ code: number | null; output: string }> {
  const tests = titles.map((title) => `test(${JSON.stringify(title)}, () => { throw new Error('it ran'); });`);
  mkdirSync(join(folder, 'docs'));
  writeFileSync(join(folder, 'docs/serve.test.ts'), tests.join('\n'));
  const environment = join(import.meta.dirname, '../../sandbox/platform-environment.ts');
  const config = { rootDir: folder, testEnvironment: environment, testMatch: ['**/*.ts'], transform: {} };
  const args = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...args, '--config', JSON.stringify({ ...config, moduleFileExtensions: ['ts', 'js'] })],
      { env: { ...process.env, LEAVE_OUT_AS: system } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

const listed = leftOutOf('__tests__/docs/serve.test.ts');

const titles = listed.flatMap((entry) => entry.titles);

test('Jest leaves out what is on the list, says so, and runs the rest', async () => {
  const { code, output } = await jest([...titles, 'another'], 'win32');
  expect(code).toBe(1);
  expect(output).toContain(`Left out on win32, as ${listed[0]?.because}: ${titles[0]}`);
  expect(output).toMatch(new RegExp(`Tests: +1 failed, ${titles.length} skipped, ${titles.length + 1} total`));
});

test('on Linux it runs them all', async () => {
  const { output } = await jest([...titles, 'another'], 'linux');
  expect(output).not.toContain('Left out');
  expect(output).toMatch(new RegExp(`Tests: +${titles.length + 1} failed, ${titles.length + 1} total`));
});

test('a listed test that is gone fails its suite, on Linux too', async () => {
  const { code, output } = await jest(['another'], 'linux');
  expect([code, output]).toEqual([1, expect.stringContaining('names tests that are not here')]);
  expect(output).toContain(titles[0]);
});
