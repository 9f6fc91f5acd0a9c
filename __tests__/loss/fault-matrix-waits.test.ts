import { afterAll, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { quickColumns, requestRows, slowColumns, waitsForLong } from './support/faults.ts';
import { cellsOf, expectNoLoss, play, playAll } from './support/matrix.ts';
import { LossProcess } from './support/process.ts';
import { startScene } from './support/scene.ts';

// Every request × every fault that takes longer than fault-matrix.test.ts can wait, in process, on a clock that nobody
// waits for; and every fault at the one request whose answer can't be had again.
const asking = requestRows.filter(({ method, server }) => method === 'POST' && server === 'thousandeyes');
const others = requestRows.filter((row) => !asking.includes(row));
const waiting = cellsOf(others, quickColumns).filter(({ name }) => waitsForLong(name));
const cells = [...cellsOf(requestRows, slowColumns), ...cellsOf(asking, quickColumns), ...waiting];
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());

const reportOf = playAll(cells, 6, async (cell) => {
  await using scene = await startScene({ frozen: true });
  using step = new LossProcess(scene);
  const faults = cell.column.fault === undefined ? step.refusals : scene.world.faults;
  return await play(cell, scene, step, faults, gh);
});

test.each(cells)('$name', async (cell) => {
  expectNoLoss(cell, await reportOf(cell));
});
