import { afterAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { quickColumns, slowColumns } from '../loss/support/faults.ts';
import { expectGotOver } from '../loss/support/got-over.ts';
import { playAll } from '../loss/support/matrix.ts';
import { cellsOf, type FaultyRuns, play, unexpected } from '../loss/support/play.ts';
import { LossProcess } from '../loss/support/process.ts';
import { homeAndNext, rowsOf } from '../loss/support/requests.ts';

// Every request × every fault, and always the next run.
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
const runs: FaultyRuns = { newJob: (...given) => new LossProcess(...given), frozen: true, gh, always: true };
const cells = cellsOf([...quickColumns, ...slowColumns], [...rowsOf(), homeAndNext]);
const reportOf = playAll(cells, 4, (cell) => play(cell, runs));

test.each(cells)('$name', async (cell) => {
  const report = await reportOf(cell);
  expect([...report.breaches, ...unexpected(cell, report)]).toEqual([]);
});

test.concurrent.each(quickColumns.filter(({ times }) => times === 1))(
  'the bundle gets over every request $name, all in one run',
  expectGotOver,
  120_000,
);
