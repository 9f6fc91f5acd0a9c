import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commandsIn, formsOf } from '../../scripts/commands/forms.ts';

const root = join(import.meta.dirname, '..', '..');
const project = mkdtempSync(join(tmpdir(), 'project-'));
const table = (...commands: string[]) =>
  ['| command | does |', '| --- | --- |', ...commands.map((command) => `| \`${command}\` | something |`), ''].join(
    '\n',
  );

/** Fails where the home folder holds something. */
const HOME_IS_EMPTY = 'node -e "process.exitCode = fs.readdirSync(os.homedir()).length"';
/** Fails where the folder holds more than what was committed. */
const IS_A_CLONE = 'node -e "process.exitCode = fs.readdirSync(process.cwd()).length - 2"';
const FAILS = 'node -e "console.error(1 + 2, process.env.npm_lifecycle_event); process.exitCode = 7"';

beforeAll(() => {
  writeFileSync(join(project, 'CONTRIBUTING.md'), table(HOME_IS_EMPTY, FAILS, IS_A_CLONE, 'npm run test:commands'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project });
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'Begin');
  writeFileSync(join(project, 'left-behind'), '');
});
afterAll(() => rmSync(project, { recursive: true }));

/** In the small project, as npm would start it. */
function tried(...args: string[]): Promise<{ code: number; stdout: string }> {
  const env = { ...process.env, npm_lifecycle_event: 'outside' };
  const program = join(root, 'scripts', 'commands.ts');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd: project, env }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    );
  });
}

test('each runs in a clone with an empty home, and one that fails does not keep the others from it', async () => {
  const { code, stdout } = await tried();
  expect(stdout.replaceAll(/\d+ s\b/g, '# s').split('\n')).toEqual([
    HOME_IS_EMPTY,
    '  ✓ # s',
    FAILS,
    '  ✗ # s, ended with 7:',
    '3 undefined',
    '',
    IS_A_CLONE,
    '  ✓ # s',
    'npm run test:commands',
    '  - not tried: it is what runs',
    '',
  ]);
  expect(code).toBe(1);
});

test('where none fails of the first and those that are picked, it ends well', async () => {
  const { code, stdout } = await tried('--only', 'cwd');
  expect([code, stdout.match(/✓/g)?.length]).toEqual([0, 2]);
});

test('each form is that of a command in the table of CONTRIBUTING.md', () => {
  const commands = commandsIn(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'));
  expect(commands.length).toBeGreaterThan(15);
  expect(commands).toEqual(expect.arrayContaining(Object.keys(formsOf(true, () => true))));
});

test('a program that the machine lacks is said; one that it has is used', () => {
  expect(formsOf(false, () => false)['npm run pictures']).toEqual({ untried: 'it needs a Chromium' });
  const { small } = formsOf(false, (program) => program === 'google-chrome')['npm run pictures'] ?? {};
  expect(small).toMatch(/--chromium google-chrome$/);
});
