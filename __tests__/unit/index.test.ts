import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { InProcessJob } from '../support/unit-stage.ts';

beforeEach(() => {
  jest.resetModules();
});

const entry = () => import('../../src/index.ts');

test('without state it is main; with a journal it is the post step, and then there is nothing left', async () => {
  await using world = await startWorld();
  const fault = world.faults.add({
    method: 'PUT',
    path: '/acme/network/actions/secrets/TE_TOKEN',
    fault: { kind: 'status', status: 403 },
  });
  using job = new InProcessJob(world);
  expect((await job.stage(entry)).exitCode).toBe(1);
  expect(world.thousandeyes.issued).toHaveLength(1);
  fault.remove();
  job.buryMain();

  jest.resetModules();
  expect((await job.stage(entry)).exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);

  jest.resetModules();
  const requests = world.requests.length;
  expect(await job.stage(entry)).toMatchObject({ exitCode: 0, stdout: '' });
  expect(world.requests).toHaveLength(requests);
});

describe('an error that nobody caught', () => {
  test.each(['uncaughtException', 'unhandledRejection'] as const)('is told without its words: %s', async (event) => {
    await using world = await startWorld();
    using job = new InProcessJob(world);
    const told = async (error: unknown) => {
      jest.resetModules();
      const before = process.listeners(event as 'uncaughtException');
      const { stdout, exitCode } = await job.stage(
        async () => {
          await entry();
          const added = process.listeners(event as 'uncaughtException').filter((each) => !before.includes(each));
          for (const listener of added) {
            listener(error as Error, 'uncaughtException');
            process.removeListener(event, listener);
          }
        },
        { STATE_isPost: 'true' },
      );
      return { stdout, exitCode };
    };
    expect(await told(new TypeError('te-secret\n::warning::'))).toEqual({
      exitCode: 1,
      stdout: '::error::Something went wrong that should not have (TypeError).\n',
    });
    expect((await told('te-secret')).stdout).toBe(
      '::error::Something went wrong that should not have (not an error).\n',
    );
  });
});

test.each(['stdout', 'stderr'] as const)('a %s that nobody reads any more stops nothing', async (name) => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const stream = process[name];
  const before = stream.listeners('error') as ((error: Error) => void)[];
  stream.removeAllListeners('error');
  await job.stage(entry, { STATE_isPost: 'true' });
  expect(stream.emit('error', new Error('EPIPE'))).toBe(true);
  stream.removeAllListeners('error');
  for (const listener of before) stream.on('error', listener);
});
