import { beforeAll, expect } from '@jest/globals';
import pLimit from 'p-limit';
import type { Gh } from '../../../sandbox/gh/gh.ts';
import type { Faults } from '../../../sandbox/http/faults.ts';
import type { FaultColumn, RequestRow } from './faults.ts';
import type { Scene, Stage } from './scene.ts';
import { judge, type Verdict } from './verdict.ts';

/** One fault at one request. */
export interface Cell {
  readonly name: string;
  readonly request: RequestRow;
  readonly column: FaultColumn;
}

/** A step of a job, stage by stage, and a later run that syncs. */
export interface Stages {
  main(): Promise<Stage>;
  post(): Promise<Stage>;
  sync(): Promise<Stage>;
}

/** What became of a cell, after main alone and after main and post. */
export interface Report {
  readonly main: Verdict;
  readonly post: Verdict;
  readonly failed: boolean;
  readonly breaches: readonly string[];
}

export function cellsOf(rows: readonly RequestRow[], columns: readonly FaultColumn[]): Cell[] {
  return rows.flatMap((request) =>
    columns.map((column) => ({ name: `${request.name}: ${column.name}`, request, column })),
  );
}

/** Where one fault may keep a rotation from being whole: elsewhere it is got over. */
const costly = [
  // ThousandEyes knows no such limit, so it counts as a refusal.
  /^ask for the token: 403 secondary/,
  // The answer never came, or without the date that the variable keeps.
  /^ask for the token: (?:reset after|hang after acting|500 after acting|malformed body|truncated .*) once/,
];

/** Expects a cell to end as it may, and without any loss where the fault is one that passes. */
export function expectNoLoss({ name, column }: Cell, report: Report): void {
  expect(report.breaches).toEqual([]);
  if (column.times > 1 || costly.some((pattern) => pattern.test(name))) return;
  expect(report).toEqual({ main: 'everywhere', post: 'everywhere', failed: false, breaches: [] });
}

/**
 * Plays a cell out. What main left is judged, which may mean that a person finishes it; then the secrets are put back
 * and the post step finds what main left.
 */
export async function play({ request, column }: Cell, scene: Scene, step: Stages, faults: Faults, gh: Gh) {
  const { name: _, ...match } = request;
  const rule = { ...match, times: column.times, fault: column.fault ?? { kind: 'refuse' as const } };
  let armed = faults.add(rule);
  const repair = { endFaults: () => armed.remove(), sync: () => step.sync() };

  const main = await step.main();
  scene.check(main);
  if (armed.fired === 0) scene.breaches.push('the fault was never met');
  const left = scene.contents();
  const alone = await judge(scene, [main], gh, repair);
  if (alone === 'finished by hand') {
    scene.restore(left);
    if (column.times > 1) armed = faults.add({ ...rule, nth: 1 });
  }
  const post = await step.post();
  scene.check(post);
  const both = await judge(scene, [main, post], gh, repair);
  return { main: alone, post: both, failed: main.failed || post.failed, breaches: scene.breaches.splice(0) };
}

/** Plays all cells before the tests look at them, some at a time: most of a cell's time is waiting. */
export function playAll<Result>(cells: readonly Cell[], atOnce: number, run: (cell: Cell) => Promise<Result>) {
  const reports = new Map<string, Promise<Result>>();
  beforeAll(async () => {
    const limit = pLimit(atOnce);
    for (const cell of cells)
      reports.set(
        cell.name,
        limit(() => run(cell)),
      );
    await Promise.allSettled(reports.values());
  }, 170_000);
  return async ({ name }: Cell): Promise<Result> => {
    const report = await reports.get(name);
    if (report === undefined) throw new Error(`no such cell: ${name}`);
    return report;
  };
}
