import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { createSealer, publicKeyFrom, type Sealer } from '../../../src/github/sealed-box.ts';
import { anyToken } from '../support/any-token.ts';

const ORIGINAL = sodium.base64_variants.ORIGINAL;
let pair: { publicKey: Uint8Array; privateKey: Uint8Array };
let sealer: Sealer;

beforeAll(async () => {
  sealer = await createSealer();
  await sodium.ready;
  pair = sodium.crypto_box_keypair();
});

function seal(clear: string, keyId = '7') {
  const sealed = sealer.seal(clear, { keyId, key: sodium.to_base64(pair.publicKey, ORIGINAL) });
  if (!sealed.ok) throw new Error(sealed.error);
  return sealed.value;
}

function open(value: string): string {
  const box = sodium.from_base64(value, ORIGINAL);
  return Buffer.from(sodium.crypto_box_seal_open(box, pair.publicKey, pair.privateKey)).toString('utf8');
}

test('any token opens unchanged with the private key, and its box is padded standard base64', () => {
  fc.assert(
    fc.property(anyToken, (token) => {
      const { keyId, value } = seal(token, '568250167242549743');
      expect(keyId).toBe('568250167242549743');
      expect(value).toMatch(/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
      expect(Buffer.from(value, 'base64')).toHaveLength(Buffer.byteLength(token) + 48);
      expect(open(value)).toBe(token.toWellFormed());
    }),
    { numRuns: 200 },
  );
});

test('two boxes of one token differ', () => {
  expect(seal('te-token').value).not.toBe(seal('te-token').value);
});

test.each([
  ['a point on the curve that is no key', `${'A'.repeat(43)}=`],
  ['no base64', '…'],
  ['too few bytes', 'AAAA'],
])('nothing is sealed for %s, and that is told', (_, key) => {
  expect(sealer.seal('te-token', { keyId: '7', key })).toEqual({
    ok: false,
    error: expect.stringContaining('nothing can be sealed for'),
  });
});

describe('a public key as GitHub gives it', () => {
  const key = `+/09azAZ${'x'.repeat(35)}=`;

  test.each(['7', '568250167242549743', 'a-b_C', 'x'.repeat(64)])('has an id like %s', (id) => {
    expect(publicKeyFrom({ key_id: id, key })).toEqual({ keyId: id, key });
  });

  test.each(['', 'a b', '7\n', '7```', "7' -f x", '$(id)', '../7', 'x'.repeat(65), 'é', 7, null, undefined])(
    'has no id like %j, which goes into commands and the summary',
    (id) => {
      expect(publicKeyFrom({ key_id: id, key })).toBeUndefined();
    },
  );

  test.each([
    'A'.repeat(44),
    `${'A'.repeat(42)}==`,
    `${'A'.repeat(43)}=\n`,
    `x${'A'.repeat(43)}=`,
    `${'-'.repeat(43)}=`,
    'AAAA',
    '',
    [key],
    7,
    undefined,
  ])('is not %j', (value) => {
    expect(publicKeyFrom({ key_id: '7', key: value })).toBeUndefined();
  });

  test.each([undefined, null, 'x', 7, []])('is not in an answer like %j', (data) => {
    expect(publicKeyFrom(data)).toBeUndefined();
  });
});
