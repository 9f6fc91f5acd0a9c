import { describe, expect, test } from '@jest/globals';
import {
  describeStore,
  hasSelection,
  kindOf,
  ownerOf,
  permissionFor,
  type Store,
  secretsPath,
  variablesPath,
} from '../../src/store.ts';
import { target } from '../support/unit-ports.ts';

const stores: readonly [string, string, string, boolean][] = [
  ['acme/network', 'repository/actions', 'the Actions secrets of acme/network', false],
  ['acme/network/environments/a b', 'environment/actions', 'the environment "a b" of acme/network', false],
  ['acme/network/dependabot', 'repository/dependabot', 'the Dependabot secrets of acme/network', false],
  ['acme/network/codespaces', 'repository/codespaces', 'the Codespaces secrets of acme/network', false],
  ['acme/network/agents', 'repository/agents', 'the agent secrets of acme/network', false],
  ['orgs/acme', 'organization/actions', 'the Actions secrets of the organization acme', true],
  ['orgs/acme/dependabot', 'organization/dependabot', 'the Dependabot secrets of the organization acme', true],
  ['orgs/acme/codespaces', 'organization/codespaces', 'the Codespaces secrets of the organization acme', true],
  ['orgs/acme/agents', 'organization/agents', 'the agent secrets of the organization acme', true],
  ['user/codespaces', 'user/codespaces', "the Codespaces secrets of the credential's user", true],
];

test.each(stores)('%s', (line, kind, words, selection) => {
  const { store } = target(line);
  expect(kindOf(store)).toBe(kind);
  expect(describeStore(store)).toBe(words);
  expect(hasSelection(store)).toBe(selection);
});

describe('permissions', () => {
  test.each([
    ['acme/network', 'Secrets', 'repo', true],
    ['acme/network/environments/a b', 'Environments', 'repo', true],
    ['acme/network/dependabot', 'Dependabot secrets', 'repo', true],
    ['acme/network/codespaces', 'Codespaces secrets', 'repo', true],
    ['acme/network/agents', 'Agent secrets', 'repo', true],
    ['orgs/acme', 'Organization secrets', 'admin:org', true],
    ['orgs/acme/dependabot', 'Organization Dependabot secrets', 'admin:org', true],
    ['orgs/acme/codespaces', 'Organization Codespaces secrets', 'admin:org', false],
    ['orgs/acme/agents', 'Organization agent secrets', 'admin:org', true],
    ['user/codespaces', 'Codespaces user secrets', 'codespace:secrets', false],
  ])("to write to %s, as GitHub's pages name them", (line, name, scope, apps) => {
    expect(permissionFor(target(line).store)).toEqual({ name, scope, apps });
  });

  test('a store that there is not has none', () => {
    const store = { level: 'user', feature: 'actions' } as unknown as Store;
    expect(() => permissionFor(store)).toThrow('no permission is known for user/actions');
  });
});

test.each([
  ['acme/network', '/repos/acme/network/actions/secrets'],
  ['acme/network/environments/a b', '/repos/acme/network/environments/a%20b/secrets'],
  ['acme/network/dependabot', '/repos/acme/network/dependabot/secrets'],
  ['acme/network/codespaces', '/repos/acme/network/codespaces/secrets'],
  ['acme/network/agents', '/repos/acme/network/agents/secrets'],
  ['orgs/acme', '/orgs/acme/actions/secrets'],
  ['orgs/acme/dependabot', '/orgs/acme/dependabot/secrets'],
  ['user/codespaces', '/user/codespaces/secrets'],
])('the secrets of %s are at %s', (line, path) => {
  expect(secretsPath(target(line).store)).toBe(path);
});

test('paths are encoded', () => {
  const store: Store = {
    level: 'environment',
    feature: 'actions',
    owner: 'a',
    repository: 'b',
    environment: '../x?#%',
  };
  expect(secretsPath(store)).toBe('/repos/a/b/environments/..%2Fx%3F%23%25/secrets');
  expect(variablesPath(store)).toBe('/repos/a/b/environments/..%2Fx%3F%23%25/variables');
  expect(variablesPath(target('acme/network').store)).toBe('/repos/acme/network/actions/variables');
  expect(variablesPath(target('orgs/acme').store)).toBe('/orgs/acme/actions/variables');
});

test.each([
  ['ACME/Network', 'acme'],
  ['orgs/Octo-Org', 'octo-org'],
  ['user/codespaces', ''],
])('the owner of %s is %j', (line, owner) => {
  expect(ownerOf(target(line).store)).toBe(owner);
});
