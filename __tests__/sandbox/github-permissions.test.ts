import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CredentialOptions, isApp } from '../../sandbox/github/access/credentials.ts';
import { type Access, PERMISSIONS, permissionRow } from '../../sandbox/github/access/permissions.ts';
import { OPERATIONS, type Operation } from '../../sandbox/github/operations/operations.ts';
import { loadDescription } from '../../sandbox/http/contract.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { github, message, type Reply, seal } from './support/client.ts';

/** GitHub's own data is what the sandbox goes by; here each of its operations is asked for with every kind of credential. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const lines = ['actions', 'dependabot', 'codespaces', 'agents'].flatMap((kind) => [
    `acme/network/${kind}`,
    `orgs/acme/${kind}`,
  ]);
  for (const line of [...lines, 'acme/network/environments/prod', 'user/codespaces']) {
    world.github.seed(line, { value: 'x' });
    world.github.seed(line, { value: 'x', name: 'GONE' });
    if (line.startsWith('user')) continue;
    for (const name of ['TE_EXPIRY', 'GONE']) world.github.setVariable(line, name, 'x');
  }
});
afterAll(() => world.close());

const VALUES: Record<string, string> = {
  owner: 'acme',
  repo: 'network',
  org: 'acme',
  username: 'acme-admin',
  environment_name: 'prod',
  secret_name: 'TE_TOKEN',
  name: 'TE_EXPIRY',
  run_id: '4711',
};

let created = 0;

/** A request that succeeds for whoever may make it. */
async function ask({ method, path }: Operation, options: CredentialOptions): Promise<Reply> {
  const token = `token-${++created}`;
  world.github.addCredential(token, options);
  const id = String(world.github.repositories.get('acme/network')?.id);
  const goes = method === 'DELETE' ? { secret_name: 'GONE', name: 'GONE' } : {};
  const values = { ...VALUES, id, ...goes };
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name as keyof typeof values] ?? '');
  const body = await bodyFor(method, target);
  const reply = await github(world, method, target, { token, ...(body === undefined ? {} : { body }) });
  if (method === 'DELETE') await createAnew(target);
  return reply;
}

async function createAnew(target: string): Promise<void> {
  if (!target.includes('/variables/'))
    return void (await github(world, 'PUT', target, { body: await bodyFor('PUT', target) }));
  const body = { ...(await bodyFor('POST', target)), name: 'GONE' };
  await github(world, 'POST', target.slice(0, target.lastIndexOf('/')), { body });
}

async function bodyFor(method: string, target: string): Promise<object | undefined> {
  const visibility = target.startsWith('/orgs') ? { visibility: 'all' } : {};
  if (method === 'PUT') {
    const base = target.slice(0, target.lastIndexOf('/'));
    const { body } = await github(world, 'GET', `${base}/public-key`);
    const { key, key_id } = body as { key: string; key_id: string };
    return { encrypted_value: await seal('y', key), key_id, ...visibility };
  }
  if (method === 'POST') return { name: `V${++created}`, value: 'v', ...visibility };
  return method === 'PATCH' ? { value: 'v' } : undefined;
}

const every = (level: Access): Record<string, Access> =>
  Object.fromEntries(Object.keys(PERMISSIONS).map((name) => [name, level]));

/** What they answer to an operation for installations alone. */
const refusals = /^Resource not accessible by (integration|personal access token)$|installation access token/;

describe.each(OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s',
  (_, operation) => {
    const { row, method, path } = operation;

    test("is an operation of GitHub's description, with a row in GitHub's data", () => {
      const described = path === '/repositories/{id}' ? '/repos/{owner}/{repo}' : path;
      expect(row).toBe(permissionRow(method, described));
      expect(loadDescription('github-secrets.openapi.json').paths[described]).toHaveProperty(method.toLowerCase());
      if (row.permission !== null) expect(PERMISSIONS).toHaveProperty(row.permission);
    });

    test.each(['app', 'fine-grained', 'workflow'] as const)('by a token of kind %s', async (kind) => {
      const may = isApp({ kind }) ? row.app : row.fineGrained;
      const full = await ask(operation, { kind, permissions: every('write') });
      expect(full.status < 300).toBe(may);
      if (!may) {
        expect([full.status, message(full)]).toEqual([403, expect.stringMatching(refusals)]);
        expect(full.headers.get('x-accepted-github-permissions')).toBeNull();
      }
      if (!may || row.permission === null || row.permission === 'metadata') return;
      const { [row.permission]: _held, ...others } = every('write');
      const without = await ask(operation, { kind, permissions: others });
      expect([without.status, message(without)]).toEqual([403, expect.stringMatching(refusals)]);
      const needed = `${row.permission}=${row.access}`;
      expect(without.headers.get('x-accepted-github-permissions')).toBe(needed);
      const readOnly = await ask(operation, { kind, permissions: { ...others, [row.permission]: 'read' } });
      expect(readOnly.status < 300).toBe(row.access === 'read');
    });

    test('by a classic token', async () => {
      const scopes = row.classicScopes ?? [];
      const all = await ask(operation, { kind: 'classic' });
      expect(all.status < 300).toBe(row.fineGrained);
      for (const scope of scopes) {
        expect((await ask(operation, { kind: 'classic', scopes: [scope] })).status).toBeLessThan(300);
      }
      const none = await ask(operation, { kind: 'classic', scopes: ['gist'] });
      if (scopes.length === 0) expect(none.status).toBe(all.status);
      else expect([none.status, none.headers.get('x-accepted-oauth-scopes')]).toEqual([403, scopes.join(', ')]);
    });
  },
);

test('what was believed before and is not so', async () => {
  const app = { kind: 'app' } as const;
  const operationOf = (method: string, path: string): Operation => {
    const found = OPERATIONS.find((operation) => operation.method === method && operation.path === path);
    if (!found) throw new Error(`No operation ${path}`);
    return found;
  };
  expect((await ask(operationOf('PUT', '/orgs/{org}/codespaces/secrets/{secret_name}'), app)).status).toBe(204);
  const user = operationOf('PUT', '/user/codespaces/secrets/{secret_name}');
  expect((await ask(user, app)).status).toBe(403);
  expect((await ask(user, { kind: 'fine-grained' })).status).toBe(204);
  const variable = operationOf('PATCH', '/repos/{owner}/{repo}/environments/{environment_name}/variables/{name}');
  expect((await ask(variable, { ...app, permissions: { actions_variables: 'write' } })).status).toBe(403);
  expect((await ask(variable, { ...app, permissions: { environments: 'write' } })).status).toBe(204);
});

test("the workflow's own token has what a workflow can give it", async () => {
  const reads = OPERATIONS.filter(({ row }) => row.app && ['metadata', 'actions', null].includes(row.permission));
  for (const operation of OPERATIONS) {
    const { status } = await ask(operation, { kind: 'workflow' });
    expect([operation.path, status < 300]).toEqual([operation.path, reads.includes(operation)]);
  }
});

test('an App for environments alone finds out which there are, and nothing of a repository', async () => {
  const permissions = { environments: 'write', actions: 'read', metadata: 'read' } as const;
  world.github.addCredential('ghs_environments', { kind: 'app', permissions });
  world.github.addRepository('acme/plain');
  const status = async (path: string): Promise<number> =>
    (await github(world, 'GET', path, { token: 'ghs_environments' })).status;
  expect(await status('/repos/acme/network/environments/prod')).toBe(200);
  expect(await status('/repos/acme/network/environments/prod/secrets/TE_TOKEN')).toBe(200);
  expect(await status('/repos/acme/plain')).toBe(200);
  expect(await status('/repos/acme/plain/environments/prod')).toBe(404);
  expect(await status('/repos/acme/plain/environments/prod/secrets/public-key')).toBe(404);
  expect(await status('/repos/acme/network/actions/secrets/TE_TOKEN')).toBe(403);
});

test('an operation that GitHub has no row for can not be had', () => {
  expect(() => permissionRow('GET', '/user')).toThrow('No row for GET /user');
});
