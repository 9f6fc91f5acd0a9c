import { expect, test } from '@jest/globals';
import {
  capacityOf,
  describeStore,
  features,
  hasSelection,
  kindOf,
  ownerOf,
  repositoryPath,
  type Store,
  secretsPath,
  variablesPath,
} from '../../../src/targets/store.ts';
import { target } from '../support/fakes.ts';

const stores: readonly [string, string, string, boolean, number][] = [
  ['acme/network', 'repository/actions', 'the Actions secrets of acme/network', false, 100],
  ['acme/network/environments/a b', 'environment/actions', 'the environment "a b" of acme/network', false, 100],
  ['acme/network/dependabot', 'repository/dependabot', 'the Dependabot secrets of acme/network', false, 100],
  ['acme/network/codespaces', 'repository/codespaces', 'the Codespaces secrets of acme/network', false, 100],
  ['acme/network/agents', 'repository/agents', 'the Copilot agents secrets of acme/network', false, 100],
  ['orgs/acme', 'organization/actions', 'the Actions secrets of the organization acme', true, 1000],
  ['orgs/acme/dependabot', 'organization/dependabot', 'the Dependabot secrets of the organization acme', true, 1000],
  ['orgs/acme/codespaces', 'organization/codespaces', 'the Codespaces secrets of the organization acme', true, 1000],
  ['orgs/acme/agents', 'organization/agents', 'the Copilot agents secrets of the organization acme', true, 1000],
  ['user/codespaces', 'user/codespaces', "the Codespaces secrets of the credential's user", true, 100],
];

test.each(stores)('%s', (line, kind, words, selection, capacity) => {
  const { store } = target(line);
  expect(kindOf(store)).toBe(kind);
  expect(describeStore(store)).toBe(words);
  expect(hasSelection(store)).toBe(selection);
  expect(capacityOf(store)).toBe(capacity);
});

test('there are four products of GitHub that keep secrets', () => {
  expect(features).toEqual(['actions', 'dependabot', 'codespaces', 'agents']);
});

test.each([
  ['acme/network', '/repos/acme/network/actions/secrets'],
  ['acme/network/environments/a b', '/repos/acme/network/environments/a%20b/secrets'],
  ['acme/network/dependabot', '/repos/acme/network/dependabot/secrets'],
  ['acme/network/codespaces', '/repos/acme/network/codespaces/secrets'],
  ['acme/network/agents', '/repos/acme/network/agents/secrets'],
  ['orgs/acme', '/orgs/acme/actions/secrets'],
  ['orgs/acme/dependabot', '/orgs/acme/dependabot/secrets'],
  ['orgs/acme/codespaces', '/orgs/acme/codespaces/secrets'],
  ['orgs/acme/agents', '/orgs/acme/agents/secrets'],
  ['user/codespaces', '/user/codespaces/secrets'],
])('the secrets of %s are at %s', (line, path) => {
  expect(secretsPath(target(line).store)).toBe(path);
});

test('paths are encoded', () => {
  const where = { owner: 'a', repository: 'b' };
  const store: Store = { level: 'environment', feature: 'actions', ...where, environment: '../x?#%' };
  expect(secretsPath(store)).toBe('/repos/a/b/environments/..%2Fx%3F%23%25/secrets');
  expect(variablesPath(store)).toBe('/repos/a/b/environments/..%2Fx%3F%23%25/variables');
  expect(repositoryPath('a/b', '..?')).toBe('/repos/a%2Fb/..%3F');
  expect(secretsPath({ level: 'organization', feature: 'actions', owner: 'a/..' })).toBe(
    '/orgs/a%2F../actions/secrets',
  );
});

test.each([
  ['acme/network', '/repos/acme/network/actions/variables'],
  ['acme/network/environments/a b', '/repos/acme/network/environments/a%20b/variables'],
  ['orgs/acme', '/orgs/acme/actions/variables'],
])('the variables beside %s are at %s', (line, path) => {
  expect(variablesPath(target(line).store)).toBe(path);
});

test.each([
  ['ACME/Network', 'acme'],
  ['acme/network/environments/x', 'acme'],
  ['orgs/Octo-Org', 'octo-org'],
  ['user/codespaces', ''],
])('the owner of %s is %j', (line, owner) => {
  expect(ownerOf(target(line).store)).toBe(owner);
});
