import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { problem } from '../../../src/lib/problem.ts';
import { failed, ok } from '../../../src/lib/result.ts';
import { sync } from '../../../src/modes/sync.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { type Change, type ModeOptions, runMode } from '../support/mode-run.ts';
import type { SceneOptions } from '../support/scene.ts';
import { day, hour, minute, now, second } from '../support/time.ts';

/** `sync` never writes an older token over a newer one: by the home's date, before, between and after the writes. */
async function synced(options: SceneOptions = {}, more: ModeOptions = {}) {
  let runReads = 0;
  const change: Change = (scene) => {
    const changed = more.change?.(scene) ?? {};
    const { workflowRuns } = scene.dependencies;
    const createdAt: typeof workflowRuns.createdAt = (...args) => {
      runReads++;
      return workflowRuns.createdAt(...args);
    };
    return { ...changed, workflowRuns: { createdAt } };
  };
  const run = await runMode(sync, options, { ...more, change });
  return { ...run, runReads, elapsed: run.elapsed(), lines: run.log.lines };
}

const homeAt = (updatedAt: number) => ({ secrets: { 'acme/network': { updatedAt } } });
const old = now - 15 * day - 1;
const lag = 90 * second;

test('sync: a home that was written before this run was created may be followed', async () => {
  const { steps, runReads, elapsed } = await synced({
    ...homeAt(now - 60 * second),
    runCreated: ok(now - 59 * second),
  });
  expect(steps).toEqual(['PUT acme/edge']);
  expect({ runReads, elapsed }).toEqual({ runReads: 1, elapsed: 0 });
});

test.each([
  ['at the moment at which this run was created', now - hour],
  ['after this run was created', now - hour + second],
])('sync: a home that was written %s stops it', async (_, updatedAt) => {
  const { outcome, steps } = await synced({ ...homeAt(updatedAt), runCreated: ok(now - hour) });
  expect(steps).toEqual([]);
  expect(outcome).toMatchObject({
    mode: 'sync',
    problems: [
      {
        attempt: 'Comparing the home acme/network with this run',
        cause: expect.stringContaining(
          'last written on 2026-11-23 18:00 UTC, after this run was created (2026-11-23 18:00 UTC)',
        ),
        action: 'Nothing was written. Start a fresh run: it gets the newer token.',
      },
    ],
  });
  expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
});

test('sync: where nobody says when this run was created, it stops', async () => {
  const unknown = problem('Reading when this run was created', 'GitHub answered 404', 'Give it the permission.');
  const { outcome, steps } = await synced({ ...homeAt(now - day), runCreated: failed(unknown) });
  expect(steps).toEqual([]);
  expect(outcome?.problems).toEqual([unknown]);
});

test('sync: the date of a home written over fifteen days ago is read again once it cannot be late, and watched after the writes', async () => {
  const { steps, elapsed, runReads, lines, outcome } = await synced({ ...homeAt(old), runCreated: ok(0) });
  expect(steps).toEqual(['PUT acme/edge']);
  expect(outcome?.problems).toEqual([]);
  expect({ elapsed, runReads }).toEqual({ elapsed: 2 * lag, runReads: 0 });
  expect(lines[0]).toMatch(/^Reading the date of acme\/network again in .*: GitHub shows a write late$/);
  expect(lines.at(-1)).toMatch(/^Written; watching the date of acme\/network for /);
});

test('sync: how old a home is goes by the clock of GitHub, not by that of the runner', async () => {
  // Written a minute ago; the runner's clock is sixteen days ahead.
  const updatedAt = now - 16 * day - minute;
  const { steps, runReads } = await synced({
    secrets: { 'acme/network': { updatedAt, asOf: now - 16 * day } },
    runCreated: ok(updatedAt - second),
  });
  expect({ steps, runReads }).toEqual({ steps: [], runReads: 1 });
});

test('sync: a home that looks old, but was written a moment ago in truth, stops it', async () => {
  const secrets = { 'acme/network': [{ updatedAt: old }, { updatedAt: now }] };
  const { steps, outcome } = await synced({ secrets, runCreated: ok(now - hour) });
  expect(steps).toEqual([]);
  expect(outcome?.problems[0]?.cause).toContain('after this run was created');
});

test("sync: a home whose date cannot be read again stops it with GitHub's own problem", async () => {
  const secrets = { 'acme/network': [{ updatedAt: old }, gitHubAnswer(403)] };
  const { steps, outcome } = await synced({ secrets });
  expect(steps).toEqual([]);
  expect(outcome?.problems).toMatchObject([
    {
      attempt: 'Reading the date of the home acme/network again',
      cause: 'GitHub answered 403',
      action: expect.stringContaining('scope `repo`'),
    },
  ]);
});

test('sync: an old home does not count where ThousandEyes was not seen to accept the token: then the run decides', async () => {
  const { runReads } = await synced({
    ...homeAt(old),
    check: { kind: 'unclear', detail: 'ThousandEyes answered 404' },
  });
  expect(runReads).toBe(1);
});

test.each([
  ['fifteen days to the millisecond: the run decides', 15 * day, 1],
  ['longer: an older token would be dead', 15 * day + 1, 0],
])('sync: a home whose age is by then %s', async (_, age, reads) => {
  const { runReads } = await synced(homeAt(now + lag - age));
  expect(runReads).toBe(reads);
});

test.each([
  ['so short ago that no rotation can have followed: nothing is waited for', 13 * day, 0],
  ['so long ago that a rotation is possible again: its date is waited for', 13 * day + 1, 2 * lag],
])('sync: a home that was written %s, and the run decides', async (_, age, wait) => {
  const { runReads, elapsed } = await synced(homeAt(now - age));
  expect({ runReads, elapsed }).toEqual({ runReads: 1, elapsed: wait });
});

test('sync: a cancel ends the wait for the date at once, and nothing is written', async () => {
  const change: Change = ({ clock, cancel }) => {
    clock.after(second, cancel);
    return {};
  };
  const { thrown, steps, elapsed } = await synced(homeAt(old), { change });
  expect(thrown).toBeInstanceOf(Cancelled);
  expect({ steps, elapsed }).toEqual({ steps: [], elapsed: second });
});

test('sync: a home that is written while the others are written fails it, and says to run sync again', async () => {
  const secrets = { 'acme/network': [{ updatedAt: now - day }, { updatedAt: now }] };
  const { outcome, steps } = await synced({ secrets });
  expect(steps).toEqual(['PUT acme/edge']);
  expect(outcome).toMatchObject({
    headline: 'The current token was written to 1 of 1 target.',
    problems: [
      {
        cause: 'the home was written on 2026-11-23 19:00 UTC, while this ran (before that on 2026-11-22 19:00 UTC)',
        action: expect.stringContaining('Run `mode: sync` again, in a fresh run'),
      },
    ],
  });
});

test('sync: a rotation of an old home that GitHub shows up to ninety seconds late is noticed', async () => {
  const moved = { updatedAt: now + 200 * second };
  // The preflight, the second look before the writes, and the looks after them, at 0, 5, 15, 30, 60 and 90 s.
  const dates = [...Array.from({ length: 7 }, () => ({ updatedAt: old })), moved];
  const { outcome, elapsed } = await synced({ secrets: { 'acme/network': dates } });
  expect(outcome?.problems).toMatchObject([{ action: expect.stringContaining('Run `mode: sync` again') }]);
  expect(elapsed).toBe(2 * lag);
});

test("sync: a home whose date cannot be read after the writes fails it, with GitHub's problem", async () => {
  const secrets = { 'acme/network': [{ updatedAt: now - day }, gitHubAnswer(502)] };
  const { outcome, steps } = await synced({ secrets });
  expect(steps).toEqual(['PUT acme/edge']);
  expect(outcome?.problems).toMatchObject([
    {
      cause: 'GitHub answered 502',
      action: expect.stringMatching(/not known whether a rotation wrote the home.*`mode: sync` again.*githubstatus/),
    },
  ]);
});

test('sync: a cancel ends the watching at once, and what is written stays told', async () => {
  const change: Change = ({ clock, cancel }) => {
    clock.after(lag + second, cancel);
    return {};
  };
  const { outcome, elapsed } = await synced(homeAt(old), { change });
  expect(outcome).toMatchObject({ headline: 'The current token was written to 1 of 1 target.', problems: [] });
  expect(elapsed).toBe(lag + second);
});

test('sync: of many targets forty are written before the home is looked at again, and none after it moved', async () => {
  const lines = ['acme/network', ...Array.from({ length: 81 }, (_, n) => `acme/r${n}`)];
  const dates = [{ updatedAt: now - day }, { updatedAt: now - day }, { updatedAt: now }];
  const { steps, outcome } = await synced({ secrets: { 'acme/network': dates } }, { lines });
  expect(steps).toHaveLength(80);
  expect(outcome?.headline).toBe('The current token was written to 80 of 81 targets.');
  expect(outcome?.results.map(({ status }) => status).filter((status) => status === 'unchanged')).toHaveLength(2);
  expect(outcome?.problems).toHaveLength(1);
  expect((await synced({ secrets: { 'acme/network': { updatedAt: now - day } } }, { lines })).steps).toHaveLength(81);
});
