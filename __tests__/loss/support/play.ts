import type { Gh } from '../../../sandbox/gh/gh.ts';
import { type FaultRule, Faults } from '../../../sandbox/http/faults.ts';
import type { FaultColumn } from './faults.ts';
import { type RequestRow, rowsOf } from './requests.ts';
import { type Job, type JobOptions, type Scene, type Stage, type Start, startScene } from './scene.ts';
import { judge, type Next, nextRun, type State } from './verdict.ts';

/** One fault at one request. */
export interface Cell {
  readonly name: string;
  readonly row: RequestRow;
  readonly column: FaultColumn;
  readonly start: Start;
}

/** What became of a cell: after main, after post, and once the next run is over. */
export interface Report {
  readonly main: State;
  readonly post: State;
  /** Undefined where nothing was left for it. */
  readonly next: Next | undefined;
  readonly failed: boolean;
  readonly breaches: readonly string[];
}

/** What runs, and who breaks what it asks. */
export interface FaultyRuns {
  /** @param refusals requests for which the server is not there */
  readonly newJob: (scene: Scene, options: JobOptions | undefined, refusals: Faults) => Job;
  readonly frozen: boolean;
  readonly gh: Gh;
  /** Whether the next run comes also where nothing is left for it. */
  readonly always?: boolean;
}

/** Every row × every column. Of a first rotation only what it alone asks. */
export function cellsOf(columns: readonly FaultColumn[], rows: readonly RequestRow[] = rowsOf()): Cell[] {
  return rows.flatMap((row) => {
    const start = row.start ?? 'later';
    return columns.map((column) => ({ name: `${row.name} (${start}): ${column.name}`, row, column, start }));
  });
}

/** Plays a cell out: main, post, and the next run, for which everything works again. Where main left something, also without post. */
export async function play(cell: Cell, runs: FaultyRuns): Promise<Report> {
  const report = await played(cell, true, runs);
  const isLeft = report.main === 'kept' || report.main === 'in no secret';
  if (!isLeft || report.breaches.length > 0) return report;
  const { breaches } = await played(cell, false, runs);
  return { ...report, breaches: breaches.map((breach) => `without post: ${breach}`) };
}

async function played({ row, column, start }: Cell, hasPost: boolean, runs: FaultyRuns): Promise<Report> {
  const { newJob, frozen, gh, always = false } = runs;
  await using scene = await startScene({ frozen, start });
  const refusals = new Faults();
  const { name: _, start: __, ...match } = row;
  const rule: FaultRule = { ...match, times: column.times, fault: column.fault ?? { kind: 'refuse' } };
  const armed = (column.fault === undefined ? refusals : scene.world.faults).add(rule);
  using job = newJob(scene, undefined, refusals);
  const main = await job.main();
  scene.check(main);
  if (armed.fired === 0) scene.breaches.push('the fault was never met');
  const stages: Stage[] = [main];
  const alone = judge(scene, stages);
  if (hasPost) stages.push(await job.post());
  for (const stage of stages.slice(1)) scene.check(stage);
  const both = judge(scene, stages);
  armed.remove();
  const before = { runId: job.runId, stages, mayBeLost: !wasRead(scene, stages) };
  const isLeft = always || both !== 'everywhere';
  const next = isLeft ? await nextRun(scene, before, (...more) => newJob(...more, refusals), gh) : undefined;
  const failed = stages.some((stage) => stage.failed);
  return { main: alone, post: both, next, failed, breaches: scene.breaches.splice(0) };
}

/** Whether a run had the token in hand, or could have had it. */
function wasRead(scene: Scene, stages: readonly Stage[]): boolean {
  const { issued } = scene;
  return scene.wasToldWhole || (issued !== undefined && stages.some(({ masks }) => masks.includes(issued)));
}

/** Where one fault may keep a rotation from being whole: elsewhere it is got over. */
const costly: Readonly<Record<string, RegExp>> = {
  // ThousandEyes knows no such limit, so it counts as a refusal; the answer never came.
  'ask for the token':
    /^403 secondary|^(?:reset after|hang after acting|500 after acting|malformed body|truncated body) once/,
  // Taken for ours, and the next run makes sure.
  'write the secret (home)': /^(?:reset after|hang after acting|500 after acting|truncated .*) once/,
};

/** What a cell may not come to, beside its breaches: one fault that passes is got over, but for some. */
export function unexpected({ row, column }: Cell, { main, post, failed }: Report): string[] {
  if (column.times > 1 || costly[row.name]?.test(column.name)) return [];
  return main === 'everywhere' && post === 'everywhere' && !failed ? [] : [`${main}, ${post}, failed: ${failed}`];
}
