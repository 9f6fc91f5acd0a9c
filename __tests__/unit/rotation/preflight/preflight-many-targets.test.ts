import { expect, test } from '@jest/globals';
import { messageOf } from '../../../../src/lib/problem.ts';
import { type Preflight, problemsOf, runPreflight } from '../../../../src/rotation/preflight/preflight.ts';
import type { RejectedTarget } from '../../../../src/rotation/preflight/preflight-target.ts';
import { requestFor, type SceneOptions, sceneOf } from '../../support/scene.ts';
import { minute, now } from '../../support/time.ts';

function look(lines: readonly string[], options: SceneOptions = {}) {
  return runPreflight(requestFor(lines), sceneOf(options).dependencies);
}

const messages = (preflight: Preflight) => problemsOf(preflight).map(messageOf);

function rejected(result: Preflight['home'] | Preflight['others'][number] | undefined): RejectedTarget {
  if (result === undefined || result.ok) throw new Error('it is not rejected');
  return result.error;
}

const many = (count: number) => Array.from({ length: count }, (_, number) => `acme/r${number}`);
const allowance = (remaining: number, limit = 5000) => ({ limit, remaining, resetAt: now + 4 * minute });

test('a hundred targets that the rate limit never carries are told before they are read', async () => {
  const scene = sceneOf({ allowance: allowance(400, 400) });
  const read: string[] = [];
  const unexpected = () => Promise.reject(new Error('it was read'));
  const preflight = await runPreflight(requestFor(many(100)), {
    ...scene.dependencies,
    firstReads: {
      ...scene.dependencies.firstReads,
      publicKey: (which) => {
        read.push(which.name);
        return scene.dependencies.firstReads.publicKey(which);
      },
      secret: unexpected,
    },
    repositories: { ...scene.dependencies.repositories, read: unexpected },
    loadSealer: unexpected,
    thousandEyes: { ...scene.dependencies.thousandEyes, checkCurrent: unexpected },
  });
  // One read tells the limit.
  expect(read).toEqual(['acme/r0']);
  expect(messages(preflight)).toEqual([
    expect.stringMatching(/^Planning 300 reads and 100 writes .*need 410 requests/),
  ]);
  expect(preflight).toMatchObject({
    ...{ hand: { kind: 'unclear', detail: '' }, parked: undefined, user: undefined, warnings: [], shadows: [] },
  });
  // Also for a mode that goes on without the targets that were rejected.
  expect(preflight.problems).toHaveLength(1);
  expect([preflight.sealer.ok, preflight.record.ok, preflight.next.ok]).toEqual([false, false, false]);
  expect([preflight.home, ...preflight.others].map((each) => rejected(each).resolved.name)).toEqual(many(100));
});

test("thousands of targets that an App's token does not live long enough for are told before they are read", async () => {
  const scene = sceneOf({ allowance: allowance(12_000, 12_500) });
  const secret = () => Promise.reject(new Error('it was read'));
  const request = requestFor(many(2000));
  const preflight = await runPreflight(
    { ...request, credential: { ...request.credential, kind: 'app' } },
    { ...scene.dependencies, firstReads: { ...scene.dependencies.firstReads, secret } },
  );
  expect(messages(preflight)).toEqual([
    expect.stringMatching(/^Planning 6000 reads and 2000 writes .*App's token lasts an hour/),
  ]);
  expect(scene.elapsed()).toBe(0);
});

test('a hundred targets that can be afforded are read; 99 are read without asking', async () => {
  const carried = await look(many(100), { allowance: allowance(410) });
  expect(messages(carried)).toEqual([]);
  expect(messages(await look(many(99), { allowance: allowance(1, 1) }))).toEqual([]);
});

test('a hundred targets wait for a rate limit that is reset soon', async () => {
  const scene = sceneOf({ allowance: allowance(409) });
  const preflight = await runPreflight(requestFor(many(100)), scene.dependencies);
  expect(messages(preflight)).toEqual([]);
  expect(scene.elapsed()).toBeGreaterThanOrEqual(4 * minute);
  expect(scene.log.lines[0]).toContain('waiting');
});

test('reading many targets shows how far it is, and when it will be done', async () => {
  // Three reads each: one over the 900 that GitHub takes in a minute.
  const { dependencies, clock, log } = sceneOf();
  const { firstReads } = dependencies;
  await runPreflight(requestFor(many(301)), {
    ...dependencies,
    firstReads: {
      ...firstReads,
      secret: (which) => {
        clock.advance(20);
        return firstReads.secret(which);
      },
    },
  });
  expect(log.lines).toEqual(['Read: 1 of 301, done by about 2026-11-23 19:01 UTC']);
});
