import { expect, test } from '@jest/globals';
import { messageOf } from '../../../src/lib/problem.ts';
import { findDrift } from '../../../src/rotation/drift.ts';
import type { ReadyHome, ReadyTarget } from '../../../src/rotation/ready-target.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { gitHubAnswer, readyHome, readyTarget, target } from '../support/fakes.ts';
import { type SceneOptions, sceneOf } from '../support/scene.ts';
import { day, hour, minute, now, second } from '../support/time.ts';

const written = now - 3 * day;
const home = readyHome('acme/network', { updatedAt: written });
const at = (line: string, updatedAt: number) => readyHome(line, { updatedAt });

async function drift(
  others: readonly ReadyTarget[],
  options: SceneOptions = {},
  of: ReadyHome = home,
  toBeCreated = true,
) {
  const scene = sceneOf(options);
  const found = await findDrift(of, others, toBeCreated, scene.dependencies);
  return { ...found, elapsed: scene.elapsed(), message: found.problem === undefined ? '' : messageOf(found.problem) };
}

test('targets that were written within an hour of the home, or later, hold its token', async () => {
  const others = [at('acme/edge', written - hour), at('orgs/acme', written + day)];
  const { results, problem, count } = await drift(others);
  expect(results).toEqual([home, ...others].map((resolved) => ({ resolved, status: 'unchanged' })));
  expect({ problem, count }).toEqual({ problem: undefined, count: 0 });
});

const behind = at('acme/edge', written - hour - 1);

test('a target that was written over an hour before the home is named, and sync advised', async () => {
  const { results, message, count, elapsed } = await drift([behind, at('orgs/acme', written)]);
  expect(message).toMatch(
    /^Comparing 1 target with the home acme\/network \(last written 2026-11-20 19:00 UTC\): .*: acme\/edge \(last written 2026-11-20 17:59 UTC\)\. .*`mode: sync`/,
  );
  expect(results.map(({ status, problem }) => [status, problem !== undefined])).toEqual([
    ['unchanged', false],
    ['failed', true],
    ['unchanged', false],
  ]);
  expect(count).toBe(1);
  expect(elapsed).toBe(0);
});

test('a target that does not exist yet is behind for a rotation, which would have created it', async () => {
  const missing = [readyTarget('acme/new')];
  expect((await drift(missing)).message).toContain('acme/new (not created yet)');
  expect(await drift(missing, {}, home, false)).toMatchObject({ problem: undefined, count: 0, results: [{}, {}] });
  expect((await drift([behind], {}, home, false)).count).toBe(1);
});

test('of many targets ten are named', async () => {
  const many = Array.from({ length: 12 }, (_, number) => at(`acme/r${number}`, 0));
  expect((await drift(many)).message).toContain('acme/r9 (last written 1970-01-01 00:00 UTC) and 2 more. They');
  expect((await drift(many.slice(0, 10))).message).toContain('acme/r9 (last written 1970-01-01 00:00 UTC). They');
});

test('targets that a pattern found are named by it, once', async () => {
  const found = ['acme/tf-1', 'acme/tf-2', 'acme/tf-3'].map((line) => ({
    ...at(line, 0),
    ...hiddenTarget(target(line), target('acme/tf-*'), 'TE_TOKEN'),
  }));
  const { message, results } = await drift(found);
  expect(message).toContain('Comparing 3 targets');
  expect(message).toContain('missing: acme/tf-* (last written 1970-01-01 00:00 UTC). They');
  expect(results.map(({ status }) => status)).toEqual(['unchanged', 'failed', 'failed', 'failed']);
});

const age = (ms: number) => readyHome('acme/network', { updatedAt: now - ms });
const old = { updatedAt: written };

test('beside a home that was written just now targets are read again: GitHub shows a write late', async () => {
  const { problem, elapsed } = await drift(
    [at('acme/edge', written)],
    { secrets: { 'acme/edge': [old, old, { updatedAt: now }] } },
    age(minute),
  );
  expect(problem).toBeUndefined();
  expect(elapsed).toBe(15 * second);
});

test('dates are waited for for 90 s; a target that cannot be read counts as it was', async () => {
  const { message, elapsed } = await drift(
    [at('acme/edge', written), at('acme/b', written), at('acme/c', written)],
    { secrets: { 'acme/edge': old, 'acme/b': [gitHubAnswer(500), { updatedAt: now }], 'acme/c': gitHubAnswer(500) } },
    age(minute),
  );
  expect(message).toContain('Comparing 2 targets');
  expect(message).toContain(
    'acme/edge (last written 2026-11-20 19:00 UTC), acme/c (last written 2026-11-20 19:00 UTC).',
  );
  expect(elapsed).toBe(90 * second);
});

test('targets that are not behind are not read again', async () => {
  expect((await drift([at('acme/edge', now)], { secrets: { 'acme/edge': old } }, age(minute))).problem).toBeUndefined();
});

test.each([
  [90 * second, 0],
  [90 * second - 1, 90 * second],
])('a home that was written %i ms ago: targets are waited for for %i ms', async (ms, expected) => {
  const options = { secrets: { 'acme/edge': old } };
  expect((await drift([at('acme/edge', written)], options, age(ms))).elapsed).toBe(expected);
});

test("whether dates may be late is told by GitHub's clock: the runner's may be half an hour ahead", async () => {
  const asOf = now - 35 * minute;
  const fresh = readyHome('acme/network', { updatedAt: asOf - minute, asOf });
  const options = { secrets: { 'acme/edge': [old, { updatedAt: asOf }] } };
  expect((await drift([at('acme/edge', written)], options, fresh)).problem).toBeUndefined();
});

test('a cancel ends the wait for dates', async () => {
  const scene = sceneOf({ secrets: { 'acme/edge': old } });
  scene.clock.after(second, scene.cancel);
  const { count } = await findDrift(age(minute), [at('acme/edge', written)], true, scene.dependencies);
  expect(count).toBe(1);
  expect(scene.elapsed()).toBe(second);
});
