import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { moment } from '../../../sandbox/http/moments.ts';
import { HOME, startWorld, type World } from '../../../sandbox/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

test('killed after a 409: the post step claims no loss, and takes the note back', async () => {
  world.thousandeyes.create();
  // The first request after the answer: whether another run was faster.
  const reads = { method: 'GET', path: 'TE_TOKEN_NEXT', nth: 2 };
  const run = await world.workflow().run({ kill: moment('received', reads) });
  expect(world.requests.some(({ method, path }) => method === 'POST' && path.endsWith('/api-tokens'))).toBe(true);
  expect([run.exitCode, run.post?.exitCode, run.post?.log]).toEqual([null, 0, '']);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
});
