import { describe, expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../src/github/answer.ts';
import { policies } from '../../../src/github/policies.ts';
import type { PublicKey } from '../../../src/github/sealed-box.ts';
import type { StoredSecret } from '../../../src/github/secrets.ts';
import { FirstReads } from '../../../src/github/secrets.ts';
import { failed, ok, type Result } from '../../../src/lib/result.ts';
import { labelOf } from '../../../src/targets/target.ts';
import { gitHubAnswer, resolved, storedSecret } from '../support/fakes.ts';

type Key = Result<PublicKey, GitHubAnswer>;

const first: Key = ok({ keyId: '1', key: 'one' });
const second: Key = ok({ keyId: '2', key: 'two' });
const gone: Key = failed(gitHubAnswer(404));

/** First reads over keys that are answered one after the other, and all that was asked. */
function readsOver(...keys: readonly Key[]) {
  const asked: unknown[] = [];
  const firstReads = new FirstReads({
    publicKey: async ({ target: { store } }, policy) => {
      asked.push(['key', labelOf({ store, secret: 'TE_TOKEN' }, 'TE_TOKEN'), policy]);
      return keys[asked.length - 1] ?? gone;
    },
    read: async ({ target }): Promise<Result<StoredSecret, GitHubAnswer>> => {
      asked.push(['secret', labelOf(target, 'TE_TOKEN')]);
      return ok(storedSecret({ updatedAt: asked.length }));
    },
  });
  return { firstReads, asked };
}

describe('the public key of a store', () => {
  test('is read once for all its secrets, in any case', async () => {
    const { firstReads, asked } = readsOver(first);
    const lines = ['acme/network', 'Acme/NETWORK as X', 'acme/network/actions'];
    const reads = await Promise.all(lines.map((line) => firstReads.publicKey(resolved(line))));
    expect(reads).toEqual([first, first, first]);
    expect(asked).toEqual([['key', 'acme/network', undefined]]);
  });

  test('is not that of another store', async () => {
    const { firstReads } = readsOver(first, second);
    expect(await firstReads.publicKey(resolved('acme/network'))).toBe(first);
    expect(await firstReads.publicKey(resolved('acme/network/dependabot'))).toBe(second);
  });

  test('is read anew where it changed, and the new one counts from then on', async () => {
    const { firstReads, asked } = readsOver(first, second);
    await firstReads.publicKey(resolved('acme/network'));
    expect(await firstReads.refreshKey(resolved('Acme/network'), policies.reread)).toBe(second);
    expect(await firstReads.publicKey(resolved('ACME/network'))).toBe(second);
    expect(asked).toEqual([
      ['key', 'acme/network', undefined],
      ['key', 'Acme/network', policies.reread],
    ]);
  });

  test('stays the one before where the new one cannot be read', async () => {
    const { firstReads } = readsOver(first);
    await firstReads.publicKey(resolved('acme/network'));
    expect(await firstReads.refreshKey(resolved('acme/network'), policies.reread)).toBe(gone);
    expect(await firstReads.publicKey(resolved('acme/network'))).toBe(first);
  });
});

describe('a secret', () => {
  test('is read once, in any case', async () => {
    const { firstReads, asked } = readsOver();
    const [one, other] = await Promise.all([
      firstReads.secret(resolved('acme/network')),
      firstReads.secret(resolved('ACME/Network/actions as te_token')),
    ]);
    expect(one).toBe(other);
    expect(asked).toEqual([['secret', 'acme/network']]);
  });

  test('is not that of another name or store', async () => {
    const { firstReads, asked } = readsOver();
    for (const line of ['acme/network', 'acme/network as X', 'acme/network/agents', 'acme/network/environments/x'])
      await firstReads.secret(resolved(line));
    expect(asked).toHaveLength(4);
  });
});
