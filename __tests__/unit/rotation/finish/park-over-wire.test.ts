import { describe, expect, it } from '@jest/globals';
import { SecretsClient } from '../../../../src/github/secrets.ts';
import { park } from '../../../../src/rotation/finish/park.ts';
import { finishing } from '../../support/finishing.ts';
import { gitHubOver, type Reply } from '../../support/github-over-wire.ts';
import { second } from '../../support/time.ts';

const path = '/repos/acme/network/actions/secrets/TE_TOKEN_NEXT';

/** Keeps the token beside the home over a wire that gives these answers, the last one for ever. */
async function parked(answers: readonly Reply[], { isCancelled = false } = {}) {
  const { pending } = await finishing({ isParked: false, hasToken: false });
  // The wire lets nothing pass that is no body of GitHub's API.
  pending.home.sealed = { value: 'c2VhbGVk', keyId: '7' };
  const wire = gitHubOver({ [`PUT ${path}`]: answers });
  const startedAt = wire.clock.monotonic();
  if (isCancelled) wire.cancel();
  await park(pending, { ...wire, secrets: new SecretsClient(wire.github) });
  return {
    isParked: pending.next.isParked,
    took: wire.clock.monotonic() - startedAt,
    timeouts: wire.requests.map(({ timeout }) => timeout),
  };
}

const told = (seconds: number): Reply => ({ status: 429, headers: { 'retry-after': String(seconds) } });

describe('parking, for which the home waits', () => {
  it('is tried again for 15 s, and no longer', async () => {
    expect(await parked([500, 500, 500, 500, 201])).toMatchObject({ isParked: true, took: 15 * second });
    expect(await parked([500, 500, 500, 500, 500, 201])).toMatchObject({ isParked: false, took: 15 * second });
  });

  it('waits 10 s for an answer', async () => {
    expect((await parked([201])).timeouts[0]).toBe(10 * second);
  });

  it('waits where GitHub tells to, but not for more than 20 s', async () => {
    const { isParked, took } = await parked([told(18), 201]);
    expect(isParked).toBe(true);
    expect(took).toBeGreaterThanOrEqual(18 * second);
    expect(took).toBeLessThanOrEqual(20 * second);
    expect(await parked([told(21), 201])).toMatchObject({ isParked: false, took: 0 });
  });

  it('is done after a cancel, too', async () => {
    expect((await parked([201], { isCancelled: true })).isParked).toBe(true);
  });
});
