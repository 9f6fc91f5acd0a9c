import { beforeAll } from '@jest/globals';
import pLimit from 'p-limit';

/** Plays all cells before the tests look at them, some at a time: most of a cell's time is waiting. */
export function playAll<Cell extends { readonly name: string }, Result>(
  cells: readonly Cell[],
  atOnce: number,
  run: (cell: Cell) => Promise<Result>,
) {
  const reports = new Map<string, Promise<Result>>();
  beforeAll(async () => {
    const limit = pLimit(atOnce);
    for (const cell of cells)
      reports.set(
        cell.name,
        limit(() => run(cell)),
      );
    await Promise.allSettled(reports.values());
  }, 3_600_000);
  return async ({ name }: { readonly name: string }): Promise<Result> => {
    const report = await reports.get(name);
    if (report === undefined) throw new Error(`no such cell: ${name}`);
    return report;
  };
}
