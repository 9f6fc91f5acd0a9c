import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canStandInHeader, repeatsSecret, Secret } from '../../../src/lib/secret.ts';
import { usableToken } from '../support/any-token.ts';

describe('a secret cannot print itself', () => {
  const secret = new Secret('te-value-of-the-secret');

  test.each([
    ['String', String(secret)],
    ['a template', `${secret}`],
    ['joining', [secret].join()],
    ['adding', `${'' + secret}`],
  ])('%s', (_, text) => {
    expect(text).toBe('***');
  });

  test('JSON, alone and inside', () => {
    expect(JSON.stringify(secret)).toBe('"***"');
    expect(JSON.stringify({ a: [secret] })).toBe('{"a":["***"]}');
  });

  test('inspection, alone, inside and with everything hidden shown', () => {
    expect(inspect(secret)).toBe('***');
    expect(inspect({ a: { b: secret } })).toBe('{ a: { b: *** } }');
    expect(inspect(secret, { showHidden: true, depth: null, customInspect: false })).not.toContain('value-of-the');
  });

  test('the console', () => {
    const text: string[] = [];
    const stdout = new Writable({
      write: (chunk, _, done) => {
        text.push(String(chunk));
        done();
      },
    });
    new Console({ stdout }).log(secret, { secret }, new Error('x', { cause: secret }));
    expect(text.join('')).toMatch(/^\*\*\* \{ secret: \*\*\* \} Error: x/);
    expect(text.join('')).not.toContain('value-of-the');
  });

  test('its properties', () => {
    expect(Reflect.ownKeys(secret)).toEqual([]);
    expect({ ...secret }).toEqual({});
    expect(structuredClone(secret)).toEqual({});
  });

  test('only reveal gives it', () => {
    expect(secret.reveal()).toBe('te-value-of-the-secret');
  });
});

describe('a header can hold', () => {
  test.each(['x', '!', '~', 'te-1/2+3=', 'a'.repeat(50_000)])('%#', (value) => {
    expect(canStandInHeader(value)).toBe(true);
  });

  test.each(['', ' ', 'a b', 'a\n', '\na', 'a\r\nb', 'ä', '\u0000', '\u007f', '\u{1f511}'])('not %j', (value) => {
    expect(canStandInHeader(value)).toBe(false);
  });
});

describe('a text from outside that repeats a credential is found', () => {
  const value = 'te-"ö&?>~token\\of/repeats-7351';
  new Secret(value);
  const plain = 'te-4Kq9vXw27sLmRz0pB6TyN3hE';
  new Secret(plain);
  const half = plain.slice(0, 14);

  test.each([
    ['clear', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
  ])('as %s, wherever it stands', (_, form) => {
    expect(repeatsSecret(form)).toBe(true);
    expect(repeatsSecret(`before ${form}/${form} behind`)).toBe(true);
  });

  test.each([0, 1, 2, 3, 4, 5])('as Base64 behind %i other bytes, whatever follows', (offset) => {
    for (const after of ['', 'x', 'yz', 'abc']) {
      const bytes = Buffer.from('#'.repeat(offset) + value + after);
      for (const encoding of ['base64', 'base64url'] as const)
        expect(repeatsSecret(bytes.toString(encoding))).toBe(true);
    }
  });

  test.each([
    ['without its last two characters', plain.slice(0, -2)],
    ['without its first ones', plain.slice(5)],
    ['in upper case', plain.toUpperCase()],
    ['with a blank inside', `${half} ${plain.slice(14)}`],
    ['broken into lines', plain.replace(/.{4}/g, '$&\r\n')],
    ['with an invisible character behind each of its own', plain.replace(/./g, '$&\u200b')],
    ['with other punctuation', plain.replace('-', '_')],
    ['the half of it', half],
    ['as Base64, cut and in lower case', Buffer.from(plain).toString('base64').slice(0, 20).toLowerCase()],
  ])('%s', (_, form) => {
    expect(repeatsSecret(`Bad credentials: ${form} is none`)).toBe(true);
  });

  test('a long credential by any nineteen characters in a row', () => {
    const long = Array.from({ length: 3000 }, (_, index) => `k${(index * 7919).toString(36)}z`).join('');
    new Secret(long);
    for (let at = 5000; at < 5016; at++) expect(repeatsSecret(`<${long.slice(at, at + 19)}>`)).toBe(true);
    expect(repeatsSecret(`<${long.slice(-19)}>`)).toBe(true);
  });

  test('other text is none of it', () => {
    expect(repeatsSecret('nothing of it: te-token, te-4Kq9vX, dGUtdG9rZW4')).toBe(false);
    expect(repeatsSecret('')).toBe(false);
  });

  test('the prefix of a kind of credential alone is none', () => {
    new Secret('github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ');
    expect(repeatsSecret('Use a token that begins with github_pat_ or ghs_')).toBe(false);
  });

  test("an App's long token, by any part of it", () => {
    const long = `ghs_1234567_${['eyJhbGciOiJSUzI1NiJ9', 'q'.repeat(40), 'Zx9'.repeat(140)].join('.')}`;
    new Secret(long);
    expect(long.length).toBeGreaterThan(450);
    expect(repeatsSecret(`token ${long.slice(0, 40)}… is expired`)).toBe(true);
    expect(repeatsSecret(`…${long.slice(-30)}`)).toBe(true);
  });

  test('an empty secret is in no text', () => {
    new Secret('');
    expect(repeatsSecret('abc')).toBe(false);
  });

  test('any token, in any encoding, and most of it', () => {
    fc.assert(
      fc.property(usableToken, fc.string(), fc.string(), (token, before, after) => {
        new Secret(token);
        const bytes = Buffer.from(`${before}${token}${after}`);
        const forms = [
          `${before}${token}${after}`,
          JSON.stringify(`${before}${token}${after}`),
          ...(['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding)),
        ];
        for (const form of forms) expect([form, repeatsSecret(form)]).toEqual([form, true]);
      }),
      { numRuns: 100 },
    );
  });
});
