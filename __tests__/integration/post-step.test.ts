import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import type { JournalHeader } from '../../src/rotation/journal/journal-record.ts';
import { deadPid, resolved } from '../unit/support/fakes.ts';
import { InProcessJob } from './support/in-process-job.ts';
import { headerOf, issuedJournal } from './support/issued-journal.ts';

const forbidden = { kind: 'status', status: 403, body: { message: 'Forbidden' } } as const;
const withoutMasks = (stdout: string) => stdout.replace(/^::add-mask::.*\n/gm, '');
const { store } = resolved(HOME).target;
const silent = { stdout: '', exitCode: 0, summary: '' };

test.each([true, false])(
  'post: what main had sealed is written, the home first, and noted; then nothing is left (parked: %s)',
  async (isParked) => {
    await using world = await startWorld();
    world.setup(['acme/edge']);
    const { token, lines } = await issuedJournal(world, [HOME, 'acme/edge'], { isParked });
    using job = new InProcessJob(world);
    job.leave(lines);
    const before = world.requests.length;
    const { stdout, exitCode } = await job.post();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^The post step finished what the main step had left/m);
    for (const line of [HOME, 'acme/edge']) expect(world.github.open(line)).toBe(token);
    const writes = world.requests.slice(before).filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, path }) => `${method} ${path.replace('/repos/acme/', '')}`)).toEqual([
      'PUT network/actions/secrets/TE_TOKEN',
      'PUT edge/actions/secrets/TE_TOKEN',
      'PATCH network/actions/variables/TE_TOKEN_ROTATION',
      'DELETE network/actions/secrets/TE_TOKEN_NEXT',
    ]);
    expect(world.variable().json).toMatchObject({ targets: [expect.any(String), expect.any(String)], behind: [] });
    expect(job.folder.left()).toEqual([]);
  },
);

test("post: GitHub is reached by the API that the input names, not by the environment's", async () => {
  await using world = await startWorld();
  const { token, lines } = await issuedJournal(world);
  using job = new InProcessJob(world);
  job.leave(lines);
  const variables = { 'INPUT_GITHUB-API-URL': `${world.github.url}//`, GITHUB_API_URL: 'http://127.0.0.1:1' };
  expect((await job.post(variables)).exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(token);
});

test('post: a target that refuses is told by its own name, and is behind; all else is done', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge as OTHER', 'acme/core']);
  const { token, lines } = await issuedJournal(world, [HOME, 'acme/edge as OTHER', 'acme/core']);
  using job = new InProcessJob(world);
  job.leave(lines);
  world.faults.add({ method: 'PUT', path: 'edge/actions/secrets/OTHER', fault: forbidden });
  const { stdout, exitCode, summary } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Writing acme\/edge as OTHER: GitHub answered 403 \(Forbidden\)\./m);
  expect(summary).toMatch(/❌ failed.*acme\/edge/);
  for (const line of [HOME, 'acme/core']) expect(world.github.open(line)).toBe(token);
  expect(world.variable().json?.behind).toHaveLength(1);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
});

test('post: what main had stored already is not written again', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge']);
  const { token, lines } = await issuedJournal(world, [HOME, 'acme/edge']);
  const at = Math.floor(world.clock.now() / 1000) * 1000;
  world.github.seed(HOME, { value: token, updatedAt: at });
  using job = new InProcessJob(world);
  job.leave([...lines, { kind: 'writing home' }, { kind: 'stored', target: 0, at }, { kind: 'confirmed', date: at }]);
  expect((await job.post()).exitCode).toBe(0);
  expect(world.requests.some(({ method, path }) => method === 'PUT' && path.includes('/network/'))).toBe(false);
  expect(world.github.open('acme/edge')).toBe(token);
});

test('post: a home that someone else wrote is left alone, and the token stays beside it for the next run', async () => {
  await using world = await startWorld();
  const { token, lines } = await issuedJournal(world);
  world.github.seed(HOME, { value: 'written by a person', updatedAt: world.clock.now() });
  using job = new InProcessJob(world);
  job.leave(lines);
  const { stdout, exitCode } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Writing acme\/network: someone else wrote it on/m);
  expect(world.github.open(HOME)).toBe('written by a person');
  expect(world.github.open(HOME, 'TE_TOKEN_NEXT')).toBe(token);
});

test('post: a token that ThousandEyes refused is only parked', async () => {
  await using world = await startWorld();
  const { token, lines } = await issuedJournal(world, [HOME], { isParked: false });
  using job = new InProcessJob(world);
  job.leave([...lines, { kind: 'refused' }]);
  const { exitCode, stdout } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/Run this workflow again by/);
  expect(world.github.open(HOME)).toBe(world.currentToken);
  expect(world.github.open(HOME, 'TE_TOKEN_NEXT')).toBe(token);
});

test('post: a journal that is gone under a killed main fails, and sends nothing', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const { stdout, exitCode, summary } = await job.post({ STATE_journal: '/nowhere/at/all' });
  expect(exitCode).toBe(1);
  expect(withoutMasks(stdout)).toMatch(/^::error::Looking for the journal of this run in RUNNER_TEMP/m);
  expect(summary).toMatch(/^### ❌ ThousandEyes token: The journal of this run is gone/);
  expect(world.requests).toEqual([]);
});

test('post: where nothing was asked for, the note is taken back and the journal goes, without a word', async () => {
  await using world = await startWorld();
  const at = Math.floor(world.clock.now() / 1000) * 1000;
  world.github.seed(HOME, { name: 'TE_TOKEN_NEXT', value: 'asked', updatedAt: at });
  using job = new InProcessJob(world);
  job.leave([headerOf(world), { kind: 'next written', at, isToken: false }], { isAsked: false });
  const { stdout, ...rest } = await job.post();
  expect({ ...rest, stdout: withoutMasks(stdout) }).toMatchObject(silent);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  expect(job.folder.left()).toEqual([]);
});

test('post: where main was ended while it waited for the answer, the note stays for the next run', async () => {
  await using world = await startWorld();
  const at = Math.floor(world.clock.now() / 1000) * 1000;
  world.github.seed(HOME, { name: 'TE_TOKEN_NEXT', value: 'asked', updatedAt: at });
  using job = new InProcessJob(world);
  job.leave([headerOf(world), { kind: 'next written', at, isToken: false }]);
  const { stdout, exitCode } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::.*Nothing tells whether a token was issued/m);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN', 'TE_TOKEN_NEXT']);
});

test('post: a write test of a killed rehearsal is removed; one that cannot be is a warning', async () => {
  await using world = await startWorld();
  world.setup([`${HOME} as ROTATION_WRITE_TEST`]);
  const testing = { kind: 'testing', store, secret: 'ROTATION_WRITE_TEST' } as const;
  const stuck = world.faults.add({ method: 'DELETE', fault: forbidden });
  using job = new InProcessJob(world, { mode: 'rehearse' });
  job.leave([headerOf(world), testing], { isAsked: false });
  const first = await job.post();
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toMatch(/^::warning::The secret ROTATION_WRITE_TEST .*could not be deleted/m);
  stuck.remove();
  job.leave([headerOf(world), testing], { isAsked: false });
  const second = await job.post();
  expect({ ...second, stdout: withoutMasks(second.stdout) }).toMatchObject(silent);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
});

test('post: a journal of another version is told, and fails the step', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  job.leave([{ kind: 'run', pid: deadPid, targets: [{}] } as unknown as JournalHeader]);
  const { stdout, exitCode } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::The post step met an error that should not happen/m);
});

/** Processes as another user sees them, until it is disposed of. */
function seenByAnotherUser(): Disposable {
  const { kill } = process;
  process.kill = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  };
  return {
    [Symbol.dispose]: () => {
      process.kill = kill;
    },
  };
}

test.each([
  ['that still lives', () => undefined],
  ['of another user that still lives', seenByAnotherUser],
])('post: a main %s, and a cancel: the journal is closed, so that main never asks', async (_, look) => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  using _eyes = look();
  const path = job.leave([headerOf(world, [HOME], process.pid)], { isAsked: false });
  const { exitCode } = await job.stage(async () => {
    const { runPost } = await import('../../src/steps.ts');
    return runPost([path], () => true);
  });
  expect(exitCode).toBe(0);
  expect(existsSync(`${path}.unclaimed`)).toBe(false);
  expect(job.folder.left()).toEqual([]);
});

test.each([
  ['no credential', ''],
  ["another step's credential", 'ghp_of-another-step'],
])('post: handed %s, it sends nothing, says so, and leaves all for the next run', async (_, githubToken) => {
  await using world = await startWorld();
  const { lines } = await issuedJournal(world);
  using job = new InProcessJob(world, { 'github-token': githubToken });
  const path = job.leave(lines);
  const before = world.requests.length;
  const { exitCode, stdout } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Finishing what the main step had left.*Run this workflow again/m);
  expect(world.requests.slice(before)).toEqual([]);
  expect(existsSync(path)).toBe(true);
});

test('post: a journal of another use of the action in the same job is left to the post step of that', async () => {
  await using world = await startWorld();
  const { token, lines } = await issuedJournal(world);
  const [header, ...rest] = lines;
  if (header?.kind !== 'run') throw new Error('there is no header');
  using job = new InProcessJob(world);
  const foreign = { ...header, credential: { key: 'k', hash: 'of another credential' } };
  const other = job.leave([foreign, ...rest], { isOwn: false });
  job.leave(lines);
  expect((await job.post()).exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(token);
  expect(existsSync(other)).toBe(true);
  expect(job.journals).toEqual([other]);
});

test('post: a journal of another attempt of the run is none of its own', async () => {
  await using world = await startWorld();
  using first = new InProcessJob(world);
  using again = new InProcessJob(world, {}, { attempt: 2 });
  expect(first.leave([headerOf(world)])).toContain('-4711-1-rotate-');
  expect(again.leave([headerOf(world)])).toContain('-4711-2-rotate-');
  expect(again.journals).toHaveLength(1);
});
