import { beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { isPublicKey, loadSodium, seal } from '../../src/sealed-box.ts';
import { anyToken } from '../support/unit-tokens.ts';

let pair: { publicKey: Uint8Array; privateKey: Uint8Array };
const ORIGINAL = sodium.base64_variants.ORIGINAL;

test('a seal before libsodium is loaded is refused', async () => {
  jest.resetModules();
  const fresh = await import('../../src/sealed-box.ts');
  expect(() => fresh.seal('x', { keyId: '1', key: `${'A'.repeat(43)}=` })).toThrow('libsodium is not loaded');
});

beforeAll(async () => {
  await sodium.ready;
  pair = sodium.crypto_box_keypair();
});

function open(value: string): string {
  const box = sodium.from_base64(value, ORIGINAL);
  return Buffer.from(sodium.crypto_box_seal_open(box, pair.publicKey, pair.privateKey)).toString('utf8');
}

test('any token opens unchanged with the private key, and its box is padded standard base64', async () => {
  await loadSodium();
  const key = { keyId: '568250167242549743', key: sodium.to_base64(pair.publicKey, ORIGINAL) };
  fc.assert(
    fc.property(anyToken, (token) => {
      const { keyId, value } = seal(token, key);
      expect(keyId).toBe('568250167242549743');
      expect(value).toMatch(/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
      expect(Buffer.from(value, 'base64')).toHaveLength(Buffer.byteLength(token) + 48);
      expect(open(value)).toBe(token.toWellFormed());
    }),
    { numRuns: 200 },
  );
});

test('two boxes of one token differ', async () => {
  await loadSodium();
  const key = { keyId: '1', key: sodium.to_base64(pair.publicKey, ORIGINAL) };
  expect(seal('te-token', key).value).not.toBe(seal('te-token', key).value);
});

test.each([
  [`${'A'.repeat(43)}=`, true],
  ['+/09azAZ'.padEnd(43, 'x') + '=', true],
  [`${'A'.repeat(44)}`, false],
  [`${'A'.repeat(42)}==`, false],
  [`${'A'.repeat(43)}=\n`, false],
  [`x${'A'.repeat(43)}=`, false],
  [`${'-'.repeat(43)}=`, false],
  ['', false],
])('%j is a public key: %s', (key, is) => {
  expect(isPublicKey(key)).toBe(is);
});
