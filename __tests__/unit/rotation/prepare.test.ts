import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { messageOf } from '../../../src/lib/problem.ts';
import { type Cleared, clearedFrom, runPreflight } from '../../../src/rotation/preflight.ts';
import { prepareJournal } from '../../../src/rotation/prepare.ts';
import type { RunRequest } from '../../../src/rotation/request.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { gitHubAnswer, target } from '../support/fakes.ts';
import { requestFor, rotatedLongAgo, type SceneOptions, sceneOf } from '../support/scene.ts';
import { minute, now } from '../support/time.ts';

/** Up to what stands between a preflight that found nothing and the write tests. */
async function prepare(lines: readonly string[], options: SceneOptions = {}, more: Partial<RunRequest> = {}) {
  const scene = sceneOf(options);
  const request = requestFor(lines, more);
  const preflight = await runPreflight(request, scene.dependencies);
  const cleared: Cleared | undefined = clearedFrom(preflight, 'https://api.github.com');
  if (cleared === undefined) throw new Error('it is not cleared');
  const { journal, log, clock, cancel, elapsed, dependencies } = scene;
  return { journal, log, clock, cancel, elapsed, result: () => prepareJournal(cleared, request, dependencies) };
}

test('the journal is created, with all that the post step must know of the run', async () => {
  const access = { visibility: 'all' } as const;
  const { result, journal, log } = await prepare(
    ['orgs/octo-org', 'acme/edge'],
    { secrets: { 'orgs/octo-org': { access }, 'acme/edge': gitHubAnswer(404) } },
    { createMissing: true, expiryVariable: 'TE_EXPIRY' },
  );
  expect(await result()).toEqual({ ok: true, value: journal });
  expect(journal.header).toEqual({
    kind: 'run',
    pid: process.pid,
    targets: [
      {
        target: target('orgs/octo-org'),
        publicName: 'orgs/octo-org',
        publicStore: target('orgs/octo-org').store,
        isHidden: false,
        access,
        updatedAt: rotatedLongAgo.updatedAt,
      },
      {
        target: target('acme/edge'),
        publicName: 'acme/edge',
        publicStore: target('acme/edge').store,
        isHidden: false,
        access: {},
        updatedAt: undefined,
      },
    ],
    expiryVariable: 'TE_EXPIRY',
  });
  expect(log.lines).toEqual(['Read: 2 targets can be found; the home is orgs/octo-org']);
});

test('the post step is told which names it must not show', async () => {
  const hidden = hiddenTarget(target('acme/tf-1'), target('acme/tf-*'), 'TE_TOKEN');
  const { targets } = requestFor(['acme/network']);
  const { result, journal } = await prepare(['acme/network'], {}, { targets: [targets[0], hidden] });
  await result();
  expect(journal.header?.targets[1]).toMatchObject({
    target: target('acme/tf-1'),
    publicName: 'acme/tf-*',
    publicStore: target('acme/tf-*').store,
    isHidden: true,
  });
});

test('the journal speaks of no expiry variable where none is kept', async () => {
  const { result, journal } = await prepare(['acme/network']);
  await result();
  expect(journal.header).not.toHaveProperty('expiryVariable');
});

test('a journal that cannot be created stops the run: the sealed copy has no other place', async () => {
  const { result } = await prepare(['acme/network'], { journal: 'ENOSPC: no space left on device' });
  const prepared = await result();
  if (prepared.ok) throw new Error('it was created');
  expect(messageOf(prepared.error)).toContain(
    'RUNNER_TEMP, and leaving its path in the file GITHUB_STATE: ENOSPC: no space left on device. ',
  );
  expect(prepared.error.action).toContain('nothing is issued without it');
});

test.each([
  // Two write tests, each written and deleted; three targets; the variable, updated and perhaps created; ten in reserve.
  [19, true],
  [18, false],
])('a rate limit of %i requests an hour carries three targets in two places: %s', async (limit, isEnough) => {
  const { result, journal } = await prepare(['acme/network', 'acme/edge', 'octo-org/a'], {
    allowance: { limit, remaining: limit, resetAt: now + 30 * minute },
  });
  const prepared = await result();
  expect(prepared.ok).toBe(isEnough);
  expect(journal.header !== undefined).toBe(isEnough);
  // Reading is over by then.
  if (!prepared.ok) expect(prepared.error.attempt).toBe('Planning 9 writes to GitHub');
});

test('a cancel while the rate limit is waited for ends it without a journal', async () => {
  const { result, journal, clock, cancel, elapsed } = await prepare(['acme/network'], {
    allowance: { limit: 5000, remaining: 3, resetAt: now + 30 * minute },
  });
  clock.after(minute, cancel);
  await expect(result()).rejects.toBeInstanceOf(Cancelled);
  expect(journal.header).toBeUndefined();
  expect(elapsed()).toBe(minute);
});
