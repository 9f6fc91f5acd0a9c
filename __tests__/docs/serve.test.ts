import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseCommandFile } from '../../sandbox/runner/files.ts';
import { runAction } from '../../sandbox/runner/runner.ts';
import { project, read } from './support/markdown.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The job of the CI that uses the action as a workflow does, step by step. */
test('the servers stay up for a check, a rotation, and a second one with the new token', async () => {
  const output = join(folder, 'sandbox');
  const child = spawn(process.execPath, ['sandbox/serve.ts', '--output', output], { cwd: project, stdio: 'inherit' });
  try {
    await created(output);
    const given = parseCommandFile(readFileSync(output, 'utf8'));
    expect(given.targets?.split('\n')).toEqual(['acme/network', 'orgs/octo-org']);
    const asked = [...read('.github/workflows/ci.yml').matchAll(/steps\.sandbox\.outputs\.([\w-]+)/g)];
    expect(new Set(asked.map(([, name]) => name))).toEqual(new Set(Object.keys(given)));
    const run = (more: Record<string, string | boolean>) =>
      runAction({
        with: { ...given, 'thousandeyes-token-next': '', ...more },
        context: { repository: 'octo-org/rotate-thousandeyes-token' },
      });
    expect(await run({ mode: 'check' })).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
    const first = await run({ 'expose-token': true });
    expect(first).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
    const second = await run({ 'thousandeyes-token': first.outputs.token ?? '' });
    expect(second).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
  } finally {
    child.kill();
  }
  expect(await once(child, 'exit')).toEqual([0, null]);
});

function created(path: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    look();
  });
}
