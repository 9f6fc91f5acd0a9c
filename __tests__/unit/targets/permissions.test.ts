import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Permission, secretPermission, variablePermission } from '../../../src/targets/permissions.ts';
import { secretsPath, variablesPath } from '../../../src/targets/store.ts';
import { target } from '../support/fakes.ts';

/** What GitHub's documentation says of each endpoint and of each permission. */
interface Published {
  readonly permissions: Readonly<Record<string, { readonly title: string; readonly level: string }>>;
  readonly endpoints: readonly {
    readonly method: string;
    readonly path: string;
    readonly app: boolean;
    readonly fineGrained: boolean;
    readonly permission: string;
    readonly access: string;
  }[];
  readonly createGithubAppToken: {
    readonly inputs: readonly string[];
    readonly missing: readonly { permission: string }[];
  };
}
const contract = new URL('../../../contracts/github-permissions.json', import.meta.url);
const published = JSON.parse(readFileSync(contract, 'utf8')) as Published;

/** The rows of the published data for all requests to one path, in GitHub's spelling of it. */
function rowsAt(methods: readonly string[], path: string) {
  const rows = published.endpoints.filter((row) => row.path === path && methods.includes(row.method));
  expect(rows.map(({ method }) => method).toSorted()).toEqual([...methods].toSorted());
  return rows;
}

/** Holds a permission to the rows of all requests that it has to cover. */
function expectPublished(permission: Permission, rows: Published['endpoints']) {
  const { key, title, level, hasTokenInput } = permission;
  // Held to the rows: what an App may have none of is the account's, and a fine-grained token may have each.
  const held = { key, app: level !== 'account', fineGrained: true };
  for (const row of rows) expect(held).toEqual({ key: row.permission, app: row.app, fineGrained: row.fineGrained });
  const known = published.permissions[key];
  expect({ title, level: level === 'account' ? 'user' : level }).toEqual({ title: known?.title, level: known?.level });
  const { inputs, missing } = published.createGithubAppToken;
  expect(hasTokenInput).toBe(inputs.includes(`permission-${key.replaceAll('_', '-')}`));
  expect(hasTokenInput).toBe(!missing.some((each) => each.permission === key));
}

const lines = [
  'acme/network',
  'acme/network/environments/live',
  'acme/network/dependabot',
  'acme/network/codespaces',
  'acme/network/agents',
  'orgs/acme',
  'orgs/acme/dependabot',
  'orgs/acme/codespaces',
  'orgs/acme/agents',
  'user/codespaces',
];
/** GitHub's spelling of a path. */
const template = (path: string) =>
  path
    .replace('/repos/acme/network', '/repos/{owner}/{repo}')
    .replace('/orgs/acme', '/orgs/{org}')
    .replace('/environments/live', '/environments/{environment_name}');

describe('is as GitHub publishes it', () => {
  test.each(lines)('for the secrets of %s', (line) => {
    const { store } = target(line);
    const path = template(secretsPath(store));
    expectPublished(secretPermission(store), [
      ...rowsAt(['GET'], `${path}/public-key`),
      ...rowsAt(['GET', 'PUT', 'DELETE'], `${path}/{secret_name}`),
    ]);
  });

  test.each(['acme/network', 'acme/network/environments/live', 'orgs/acme'])('for the variables beside %s', (line) => {
    const { store } = target(line);
    const path = template(variablesPath(store));
    expectPublished(variablePermission(store), [
      ...rowsAt(['GET', 'PATCH'], `${path}/{name}`),
      ...rowsAt(['POST'], path),
    ]);
  });
});

test("an organization's Codespaces secrets are its own section; a user's are the account's, which no App has", () => {
  expect(secretPermission(target('orgs/acme/codespaces').store).level).toBe('organization');
  expect(secretPermission(target('user/codespaces').store).level).toBe('account');
});

// Source: GitHub's "Scopes for OAuth apps", and its pages on each endpoint. No data for it is published.
test.each([
  ['acme/network', 'repo'],
  ['acme/network/environments/live', 'repo'],
  ['acme/network/dependabot', 'repo'],
  ['acme/network/codespaces', 'repo'],
  ['acme/network/agents', 'repo'],
  ['orgs/acme', 'admin:org'],
  ['orgs/acme/dependabot', 'admin:org'],
  ['orgs/acme/codespaces', 'admin:org'],
  ['orgs/acme/agents', 'admin:org'],
  ['user/codespaces', 'codespace:secrets'],
])('a classic token needs for %s the scope %s', (line, scope) => {
  expect(secretPermission(target(line).store).scope).toBe(scope);
});

test('a classic token needs for variables what it needs for the secrets beside them', () => {
  for (const line of ['acme/network', 'acme/network/environments/live', 'orgs/acme']) {
    const { store } = target(line);
    expect(variablePermission(store).scope).toBe(secretPermission(store).scope);
  }
});
