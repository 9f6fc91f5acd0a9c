import { expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { type End, killed, type Moment, measureWindow, randomFrom } from '../support/loss-kill.ts';

const runs = Number(process.env.KILLS ?? 12);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Some more than the events between the POST and the end, so that some kills come too late. */
const events = 44;
const longestDelay = 4;

/** A quarter of the kills at and around the answer, where a token can get lost; the others anywhere up to the end. */
function momentFrom(random: () => number, number: number): Moment {
  const event = number % 4 === 0 ? Math.floor(random() * 4) : Math.floor(random() * events);
  return { event, delay: random() * longestDelay };
}

test(`${runs} runs killed between the request for a token and the end, then post`, async () => {
  const random = randomFrom(seed);
  const moments = Array.from({ length: runs }, (_, number) => momentFrom(random, number));
  const windows: number[] = [];
  for (let count = 0; count < Math.max(3, Math.min(runs / 10, 20)); count++) windows.push(await measureWindow());

  const limit = pLimit(2);
  const results = await Promise.all(
    moments.map((moment) => limit(async () => ({ moment, ...(await killed(moment)) }))),
  );

  const counts = new Map<End, number>();
  for (const { end } of results) counts.set(end, (counts.get(end) ?? 0) + 1);
  const sorted = windows.toSorted((a, b) => a - b);
  const shown = (ms: number | undefined) => `${ms?.toFixed(1)} ms`;
  process.stdout.write(
    `${runs} runs killed (SEED=${seed}): ${[...counts].map(([end, count]) => `${count} ${end}`).join(', ')}\n` +
      `From the answer's sending to the home's line in the journal, ${sorted.length} runs: median ${shown(sorted[Math.floor(sorted.length / 2)])}, longest ${shown(sorted.at(-1))}\n`,
  );
  expect({ seed, broken: results.filter(({ breaches }) => breaches.length > 0) }).toEqual({ seed, broken: [] });
}, 600_000);
