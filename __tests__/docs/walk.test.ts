import { execFile } from 'node:child_process';
import { afterAll, expect, test } from '@jest/globals';
import { DAY, timestamp } from '../../sandbox/clocks/clock.ts';
import type { FaultRule } from '../../sandbox/http/faults.ts';
import { HOME } from '../../sandbox/world.ts';
import { codeBlocks, codeIn, documents, filesBelow, project, read, section } from './support/markdown.ts';
import { block, environment, quickStart, Reader, teams } from './support/reader.ts';

/** Everything below types the blocks of the documents as they stand; at the end it is seen that none was left out. */
const typed = new Set<string>();
const recoveryPage = 'docs/recovery.md';
const byHand = '## Finish by hand';
const lost = '## Lost, or nobody knows';

const rehearsal = typing(block('README.md', '## Quick start', 'gh workflow run'));
const finish = typing(block(recoveryPage, byHand, 'gh api'));
const sync = typing(block(recoveryPage, byHand, 'gh workflow run'));

function typing(text: string): string {
  typed.add(text);
  return text;
}

const forbidden: FaultRule = {
  server: 'github',
  method: 'PUT',
  path: '/environments/thousandeyes/secrets/TE_TOKEN',
  fault: { kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' } },
};
const fine = { code: 0, stdout: '', stderr: '' };

async function teamReader(): Promise<Reader> {
  const reader = await Reader.start(teams);
  const [token, key] = ['gh secret set TE_TOKEN', 'gh secret set ROTATION_APP_PRIVATE_KEY'].map((start) =>
    typing(block('README.md', '## Recommended for teams', start)),
  );
  expect(await reader.shell(token ?? '', `${reader.world.currentToken}\nIv23client\n`)).toEqual(fine);
  expect(await reader.shell(key ?? '')).toEqual(fine);
  return reader;
}

test('quick start: by pasting only, from two tokens to a rehearsal; then it rotates on its schedule', async () => {
  await using reader = await Reader.start(quickStart);
  const { github, currentToken, thousandeyes } = reader.world;
  const settings = typing(block('README.md', '## Quick start', 'gh secret set'));
  expect(await reader.shell(settings, `${currentToken}\n${reader.fineGrained}\n`)).toEqual(fine);
  expect(github.open(HOME)).toBe(currentToken);
  expect(github.open(HOME, 'ROTATION_GITHUB_TOKEN')).toBe(reader.fineGrained);

  expect(await reader.shell(rehearsal)).toEqual(fine);
  expect(reader.notes()).toEqual([
    { verb: 'run', file: 'rotate-thousandeyes-token.yml', '--repo': HOME, '-f': 'mode=rehearse' },
  ]);
  const rehearsed = await reader.run('rehearse');
  expect(rehearsed).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
  expect(rehearsed.summary).toMatch(/^### ✅ .*Rehearsed: a rotation would now ask for a new token/);
  expect(thousandeyes.issued).toEqual([]);
  expect(github.secretNames(HOME)).not.toContain('ROTATION_WRITE_TEST');

  expect(await reader.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
  expect(github.open(HOME)).toBe(thousandeyes.issued[0]);
});

test('quick start: with one permission less the rehearsal fails, and says which', async () => {
  await using reader = await Reader.start({ ...quickStart, granted: { secrets: 'read' } });
  const result = await reader.run('rehearse');
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain('needs the repository permission "Secrets: read and write"');
});

test('teams: environment and App, a rehearsal, a rotation, and then the guard is silent until it must not be', async () => {
  await using reader = await teamReader();
  const { github, thousandeyes, clock } = reader.world;
  expect(github.open(environment, 'ROTATION_APP_PRIVATE_KEY')).toBe('a private key');
  expect(github.variable(environment, 'ROTATION_APP_CLIENT_ID')).toBe('Iv23client');
  expect(reader.has('private-key.pem')).toBe(false);

  expect(await reader.guard()).toMatchObject({ exitCode: 1 });
  expect(await reader.run('rehearse')).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
  expect(thousandeyes.issued).toEqual([]);
  expect(await reader.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
  expect(github.open(environment)).toBe(thousandeyes.issued[0]);
  expect(await reader.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });

  expect(await reader.guard()).toMatchObject({ exitCode: 0, log: '', outputs: { 'days-left': expect.any(String) } });
  const inDays = (days: number) => ({ 'valid-until': timestamp(clock.now() + days * DAY) });
  expect(await reader.guard(inDays(91.5))).toMatchObject({ exitCode: 0, log: '' });
  expect(await reader.guard(inDays(90.5))).toMatchObject({ exitCode: 0, log: expect.stringMatching(/^Warning: /) });
  expect(await reader.guard(inDays(31.5))).toMatchObject({ exitCode: 0 });
  expect(await reader.guard(inDays(30.5))).toMatchObject({ exitCode: 1 });
});

test('teams without environments: what the README says to leave out is all that has to go', async () => {
  const readme = section(read('README.md'), '## Recommended for teams');
  expect(readme).toMatch(/leave out the lines `environment`, `targets` and both\s+`permission-…`/);
  expect(readme).toMatch(/\*\*Secrets\*\* and \*\*Variables\*\*, read and write, in place of\s+\*\*Environments\*\*/);
  const workflow = teams.workflow.replaceAll(/^ +(?:environment|targets|permission-\w+): .*\n/gm, '');
  expect(workflow.split('\n')).toHaveLength(teams.workflow.split('\n').length - 4);
  const granted = { secrets: 'write', actions_variables: 'write', actions: 'read' } as const;
  await using reader = await Reader.start({ home: HOME, workflow, granted });
  for (const mode of ['rehearse', undefined]) expect(await reader.run(mode)).toMatchObject({ exitCode: 0 });
  expect(reader.world.github.open(HOME)).toBe(reader.world.thousandeyes.issued[0]);
  expect(await reader.guard()).toMatchObject({ exitCode: 0, log: '' });
});

test('recovery: the command of the summary, then sync', async () => {
  await using reader = await teamReader();
  const { github, thousandeyes, faults, currentToken } = reader.world;
  reader.world.setup(['acme/edge']);
  const fault = faults.add(forbidden);
  const failed = await reader.run(undefined, { more: ['acme/edge'] });
  expect(failed.exitCode).toBe(1);
  expect(failed.post?.exitCode).toBe(1);
  expect(github.open(environment)).toBe(currentToken);
  fault.remove();

  const commands = codeBlocks(failed.summary).filter(({ text }) => text.startsWith('gh api'));
  expect(commands).toHaveLength(1);
  const command = commands[0]?.text ?? '';
  const readable = command
    .replace(/--hostname \S+ /, '')
    .replace(/encrypted_value=\S+/, 'encrypted_value=SEALED_VALUE')
    .replace(/key_id=\S+/, 'key_id=KEY_ID');
  expect(readable).toBe(finish);
  expect(await reader.shell(command)).toEqual(fine);
  expect(github.open(environment)).toBe(thousandeyes.issued[0]);
  expect(github.open('acme/edge')).toBe(currentToken);

  expect(await reader.shell(sync)).toEqual(fine);
  const [note] = reader.notes();
  expect(note).toEqual({ verb: 'run', file: 'rotate-thousandeyes-token.yml', '--repo': HOME, '-f': 'mode=sync' });
  expect(await reader.run('sync', { more: ['acme/edge'] })).toMatchObject({ exitCode: 0 });
  expect(github.open('acme/edge')).toBe(thousandeyes.issued[0]);
});

test('recovery: only other targets are missing', async () => {
  await using reader = await teamReader();
  const { github, thousandeyes, faults } = reader.world;
  reader.world.setup(['acme/edge']);
  const fault = faults.add({ ...forbidden, path: '/acme/edge/actions/secrets/TE_TOKEN' });
  expect(await reader.run(undefined, { more: ['acme/edge'] })).toMatchObject({ exitCode: 1 });
  fault.remove();
  const again = typing(block(recoveryPage, '## Only other targets are missing', 'gh workflow run'));
  expect(await reader.shell(again)).toEqual(fine);
  expect(await reader.run('sync', { more: ['acme/edge'] })).toMatchObject({ exitCode: 0 });
  expect(github.open('acme/edge')).toBe(thousandeyes.issued[0]);
});

test('recovery: a lost token, a new one by hand, then sync', async () => {
  await using reader = await teamReader();
  const { github, thousandeyes, faults } = reader.world;
  reader.world.setup(['acme/edge']);
  const garbage = { kind: 'status', status: 201, body: 'nothing that looks like it', act: true } as const;
  faults.add({ server: 'thousandeyes', method: 'POST', times: 1, fault: garbage });
  const result = await reader.run(undefined, { more: ['acme/edge'] });
  expect(result).toMatchObject({ exitCode: 1, log: expect.stringContaining('issued and lost') });
  expect(thousandeyes.issued).toHaveLength(1);

  const [account] = thousandeyes.accounts;
  if (account === undefined) throw new Error('no account');
  for (const token of account.tokens) token.revoked = true;
  thousandeyes.addToken(account, { value: 'te-by-hand' });
  const store = typing(block(recoveryPage, lost, 'gh secret set'));
  expect(await reader.shell(store, 'te-by-hand\n')).toEqual(fine);
  expect(github.open(environment)).toBe('te-by-hand');
  expect(await reader.shell(typing(block(recoveryPage, lost, 'gh workflow run')))).toEqual(fine);
  expect(reader.notes()).toMatchObject([{ verb: 'run', '-f': 'mode=sync' }]);
  expect(await reader.run('sync', { more: ['acme/edge'] })).toMatchObject({ exitCode: 0 });
  expect(github.open('acme/edge')).toBe('te-by-hand');
}, 60_000);

test('schedules: enabling again', async () => {
  await using reader = await Reader.start(quickStart);
  const enable = typing(block('docs/troubleshooting.md', '## Schedules that stop', 'gh workflow enable'));
  expect(await reader.shell(enable)).toEqual(fine);
  expect(reader.notes()).toEqual([{ verb: 'enable', file: 'rotate-thousandeyes-token.yml', '--repo': HOME }]);
});

test('every whole `gh` command in running text is one that gh takes', async () => {
  await using reader = await Reader.start(quickStart);
  const isWhole = (code: string) => /^gh (?:auth|run|secret delete)\b/.test(code) && !code.includes('…');
  const commands = new Set(pages.flatMap((path) => read(path).split('\n').flatMap(codeIn)).filter(isWhole));
  expect(commands).toContain('gh auth login');
  for (const command of commands) expect({ command, ...(await reader.shell(command)) }).toEqual({ command, ...fine });
});

test('the demo: all its commands, on what is installed', async () => {
  const commands = ['npm ci && npm run demo', 'npm run demo -- --list'].map((start) =>
    typing(block('README.md', '## Try it without any account, or work on it', start)),
  );
  for (const command of commands) expect(await npm(command.replace('npm ci && ', ''))).toMatchObject({ code: 0 });
}, 120_000);

const pages = ['README.md', 'examples/README.md', ...filesBelow('docs', '.md')];

// In whatever order they were typed.
afterAll(() => {
  // Asserted in readme.test.ts: running the tests from a test would not end.
  typed.add('npm ci && npm test\n');
  const blocks = pages.flatMap((path) => codeBlocks(read(path)).map((found) => ({ path, ...found })));
  const left = blocks.filter(({ language, text }) => ['sh', 'bash', 'shell'].includes(language) && !typed.has(text));
  expect(left.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
  expect(documents()).toEqual(expect.arrayContaining(pages));
});

function npm(command: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile('bash', ['--norc', '-e', '-c', command], { cwd: project }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}
