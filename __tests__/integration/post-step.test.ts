import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import type { JournalHeader } from '../../src/rotation/journal.ts';
import { deadPid, resolved } from '../unit/support/fakes.ts';
import { InProcessJob } from './support/in-process-job.ts';

const homePut = { method: 'PUT', path: '/acme/network/actions/secrets/TE_TOKEN' };
const forbidden = { kind: 'status', status: 403, body: { message: 'Forbidden' } } as const;
const withoutMasks = (stdout: string) => stdout.replace(/^::add-mask::.*\n/gm, '');

const header = (pid = deadPid): JournalHeader => ({
  kind: 'run',
  pid,
  targets: [{ ...resolved(HOME), access: {}, updatedAt: 1 }],
});
const { store } = resolved(HOME).target;

/** A main whose home (or another target) could not be written, and which is dead. */
async function brokenMain(world: World, inputs: Record<string, string> = {}, put = homePut) {
  const job = new InProcessJob(world, inputs);
  const fault = world.faults.add({ ...put, fault: forbidden });
  const result = await job.main();
  fault.remove();
  job.buryMain();
  return { job, result };
}

test('post: a home that main could not write is written, the others follow, and then nothing is left over', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge']);
  const { job, result } = await brokenMain(world, { targets: `${HOME}\nacme/edge`, 'expiry-variable': 'TE_EXPIRY' });
  using _ = job;
  expect(result.exitCode).toBe(1);
  expect(result.outputs.rotated).toBe('false');
  expect(result.summary).toContain('#### Finish by hand: acme/network');
  expect(world.github.open(HOME)).toBe(world.currentToken);

  const { stdout, exitCode, summary } = await job.post();
  expect(exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  expect(world.github.open('acme/edge')).toBe(world.thousandeyes.issued[0]);
  expect(world.github.variable(HOME, 'TE_EXPIRY')).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(withoutMasks(stdout)).toBe(
    'The post step finished what the main step had left.\nStored: acme/network, acme/edge\n',
  );
  // The command is not needed any more.
  expect(summary).not.toContain('gh api');
  expect(existsSync(job.journal ?? '')).toBe(false);
  expect(job.folder.left()).toEqual([]);
});

test('post: writes the home, the others and the variable in this order, and removes a write test only after that', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge']);
  const stuck = world.faults.add({ method: 'DELETE', fault: forbidden });
  const { job } = await brokenMain(world, { targets: `${HOME}\nacme/edge`, 'expiry-variable': 'TE_EXPIRY' });
  using _ = job;
  stuck.remove();
  const before = world.requests.length;
  await job.post();
  const writes = world.requests.slice(before).filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method, path }) => `${method} ${path.replace('/repos/acme/', '')}`)).toEqual([
    'PUT network/actions/secrets/TE_TOKEN',
    'PUT edge/actions/secrets/TE_TOKEN',
    'PATCH network/actions/variables/TE_EXPIRY',
    'POST network/actions/variables',
    'DELETE network/actions/secrets/ROTATION_WRITE_TEST',
  ]);
});

test('post: a home that cannot be written by it either is left to a person', async () => {
  await using world = await startWorld();
  const { job } = await brokenMain(world);
  using _ = job;
  world.faults.add({ ...homePut, fault: forbidden });
  const { stdout, exitCode, summary } = await job.post();
  expect(exitCode).toBe(1);
  expect(withoutMasks(stdout)).toMatch(
    /^The post step could not finish all that the main step had left\.\n::error::Writing acme\/network: GitHub answered 403 \(Forbidden\)\..*\n$/,
  );
  // The command stands once, in the summary of main.
  expect(summary).toMatch(/^### ❌ ThousandEyes token: .*\n\nFinish by hand: the command stands above/);
  expect(summary).not.toContain('gh api');
  expect(existsSync(job.journal ?? '')).toBe(true);
});

test("post: GitHub is reached by the API that the input names, not by the environment's", async () => {
  await using world = await startWorld();
  const { job } = await brokenMain(world);
  using _ = job;
  const { exitCode } = await job.post({
    'INPUT_GITHUB-API-URL': `${world.github.url}//`,
    GITHUB_API_URL: 'http://127.0.0.1:1',
  });
  expect(exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
});

test('post: the way to finish by hand is in the log, where there can be no summary', async () => {
  await using world = await startWorld();
  const { job } = await brokenMain(world);
  using _ = job;
  world.faults.add({ ...homePut, fault: forbidden });
  // Main was killed before it could tell.
  const { stdout, exitCode } = await job.post({ GITHUB_STEP_SUMMARY: job.folder.temp, STATE_told: '' });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^gh api --method PUT --hostname 127\.0\.0\.1:\d+ repos\/acme\/network\/actions\/secrets\/TE_TOKEN /m,
  );
});

test('post: names of a pattern stay unnamed', async () => {
  await using world = await startWorld();
  world.github.addRepository(HOME, { private: false });
  world.setup(['acme/tf-secret']);
  const { job } = await brokenMain(world, { targets: `${HOME}\nacme/tf-*` });
  using _ = job;
  world.faults.add({ method: 'PUT', path: 'tf-secret/actions/secrets/TE_TOKEN', fault: forbidden });
  const { stdout, exitCode, summary } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout + summary).not.toContain('tf-secret');
  expect(stdout).toMatch(/^::error::Writing acme\/tf-\*: GitHub answered 403/m);
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
});

test('post: secrets of another name are told by it', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge as OTHER']);
  const { job } = await brokenMain(world, { targets: `${HOME}\nacme/edge as OTHER` });
  using _ = job;
  world.faults.add({ method: 'PUT', path: 'edge/actions/secrets/OTHER', fault: forbidden });
  const { stdout } = await job.post();
  expect(stdout).toMatch(/^::error::Writing acme\/edge as OTHER: GitHub answered 403 \(Forbidden\)\./m);
});

test('post: another target that main could not write is written, and the home is left alone', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge']);
  const edgePut = { method: 'PUT', path: '/acme/edge/actions/secrets/TE_TOKEN' };
  const { job, result } = await brokenMain(world, { targets: `${HOME}\nacme/edge` }, edgePut);
  using _ = job;
  expect(result.outputs.rotated).toBe('true');
  const before = world.requests.length;
  const { summary } = await job.post();
  expect(world.github.open('acme/edge')).toBe(world.thousandeyes.issued[0]);
  expect(world.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
    `PUT /repos${edgePut.path}`,
  ]);
  expect(summary).toContain('**Stored by the post step**\n\n- acme/edge\n');
});

test('post: a home that someone else writes while it waits for GitHub is left alone', async () => {
  await using world = await startWorld();
  const { job } = await brokenMain(world);
  using _ = job;
  world.faults.add({ ...homePut, fault: { kind: 'status', status: 502 } });
  const stop = world.on(({ request, phase }) => {
    if (phase !== 'answered' || request.method !== 'PUT') return;
    // Further away than whole seconds and clocks explain.
    world.github.seed(HOME, { value: 'written by a person', createdAt: 1, updatedAt: world.clock.now() + 20_000 });
  });
  const { stdout, exitCode } = await job.post();
  stop();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Writing acme\/network: someone else wrote it on/m);
  expect(world.github.open(HOME)).toBe('written by a person');
});

test('post: a journal that is gone under a killed main fails, and says how to tell', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const { stdout, exitCode, summary } = await job.post();
  expect(exitCode).toBe(1);
  expect(withoutMasks(stdout)).toMatch(/^::error::The journal of this run is gone from RUNNER_TEMP/);
  expect(summary).toMatch(/^### ❌ ThousandEyes token: the journal of this run is gone/);
  expect(world.requests).toEqual([]);
});

test('post: where nothing was asked for, the journal goes without a word', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  job.leave([header()], false);
  const { stdout, exitCode, summary } = await job.post();
  expect({ stdout: withoutMasks(stdout), exitCode, summary }).toEqual({ stdout: '', exitCode: 0, summary: '' });
  expect(job.folder.left()).toEqual([]);
});

test('post: a write test of a killed rehearsal is removed', async () => {
  await using world = await startWorld();
  world.setup([`${HOME} as ROTATION_WRITE_TEST`]);
  using job = new InProcessJob(world, { mode: 'rehearse' });
  job.leave([header(), { kind: 'testing', store, at: 1 }], false);
  const { stdout, exitCode } = await job.post();
  expect({ stdout: withoutMasks(stdout), exitCode }).toEqual({ stdout: '', exitCode: 0 });
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
});

test('post: a write test that cannot be removed is a warning', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  job.leave([header(), { kind: 'testing', store, at: 1 }], false);
  world.faults.add({ method: 'DELETE', fault: forbidden });
  const { stdout, exitCode, summary } = await job.post();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^::warning::The secret ROTATION_WRITE_TEST of a write test could not be deleted/m);
  expect(summary).toContain('**Note**\n\n- The secret ROTATION_WRITE_TEST');
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
  const path = job.leave([header(process.pid)], false);
  const { exitCode } = await job.stage(async () => {
    const { runPost } = await import('../../src/steps.ts');
    const done = runPost(path);
    process.emit('SIGINT');
    return done;
  });
  expect(exitCode).toBe(0);
  expect(existsSync(`${path}.unclaimed`)).toBe(false);
  expect(job.folder.left()).toEqual([]);
});

test('post: without a credential among its inputs it still tells how to finish by hand', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { 'github-api-url': '', 'github-token': '', 'thousandeyes-token': '' });
  const body = { encrypted_value: 'c2VhbGVk', key_id: '1' };
  job.leave([header(), { kind: 'sealed', target: 0, body }]);
  const { stdout, exitCode, summary } = await job.post();
  expect(exitCode).toBe(1);
  expect(stdout).not.toContain('add-mask');
  expect(stdout).toMatch(/^::error::Writing acme\/network: GitHub answered 401/m);
  expect(summary).toContain('#### Finish by hand: acme/network');
});
