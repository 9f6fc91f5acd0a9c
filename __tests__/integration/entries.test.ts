import { existsSync } from 'node:fs';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { InProcessJob } from './support/in-process-job.ts';
import { headerOf, issuedJournal } from './support/issued-journal.ts';

beforeEach(() => {
  jest.resetModules();
});

const main = () => import('../../src/main.ts');
const post = () => import('../../src/post.ts');

test('the post entry finishes what a main left, without any state of the runner', async () => {
  await using world = await startWorld();
  const { token, lines } = await issuedJournal(world);
  using job = new InProcessJob(world);
  job.leave(lines, { isOwn: false });
  expect(job.state).toEqual({});
  expect((await job.stage(post)).exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(token);
  expect(job.folder.left()).toEqual([]);
});

test('the post entry: a cancel that comes while the rest is loaded is heard', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const path = job.leave([headerOf(world, [HOME], process.pid)], { isAsked: false });
  const stage = job.stage(async () => {
    const loaded = post();
    // The entry listens by now, and has not loaded its steps.
    while (process.listenerCount('SIGINT') === 0) await new Promise(setImmediate);
    process.emit('SIGINT');
    return loaded;
  });
  expect((await stage).exitCode).toBe(0);
  expect(existsSync(path)).toBe(false);
});

test('the post entry does nothing where main has finished', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  expect((await job.stage(main)).exitCode).toBe(0);
  expect(job.state).toMatchObject({ journal: expect.any(String), finished: 'true' });
  const requests = world.requests.length;
  expect(await job.stage(post)).toMatchObject({ exitCode: 0, stdout: '', summary: '' });
  expect(world.requests).toHaveLength(requests);
});

test('the post entry does nothing where main has left no journal', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { mode: 'check' });
  expect((await job.stage(main)).exitCode).toBe(0);
  expect(job.state).toEqual({});
  expect(await job.stage(post)).toMatchObject({ exitCode: 0, stdout: '', summary: '' });
});

test('the post entry tells where the journal is gone, and main did not say that it had finished', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const { exitCode, stdout } = await job.stage(post, { STATE_journal: '/nowhere/at/all' });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Looking for the journal of this run/m);
});

test('an event that is no JSON stops nothing, and nothing of it is believed', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { mode: 'check' });
  const path = job.folder.write('broken.json', '{"repository":');
  expect((await job.stage(main, { GITHUB_EVENT_PATH: path })).exitCode).toBe(0);
});

test.each(['uncaughtException', 'unhandledRejection'] as const)(
  'an error that nobody caught is told without its words, and ends nothing: %s',
  async (event) => {
    await using world = await startWorld();
    using job = new InProcessJob(world, { mode: 'check' });
    const told = (error: unknown) =>
      job.stage(async () => {
        jest.resetModules();
        const before = process.listeners(event as 'uncaughtException');
        await main();
        for (const listener of process.listeners(event as 'uncaughtException'))
          if (!before.includes(listener)) listener(error as Error, 'uncaughtException');
      });
    const { exitCode, stdout } = await told(new TypeError('te-secret\n::warning::'));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^::error::Something went wrong that should not have \(TypeError\)\.$/m);
    expect(stdout).not.toContain('te-secret');
    expect((await told('te-secret')).stdout).toMatch(/\(not an error\)\.$/m);
  },
);

test.each(['stdout', 'stderr'] as const)('a %s that nobody reads any more stops nothing', async (name) => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { mode: 'check' });
  const stream = process[name];
  const { exitCode } = await job.stage(async () => {
    const before = stream.listeners('error') as ((error: Error) => void)[];
    stream.removeAllListeners('error');
    await main();
    try {
      expect(stream.emit('error', new Error('EPIPE'))).toBe(true);
    } finally {
      for (const listener of before) stream.on('error', listener);
    }
  });
  expect(exitCode).toBe(0);
});
