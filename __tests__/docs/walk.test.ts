import { execFile } from 'node:child_process';
import { afterAll, expect, jest, test } from '@jest/globals';
import type { FaultRule } from '../../sandbox/http/faults.ts';
import { HOME, type World } from '../../sandbox/world.ts';
import { Secret } from '../../src/lib/secret.ts';
import { fingerprintOf } from '../../src/rotation/record/record.ts';
import { codeBlocks, codeIn, documents, filesBelow, project, read } from './support/markdown.ts';
import { block, environment, quickStart, Reader, teams, teamsWithoutEnvironments } from './support/reader.ts';

// Several readers share two cores.
jest.setTimeout(120_000);

/** Everything below types the blocks of the documents as they stand; at the end it is seen that none was left out. */
const typed = new Set<string>();
const recoveryPage = 'docs/recovery.md';
const pages = ['README.md', 'examples/README.md', ...filesBelow('docs', '.md')];

/** A block that is about to be typed. */
function typing(path: string, heading: string, start: string): string {
  const text = block(path, heading, start);
  typed.add(text);
  return text;
}

const rehearsal = typing('README.md', '## Quick start', 'gh workflow run');
const again = typing(recoveryPage, '## Run it again', 'gh workflow run');
const sync = typing(recoveryPage, '## A new token by hand', 'gh workflow run');
const started = (mode?: string) => ({
  verb: 'run',
  file: 'rotate-thousandeyes-token.yml',
  '--repo': HOME,
  ...(mode === undefined ? {} : { '-f': `mode=${mode}` }),
});
const fine = { code: 0, stdout: '', stderr: '' };
const isFine = { exitCode: 0, post: { exitCode: 0 } };
const forbidden = { kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' } } as const;
const refused = (path: string): FaultRule => ({ server: 'github', method: 'PUT', path, fault: forbidden });

/** A reader who has stored what the README recommends for teams. */
async function teamReader(): Promise<Reader> {
  const reader = await Reader.start(teams);
  const [token, key] = ['gh secret set TE_TOKEN', 'gh secret set ROTATION_APP_PRIVATE_KEY'].map((start) =>
    typing('README.md', '## Recommended for teams', start),
  );
  expect(await reader.shell(token ?? '', `${reader.world.currentToken}\nIv23client\n`)).toEqual(fine);
  expect(await reader.shell(key ?? '')).toEqual(fine);
  return reader;
}

const newest = ({ thousandeyes }: World) => thousandeyes.issued.at(-1);

test.concurrent('quick start: by pasting only, from two tokens to a rehearsal; then it rotates on its schedule', async () => {
  await using reader = await Reader.start(quickStart);
  const { world } = reader;
  const settings = typing('README.md', '## Quick start', 'gh secret set');
  expect(await reader.shell(settings, `${world.currentToken}\n${reader.fineGrained}\n`)).toEqual(fine);
  expect(world.github.open(HOME)).toBe(world.currentToken);
  expect(world.github.open(HOME, 'ROTATION_GITHUB_TOKEN')).toBe(reader.fineGrained);

  expect(await reader.shell(rehearsal)).toEqual(fine);
  expect(reader.notes()).toEqual([started('rehearse')]);
  const rehearsed = await reader.run('rehearse');
  expect(rehearsed).toMatchObject({ ...isFine, outputs: { rotated: 'false' } });
  expect(rehearsed.summary).toMatch(/^### ✅ .*Rehearsed/);
  expect(world.thousandeyes.issued).toEqual([]);
  expect(world.github.secretNames(HOME).sort()).toEqual(['ROTATION_GITHUB_TOKEN', 'TE_TOKEN']);

  expect(await reader.run()).toMatchObject({ ...isFine, outputs: { rotated: 'true' } });
  expect(world.github.open(HOME)).toBe(newest(world));
  expect(await reader.guard()).toMatchObject({ exitCode: 0, log: '' });
  world.later('7 days');
  expect(await reader.run()).toMatchObject({ ...isFine, outputs: { rotated: 'false' } });
});

test.concurrent.each([
  ['Secrets', { secrets: 'read', actions_variables: 'write' }],
  ['Variables', { secrets: 'write', actions_variables: 'read' }],
] as const)(
  'quick start: with less than %s: read and write, the rehearsal fails, and says which',
  async (title, granted) => {
    await using reader = await Reader.start({ ...quickStart, granted });
    const { world } = reader;
    world.github.seed(HOME, { name: 'ROTATION_GITHUB_TOKEN', value: reader.fineGrained, createdAt: world.clock.now() });
    const result = await reader.run('rehearse');
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain(`the repository permission "${title}: read and write"`);
  },
);

test.concurrent('teams: environment and App, a rehearsal, a rotation, and then the guard is silent until it must not be', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  expect(world.github.open(environment, 'ROTATION_APP_PRIVATE_KEY')).toBe('a private key');
  expect(world.github.variable(environment, 'ROTATION_APP_CLIENT_ID')).toBe('Iv23client');
  expect(reader.has('private-key.pem')).toBe(false);

  expect(await reader.guard()).toMatchObject({ exitCode: 1 });
  expect(await reader.shell(typing('README.md', '## Recommended for teams', 'gh workflow run'))).toEqual(fine);
  expect(reader.notes()).toEqual([started('rehearse')]);
  expect(await reader.run('rehearse')).toMatchObject({ ...isFine, outputs: { rotated: 'false' } });
  expect(world.thousandeyes.issued).toEqual([]);
  expect(await reader.run()).toMatchObject({ ...isFine, outputs: { rotated: 'true' } });
  expect(world.github.open(environment)).toBe(newest(world));
  expect(await reader.run('check')).toMatchObject({ ...isFine, outputs: { rotated: 'false' } });

  expect(await reader.guard()).toMatchObject({
    exitCode: 0,
    log: '',
    outputs: { 'days-left': expect.stringMatching(/^7(29|30)$/) },
  });
  world.later('640 days');
  expect(await reader.guard()).toMatchObject({ exitCode: 0, log: expect.stringMatching(/^Warning: /) });
  world.later('60 days');
  expect(await reader.guard()).toMatchObject({ exitCode: 1 });
});

test.concurrent('teams without environments: the same, by the example', async () => {
  await using reader = await Reader.start(teamsWithoutEnvironments);
  const { world } = reader;
  for (const mode of ['rehearse', undefined]) expect(await reader.run(mode)).toMatchObject(isFine);
  expect(world.github.open(HOME)).toBe(newest(world));
  expect(await reader.guard()).toMatchObject({ exitCode: 0, log: '' });
});

test.concurrent('a pattern: another repository is enrolled by any value, and sync', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  world.setup(['acme/terraform-core']);
  const more = ['acme/terraform-*'];
  expect(await reader.run(undefined, { more })).toMatchObject(isFine);
  const [placeholder, spread] = ['gh secret set', 'gh workflow run'].map((start) =>
    typing('docs/set-up.md', '## Many repositories', start),
  );
  world.github.repositories.add('acme/terraform-new');
  expect(await reader.shell(placeholder ?? '')).toEqual(fine);
  expect(await reader.run(undefined, { more })).toMatchObject({ exitCode: 1 });
  expect(world.github.open('acme/terraform-new')).toBe('later');
  expect(await reader.shell(spread ?? '')).toEqual(fine);
  expect(reader.notes()).toEqual([started('sync')]);
  expect(await reader.run('sync', { more })).toMatchObject(isFine);
  expect(world.github.open('acme/terraform-new')).toBe(newest(world));
});

test.concurrent('another home: the token and what is known of it are taken along, and ThousandEyes is asked for nothing', async () => {
  await using reader = await Reader.start(quickStart);
  const { world, fineGrained } = reader;
  world.github.seed(HOME, { name: 'ROTATION_GITHUB_TOKEN', value: fineGrained, createdAt: world.clock.now() });
  expect(await reader.run()).toMatchObject({ ...isFine, outputs: { rotated: 'true' } });
  world.later('1 day');

  const permissions = { ...quickStart.granted, environments: 'write' } as const;
  world.github.addCredential(fineGrained, { kind: 'fine-grained', owners: ['acme'], permissions });
  const [spread, copy, remove] = ['gh workflow run', 'gh variable get', 'gh secret delete'].map((start) =>
    typing('docs/set-up.md', '## Another home', start),
  );
  expect(await reader.shell(spread ?? '')).toEqual(fine);
  expect(reader.notes()).toEqual([started('sync')]);
  const both = { more: [environment], with: { 'create-missing': 'true' } };
  expect(await reader.run('sync', both)).toMatchObject(isFine);
  expect(world.github.open(environment)).toBe(newest(world));
  expect(await reader.shell(copy ?? '')).toEqual(fine);

  reader.push(teams);
  expect(await reader.run('rehearse')).toMatchObject(isFine);
  expect(await reader.shell(remove ?? '')).toEqual(fine);
  expect(world.github.open(HOME)).toBeUndefined();
  expect(await reader.run()).toMatchObject({ ...isFine, outputs: { rotated: 'false' } });
  expect(await reader.guard()).toMatchObject({ exitCode: 0, log: '' });
  world.later('640 days');
  expect(await reader.run()).toMatchObject({ ...isFine, outputs: { rotated: 'true' } });
  expect(world.github.open(environment)).toBe(newest(world));
});

test.concurrent('recovery: the machine is gone, and the next run finishes', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  world.setup(['acme/edge']);
  const more = ['acme/edge'];
  const death = world.killedAt({
    method: 'PUT',
    path: '/environments/thousandeyes/secrets/TE_TOKEN',
    phase: 'received',
  });
  await reader.run(undefined, { ...death, more });
  expect(world.github.open(environment)).toBe(world.currentToken);
  expect(await reader.shell(again)).toEqual(fine);
  expect(reader.notes()).toEqual([started()]);
  expect(await reader.run(undefined, { more })).toMatchObject({ ...isFine, outputs: { rotated: 'true' } });
  for (const line of [environment, 'acme/edge']) expect(world.github.open(line)).toBe(newest(world));
  expect(world.github.secretNames(environment)).not.toContain('TE_TOKEN_NEXT');
});

test.concurrent('recovery: another target is missing, and the next run writes it', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  world.setup(['acme/edge']);
  const more = ['acme/edge'];
  const fault = world.faults.add(refused('/acme/edge/actions/secrets/TE_TOKEN'));
  expect(await reader.run(undefined, { more })).toMatchObject({ exitCode: 1 });
  fault.remove();
  expect(await reader.run(undefined, { more })).toMatchObject(isFine);
  expect(world.github.open('acme/edge')).toBe(newest(world));
});

test.concurrent('recovery: the command of the summary, where GitHub took neither the home nor the next token', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  const home = '/environments/thousandeyes/secrets/TE_TOKEN';
  const faults: { remove(): void }[] = [];
  world.meanwhile({ method: 'POST', path: '/api-tokens' }, () => {
    faults.push(...[home, `${home}_NEXT`].map((path) => world.faults.add(refused(path))));
  });
  // It tries for ten minutes; what it says at first is enough.
  const failed = await reader.run(undefined, world.killedAt({ method: 'PUT', path: home, nth: 2, phase: 'answered' }));
  for (const fault of faults) fault.remove();

  const [command = '', ...others] = codeBlocks(failed.summary)
    .map(({ text }) => text)
    .filter((text) => text.startsWith('gh api'));
  expect(others).toEqual([]);
  const readable = command
    .replace(/--hostname \S+ /, '')
    .replace(/encrypted_value=\S+/, 'encrypted_value=SEALED_VALUE')
    .replace(/key_id=\S+/, 'key_id=KEY_ID');
  expect(readable).toBe(typing(recoveryPage, '## The command in the summary', 'gh api'));
  expect(failed.summary).toContain('Put the token where the next run finds it');
  expect(await reader.shell(command)).toEqual(fine);
  expect(await reader.run()).toMatchObject({ ...isFine, outputs: { rotated: 'true' } });
  expect(world.github.open(environment)).toBe(newest(world));
});

test.concurrent('recovery: a lost token, a new one by hand, then sync', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  world.setup(['acme/edge']);
  const more = ['acme/edge'];
  const garbage = { kind: 'status', status: 201, body: 'nothing that looks like it', act: true } as const;
  world.faults.add({ server: 'thousandeyes', method: 'POST', times: 1, fault: garbage });
  const result = await reader.run(undefined, { more });
  expect(result).toMatchObject({ exitCode: 1, log: expect.stringContaining('lost') });
  expect(await newTokenByHand(reader, more)).toBe('te-by-hand');
});

test.concurrent('recovery: the old token was written back over the new one', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  world.setup(['acme/edge']);
  const more = ['acme/edge'];
  expect(await reader.run(undefined, { more })).toMatchObject(isFine);
  world.later('1 day');
  world.github.seed(environment, { value: world.currentToken, createdAt: world.clock.now() });
  for (const mode of ['rotate', 'check', 'sync'])
    expect(await reader.run(mode, { more })).toMatchObject({
      exitCode: 1,
      log: expect.stringContaining('someone wrote the old token back'),
    });
  expect(await newTokenByHand(reader, more)).toBe('te-by-hand');
});

/** "A new token by hand": yields what the other target holds in the end. */
async function newTokenByHand(reader: Reader, more: string[]): Promise<string | undefined> {
  const { world } = reader;
  const [account] = world.thousandeyes.accounts;
  if (account === undefined) throw new Error('no account');
  for (const token of account.tokens) token.revoked = true;
  world.thousandeyes.addToken(account, { value: 'te-by-hand' });
  world.later('1 minute');
  const store = typing(recoveryPage, '## A new token by hand', 'gh secret set');
  expect(await reader.shell(store, 'te-by-hand\n')).toEqual(fine);
  expect(world.github.open(environment)).toBe('te-by-hand');
  expect(await reader.shell(sync)).toEqual(fine);
  expect(reader.notes()).toEqual([started('sync')]);
  expect(await reader.run('sync', { more })).toMatchObject(isFine);
  return world.github.open('acme/edge');
}

test.concurrent('recovery: two tokens, and the one that was stored by hand is wanted', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  const death = world.killedAt({
    method: 'PUT',
    path: '/environments/thousandeyes/secrets/TE_TOKEN',
    phase: 'received',
  });
  await reader.run(undefined, death);
  world.later('1 day');
  const [account] = world.thousandeyes.accounts;
  if (account === undefined) throw new Error('no account');
  world.thousandeyes.addToken(account, { value: 'te-by-hand' });
  world.github.seed(environment, { value: 'te-by-hand', createdAt: world.clock.now() });
  expect(await reader.run()).toMatchObject({ exitCode: 1, outputs: { rotated: 'false' } });
  expect(await reader.shell(typing(recoveryPage, '## Two tokens, one wanted', 'gh secret delete'))).toEqual(fine);
  expect(await reader.shell(typing(recoveryPage, '## Two tokens, one wanted', 'gh workflow run'))).toEqual(fine);
  expect(reader.notes()).toEqual([started('sync')]);
  expect(await reader.run('sync')).toMatchObject(isFine);
  expect(world.github.open(environment)).toBe('te-by-hand');
});

test.concurrent('recovery: another target was overwritten', async () => {
  await using reader = await teamReader();
  const { world } = reader;
  world.setup(['acme/edge']);
  const more = ['acme/edge'];
  expect(await reader.run(undefined, { more })).toMatchObject(isFine);
  world.later('1 day');
  world.github.seed('acme/edge', { value: 'te-other', createdAt: world.clock.now() });
  expect(await reader.run('sync', { more })).toMatchObject(isFine);
  expect(world.github.open('acme/edge')).toBe('te-other');
  const heading = '## A target was overwritten';
  expect(await reader.shell(typing(recoveryPage, heading, 'gh variable delete'))).toEqual(fine);
  expect(world.variable('TE_TOKEN_ROTATION', environment).value).toBeUndefined();
  expect(await reader.shell(typing(recoveryPage, heading, 'gh workflow run'))).toEqual(fine);
  expect(await reader.run('sync', { more })).toMatchObject(isFine);
  expect(world.github.open('acme/edge')).toBe(newest(world));
});

test.concurrent('questions: a token is compared with the record; a schedule is enabled again', async () => {
  await using reader = await Reader.start(quickStart);
  const compare = typing('docs/questions.md', '## How do I see that it works?', 'printf');
  const { stdout } = await reader.shell(`TE_TOKEN=te-1\n${compare}`);
  expect(`sha256:${stdout.trim()}`).toBe(fingerprintOf(new Secret('te-1')));
  const enable = typing('docs/questions.md', '## Why has the schedule stopped?', 'gh workflow enable');
  expect(await reader.shell(enable)).toEqual(fine);
  expect(reader.notes()).toEqual([{ verb: 'enable', file: 'rotate-thousandeyes-token.yml', '--repo': HOME }]);
});

test.concurrent('every whole `gh` command in running text is one that gh takes', async () => {
  await using reader = await Reader.start(quickStart);
  const isWhole = (code: string) => /^gh (?:auth|run|secret delete)\b/.test(code) && !code.includes('…');
  const commands = new Set(pages.flatMap((path) => read(path).split('\n').flatMap(codeIn)).filter(isWhole));
  expect(commands).toContain('gh auth login');
  for (const command of commands) expect({ command, ...(await reader.shell(command)) }).toEqual({ command, ...fine });
});

test.concurrent('the demo: all its commands, on what is installed', async () => {
  const commands = ['npm ci && npm run demo', 'npm run demo -- --list'].map((start) =>
    typing('README.md', '## Try it', start),
  );
  for (const command of commands) expect(await npm(command.replace('npm ci && ', ''))).toMatchObject({ code: 0 });
});

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
