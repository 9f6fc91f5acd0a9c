import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DiskWay, FillableDisk } from '../../sandbox/runner/fillable-disk.ts';
import { runAction } from '../../sandbox/runner/runner.ts';
import { FakeAction } from './support/fake-action.ts';

/** Where a step writes: RUNNER_TEMP, the command files, and a disk that gets full. */

const onLinux = process.platform === 'linux' ? test : test.skip;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-places-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const TELL = `say(JSON.stringify(E.RUNNER_TEMP ?? null)); fs.writeFileSync(path.join(E.RUNNER_TEMP ?? '', 'left'), 'x');`;
const told = `import path from 'node:path'; ${TELL}`;

test('RUNNER_TEMP may be a folder of the caller', async () => {
  using action = new FakeAction(told, `say(E.RUNNER_TEMP)`);
  const { stdout, files, post } = await runAction({ actionDir: action.folder, temp: folder });
  expect([stdout, post?.stdout]).toEqual([`${JSON.stringify(folder)}\n`, `${folder}\n`]);
  expect(files.map(({ path }) => path)).toEqual(['left']);
  expect(readFileSync(join(folder, 'left'), 'utf8')).toBe('x');
});

test.each([
  [null, 'null\n'],
  ['', '""\n'],
])('or %p, and what is written then lies in the workspace', async (temp, stdout) => {
  using action = new FakeAction(told);
  const result = await runAction({ actionDir: action.folder, temp });
  expect([result.stdout, result.files, result.strays.map(({ path }) => path)]).toEqual([stdout, [], ['left']]);
});

test('a folder that the step itself removed has nothing left in it', async () => {
  using action = new FakeAction(`fs.rmSync(E.RUNNER_TEMP, { recursive: true })`);
  const temp = join(folder, 'temp');
  mkdirSync(temp);
  expect((await runAction({ actionDir: action.folder, temp })).files).toEqual([]);
});

test('a command file may be any path, in both stages, and the others stay what they were', async () => {
  const summary = join(folder, 'summary');
  writeFileSync(summary, '');
  const script = `
    fs.appendFileSync(E.GITHUB_STEP_SUMMARY, 'written\\n');
    fs.appendFileSync(E.GITHUB_OUTPUT, 'a=b\\n');
    try { fs.appendFileSync(E.GITHUB_STATE, 'a=b\\n'); } catch (error) { say(error.code); }`;
  using action = new FakeAction(script, script);
  const commandFiles = { summary, state: folder };
  const { post, ...main } = await runAction({ actionDir: action.folder, commandFiles });
  expect(main).toMatchObject({ stdout: 'EISDIR\n', outputs: { a: 'b' }, state: {}, summary: 'written\n' });
  expect(post).toMatchObject({ stdout: 'EISDIR\n', summary: 'written\nwritten\n' });
});

onLinux('or a device that is always full (needs Linux)', async () => {
  using action = new FakeAction(
    `try { fs.appendFileSync(E.GITHUB_OUTPUT, 'a=b\\n'); } catch (error) { say(error.code); }`,
  );
  const commandFiles = { output: '/dev/full' };
  expect(await runAction({ actionDir: action.folder, commandFiles })).toMatchObject({
    stdout: 'ENOSPC\n',
    outputs: {},
  });
});

test('or one that is not there', async () => {
  using action = new FakeAction(`say(String(fs.existsSync(E.GITHUB_OUTPUT)))`);
  const commandFiles = { output: join(folder, 'nowhere', 'output') };
  expect(await runAction({ actionDir: action.folder, commandFiles })).toMatchObject({ stdout: 'false\n', outputs: {} });
});

// Writes to both folders until it can't, or until it has been told so often that it could.
const WRITING = `
  import { setTimeout as sleep } from 'node:timers/promises';
  const line = 'x'.repeat(5000);
  const attempt = (file) => { try { fs.appendFileSync(file, line); return 'written'; } catch (error) { return error.code; } };
  const files = () => [E.RUNNER_TEMP + '/journal', E.GITHUB_STEP_SUMMARY].map(attempt).join();
  say(files());
  for (let i = 0; i < 2000 && files() === 'written,written'; i += 1) {
    fs.truncateSync(E.RUNNER_TEMP + '/journal'); fs.truncateSync(E.GITHUB_STEP_SUMMARY);
    await sleep(1);
  }
  say(files());
`;

const CODES: Record<DiskWay, string> = { tmpfs: 'ENOSPC', 'file-size limit': 'EFBIG' };

// A tmpfs takes root besides Linux; without it the limit alone is tried.
const WAYS = process.platform === 'linux' ? FillableDisk.ways : (Object.keys(CODES) as DiskWay[]);

(process.platform === 'linux' ? describe : describe.skip).each(WAYS)(
  'a full disk (%s; needs Linux, and root for a tmpfs)',
  (way) => {
    test('takes nothing more from a moment on, in main and in post', async () => {
      using disk = new FillableDisk({ way, size: 64 * 1024 });
      using action = new FakeAction(WRITING, `${WRITING.replaceAll('5000', '5001')}`);
      const ready = Promise.withResolvers<void>();
      const { post, ...main } = await runAction({
        actionDir: action.folder,
        disk,
        fill: ready.promise,
        onSpawn: (child) => child.stdout?.once('data', ready.resolve),
      });
      const code = CODES[way];
      expect(main.stdout).toBe(`written,written\n${code},${code}\n`);
      expect(post?.stdout).toBe(`${code},${code}\n${code},${code}\n`);
      expect(main.files.map(({ path }) => path)).toEqual(['journal']);
      expect(disk.isFull).toBe(true);
    });

    test('can be freed', async () => {
      using disk = new FillableDisk({ way });
      using action = new FakeAction(`fs.writeFileSync(E.RUNNER_TEMP + '/file', 'x'.repeat(9000)); say('written')`);
      disk.fill();
      expect(await runAction({ actionDir: action.folder, disk })).toMatchObject({ exitCode: 1, stdout: '' });
      disk.free();
      expect(await runAction({ actionDir: action.folder, disk })).toMatchObject({ exitCode: 0, stdout: 'written\n' });
    });

    test('is gone afterwards', () => {
      const disk = new FillableDisk({ way });
      expect(existsSync(disk.temp)).toBe(true);
      disk[Symbol.dispose]();
      expect(existsSync(disk.temp)).toBe(false);
    });
  },
);

onLinux('a limit may leave room for so many bytes of a file (needs Linux)', async () => {
  using disk = new FillableDisk({ way: 'file-size limit', limit: 7 });
  using action = new FakeAction(`say(String(fs.writeSync(fs.openSync(E.RUNNER_TEMP + '/file', 'w'), 'x'.repeat(10))))`);
  disk.fill();
  expect(await runAction({ actionDir: action.folder, disk })).toMatchObject({ stdout: '7\n' });
});

test('a disk that nobody gave can not be filled', async () => {
  using action = new FakeAction('');
  await expect(runAction({ actionDir: action.folder, fill: Promise.resolve() })).rejects.toThrow('has to be given');
});
