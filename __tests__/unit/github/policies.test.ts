import { expect, test } from '@jest/globals';
import { policies } from '../../../src/github/policies.ts';
import { type RetryPolicy, retry, type Verdict } from '../../../src/lib/retry.ts';
import { fakeRetryContext } from '../support/fakes.ts';
import { hour, minute } from '../support/time.ts';

/** How often something is tried that is always answered alike, after so many ms each. */
async function triesOf(verdict: Verdict, policy: RetryPolicy, took = 0): Promise<number> {
  const context = fakeRetryContext();
  let tries = 0;
  const attempt = async () => {
    if (took > 0) await context.clock.sleep(took);
    tries++;
  };
  await retry('Trying it', attempt, () => (tries < 3 ? verdict : { kind: 'final' }), policy, context);
  return tries;
}

test.each(Object.entries(policies))(
  '%s: a first attempt that gets no answer leaves room for a second',
  async (_, policy) => {
    const again = { kind: 'again', detail: 'GitHub answered 500' } as const;
    expect(await triesOf(again, policy, policy.attempt)).toBeGreaterThanOrEqual(2);
  },
);

test('what GitHub tells to wait is waited for: before a token is asked for some minutes, for a write an hour', async () => {
  const waited = async (policy: RetryPolicy, ms: number) =>
    (await triesOf({ kind: 'wait', ms, detail: '429' }, policy)) > 1;
  expect([await waited(policies.read, 5 * minute), await waited(policies.read, 5 * minute + 1)]).toEqual([true, false]);
  for (const policy of [policies.home, policies.other])
    expect([await waited(policy, hour), await waited(policy, 62 * minute)]).toEqual([true, false]);
});

test('each policy takes as long as its failing costs, and only before a token is asked for a cancel ends it', () => {
  expect(policies).toEqual({
    read: { total: 20_000, attempt: 15_000, toldWaits: 300_000, stoppable: true },
    reread: { total: 10_000, attempt: 5_000, toldWaits: 60_000, stoppable: false },
    home: { total: 600_000, attempt: 20_000, toldWaits: 3_660_000, stoppable: false },
    other: { total: 180_000, attempt: 20_000, toldWaits: 3_660_000, stoppable: false },
    cleanup: { total: 15_000, attempt: 5_000, toldWaits: 60_000, stoppable: false },
  });
});
