import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runnerFrom } from '../../src/runner.ts';

test('what the runner says', () => {
  const runner = runnerFrom({
    'INPUT_GITHUB-TOKEN': '  ghp_x \n',
    INPUT_WITH_SPACES: 'yes',
    INPUT_EMPTY: '',
    GITHUB_REPOSITORY: 'acme/network',
    GITHUB_RUN_ID: '4711',
    GITHUB_API_URL: 'https://ghes.acme.example/api/v3',
    RUNNER_TEMP: '/tmp/x',
    STATE_isPost: 'true',
    STATE_journal: '/tmp/x/journal',
  });
  expect(runner.input('github-token')).toBe('ghp_x');
  expect(runner.input('with spaces')).toBe('yes');
  expect(runner.input('empty')).toBe('');
  expect(runner.input('none')).toBeUndefined();
  expect(runner).toMatchObject({
    repository: 'acme/network',
    runId: '4711',
    githubUrl: 'https://ghes.acme.example/api/v3',
    temp: '/tmp/x',
    isPost: true,
    journal: '/tmp/x/journal',
  });
});

test.each([{}, { STATE_journal: '', GITHUB_API_URL: '' }])('what it leaves out: %j', (env) => {
  expect(runnerFrom(env)).toMatchObject({
    repository: '',
    runId: '',
    githubUrl: 'https://api.github.com',
    temp: '',
    isPost: false,
    journal: '',
  });
});

const folder = mkdtempSync(join(tmpdir(), 'runner-'));
const given = process.env.GITHUB_EVENT_PATH;
beforeAll(() => {
  process.env.GITHUB_EVENT_PATH = join(folder, 'event.json');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (given === undefined) delete process.env.GITHUB_EVENT_PATH;
  else process.env.GITHUB_EVENT_PATH = given;
});

test.each([
  ['{"repository":{"private":false}}', true],
  ['{"repository":{"private":true}}', false],
  ['{"repository":{}}', false],
  ['{"schedule":"0 5 * * 1"}', false],
  ['{"repository":{"pri', false],
])('the event %s says that the repository is public: %s', async (event, says) => {
  writeFileSync(join(folder, 'event.json'), event);
  expect(await runnerFrom({}).eventSaysPublic()).toBe(says);
});
