import { expect, test } from '@jest/globals';
import { askerOf } from '../../src/connections.ts';
import { Secret } from '../../src/secret.ts';
import { target } from '../support/unit-ports.ts';

test.each([
  ['ghs_x', ['acme/a', 'ACME/b', 'orgs/Acme'], 'app', false],
  ['ghs_x', ['acme/a', 'octo-org/b'], 'app', true],
  ['github_pat_x', ['acme/a', 'orgs/octo-org'], 'fine-grained', true],
  ['github_pat_x', ['acme/a', 'user/codespaces'], 'fine-grained', true],
  ['ghp_x', ['acme/a', 'octo-org/b'], 'classic', false],
  ['ghs_x', [], 'app', false],
] as const)('%s for %j', (credential, lines, kind, severalOwners) => {
  const targets = lines.map((line) => target(line));
  expect(askerOf(new Secret(credential), targets)).toEqual({ kind, severalOwners });
});
