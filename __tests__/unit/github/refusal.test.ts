import { expect, test } from '@jest/globals';
import { refusalOf } from '../../../src/github/refusal.ts';

const allowList = (who: string) =>
  `Although you appear to have the correct authorization credentials, the ${who} has an IP allow list enabled, and your IP address is not permitted to access this resource.`;
const adjust = "Please adjust your token's lifetime at the following URL: https://github.com/settings/tokens/7";

test.each([
  ['Resource not accessible by integration', 'permission'],
  ['Resource not accessible by personal access token', 'permission'],
  ['Must have admin rights to Repository.', 'role'],
  ['Resource protected by organization SAML enforcement. You must grant your token access.', 'sign-on'],
  [allowList('`acme` organization'), 'address'],
  [allowList('`Acme Open Source` enterprise'), 'address'],
  [
    `The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days. ${adjust}`,
    'lifetime',
  ],
  [
    `The 'Acme Open Source' enterprise forbids access via a personal access tokens (classic) if the token's lifetime is greater than 365 days. ${adjust}`,
    'lifetime',
  ],
  [
    '`acme` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.',
    'no classic tokens',
  ],
  ['acme forbids access via a personal access token (classic). Please use a GitHub App.', 'no classic tokens'],
  ['`acme` forbids access via a fine-grained personal access token.', 'no fine-grained tokens'],
  ['This installation has been suspended', 'suspended'],
  ['Sorry. Your account was suspended.', 'suspended'],
  [
    'Although you appear to have the correct authorization credentials, the `acme` organization has enabled OAuth App access restrictions.',
    'other',
  ],
  ['You must have repository read permissions or have the repository secrets fine-grained permission.', 'other'],
] as const)('a 403 of GitHub that says "%s" is told by its beginning', (message, refusal) => {
  expect(refusalOf(message)).toBe(refusal);
});

test.each([
  '',
  'Forbidden',
  'Access to suspended/lifetime is blocked',
  'Repository "Resource not accessible by integration" is unavailable',
  'The organization has an IP allow list enabled',
  'In acme: Must have admin rights',
  'In acme: Resource protected by organization SAML enforcement.',
  `In acme: ${allowList('`acme` organization')}`,
  'In acme: This installation has been suspended',
])('a 403 of GitHub that says "%s" is none that is known, whatever names stand in it', (message) => {
  expect(refusalOf(message)).toBeUndefined();
});

test('a name in a 403 of GitHub does not change what it is', () => {
  expect(refusalOf('`suspended` forbids access via a personal access token (classic).')).toBe('no classic tokens');
  expect(refusalOf(allowList('`forbids access via a fine-grained` organization'))).toBe('address');
});
