import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import pLimit from 'p-limit';
import { max, median } from 'simple-statistics';
import { type End, killed, measureWindow } from '../loss/support/kill.ts';

const runs = Number(process.env.KILLS ?? 12);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Some more than the events between the POST and the end, so that some kills come too late. */
const events = 44;
const longestDelay = 4;

/** So many moments at one of the first events, each as likely as any other. */
function momentsAmong(first: number) {
  const delay = fc.nat(longestDelay * 1000).map((us) => us / 1000);
  return fc.sample(fc.noBias(fc.record({ event: fc.nat(first - 1), delay })), { seed, numRuns: runs });
}

/** A quarter of the kills at and around the answer, where a token can get lost; the others anywhere up to the end. */
function momentsOfKills() {
  const atAnswer = momentsAmong(4);
  return momentsAmong(events).map((moment, number) => (number % 4 === 0 ? (atAnswer[number] ?? moment) : moment));
}

test(`${runs} runs killed between the request for a token and the end, then post`, async () => {
  const windows: number[] = [];
  for (let count = 0; count < Math.max(3, Math.min(runs / 10, 20)); count++) windows.push(await measureWindow());

  const limit = pLimit(2);
  const results = await Promise.all(
    momentsOfKills().map((moment) => limit(async () => ({ moment, ...(await killed(moment)) }))),
  );

  const counts = new Map<End, number>();
  for (const { end } of results) counts.set(end, (counts.get(end) ?? 0) + 1);
  const shown = (ms: number) => `${ms.toFixed(1)} ms`;
  process.stdout.write(
    `${runs} runs killed (SEED=${seed}): ${[...counts].map(([end, count]) => `${count} ${end}`).join(', ')}\n` +
      `From the answer's sending to the home's line in the journal, ${windows.length} runs: median ${shown(median(windows))}, longest ${shown(max(windows))}\n`,
  );
  expect({ seed, broken: results.filter(({ breaches }) => breaches.length > 0) }).toEqual({ seed, broken: [] });
}, 600_000);
