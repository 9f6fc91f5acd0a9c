import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Contract, FILES, loadDescription, type Schema } from '../../sandbox/http/contract.ts';
import {
  answering,
  internalError,
  issuedAs,
  maintenance,
  notFound,
  tooManyRequests,
} from '../../sandbox/thousandeyes/answers.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { call, type Reply } from './support/client.ts';

/** The two operations, held to the newest description of ThousandEyes that is at hand: that of its own command-line client. */

const FILE = 'thousandeyes-7.0.85.openapi.json';
const contract = new Contract({ ...FILES, thousandeyes: FILE });
const description = loadDescription(FILE);

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function ask(method: string, path: string, token = world.currentToken): Promise<Reply> {
  const reply = await call(world.thousandeyes, method, path, { token });
  const headers = Object.fromEntries(reply.headers);
  const found = contract.checkResponse(
    'thousandeyes',
    method,
    path,
    reply.status,
    headers,
    JSON.stringify(reply.body) ?? '',
  );
  expect(found).toEqual([]);
  expect(undescribed(reply.body, schemaOf(method, path, reply.status))).toEqual([]);
  return reply;
}

function schemaOf(method: string, path: string, status: number): Schema | undefined {
  const content = description.paths[path]?.[method.toLowerCase()]?.responses[status]?.content ?? {};
  return Object.values(content)[0]?.schema;
}

/** Properties that the description, which allows any, does not name. */
function undescribed(value: unknown, schema: Schema | undefined, at = ''): string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => undescribed(item, schema?.items as Schema | undefined, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [];
  const known = propertiesOf(schema);
  return Object.entries(value).flatMap(([name, item]) =>
    name in known ? undescribed(item, known[name], `${at}.${name}`) : [`${at}.${name}`],
  );
}

function propertiesOf(schema: Schema | undefined): Record<string, Schema> {
  const parts = (schema?.allOf as Schema[] | undefined) ?? [];
  return Object.assign({}, schema?.properties, ...parts.map(propertiesOf));
}

test('what is not described is seen', () => {
  const user = schemaOf('GET', '/users/current', 200);
  expect(undescribed({ uid: '1', extra: 1, loginAccountGroup: { aid: '1', id: 1 } }, user)).toEqual([
    '.extra',
    '.loginAccountGroup.id',
  ]);
  expect(Object.keys(description.paths)).toEqual(['/api-tokens', '/users/current']);
});

test('the current user has a name, an e-mail address and an account group', async () => {
  const { body } = await ask('GET', '/users/current');
  expect(body).toEqual({
    uid: '1001',
    name: 'Acme 1',
    email: 'te-1@acme.example',
    dateRegistered: '2024-01-15T09:00:00Z',
    lastLogin: '2026-01-15T09:00:00Z',
    loginAccountGroup: { aid: '201', accountGroupName: 'Acme group 1' },
    accountGroupRoles: [
      {
        accountGroup: { aid: '201', accountGroupName: 'Acme group 1' },
        roles: [{ roleId: '35', name: 'Organization Admin', isBuiltin: true, hasManagementPermissions: true }],
      },
    ],
    allAccountGroupRoles: [
      { roleId: '35', name: 'Organization Admin', isBuiltin: true, hasManagementPermissions: true },
    ],
    _links: { self: { href: `${world.thousandeyes.url}/users/current` } },
  });
});

test('it may belong to another group, and may never have logged in', async () => {
  const group = { aid: '77', name: 'Network & Edge' };
  const account = world.thousandeyes.addAccount({ accountGroup: group, lastLoginAt: null });
  world.thousandeyes.addToken(account, { value: 'te-other' });
  const { body } = await ask('GET', '/users/current', 'te-other');
  expect(body).toMatchObject({ loginAccountGroup: { aid: '77', accountGroupName: 'Network & Edge' } });
  expect(body).not.toHaveProperty('lastLogin');
});

test('a regenerate, and a second one', async () => {
  expect((await ask('POST', '/api-tokens')).status).toBe(201);
  expect((await ask('POST', '/api-tokens')).status).toBe(409);
});

test('refusals of both', async () => {
  expect((await ask('GET', '/users/current', 'te-unknown')).status).toBe(401);
  expect((await ask('POST', '/api-tokens', 'te-unknown')).status).toBe(401);
  const [account] = world.thousandeyes.accounts;
  if (account) account.apiAccess = false;
  expect((await ask('POST', '/api-tokens')).status).toBe(403);
});

test('too many requests', async () => {
  world.thousandeyes.rateLimit = 0;
  expect((await ask('GET', '/users/current')).status).toBe(429);
});

test.each([
  [notFound, 404, 'URI Resource Not Found'],
  [tooManyRequests, 429, 'Too Many Requests'],
  [internalError, 500, 'Internal server error'],
] as const)('%p as described (%d), where a fault says so', async (answer, status, title) => {
  world.faults.add({ fault: answering(answer()) });
  expect((await ask('GET', '/users/current')).body).toMatchObject({ status, title });
  expect((await call(world.thousandeyes, 'GET', '/users/current')).status).toBe(status);
});

test('a token that spreads slowly, with an outage in between', async () => {
  world.thousandeyes.nextToken = 'te-next';
  world.thousandeyes.spread = { ms: 25_000 };
  await ask('POST', '/api-tokens');
  const outage = answering(internalError());
  world.faults.sequence({ where: ({ headers }) => headers?.authorization === 'Bearer te-next', nth: 2 }, [
    outage,
    undefined,
    answering(maintenance()),
  ]);
  const statuses: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    statuses.push((await call(world.thousandeyes, 'GET', '/users/current', { token: 'te-next' })).status);
    world.clock.advance(5000);
  }
  expect(statuses).toEqual([401, 500, 401, 503, 401]);
  expect((await ask('GET', '/users/current', 'te-next')).status).toBe(200);
});

test('a 2xx may say anything, in any bytes', async () => {
  const told = async (body: unknown, more = {}) => {
    world.faults.add({ times: 1, fault: issuedAs(body, more) });
    const answer = await fetch(`${world.thousandeyes.url}/api-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.currentToken}` },
    });
    return [answer.status, answer.headers.get('content-type'), Buffer.from(await answer.arrayBuffer()).toString('hex')];
  };
  expect(await told({ token: 1 })).toEqual([201, 'application/hal+json', Buffer.from('{"token":1}').toString('hex')]);
  expect(world.thousandeyes.issued).toHaveLength(1);
  expect(await told(Buffer.from([0xff, 0x00]), { status: 200, contentType: 'text/plain' })).toEqual([
    200,
    'text/plain',
    'ff00',
  ]);
  expect(await told(undefined, { status: 202 })).toEqual([202, null, '']);
});
