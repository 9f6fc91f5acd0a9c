import { parseArgs } from 'node:util';
import { max, median, quantile } from 'simple-statistics';
import { FloorAction } from './floor-action.ts';
import {
  answerToJournal,
  answerToParked,
  bareNode,
  bundleBytes,
  floor,
  guard,
  loading,
  manyTargets,
  requestsOfTarget,
  rotation,
  roundTrips,
} from './measures.ts';

/**
 * The figures of the budgets, each with its budget. Medians, because a shared machine is noisy; figures that are compared
 * are measured in turns, so that the noise meets them alike.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    windows: { type: 'string', default: '200' },
    targets: { type: 'string', default: '500' },
  },
});

interface Row {
  readonly figure: string;
  readonly measured: string;
  /** Beside what it is compared with, in the same turns. */
  readonly ratio?: string;
  readonly budget?: string;
  readonly met?: string;
}

/** All in ms. */
const samples = {
  bare: [] as number[],
  floor: [] as number[],
  lowest: [] as number[],
  one: [] as number[],
  ten: [] as number[],
  check: [] as number[],
  post: [] as number[],
  guard: [] as number[],
  load: [] as number[],
  fifty: [] as number[],
};
using floorAction = new FloorAction();
for (let run = 0; run < Number(values.runs); run++) {
  samples.bare.push(bareNode());
  samples.floor.push(await floor(floorAction, 'octokit'));
  samples.lowest.push(await floor(floorAction, 'undici'));
  const one = await rotation(1);
  samples.one.push(one.durationMs);
  samples.post.push(one.post?.durationMs ?? Number.NaN);
  samples.guard.push(await guard());
  samples.ten.push((await rotation(10, { post: false })).durationMs);
  samples.check.push((await rotation(1, { post: false, with: { mode: 'check' } })).durationMs);
  samples.load.push(await loading());
}
const latency = 100;
for (let run = 0; run < Number(values.runs) / 3; run++)
  samples.fifty.push((await rotation(50, { post: false }, latency)).durationMs);

const timed = (figure: string, times: number[]): Row => ({ figure, measured: `${median(times).toFixed(0)} ms` });
const compared = (figure: string, times: number[], [name, others]: [string, number[]], budget: number): Row => {
  const ratio = median(times) / median(others);
  return {
    ...timed(figure, times),
    ratio: `${ratio.toFixed(2)} × ${name}`,
    budget: `≤ ${budget} × ${name}`,
    met: ratio <= budget ? 'yes' : `no, by ${(ratio - budget).toFixed(2)}`,
  };
};
const counted = (figure: string, value: number, budget: number, unit = '', digits = 0): Row => ({
  figure,
  measured: `${value.toFixed(digits)}${unit}`,
  budget: `≤ ${budget}${unit}`,
  met: value <= budget ? 'yes' : `no, by ${(value - budget).toFixed(digits)}${unit}`,
});

const windows: number[] = [];
for (let run = 0; run < Number(values.windows); run++) windows.push(await answerToJournal());
const trips = [await roundTrips(1), await roundTrips(10)] as const;
const many = await manyTargets(Number(values.targets));
const mebibyte = 2 ** 20;
const bare: [string, number[]] = ['bare node', samples.bare];

const rows: Row[] = [
  timed('bare node (`node -e 0`)', samples.bare),
  timed('floor of one target', samples.floor),
  timed('the same, all requests sent by undici', samples.lowest),
  compared('one target, whole process', samples.one, ['floor', samples.floor], 1.05),
  timed('ten targets, whole process', samples.ten),
  timed('check mode, whole process', samples.check),
  timed('loading alone (inputs refused)', samples.load),
  compared('post step after a clean run, whole process', samples.post, bare, 1.5),
  compared('guard, whole process', samples.guard, bare, 1.3),
  counted('sequential round trips, one target', trips[0], 8),
  counted('sequential round trips, ten targets', trips[1], 8),
  counted(
    `50 targets, each answer after ${latency} ms, beside the loading`,
    (median(samples.fifty) - median(samples.load)) / 1000,
    1.7,
    ' s',
    2,
  ),
  counted('requests for each further target', await requestsOfTarget(), 4, '', 1),
  counted(`answer → journal, median of ${windows.length}`, median(windows), 1.5, ' ms', 2),
  counted(`answer → journal, 99th percentile`, quantile(windows, 0.99), 5, ' ms', 2),
  counted('answer → parked, round trips', await answerToParked(), 1.2, '', 2),
  { figure: 'answer → journal, greatest', measured: `${max(windows).toFixed(2)} ms` },
  counted(`${values.targets} targets, greatest resident size`, many.maxRss / mebibyte, 160, ' MiB'),
  counted(`${values.targets} targets, requests refused for a limit`, many.refused, 0),
  counted(
    `${values.targets} targets, time beside what the limits allow`,
    many.seconds / many.bestSeconds,
    1.1,
    ' ×',
    3,
  ),
  { figure: `${values.targets} targets, requests`, measured: String(many.requests) },
  { figure: `${values.targets} targets that hold the new token`, measured: String(many.stored) },
  { figure: 'bundle', measured: `${(bundleBytes() / 1024).toFixed(0)} KiB` },
];
console.table(rows);
