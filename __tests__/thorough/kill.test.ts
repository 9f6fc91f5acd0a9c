import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pLimit from 'p-limit';
import { max, median } from 'simple-statistics';
import { Gh } from '../../sandbox/gh/gh.ts';
import { type Killed, killed, type Moment, measureWindow } from '../loss/support/kill.ts';

const runs = Number(process.env.KILLS ?? 12);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());

/** Some more than the events between the POST and the end, so that some kills come too late. */
const events = 48;
const longestDelay = 4;

/** So many moments at one of the first events, each as likely as any other. */
function momentsAmong(first: number): Omit<Moment, 'hasPost'>[] {
  const delay = fc.nat(longestDelay * 1000).map((us) => us / 1000);
  return fc.sample(fc.noBias(fc.record({ event: fc.nat(first - 1), delay })), { seed, numRuns: runs });
}

/** Some at and around the answer, where a token can get lost; the others anywhere up to the end. Post comes to every second. */
function momentsOfKills(): Moment[] {
  const atAnswer = momentsAmong(6);
  return momentsAmong(events).map((moment, number) => ({
    ...(number % 4 < 2 ? (atAnswer[number] ?? moment) : moment),
    hasPost: number % 2 === 0,
  }));
}

/** How many ended how. */
function countsOf(results: readonly Killed[]): string {
  const counts = Map.groupBy(results, ({ end }) => end);
  return [...counts].map(([end, { length }]) => `${length} ${end}`).join(', ');
}

test(`${runs} runs killed between the request for a token and the end, then post or none, then the next run`, async () => {
  const windows = [];
  for (let count = 0; count < Math.max(3, Math.min(runs / 10, 20)); count++) windows.push(await measureWindow());

  const limit = pLimit(2);
  const results = await Promise.all(
    momentsOfKills().map((moment) => limit(async () => ({ moment, ...(await killed(moment, gh)) }))),
  );

  const shown = (all: readonly number[]) =>
    `median ${median([...all]).toFixed(1)} ms, longest ${max([...all]).toFixed(1)} ms`;
  const [post, none] = [true, false].map((has) => results.filter(({ moment }) => moment.hasPost === has));
  process.stdout.write(
    [
      `${runs} runs killed (SEED=${seed})`,
      `  post, then the next run: ${countsOf(post ?? [])}`,
      `  machine and journal gone, then the next run: ${countsOf(none ?? [])}`,
      `From the answer's sending, ${windows.length} runs`,
      `  until it is in the journal: ${shown(windows.map(({ journal }) => journal))}`,
      `  until it is parked: ${shown(windows.map(({ parked }) => parked))}`,
      '',
    ].join('\n'),
  );
  expect({ seed, broken: results.filter(({ breaches }) => breaches.length > 0) }).toEqual({ seed, broken: [] });
  const lost = results.filter(({ end }) => end.startsWith('lost'));
  expect(lost.filter(({ moment, isJournaled }) => moment.hasPost && isJournaled)).toEqual([]);
}, 3_600_000);
