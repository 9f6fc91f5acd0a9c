import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeaks } from '../../sandbox/leaks.ts';
import { canStandInHeader, redact, Secret } from '../../src/secret.ts';
import { usableToken } from '../support/unit-tokens.ts';

describe('a secret can not print itself', () => {
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

describe('text from outside loses every known token', () => {
  const value = 'te-"ö&?>~token\\of/redact';
  new Secret(value);

  test.each([
    ['clear', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['URL', encodeURIComponent(value)],
    ['hex', Buffer.from(value).toString('hex')],
    ['HEX', Buffer.from(value).toString('hex').toUpperCase()],
  ])('as %s, wherever and however often it stands', (_, form) => {
    expect(redact(`before ${form}/${form} behind`)).toBe('before ***/*** behind');
    expect(redact(form)).toBe('***');
  });

  test.each([0, 1, 2, 3, 4, 5])('as Base64 behind %i other bytes, whatever follows', (offset) => {
    for (const after of ['', 'x', 'yz', 'abc']) {
      const bytes = Buffer.from('#'.repeat(offset) + value + after);
      for (const encoding of ['base64', 'base64url'] as const) {
        const clean = redact(bytes.toString(encoding));
        expect(clean).toContain('***');
        expect(findLeaks(clean, value)).toEqual([]);
      }
    }
  });

  test('as Base64, to the last character', () => {
    new Secret('te-whole-in-base64');
    expect(redact('<dGUtd2hvbGUtaW4tYmFzZTY0>')).toBe('<***>');
  });

  test('other text stays as it is', () => {
    expect(redact('nothing of it: te-token, dGUtdG9rZW4')).toBe('nothing of it: te-token, dGUtdG9rZW4');
    expect(redact('')).toBe('');
  });

  test('an empty secret redacts nothing', () => {
    new Secret('');
    expect(redact('abc')).toBe('abc');
  });

  test('a token that begins with another known one leaves no rest', () => {
    new Secret('te-prefix-of-redact');
    new Secret('te-prefix-of-redact-and-more');
    expect(redact('it is te-prefix-of-redact-and-more, or te-prefix-of-redact')).toBe('it is ***, or ***');
  });

  test('any token, in any encoding', () => {
    fc.assert(
      fc.property(usableToken, fc.string(), fc.string(), (token, before, after) => {
        new Secret(token);
        const bytes = Buffer.from(`${before}${token}${after}`);
        const forms = [
          `${before}${token}${after}`,
          JSON.stringify(`${before}${token}${after}`),
          encodeURIComponent(token),
          ...(['hex', 'base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding)),
        ];
        for (const form of forms) expect(findLeaks(redact(form), token)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
