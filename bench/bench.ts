import { parseArgs } from 'node:util';
import { max, median, quantile } from 'simple-statistics';
import { answerToJournal, bareNode, bundleBytes, loading, manyTargets, rotation, roundTrips } from './measures.ts';

/**
 * The figures of the design's budgets, each with its budget and its ratio to bare node in the same run. Medians, because
 * a shared machine is noisy; figures that are compared are measured in turns, so that the noise meets them alike.
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
  readonly 'of bare node'?: string;
  readonly budget?: string;
  readonly met?: string;
}

const samples = {
  bare: [] as number[],
  one: [] as number[],
  ten: [] as number[],
  check: [] as number[],
  post: [] as number[],
  load: [] as number[],
};
for (let run = 0; run < Number(values.runs); run++) {
  samples.bare.push(bareNode());
  const one = await rotation(1);
  samples.one.push(one.durationMs);
  samples.post.push(one.post?.durationMs ?? Number.NaN);
  samples.ten.push((await rotation(10, { post: false })).durationMs);
  samples.check.push((await rotation(1, { post: false, with: { mode: 'check' } })).durationMs);
  samples.load.push(await loading());
}
const bare = median(samples.bare);
const timed = (figure: string, times: number[], budget?: number): Row => {
  const ratio = median(times) / bare;
  return {
    figure,
    measured: `${median(times).toFixed(0)} ms`,
    'of bare node': ratio.toFixed(2),
    ...(budget === undefined
      ? {}
      : { budget: `≤ ${budget} × bare node`, met: ratio <= budget ? 'yes' : `no, by ${(ratio - budget).toFixed(2)}` }),
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

const rows: Row[] = [
  timed('bare node (`node -e 0`)', samples.bare),
  timed('one target, whole process', samples.one, 4),
  timed('ten targets, whole process', samples.ten, 7),
  timed('check mode, whole process', samples.check),
  timed('post step after a clean run, whole process', samples.post, 2),
  timed('loading alone (inputs refused)', samples.load),
  counted('sequential round trips, one target', trips[0], 5),
  counted('sequential round trips, ten targets', trips[1], 6),
  { figure: `answer → journal, median of ${windows.length}`, measured: `${median(windows).toFixed(2)} ms` },
  counted(`answer → journal, 99th percentile`, quantile(windows, 0.99), 5, ' ms', 2),
  { figure: 'answer → journal, greatest', measured: `${max(windows).toFixed(2)} ms` },
  counted(`${values.targets} targets, greatest resident size`, many.maxRss / mebibyte, 150, ' MiB'),
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
