import { describe, expect, it } from '@jest/globals';
import { SecretsClient } from '../../../../src/github/secrets.ts';
import { storeHome } from '../../../../src/rotation/finish/store.ts';
import { finishing } from '../../support/finishing.ts';
import { gitHubOver, type Reply } from '../../support/github-over-wire.ts';
import { rotatedLongAgo } from '../../support/scene.ts';
import { hour, minute, second } from '../../support/time.ts';

const path = '/repos/acme/network/actions/secrets/TE_TOKEN';
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
const { updatedAt } = rotatedLongAgo;
const secret = { name: 'TE_TOKEN', updated_at: iso(updatedAt) };

/** Writes the home over a wire on which its date never moves. */
const written = (...answers: readonly Reply[]) => writtenWith([{ status: 200, json: secret }], answers);

/** The same with what the reads of its date are answered. */
async function writtenWith(dates: readonly Reply[], answers: readonly Reply[]) {
  const { pending } = await finishing({ hasToken: false });
  // The wire lets nothing pass that is no body of GitHub's API.
  pending.home.sealed = { value: 'c2VhbGVk', keyId: '7' };
  const wire = gitHubOver({ [`GET ${path}`]: dates, [`PUT ${path}`]: answers });
  const startedAt = wire.clock.monotonic();
  const result = await storeHome(pending, { ...wire, secrets: new SecretsClient(wire.github) }, () => undefined);
  const calls = wire.calls.map((call) => call.slice(0, 3));
  return {
    result,
    calls,
    writes: calls.filter((call) => call === 'PUT').length,
    took: wire.clock.monotonic() - startedAt,
  };
}

describe('a home that GitHub refuses', () => {
  it.each([403, 404, 422, 500, 0])(
    'is tried for ten minutes, its date read before each attempt: %i',
    async (status) => {
      const { result, calls, took } = await written(status);
      expect(result.kind).toBe('refused');
      expect(took).toBeGreaterThan(9 * minute);
      expect(took).toBeLessThan(11 * minute);
      expect(calls.join(' ')).toMatch(/^(GET PUT ?)+$/);
    },
  );

  it('is tried five times where the credential is refused: repeated bad logins lock people out', async () => {
    expect((await written(401)).writes).toBe(5);
  });

  it('meets five bad logins at the most where the reads of its date are what is refused', async () => {
    const { result, calls } = await writtenWith([{ status: 200, json: secret }, 401], [403]);
    expect(result.kind).toBe('refused');
    expect(calls).toEqual(['GET', 'PUT', 'GET', 'GET', 'GET', 'GET', 'GET']);
  });

  it('is given up at once where someone else has written it', async () => {
    const date = updatedAt + minute;
    const { result, calls, took } = await writtenWith(
      [{ status: 200, json: { ...secret, updated_at: iso(date) } }],
      [],
    );
    expect(result).toEqual({ kind: 'written by another', date });
    expect(calls).toEqual(['GET']);
    expect(took).toBeLessThan(second);
  });

  it('waits as long as GitHub tells to, which does not count', async () => {
    const limited = { status: 429, headers: { 'retry-after': '3000' } };
    const { result, took, writes } = await written(limited, 204);
    expect(result).toEqual({ kind: 'stored', isAnew: false });
    expect(writes).toBe(2);
    expect(took).toBeGreaterThanOrEqual(3000_000);
    expect(took).toBeLessThan(hour);
  });
});
