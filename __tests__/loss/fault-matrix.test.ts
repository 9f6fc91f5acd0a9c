import { afterAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { LossBundle } from './support/bundle.ts';
import { type FaultColumn, quickColumns, slowColumns } from './support/faults.ts';
import { expectGotOver, telling } from './support/got-over.ts';
import { playAll } from './support/matrix.ts';
import { type Cell, cellsOf, type FaultyRuns, play, unexpected } from './support/play.ts';
import { LossProcess } from './support/process.ts';
import { homeAndNext, rowsOf } from './support/requests.ts';
import { startScene } from './support/scene.ts';

// Request × fault, then the next run. All columns for all rows are in __tests__/thorough/.
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
const named = (columns: readonly FaultColumn[], ...names: string[]) =>
  columns.filter(({ name }) => names.includes(name));

const rows = rowsOf();
// What can cost something: every change from the request for the token on.
const asking = rows.findIndex(({ name }) => name === 'ask for the token');
const changes = rows.filter(({ method }, index) => index >= asking && method !== 'GET');
// The rest is met by faults that pass with the bundle, below, and by all of them in __tests__/thorough/.
const rest = rows.filter((row) => !changes.includes(row));
const cells = [
  ...cellsOf(named(quickColumns, 'malformed body once', 'forbidden'), rest),
  ...cellsOf(quickColumns, changes),
  ...cellsOf(named(slowColumns, 'server not there forever', 'hang after acting once'), changes),
  ...cellsOf(
    named(slowColumns, 'hang after acting forever'),
    rows.filter(({ method }) => method !== 'GET'),
  ),
  ...cellsOf([...named(quickColumns, 'forbidden'), ...named(slowColumns, '500 forever')], [homeAndNext]),
];
const inProcess: FaultyRuns = { newJob: (...given) => new LossProcess(...given), frozen: true, gh };

// The bundle, for which time is real: the two requests whose lost answer leaves something.
const bundle: FaultyRuns = { newJob: (scene, options) => new LossBundle(scene, options), frozen: false, gh };
const shipped = cellsOf(named(quickColumns, 'reset after once'), telling);
const all = [
  ...shipped.map((cell) => ({ ...cell, name: `${cell.name} (bundle)`, cell, runs: bundle })),
  ...cells.map((cell) => ({ ...cell, cell, runs: inProcess })),
];

const reportOf = playAll(all, 5, ({ cell, runs }: { name: string; cell: Cell; runs: FaultyRuns }) => play(cell, runs));

test.each(all)('$name', async (one) => {
  const report = await reportOf(one);
  expect([...report.breaches, ...unexpected(one.cell, report)]).toEqual([]);
});

test.concurrent.each(named(quickColumns, 'reset after once', '500 once'))(
  'the bundle gets over every request $name, all in one run',
  expectGotOver,
  120_000,
);

test.each(['first', 'later'] as const)('the rows are all that a rotation asks (%s)', async (start) => {
  await using scene = await startScene({ frozen: true, start });
  using job = new LossProcess(scene);
  expect(await job.main()).toMatchObject({ failed: false });
  const asked = scene.world.requests.map(({ server, method, path }) => ({ server, method, path }));
  const isOf = (row: (typeof rows)[number]) => (request: (typeof asked)[number]) =>
    row.server === request.server && row.method === request.method && request.path.endsWith(String(row.path));
  const expected = rowsOf(start);
  expect(asked.filter((request) => !expected.some((row) => isOf(row)(request)))).toEqual([]);
  expect(asked).toHaveLength(expected.length);
});
