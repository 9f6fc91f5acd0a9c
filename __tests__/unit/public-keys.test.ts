import { describe, expect, test } from '@jest/globals';
import { PublicKeys } from '../../src/public-keys.ts';
import { patience } from '../../src/retry.ts';
import type { PublicKey } from '../../src/sealed-box.ts';
import type { Read } from '../../src/secret-store.ts';
import { lineOf } from '../../src/target.ts';
import { githubAnswer, target } from '../support/unit-ports.ts';

function keysOver(...reads: readonly Read<PublicKey>[]) {
  const asked: unknown[] = [];
  const keys = new PublicKeys({
    publicKey: async (store, limits) => {
      asked.push([lineOf(store), limits]);
      return reads[asked.length - 1] ?? { answer: githubAnswer(404) };
    },
  });
  return { keys, asked };
}

const first = { found: { keyId: '1', key: 'one' } };
const second = { found: { keyId: '2', key: 'two' } };
const { store } = target('acme/network');

describe('the key of a store', () => {
  test('is read once, for all its secrets and in any case', async () => {
    const { keys, asked } = keysOver(first);
    const reads = await Promise.all([
      keys.of(store),
      keys.of(target('Acme/NETWORK as X').store),
      keys.of(target('acme/network/actions').store),
    ]);
    expect(reads).toEqual([first, first, first]);
    expect(asked).toHaveLength(1);
  });

  test('is not that of another', async () => {
    const { keys } = keysOver(first, second);
    expect(await keys.of(store)).toBe(first);
    expect(await keys.of(target('acme/network/dependabot').store)).toBe(second);
  });
});

describe('a key that changed', () => {
  test('is read anew and counts from then on', async () => {
    const { keys, asked } = keysOver(first, second);
    await keys.of(store);
    expect(await keys.refresh(target('Acme/network').store, patience.home)).toBe(second);
    expect(await keys.of(target('ACME/network').store)).toEqual(second);
    expect(asked).toEqual([
      ['acme/network', undefined],
      ['Acme/network', patience.home],
    ]);
  });

  test('that can not be read leaves the one before', async () => {
    const { keys } = keysOver(first);
    await keys.of(store);
    expect(await keys.refresh(store, patience.home)).toMatchObject({ answer: { status: 404 } });
    expect(await keys.of(store)).toBe(first);
  });
});
