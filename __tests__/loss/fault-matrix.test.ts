import { afterAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { LossBundle } from './support/bundle.ts';
import { quickColumns, requestRows, waitsForLong } from './support/faults.ts';
import { cellsOf, expectNoLoss, play, playAll } from './support/matrix.ts';
import { startScene } from './support/scene.ts';

// Every request × every fault that the shipped bundle gets over, or gives up on, within seconds. What takes longer is
// in fault-matrix-waits.test.ts.
const cells = cellsOf(requestRows, quickColumns).filter(({ name }) => !waitsForLong(name));
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());

const reportOf = playAll(cells, 5, async (cell) => {
  await using scene = await startScene();
  using step = new LossBundle(scene);
  return await play(cell, scene, step, scene.world.faults, gh);
});

test.each(cells)('$name', async (cell) => {
  expectNoLoss(cell, await reportOf(cell));
});

test('the rows are all that a rotation asks', async () => {
  await using scene = await startScene();
  using step = new LossBundle(scene);
  expect(await step.main()).toMatchObject({ failed: false });
  const { requests } = scene.world;
  const rowOf = (request: (typeof requests)[number]) =>
    requestRows.filter(
      ({ server, method, path }) =>
        server === request.server && method === request.method && request.path.endsWith(String(path)),
    );
  expect(requests.filter((request) => rowOf(request).length === 0)).toEqual([]);
  expect(requests).toHaveLength(requestRows.length);
  expect((await step.post()).wrote.trim()).toBe('');
});
