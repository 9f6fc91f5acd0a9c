import pLimit from 'p-limit';
import { type Death, type DeathReport, deathsOf, dies, type Sequel } from '../__tests__/loss/support/death.ts';
import { LossProcess } from '../__tests__/loss/support/process.ts';
import type { Start } from '../__tests__/loss/support/scene.ts';
import { Gh } from '../sandbox/gh/gh.ts';

/**
 * Prints what becomes of a rotation of three targets whose process is killed at one of its requests, before the server acted on
 * it and after: what is left, and how the next run ends. Ends with 1 where a token is lost and need not be, or is not told.
 */
const sequels: readonly { readonly sequel: Sequel; readonly title: string }[] = [
  { sequel: 'gone', title: 'machine gone; next run' },
  { sequel: 'post', title: 'post; next run' },
  { sequel: 'beside', title: 'next run beside post; one more' },
];

using gh = new Gh();
for (const start of ['first', 'later'] as const) await printMatrix(start);

async function printMatrix(start: Start): Promise<void> {
  const deaths = deathsOf(start);
  const limit = pLimit(4);
  const rows = await Promise.all(
    deaths.map((death) => Promise.all(sequels.map((each) => limit(() => play(death, each.sequel))))),
  );
  const cells = rows.map((row, index) => [nameOf(deaths[index]), leftIn(row[0]), ...row.map(shown)]);
  const head = [`${start} rotation, killed at`, 'left', ...sequels.map(({ title }) => title)];
  const widths = head.map((title, column) =>
    Math.max(...[title, ...cells.map((row) => row[column] ?? '')].map(({ length }) => length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line), ''].join('\n'));
  const broken = rows.flat().flatMap(({ breaches }) => breaches);
  for (const breach of broken) console.log(`BROKEN: ${breach}`);
  if (broken.length > 0) process.exitCode = 1;
}

function play(death: Death, sequel: Sequel): Promise<DeathReport> {
  return dies(death, sequel, { newJob: (...given) => new LossProcess(...given), frozen: true, gh });
}

function nameOf(death: Death | undefined): string {
  return death === undefined ? '' : `${death.row.name}, ${death.phase === 'acted' ? 'after' : 'before'}`;
}

function leftIn(report: DeathReport | undefined): string {
  return report?.left ?? '';
}

function shown({ then, next, breaches }: DeathReport): string {
  return [...(then === undefined ? [] : [then]), next, ...(breaches.length > 0 ? ['BROKEN'] : [])].join('; ');
}
