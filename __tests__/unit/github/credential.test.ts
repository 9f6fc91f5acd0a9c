import { describe, expect, test } from '@jest/globals';
import { credentialContext, credentialExpiryWarnings, credentialKind } from '../../../src/github/credential.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { target } from '../support/fakes.ts';
import { day, now } from '../support/time.ts';

const longAppToken = `ghs_1234567_eyJhbGciOiJSUzI1NiJ9.${'a1B2'.repeat(60)}.${'-_x9'.repeat(60)}`;
const url = 'https://api.github.com';

test.each([
  ['ghs_abc', 'app'],
  [longAppToken, 'app'],
  ['github_pat_abc', 'fine-grained'],
  ['ghp_abc', 'classic'],
  ['0123456789abcdef0123456789abcdef01234567', 'classic'],
  ['gho_abc', 'user'],
  ['ghu_abc', 'user'],
  ['0123456789abcdef0123456789abcdef0123456', 'unknown'],
  ['x0123456789abcdef0123456789abcdef01234567', 'unknown'],
  ['0123456789abcdef0123456789abcdef012345678', 'unknown'],
  ['xghs_abc', 'unknown'],
] as const)('the kind of %s is told by its beginning', (value, kind) => {
  expect(credentialKind(new Secret(value))).toBe(kind);
});

describe('targets of several owners', () => {
  const contextOf = (value: string, ...lines: readonly string[]) =>
    credentialContext(
      new Secret(value),
      lines.map((line) => target(line).store),
      url,
    );

  test.each([
    ['ghs_abc', 'app', true],
    ['github_pat_abc', 'fine-grained', true],
    ['ghp_abc', 'classic', false],
    ['gho_abc', 'user', false],
    ['other', 'unknown', false],
  ] as const)('are too many for a credential of one owner: %s', (value, kind, severalOwners) => {
    expect(contextOf(value, 'acme/network', 'octo-org/network')).toEqual({ kind, severalOwners, githubUrl: url });
  });

  test.each([
    [['acme/network', 'Acme/core', 'orgs/ACME']],
    [['acme/network', 'user/codespaces']],
    [['acme/network']],
    [[]],
  ])('are not %j', (lines) => {
    expect(contextOf('ghs_abc', ...lines).severalOwners).toBe(false);
  });
});

test.each([
  [
    'in thirty days',
    now + 30 * day,
    [expect.stringMatching(/expires on 2026-12-23 \(30 days left\)\. Create a new one/)],
  ],
  ['in an hour', now + day / 24, [expect.stringMatching(/expires on 2026-11-23 \(.* left\)/)]],
  ['later', now + 30 * day + 1, []],
  ['at a time that nobody tells', undefined, []],
])('a credential that expires soon is a warning: %s', (_, expiresAt, warnings) => {
  expect(credentialExpiryWarnings(expiresAt, now)).toEqual(warnings);
});
