import { describe, expect, test } from '@jest/globals';
import {
  describeStore,
  hasSelection,
  kindOf,
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
  const header = (line: string) => permissionFor(target(line).store).header;
  test("in the words of GitHub's header", () => {
    expect(stores.map(([line]) => header(line))).toEqual([
      ...['secrets', 'environments', 'dependabot_secrets', 'codespaces_secrets', 'agent_secrets'],
      ...['organization_secrets', 'organization_dependabot_secrets', 'organization_codespaces_secrets'],
      ...['organization_agent_secrets', ''],
    ]);
  });

  test('a store that there is not has none', () => {
    const store = { level: 'user', feature: 'actions' } as unknown as Store;
    expect(() => permissionFor(store)).toThrow('no permission is known for user/actions');
  });
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
