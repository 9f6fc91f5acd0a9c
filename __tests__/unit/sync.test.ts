import { describe, expect, test } from '@jest/globals';
import { Cancelled, Problem } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { type RunCreated, sync } from '../../src/sync.ts';
import { githubAnswer } from '../support/unit-ports.ts';
import { asker, named, type SceneOptions, sceneOf } from '../support/unit-scene.ts';
import { day, hour, now, second } from '../support/unit-time.ts';

interface Extra {
  readonly created?: RunCreated;
  readonly afford?: Problem;
  readonly shown?: string;
  readonly cancelAfter?: number;
  readonly createMissing?: boolean;
}

async function synced(lines: readonly string[], options: SceneOptions = {}, extra: Extra = {}) {
  const scene = sceneOf(options);
  if (extra.cancelAfter !== undefined) scene.clock.after(extra.cancelAfter, scene.cancel);
  const afforded: number[] = [];
  let runReads = 0;
  const outcome = await sync(
    new Secret('te-current-of-sync'),
    {
      targets: lines.map((line, n) => named(line, n > 0 ? extra.shown : undefined)),
      createMissing: extra.createMissing ?? false,
      expiryVariable: options.variable === undefined ? undefined : 'TE_EXPIRY',
      asker,
    },
    {
      ...scene,
      runCreated: async () => {
        runReads++;
        return extra.created ?? { at: now };
      },
      affordWrites: async (writes) => {
        afforded.push(writes);
        return extra.afford;
      },
    },
  ).catch((error: unknown) => error as Error);
  const elapsed = scene.elapsed();
  if (outcome instanceof Error) return { error: outcome, steps: scene.steps, elapsed, outcome: undefined };
  return {
    outcome,
    steps: scene.steps,
    sent: scene.sent,
    afforded,
    runReads,
    elapsed,
    lines: scene.log.lines,
  };
}

const homeAt = (updatedAt: number) => ({ secrets: { 'acme/network': { updatedAt } } });

test('the current token goes to every target but the home', async () => {
  const { outcome, steps, sent, afforded } = await synced(['acme/network', 'acme/edge', 'orgs/acme'], {
    secrets: { 'acme/network': { updatedAt: now - day }, 'orgs/acme': { access: { visibility: 'private' } } },
    writes: { 'acme/edge': 201 },
  });
  expect(steps).toEqual(['PUT acme/edge', 'PUT orgs/acme']);
  expect(sent?.map(({ sealed }) => sealed.value)).toEqual(['sealed(te-current-of-sync)', 'sealed(te-current-of-sync)']);
  expect(sent?.[1]?.access).toEqual({ visibility: 'private' });
  expect(afforded).toEqual([2]);
  expect(outcome).toMatchObject({
    mode: 'sync',
    headline: 'The current token was written to 2 of 2 targets.',
    rotated: false,
    problems: [],
  });
  expect(outcome?.results.map(({ shown, status }) => [shown, status])).toEqual([
    ['acme/network', 'unchanged'],
    ['acme/edge', 'created'],
    ['orgs/acme', 'updated'],
  ]);
});

test('a target behind a changed key is sealed anew', async () => {
  const { outcome, steps } = await synced(['acme/network', 'acme/edge'], { writes: { 'acme/edge': [422, 204] } });
  expect(outcome?.problems).toEqual([]);
  expect(steps).toEqual(['PUT acme/edge', 'new key of acme/edge', 'PUT acme/edge']);
});

test('without another target there is nothing to do, and no date matters', async () => {
  const { outcome, steps, runReads, elapsed } = await synced(['acme/network'], {}, { created: { at: 0 } });
  expect(outcome).toMatchObject({
    headline: 'There is no target but the home, so there was nothing to write.',
    problems: [],
  });
  expect({ steps, runReads, elapsed }).toEqual({ steps: [], runReads: 0, elapsed: 0 });
});

describe('an older token never goes over a newer one', () => {
  test('a home that was written before this run was created', async () => {
    const { steps, runReads, elapsed } = await synced(['acme/network', 'acme/edge'], homeAt(now - 60 * second), {
      created: { at: now - 59 * second },
    });
    expect(steps).toEqual(['PUT acme/edge']);
    expect({ runReads, elapsed }).toEqual({ runReads: 1, elapsed: 0 });
  });

  test.each([
    ['at the same moment', now - hour],
    ['after it', now - hour + second],
  ])('a home that was written %s stops it', async (_, updatedAt) => {
    const { outcome, steps } = await synced(['acme/network', 'acme/edge'], homeAt(updatedAt), {
      created: { at: now - hour },
    });
    expect(steps).toEqual([]);
    expect(outcome?.problems).toHaveLength(1);
    expect(outcome?.problems[0]?.message).toBe(
      "Comparing the home acme/network with this run: the home was last written on 2026-11-23 18:00 UTC, after this run was created (2026-11-23 18:00 UTC), so the token that this run was given may be older than the home's. Nothing was written. Start a fresh run: it gets the newer token.",
    );
    expect(outcome?.mode).toBe('sync');
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  });

  test('where nobody says when this run was created, it stops', async () => {
    const problem = new Problem('Reading when this run was created', 'GitHub answered 404', 'Give it the permission.');
    const { outcome, steps } = await synced(['acme/network', 'acme/edge'], homeAt(now - day), { created: { problem } });
    expect(steps).toEqual([]);
    expect(outcome?.problems).toEqual([problem]);
  });

  describe('a home that was written over fifteen days ago', () => {
    const old = now - 15 * day - 1;

    test('is read again in half a minute, because its date lags; then an older token would be dead', async () => {
      const { steps, elapsed, runReads, lines } = await synced(['acme/network', 'acme/edge'], homeAt(old), {
        created: { at: 0 },
      });
      expect(steps).toEqual(['PUT acme/edge']);
      expect({ elapsed, runReads }).toEqual({ elapsed: 30 * second, runReads: 0 });
      expect(lines?.[0]).toBe('Reading the date of acme/network again in 30 s: GitHub shows a write late');
    });

    test('and was written a moment ago in truth', async () => {
      const secrets = { 'acme/network': [{ updatedAt: old }, { updatedAt: now }] };
      const { steps, outcome } = await synced(
        ['acme/network', 'acme/edge'],
        { secrets },
        { created: { at: now - hour } },
      );
      expect(steps).toEqual([]);
      expect(outcome?.problems[0]?.cameBack).toContain('after this run was created');
    });

    test('and can not be read again counts as written now', async () => {
      const secrets = { 'acme/network': [{ updatedAt: old }, githubAnswer(500)] };
      const { steps, outcome } = await synced(['acme/network', 'acme/edge'], { secrets }, { created: { at: now } });
      expect(steps).toEqual([]);
      expect(outcome?.problems).toHaveLength(1);
    });

    test('does not count where ThousandEyes was not seen to accept the token: then the run decides', async () => {
      const check = { kind: 'odd', why: 'ThousandEyes answered 404' } as const;
      const { runReads } = await synced(['acme/network', 'acme/edge'], { ...homeAt(old), check });
      expect(runReads).toBe(1);
    });

    test.each([
      ['fifteen days to the millisecond: the run decides', 15 * day, 1],
      ['longer: it does not matter', 15 * day + 1, 0],
    ])('by then %s', async (_, age, reads) => {
      const { runReads } = await synced(['acme/network', 'acme/edge'], homeAt(now + 30 * second - age));
      expect(runReads).toBe(reads);
    });

    test('or so long ago that a rotation is possible again: its date is read again, and the run decides', async () => {
      const { runReads, elapsed } = await synced(['acme/network', 'acme/edge'], homeAt(now - 14 * day));
      expect({ runReads, elapsed }).toEqual({ runReads: 1, elapsed: 30 * second });
    });

    test('or so short ago that no rotation can have followed: the run decides at once', async () => {
      const { runReads, elapsed } = await synced(['acme/network', 'acme/edge'], homeAt(now - 13 * day));
      expect({ runReads, elapsed }).toEqual({ runReads: 1, elapsed: 0 });
    });

    test('a cancel in the meantime ends the wait, and nothing is written', async () => {
      const { error, steps, elapsed } = await synced(['acme/network', 'acme/edge'], homeAt(old), {
        cancelAfter: second,
      });
      expect(error).toBeInstanceOf(Cancelled);
      expect({ steps, elapsed }).toEqual({ steps: [], elapsed: second });
    });
  });
});

describe('what stops it', () => {
  test('a token that is refused', async () => {
    const { outcome, steps } = await synced(['acme/network', 'acme/edge'], {
      check: { kind: 'refused', why: 'ThousandEyes answered 401' },
    });
    expect(outcome).toMatchObject({
      mode: 'sync',
      headline: 'Nothing was issued and nothing was changed: 1 problem.',
    });
    expect(steps).toEqual([]);
  });

  test('a home that is missing', async () => {
    const { outcome, steps } = await synced(['acme/network', 'acme/edge'], {
      secrets: { 'acme/network': githubAnswer(404) },
    });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['failed', 'unchanged']);
    expect(steps).toEqual([]);
  });

  test('limits that can not carry the writes', async () => {
    const afford = new Problem('Planning', 'they need more', 'Spread them.');
    const { outcome, steps } = await synced(['acme/network', 'acme/edge'], homeAt(now - day), { afford });
    expect(outcome?.problems).toEqual([afford]);
    expect(steps).toEqual([]);
  });
});

describe('a target that can not be written does not stop the others', () => {
  test('found while reading', async () => {
    const { outcome, steps } = await synced(['acme/network', 'acme/gone', 'acme/edge'], {
      secrets: { 'acme/network': { updatedAt: now - day } },
      repositories: { 'acme/gone': githubAnswer(404) },
    });
    expect(steps).toEqual(['PUT acme/edge']);
    expect(outcome?.headline).toBe('The current token was written to 1 of 2 targets.');
    expect(outcome?.results.map(({ shown, status }) => [shown, status])).toEqual([
      ['acme/network', 'unchanged'],
      ['acme/gone', 'failed'],
      ['acme/edge', 'updated'],
    ]);
    expect(outcome?.problems).toHaveLength(1);
  });

  test('found while writing', async () => {
    const { outcome } = await synced(['acme/network', 'acme/a', 'acme/b'], {
      secrets: { 'acme/network': { updatedAt: now - day } },
      writes: { 'acme/a': 403 },
    });
    expect(outcome?.problems).toHaveLength(1);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed', 'updated']);
  });
});

describe('which targets were behind', () => {
  const secrets = (ages: readonly number[]) =>
    Object.fromEntries([
      ['acme/network', { updatedAt: now - day }],
      ...ages.map((age, n) => [`acme/r${n}`, { updatedAt: now - day - age }] as const),
    ]);
  const lines = (count: number) => ['acme/network', ...Array.from({ length: count }, (_, n) => `acme/r${n}`)];

  test('is told with their age', async () => {
    const { outcome } = await synced(lines(3), { secrets: secrets([hour, hour + 1, 5 * day]) });
    expect(outcome?.notices).toEqual([
      'Written before the home (2026-11-22 19:00 UTC) until now: acme/r1 (0 days older), acme/r2 (5 days older).',
    ]);
  });

  test('none were, or had no secret at all', async () => {
    const { outcome } = await synced(
      lines(1),
      { secrets: { 'acme/network': { updatedAt: now - day }, 'acme/r0': githubAnswer(404) } },
      { createMissing: true },
    );
    expect(outcome?.notices).toEqual([]);
    expect(outcome?.problems).toEqual([]);
  });

  test('of many twenty are named, and of those that may not be named the pattern', async () => {
    const { outcome } = await synced(lines(23), { secrets: secrets(Array.from({ length: 23 }, () => day)) });
    expect(outcome?.notices[0]).toMatch(/acme\/r19 \(1 day older\) and 3 more\.$/);
    const twenty = await synced(lines(20), { secrets: secrets(Array.from({ length: 20 }, () => day)) });
    expect(twenty.outcome?.notices[0]).toMatch(/acme\/r19 \(1 day older\)\.$/);
    const hidden = await synced(lines(2), { secrets: secrets([day, day]) }, { shown: 'acme/r*' });
    expect(hidden.outcome?.notices).toEqual([
      'Written before the home (2026-11-22 19:00 UTC) until now: acme/r* (1 day older).',
    ]);
  });
});

test('a token that could not be checked is written all the same, and that is told', async () => {
  const check = { kind: 'odd', why: 'ThousandEyes answered 404' } as const;
  const { outcome, steps } = await synced(['acme/network', 'acme/edge'], { ...homeAt(now - day), check });
  expect(steps).toEqual(['PUT acme/edge']);
  expect(outcome?.warnings).toEqual([
    'Checking the current token (GET /users/current): ThousandEyes answered 404, which tells nothing about the token. Going on all the same.',
  ]);
});

test('the date of the variable is told', async () => {
  expect((await synced(['acme/network', 'acme/edge'], homeAt(now - day))).outcome).not.toHaveProperty('validUntil');
  const { outcome } = await synced(['acme/network', 'acme/edge'], {
    ...homeAt(now - day),
    variable: { value: '2028-01-01', updatedAt: now - day },
  });
  expect(outcome?.validUntil).toBe(Date.UTC(2028, 0, 1));
});
