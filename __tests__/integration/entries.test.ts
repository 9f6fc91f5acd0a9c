import { beforeEach, expect, jest, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { InProcessJob } from './support/in-process-job.ts';

beforeEach(() => {
  jest.resetModules();
});

const main = () => import('../../src/main.ts');
const post = () => import('../../src/post.ts');

test('the entries: main leaves what post finishes, and then there is nothing left', async () => {
  await using world = await startWorld();
  const fault = world.faults.add({
    method: 'PUT',
    path: '/acme/network/actions/secrets/TE_TOKEN',
    fault: { kind: 'status', status: 403 },
  });
  using job = new InProcessJob(world);
  expect((await job.stage(main)).exitCode).toBe(1);
  expect(world.thousandeyes.issued).toHaveLength(1);
  expect(job.state).not.toHaveProperty('finished');
  fault.remove();
  job.buryMain();
  expect((await job.stage(post)).exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
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
  expect(stdout).toMatch(/^::error::The journal of this run is gone/m);
});

test.each([
  ['public', { repository: { private: false } }, 'Stored: acme/tf-*'],
  ['private', { repository: { private: true } }, 'Stored: acme/tf-found'],
  ['nothing of that', { schedule: '0 5 * * 1' }, 'Stored: acme/tf-found'],
])(
  'an event that says that the repository is %s: what a pattern found is named accordingly',
  async (_, event, line) => {
    await using world = await startWorld();
    world.github.addRepository(HOME, { private: true });
    world.setup(['acme/tf-found']);
    using job = new InProcessJob(world, { targets: `${HOME}\nacme/tf-*` }, { event });
    const { stdout } = await job.stage(main);
    expect(stdout.split('\n')).toContain(line);
  },
);

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
