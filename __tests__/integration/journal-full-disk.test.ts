import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const writer = fileURLToPath(new URL('./support/journal-writer.ts', import.meta.url));
/** There no limit on the size of files is enforced, so everything can be written. */
const isLimited = process.platform !== 'win32';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Goes through a rotation's journal in a process whose files can't grow beyond so many blocks of 512 or 1024 bytes. */
function journalWithin(blocks: number, beyond = '') {
  const { status, signal, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, '--no-warnings', writer, folder, beyond],
    // The limit would hold for what Node stores of its compiled modules, too.
    { encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: '' } },
  );
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return JSON.parse(stdout) as {
    created: boolean;
    cause?: string;
    steps?: boolean[];
    inReserve?: boolean;
    tooMuch?: boolean[];
    warnings?: string[];
    found?: object;
    states?: string[];
  };
}

test('a journal that could be created can note a whole rotation, however full the disk is; else it fails before anything is asked', () => {
  const created: boolean[] = [];
  for (const blocks of [0, 1, 8, 64, 128, 160, 176, 192, 256, 512]) {
    const result = journalWithin(blocks);
    created.push(result.created);
    expect(readdirSync(folder)).toEqual([]);
    if (result.created) {
      expect(result.steps).toEqual(result.steps?.map(() => true));
      expect(result).toMatchObject({
        inReserve: true,
        warnings: [],
        found: { asked: true, stored: 3, sealed: 3, confirmed: 1 },
        states: ['journal', 'finished'],
      });
    } else expect(result.cause).toMatch(/RUNNER_TEMP/);
  }
  expect(created.at(-1)).toBe(true);
  expect(created[0]).toBe(!isLimited);
});

test('what needs more than the room that was taken fails without an exception, is told once, and what was noted before stays', () => {
  const { steps, tooMuch, warnings, found } = journalWithin(512, '2000000');
  expect(steps).toEqual(steps?.map(() => true));
  expect(tooMuch).toEqual([!isLimited, !isLimited]);
  expect(warnings).toHaveLength(isLimited ? 1 : 0);
  expect(found).toEqual({ asked: true, stored: 3, sealed: 3, confirmed: 1 });
});
