import { describe, expect, test } from '@jest/globals';
import { describeTarget, namedTarget, withSecret } from '../../../src/targets/target.ts';
import { target } from '../support/fakes.ts';

const named = (line: string) => namedTarget(target(line), 'te_token');

test.each([
  ['acme/network', 'acme/network', 'TE_TOKEN in the Actions secrets of acme/network'],
  ['acme/network/dependabot as x', 'acme/network/dependabot as X', 'X in the Dependabot secrets of acme/network'],
  [
    'acme/network/environments/live',
    'acme/network/environments/live',
    'TE_TOKEN in the environment "live" of acme/network',
  ],
  ['orgs/acme', 'orgs/acme', 'TE_TOKEN in the Actions secrets of the organization acme'],
  ['user/codespaces', 'user/codespaces', "TE_TOKEN in the Codespaces secrets of the credential's user"],
])('a target that a line names: %s', (line, name, words) => {
  const resolved = named(line);
  expect(resolved).toEqual({ target: target(line), name, isFound: false });
  expect(describeTarget(resolved)).toBe(words);
});

describe('another secret in the same store', () => {
  test('has its own name', () => {
    const next = withSecret(named('acme/network as X'), 'X_NEXT');
    expect(next).toEqual({
      target: { store: target('acme/network').store, secret: 'X_NEXT' },
      name: 'acme/network as X_NEXT',
      isFound: false,
    });
    expect(describeTarget(next)).toBe('X_NEXT in the Actions secrets of acme/network');
  });

  test('carries nothing else over but how it was found', () => {
    const ready = { ...named('acme/network'), isFound: true, key: 'of the store' };
    const other = withSecret(ready, 'X');
    expect(Object.keys(other).toSorted()).toEqual(['isFound', 'name', 'target']);
    expect(other.isFound).toBe(true);
  });
});
