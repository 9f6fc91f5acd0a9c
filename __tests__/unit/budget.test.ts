import { describe, expect, test } from '@jest/globals';
import { affordWrites, durationOf, durationOfReads } from '../../src/budget.ts';
import type { CredentialKind } from '../../src/credential.ts';
import type { Allowance } from '../../src/rate-limit.ts';
import { fakeRetryPorts } from '../support/unit-ports.ts';
import { hour, minute, now, second } from '../support/unit-time.ts';

interface Scene {
  readonly allowance?: Allowance;
  readonly expiresAt?: number;
  readonly credential?: CredentialKind;
  readonly startedAt?: number;
}

async function afford(writes: number, { allowance, expiresAt, credential = 'classic', startedAt = now }: Scene = {}) {
  const ports = fakeRetryPorts({ now });
  const problem = await affordWrites(writes, { ...ports, github: { allowance, expiresAt }, credential, startedAt });
  return { message: problem?.message, waited: ports.clock.now() - now, lines: ports.log.lines };
}

const nothing = { message: undefined, waited: 0, lines: [] };
const rest = (remaining: number, resetIn: number, limit = 5000): Allowance => ({
  remaining,
  limit,
  resetAt: now + resetIn,
});

describe('how long writes take at the pace that is allowed', () => {
  test.each([
    [0, 0],
    [1, 0],
    [80, 0],
  ])('%i: no time', (writes, ms) => {
    expect(durationOf(writes)).toBe(ms);
  });

  test('more take longer, and over 500 take hours', () => {
    expect(durationOf(81)).toBeGreaterThan(0);
    expect(durationOf(500)).toBeGreaterThan(5 * minute);
    expect(durationOf(500)).toBeLessThan(8 * minute);
    expect(durationOf(501)).toBeGreaterThanOrEqual(hour);
    expect(durationOf(1001)).toBeGreaterThanOrEqual(2 * hour);
    expect(durationOf(1001)).toBeLessThan(2.1 * hour);
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

describe('the rate limit', () => {
  test('that GitHub never spoke of', async () => {
    expect(await afford(1)).toEqual(nothing);
  });

  test('whose rest is enough, ten in reserve', async () => {
    expect(await afford(90, { allowance: rest(100, hour) })).toEqual(nothing);
  });

  test('whose rest is not: it is waited for', async () => {
    expect(await afford(91, { allowance: rest(100, 5 * minute) })).toEqual({
      message: undefined,
      waited: 5 * minute + second,
      lines: [
        'Planning 91 writes to GitHub: they need 101 requests and 100 are left; waiting 6 min until the rate limit is reset',
      ],
    });
  });

  test('whose reset is past: a second', async () => {
    expect((await afford(91, { allowance: rest(0, -minute) })).waited).toBe(second);
  });

  test('whose reset is over an hour away', async () => {
    expect(await afford(1, { allowance: rest(0, 61 * minute) })).toMatchObject({
      message:
        'Planning 1 write to GitHub: they need 11 requests; 0 are left until 2026-11-23 20:01 UTC. Nothing was changed. Start the run again after that.',
      waited: 0,
    });
    // With the second that is waited longer, exactly the longest wait.
    expect((await afford(1, { allowance: rest(0, 61 * minute - second) })).message).toBeUndefined();
  });

  test('that can never be enough', async () => {
    expect(await afford(991, { allowance: rest(1000, hour, 1000) })).toMatchObject({
      message:
        "Planning 991 writes to GitHub: with 10 in reserve they need 1001 requests, and the credential's limit is 1000 an hour. Nothing was changed. Spread the targets over several credentials, or use an organization secret.",
      waited: 0,
    });
    expect((await afford(490, { allowance: rest(500, hour, 500) })).message).toBeUndefined();
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
      /^Planning 1001 writes to GitHub: at 80 a minute and 500 an hour they take \d h, so until 2026-11-23 21:0\d UTC; the credential is good until 2026-11-23 20:00 UTC\. Nothing was changed\. Use a credential that lives longer, fewer targets, or an organization secret in place of many repository secrets\.$/,
    );
    expect(await afford(1001, { expiresAt: now + 5 * hour })).toEqual(nothing);
  });

  test("an App's token lives an hour, of which fifty minutes are counted on", async () => {
    const { message } = await afford(501, { credential: 'app', startedAt: now - 10 * minute });
    expect(message).toContain(
      "the credential is good until 2026-11-23 19:40 UTC (an App's token lives an hour, of which 50 minutes are counted on)",
    );
    expect((await afford(400, { credential: 'app' })).message).toBeUndefined();
    expect((await afford(400, { credential: 'app', expiresAt: now + minute })).message).toContain(
      'until 2026-11-23 19:01',
    );
  });

  test('the wait for the rate limit counts', async () => {
    const scene = { credential: 'app', allowance: rest(0, 50 * minute) } as const;
    const { message, waited } = await afford(1, scene);
    expect(message).toContain(
      'they take 0 s, after a wait of 51 min for the rate limit, so until 2026-11-23 19:50 UTC',
    );
    expect(waited).toBe(0);
  });
});
