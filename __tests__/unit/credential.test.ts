import { expect, test } from '@jest/globals';
import { credentialExpires, credentialExpiry, credentialKind, servesOneOwner } from '../../src/credential.ts';
import { Secret } from '../../src/secret.ts';
import { day, now } from '../support/unit-time.ts';

test.each([
  ['ghs_abc', 'app', true],
  ['github_pat_abc', 'fine-grained', true],
  ['ghp_abc', 'classic', false],
  ['0123456789abcdef0123456789abcdef01234567', 'classic', false],
  ['gho_abc', 'user', false],
  ['ghu_abc', 'user', false],
  ['0123456789abcdef0123456789abcdef0123456', 'unknown', false],
  ['x0123456789abcdef0123456789abcdef01234567', 'unknown', false],
  ['0123456789abcdef0123456789abcdef012345678', 'unknown', false],
  ['xghs_abc', 'unknown', false],
] as const)('%s: %s', (value, kind, oneOwner) => {
  expect(credentialKind(new Secret(value))).toBe(kind);
  expect(servesOneOwner(kind)).toBe(oneOwner);
});

const warning =
  'The GitHub credential expires on 2026-12-23. Make a new one, and put it where `github-token` comes from, before then.';

test.each([
  ['in thirty days', now + 30 * day, [warning]],
  ['later', now + 30 * day + 1, []],
  ['where nobody says when', undefined, []],
] as const)('a credential that expires soon is told: %s', (_, expiresAt, warnings) => {
  expect(credentialExpires(expiresAt, now)).toEqual(warnings);
});

test("nobody need know when an App's token expires", () => {
  expect(credentialExpiry('app', now)).toBeUndefined();
  expect(credentialExpiry('fine-grained', now)).toBe(now);
  expect(credentialExpiry('classic', undefined)).toBeUndefined();
});
