import { execFile } from 'node:child_process';
import { afterAll, expect, test } from '@jest/globals';
import type { FaultRule } from '../../sandbox/faults.ts';
import { HOME } from '../../sandbox/world.ts';
import { codeBlocks, project, read } from './markdown.ts';
import { block, environment, Reader } from './reader.ts';

/** Everything below types the README's blocks as they stand; at the end it is seen that none was left out. */
const typed = new Set<string>();
const settings = block('## Quick start', 'gh secret set');
const checkRun = block('## Quick start', 'gh workflow run');
const recovery = block('## Recovery by hand', 'gh api');
const syncRun = block('## Recovery by hand', 'gh workflow run');
const freshToken = block('## Recovery by hand', 'gh secret set');
const enable = block('## Schedules that stop', 'gh workflow enable');
const daysLeft = block('## Schedules that stop', 'node');
const demo = block('## Try it without any account', 'npm ci && npm run demo');
const moreDemos = block('## Try it without any account', 'npm run demo -- --list');

const forbidden: FaultRule = {
  server: 'github',
  method: 'PUT',
  path: '/environments/thousandeyes/secrets/TE_TOKEN',
  fault: { kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' } },
};

async function prepared(): Promise<Reader> {
  const reader = await Reader.start();
  const ran = await reader.shell(settings, `${reader.world.currentToken}\n`);
  expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  typed.add(settings);
  return reader;
}

test('quick start: settings, a check by hand, a rotation on schedule', async () => {
  await using reader = await prepared();
  const { github, currentToken, thousandeyes } = reader.world;
  expect(github.open(environment)).toBe(currentToken);
  expect(github.open(environment, 'ROTATION_APP_PRIVATE_KEY')).toBe('a private key');
  expect(github.open(environment, 'ROTATION_APP_CLIENT_ID')).toBe('CLIENT_ID');

  await reader.shell(checkRun);
  typed.add(checkRun);
  const [note] = reader.notes();
  expect(note).toEqual({ verb: 'run', file: 'rotate-thousandeyes-token.yml', '--repo': HOME, '-f': 'mode=check' });
  expect(await reader.run('check')).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
  expect(thousandeyes.issued).toEqual([]);

  expect(await reader.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
  expect(github.open(environment)).toBe(thousandeyes.issued[0]);
});

test('recovery: the command of the summary, then sync', async () => {
  await using reader = await prepared();
  const { github, thousandeyes, faults, currentToken } = reader.world;
  reader.world.setup(['acme/edge']);
  const fault = faults.add(forbidden);
  const failed = await reader.run(undefined, { more: ['acme/edge'] });
  expect(failed.exitCode).toBe(1);
  expect(failed.post?.exitCode).toBe(1);
  expect(github.open(environment)).toBe(currentToken);
  fault.remove();

  const commands = codeBlocks(failed.summary).filter(({ language }) => language === 'sh');
  expect(commands).toHaveLength(1);
  const command = commands[0]?.text ?? '';
  const readable = command
    .replace(/--hostname \S+ /, '')
    .replace(/encrypted_value=\S+/, 'encrypted_value=SEALED_VALUE')
    .replace(/key_id=\S+/, 'key_id=KEY_ID');
  expect(readable).toBe(recovery);
  expect(await reader.shell(command)).toEqual({ code: 0, stdout: '', stderr: '' });
  typed.add(recovery);
  expect(github.open(environment)).toBe(thousandeyes.issued[0]);
  expect(github.open('acme/edge')).toBe(currentToken);

  await reader.shell(syncRun);
  typed.add(syncRun);
  const [note] = reader.notes();
  expect(note).toEqual({ verb: 'run', file: 'rotate-thousandeyes-token.yml', '--repo': HOME, '-f': 'mode=sync' });
  expect(await reader.run('sync', { more: ['acme/edge'] })).toMatchObject({ exitCode: 0 });
  expect(github.open('acme/edge')).toBe(thousandeyes.issued[0]);
});

test('recovery: a lost token, a new one by hand, then sync', async () => {
  await using reader = await prepared();
  const { github, thousandeyes, faults } = reader.world;
  reader.world.setup(['acme/edge']);
  faults.add({ server: 'thousandeyes', method: 'POST', times: 1, fault: { kind: 'malformed' } });
  expect(await reader.run(undefined, { more: ['acme/edge'] })).toMatchObject({ exitCode: 1 });
  expect(thousandeyes.issued).toHaveLength(1);

  const [account] = thousandeyes.accounts;
  if (account === undefined) throw new Error('no account');
  for (const token of account.tokens) token.revoked = true;
  thousandeyes.addToken(account, { value: 'te-by-hand' });
  expect(await reader.shell(freshToken, 'te-by-hand\n')).toMatchObject({ code: 0 });
  typed.add(freshToken);
  expect(github.open(environment)).toBe('te-by-hand');
  expect(reader.notes()).toMatchObject([{ verb: 'run', '-f': 'mode=sync' }]);
  expect(await reader.run('sync', { more: ['acme/edge'] })).toMatchObject({ exitCode: 0 });
  expect(github.open('acme/edge')).toBe('te-by-hand');
}, 60_000);

test('schedules: enabling again, and the step that notices in time', async () => {
  await using reader = await Reader.start();
  expect(await reader.shell(enable)).toMatchObject({ code: 0 });
  typed.add(enable);
  expect(reader.notes()).toEqual([{ verb: 'enable', file: 'rotate-thousandeyes-token.yml', '--repo': HOME }]);

  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  expect(await reader.shell(daysLeft, '', { VALID_UNTIL: inDays(61) })).toMatchObject({ code: 0 });
  expect(await reader.shell(daysLeft, '', { VALID_UNTIL: inDays(59) })).toMatchObject({ code: 1 });
  expect(await reader.shell(daysLeft, '', { VALID_UNTIL: '' })).toMatchObject({ code: 1 });
  typed.add(daysLeft);
});

test('the demo: all its commands, on what is installed', async () => {
  const [first = ''] = [demo.trim().replace('npm ci && ', '')];
  for (const command of [first, ...moreDemos.trim().split('\n')]) expect(await npm(command)).toMatchObject({ code: 0 });
  typed.add(demo).add(moreDemos);
}, 120_000);

// In whatever order they were typed.
afterAll(() => {
  // Asserted in readme.test.ts: running the tests from a test would not end.
  typed.add('npm ci && npm test\n');
  const blocks = codeBlocks(read('README.md')).filter(({ language }) => ['sh', 'bash', 'shell'].includes(language));
  expect(blocks.map(({ text }) => text).filter((text) => !typed.has(text))).toEqual([]);
});

function npm(command: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile('bash', ['--norc', '-e', '-c', command], { cwd: project }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}
