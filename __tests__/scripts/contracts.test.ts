import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { changesBetween, isReliedOn, reportOf } from '../../scripts/contracts/changes.ts';
import { cut, textOf } from '../../scripts/contracts/cut.ts';
import type { Description, Tree } from '../../scripts/contracts/openapi.ts';
import { isInUse } from '../../scripts/contracts/operations.ts';
import { contradictions, type PermissionData } from '../../scripts/contracts/permissions.ts';

const folder = new URL('../../contracts/', import.meta.url);
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const contract = read<Description>('github-secrets.openapi.json');
const permissions = read<PermissionData>('github-permissions.json');

const SECRET = '/repos/{owner}/{repo}/actions/secrets/{secret_name}';
const secret = { type: 'object', description: 'prose', required: ['title'], properties: { title: { type: 'string' } } };
const published: Description = {
  openapi: '3.0.3',
  info: { version: '1', description: 'prose' },
  servers: [{ url: 'https://api.github.com' }],
  paths: {
    [SECRET]: {
      get: {
        operationId: 'actions/get-repo-secret',
        summary: 'prose',
        'x-github': { enabledForGitHubApps: true },
        parameters: [{ $ref: '#/components/parameters/owner' }],
        responses: {
          200: {
            description: 'prose',
            headers: { Link: { $ref: '#/components/headers/link' } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/a~1secret' }, examples: {} } },
          },
          204: { description: 'prose' },
        },
      },
    },
    '/gists': { get: { operationId: 'gists/list', responses: {} } },
  },
  components: {
    parameters: {
      owner: { name: 'owner', in: 'path', required: true, description: 'prose', schema: { type: 'string' } },
    },
    headers: { link: { schema: { type: 'string' }, example: '<…>' } },
    schemas: {
      'a/secret': secret,
      'app-permissions': { properties: { secrets: {}, actions: {} } },
      endless: { type: 'array', items: { $ref: '#/components/schemas/endless' } },
    },
  },
};

/** The same contract after a change to a copy of its one operation. */
function changed(change: (operation: Tree) => void): Description {
  const copy = structuredClone(cut(published, 'here'));
  change(copy.paths[SECRET]?.get as Tree);
  return copy;
}

function found(change: (operation: Tree) => void): { where: string; relied: boolean }[] {
  const changes = changesBetween(cut(published, 'here'), changed(change));
  return changes.map((one) => ({ where: `${one.kind} ${one.where.join('/')}`, relied: isReliedOn(one) }));
}

test('a cut keeps what machines read, with every reference resolved', () => {
  expect(cut(published, 'here')).toEqual({
    openapi: '3.0.3',
    info: { title: 'GitHub REST API: secrets and variables', version: '1', 'x-source': 'here' },
    servers: [{ url: 'https://api.github.com' }],
    paths: {
      [SECRET]: {
        get: {
          operationId: 'actions/get-repo-secret',
          parameters: [{ name: 'owner', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {
            200: {
              headers: { Link: { schema: { type: 'string' } } },
              content: {
                'application/json': {
                  // A property that is called like prose is none.
                  schema: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
                },
              },
            },
            204: {},
          },
        },
      },
    },
  });
});

test('what can not be written out is refused', () => {
  const endless = { 'application/json': { schema: { $ref: '#/components/schemas/endless' } } };
  const broken = (responses: Tree): Description => ({
    ...published,
    paths: { [SECRET]: { get: { operationId: 'x', responses } } },
  });
  expect(() => cut(broken({ 200: { content: endless } }), '')).toThrow('#/components/schemas/endless holds itself');
  expect(() => cut(broken({ 200: { $ref: '#/components/responses/none' } }), '')).toThrow(
    'The description has no #/components/responses/none',
  );
});

test('the text has a line for each operation, and reads as what it was', () => {
  const text = textOf(contract);
  expect(JSON.parse(text)).toEqual(contract);
  const count = Object.values(contract.paths).flatMap((methods) => Object.keys(methods)).length;
  expect(text.match(/^"(?:get|post|put|patch|delete)":\{/gm)).toHaveLength(count);
});

test('the contract that is checked in is such a text, with the operations in use and no others', () => {
  expect(readFileSync(new URL('github-secrets.openapi.json', folder), 'utf8').replaceAll('\r\n', '\n')).toBe(
    textOf(contract),
  );
  const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method })),
  );
  expect(operations.filter(({ path, method }) => !isInUse(path, method))).toEqual([]);
  expect(permissions.endpoints.filter(({ path, method }) => !contract.paths[path]?.[method.toLowerCase()])).toEqual([]);
});

test('a store that GitHub adds one day belongs to the contract, other things do not', () => {
  expect(isInUse('/repos/{owner}/{repo}/robots/secrets/{secret_name}', 'put')).toBe(true);
  expect(isInUse('/repos/{owner}/{repo}/actions/organization-secrets', 'get')).toBe(true);
  expect(isInUse('/repos/{owner}/{repo}', 'delete')).toBe(false);
  expect(isInUse('/repos/{owner}/{repo}/secret-scanning/alerts', 'get')).toBe(false);
});

test.each<[string, (operation: Tree) => void, { where: string; relied: boolean }[]]>([
  ['nothing', () => undefined, []],
  [
    'an answer gone',
    ({ responses }) => delete (responses as Tree)[204],
    [{ where: 'removed responses/204', relied: true }],
  ],
  [
    'an answer more',
    ({ responses }) => Object.assign(responses as Tree, { 409: {} }),
    [{ where: 'added responses/409', relied: false }],
  ],
  [
    'a parameter that must be sent',
    ({ parameters }) => (parameters as Tree[]).push({ name: 'api', required: true }),
    [{ where: 'added parameters/api (required)', relied: true }],
  ],
  [
    'a parameter that may be sent',
    ({ parameters }) => (parameters as Tree[]).push({ name: 'api' }),
    [{ where: 'added parameters/api', relied: false }],
  ],
  [
    'a date of its end',
    (operation) => Object.assign(operation, { deprecated: true }),
    [{ where: 'added deprecated', relied: true }],
  ],
])('changes: %s', (_, change, expected) => {
  expect(found(change)).toEqual(expected);
});

test('changes: properties that are read count, others do not', () => {
  const schema = 'responses › 200 › content › application/json › schema';
  const names = (...properties: string[]) =>
    changed((operation) => {
      const content = { schema: { properties: Object.fromEntries(properties.map((name) => [name, {}])) } };
      Object.assign(operation, { responses: { 200: { content: { 'application/json': content } } } });
    });
  const report = reportOf(changesBetween(names('name', 'forks', 'value'), names('value', 'visibility')));
  expect(report.trim().split('\n')).toEqual([
    '## The action may rely on this',
    '',
    `- \`GET ${SECRET}\`: removed ${schema} › properties › name`,
    '',
    '## Other changes',
    '',
    `- \`GET ${SECRET}\`: removed ${schema} › properties › forks`,
    `- \`GET ${SECRET}\`: added ${schema} › properties › visibility`,
  ]);
});

test('changes: an operation that is gone counts, a new one does not', () => {
  const none = { ...published, paths: {} };
  const [gone] = changesBetween(cut(published, ''), none);
  const [come] = changesBetween(none, cut(published, ''));
  expect([gone && isReliedOn(gone), come && isReliedOn(come)]).toEqual([true, false]);
});

test('permissions: what the description tells otherwise is named, what is noted already is not', () => {
  const endpoint = { method: 'GET', path: SECRET };
  const data: PermissionData = {
    endpoints: [{ ...endpoint, app: true }],
    conflicts: { endpoints: [] },
    createGithubAppToken: { openapi: { appPermissionsProperties: ['secrets'] }, missing: [] },
  };
  expect(contradictions(data, published)).toEqual([]);
  const closed = { ...data, endpoints: [{ ...endpoint, app: false }] };
  expect(contradictions(closed, published)).toEqual([`- \`GET ${SECRET}\`: open to Apps is true, and was false`]);
  const noted = { endpoints: [{ ...endpoint, openapiEnabledForGitHubApps: true }] };
  expect(contradictions({ ...closed, conflicts: noted }, published)).toEqual([]);
  const narrowed = { openapi: { appPermissionsProperties: ['secrets', 'environments'] } };
  const createGithubAppToken = { ...narrowed, missing: [{ permission: 'actions' }, { permission: 'agent_secrets' }] };
  expect(contradictions({ ...data, createGithubAppToken }, published)).toEqual([
    '- `app-permissions` no longer has `environments`',
    '- `app-permissions` now has `actions`',
  ]);
  expect(contradictions({ ...data, endpoints: [{ ...endpoint, method: 'PUT', app: true }] }, published)).toEqual([
    `- \`PUT ${SECRET}\`: is not described`,
  ]);
});
