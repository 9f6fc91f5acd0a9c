import { describe, expect, test } from '@jest/globals';
import type { CredentialKind } from '../../../../src/github/credential.ts';
import type { Allowance } from '../../../../src/github/rate-limit.ts';
import { messageOf } from '../../../../src/lib/problem.ts';
import {
  affordRequests,
  durationOfReads,
  durationOfWrites,
  readsPerTarget,
} from '../../../../src/rotation/preflight/budget.ts';
import { credentialOf, fakeRetryContext } from '../../support/fakes.ts';
import { hour, minute, now, second } from '../../support/time.ts';

interface Scene {
  readonly allowance?: Allowance;
  readonly expiresAt?: number;
  readonly kind?: CredentialKind;
  /** When the process began, in ms before now. */
  readonly runningFor?: number;
  readonly reads?: number;
  /** How far this machine's date is off, in ms. */
  readonly dateIsOffBy?: number;
  /** When the run is cancelled, in ms from now on. */
  readonly cancelAfter?: number;
}

async function afford(writes: number, scene: Scene = {}) {
  const { allowance, expiresAt, kind = 'classic', runningFor = 0, reads = 0, dateIsOffBy = 0, cancelAfter } = scene;
  const context = fakeRetryContext({ now });
  if (cancelAfter !== undefined) context.clock.after(cancelAfter, context.cancel);
  context.clock.jump(dateIsOffBy);
  const github = { allowance, expiresAt, deprecations: [], now };
  const found = await affordRequests({ reads, writes }, credentialOf(kind), {
    ...context,
    github,
    startedAt: now - runningFor,
  });
  return {
    message: found === undefined ? undefined : messageOf(found),
    waited: context.clock.monotonic() - now,
    lines: context.log.lines,
  };
}

const nothing = { message: undefined, waited: 0, lines: [] };
const rest = (remaining: number, resetIn: number, limit = 5000): Allowance => ({
  remaining,
  limit,
  resetAt: now + resetIn,
});

describe('how long writes take at the pace that is allowed', () => {
  test.each([0, 1, 80])('%i: no time', (writes) => {
    expect(durationOfWrites(writes)).toBe(0);
  });

  test('more take longer, and over 500 take hours', () => {
    expect(durationOfWrites(81)).toBeGreaterThan(0);
    expect(durationOfWrites(500)).toBeGreaterThan(5 * minute);
    expect(durationOfWrites(500)).toBeLessThan(8 * minute);
    expect(durationOfWrites(501)).toBeGreaterThanOrEqual(hour);
    expect(durationOfWrites(1001)).toBeGreaterThanOrEqual(2 * hour);
    expect(durationOfWrites(1001)).toBeLessThan(2.1 * hour);
  });
});

test.each([
  [0, 0],
  [900, 0],
  [901, 1],
  [1800, 1],
  [1801, 2],
])('%i reads take %i minutes', (reads, minutes) => {
  expect(durationOfReads(reads)).toBe(minutes * minute);
});

test('a target is read with three requests: its repository, its key, its secret', () => {
  expect(readsPerTarget).toBe(3);
});

describe('the rate limit', () => {
  test('that GitHub never spoke of', async () => {
    expect(await afford(1)).toEqual(nothing);
  });

  test('whose rest is enough, ten in reserve', async () => {
    expect(await afford(90, { allowance: rest(100, hour) })).toEqual(nothing);
    expect(await afford(30, { reads: 60, allowance: rest(100, hour) })).toEqual(nothing);
  });

  test('whose rest is not: it is waited for', async () => {
    expect(await afford(91, { allowance: rest(100, 4 * minute) })).toEqual({
      message: undefined,
      waited: 4 * minute + second,
      lines: [
        'Planning 91 writes to GitHub: they need 101 requests and 100 are left; waiting 5 min until the rate limit is reset',
      ],
    });
  });

  test('reads count as well as writes', async () => {
    const { lines } = await afford(31, { reads: 60, allowance: rest(100, 4 * minute) });
    expect(lines).toEqual([
      expect.stringMatching(/^Planning 60 reads and 31 writes to GitHub: they need 101 requests/),
    ]);
  });

  test('whose reset is past: a second', async () => {
    expect((await afford(91, { allowance: rest(0, -minute) })).waited).toBe(second);
  });

  test('whose reset is over five minutes away: before anything is issued, coming back costs nothing', async () => {
    const { message, waited } = await afford(1, { allowance: rest(0, 5 * minute) });
    expect(message).toMatch(
      /^Planning 1 write to GitHub: they need 11 requests; 0 are left until 2026-11-23 19:05 UTC\. .*after 2026-11-23 19:05 UTC/,
    );
    expect(message).toContain('No target was changed');
    expect(waited).toBe(0);
    // With the second that is waited longer, exactly the longest wait.
    const longest = await afford(1, { allowance: rest(0, 5 * minute - second) });
    expect(longest).toMatchObject({ message: undefined, waited: 5 * minute });
  });

  test('that can never be enough', async () => {
    const { message, waited } = await afford(491, { allowance: rest(500, hour, 500) });
    expect(message).toContain(
      "with 10 in reserve they need 501 requests in an hour, and the credential's limit is 500 an hour. ",
    );
    expect(waited).toBe(0);
    expect((await afford(490, { allowance: rest(500, hour, 500) })).message).toBeUndefined();
    // Of thousands of writes, five hundred fall into one hour.
    expect((await afford(3000, { allowance: rest(510, hour, 510) })).message).toBeUndefined();
  });

  test.each([35 * minute, -6 * minute])(
    'is waited for as long as GitHub said, with a date that is off by %i ms',
    async (dateIsOffBy) => {
      const { message, waited } = await afford(91, { allowance: rest(0, 20 * second), dateIsOffBy });
      expect({ message, waited }).toEqual({ message: undefined, waited: 21 * second });
    },
  );

  test('is not waited for any longer after a cancel', async () => {
    expect((await afford(91, { allowance: rest(0, 4 * minute), cancelAfter: second })).waited).toBe(second);
  });
});

describe("the credential's life", () => {
  test('may end with the last write', async () => {
    expect(await afford(1, { expiresAt: now })).toEqual(nothing);
    expect((await afford(1, { expiresAt: now - 1 })).message).toContain(
      'the credential is good until 2026-11-23 18:59 UTC',
    );
  });

  test('that ends by what GitHub said', async () => {
    const { message } = await afford(1001, { expiresAt: now + hour });
    expect(message).toMatch(
      /^Planning 1001 writes to GitHub: .* until 2026-11-23 21:0\d UTC, .* until 2026-11-23 20:00 UTC\. .* they take 2 h\./,
    );
    expect(message).not.toContain("App's token");
    expect(await afford(1001, { expiresAt: now + 5 * hour })).toEqual(nothing);
  });

  test("an App's token lasts an hour, of which fifty minutes are counted on", async () => {
    const { message } = await afford(501, { kind: 'app', runningFor: 10 * minute });
    expect(message).toMatch(/ good until 2026-11-23 19:40 UTC\. .*App's token lasts an hour, .* 50 minutes/);
    expect((await afford(400, { kind: 'app' })).message).toBeUndefined();
    expect((await afford(400, { kind: 'app', expiresAt: now + minute })).message).toContain('until 2026-11-23 19:01');
  });

  test('thousands of reads are told before they are made', async () => {
    const { message } = await afford(400, { kind: 'app', reads: 45_001 });
    expect(message).toMatch(/^Planning 45001 reads and 400 writes to GitHub: .* they take 54 min/);
    expect((await afford(1, { kind: 'app', reads: 45_000 })).message).toBeUndefined();
  });

  test('the wait for the rate limit counts', async () => {
    const scene = { kind: 'app', runningFor: 46 * minute, allowance: rest(0, 4 * minute) } as const;
    const { message, waited } = await afford(1, scene);
    expect(message).toMatch(/would take until 2026-11-23 19:04 UTC, .*they take 0 s, after a wait of 5 min/);
    expect(waited).toBe(0);
    expect(await afford(1, { ...scene, runningFor: 45 * minute })).toMatchObject({ message: undefined });
  });

  test("is counted from the begin of the process, whatever this machine's date does", async () => {
    expect((await afford(400, { kind: 'app', dateIsOffBy: 35 * minute })).message).toBeUndefined();
    expect((await afford(501, { kind: 'app', dateIsOffBy: -2 * hour })).message).toContain('counted on');
  });
});
