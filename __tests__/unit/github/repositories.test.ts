import { describe, expect, test } from '@jest/globals';
import { RepositoriesClient, repositoryFrom } from '../../../src/github/repositories.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';

const json = (fullName: string, more: object = {}) => ({
  id: 1,
  full_name: fullName,
  private: true,
  visibility: 'private',
  ...more,
});
const found = (owner: string, name: string, more: object = {}) => ({
  id: 1,
  owner,
  name,
  archived: false,
  disabled: false,
  isPrivate: true,
  ...more,
});
const page = (path: string, number = 1) => `GET ${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${number}`;
const organization = '/orgs/acme/repos?type=all';
const account = '/user/repos?affiliation=owner';
const user = '/users/acme/repos?type=owner';
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => json(`acme/r${from + n}`));

function over(replies: Record<string, Reply | readonly Reply[]>, credential?: string) {
  const wire = gitHubOver(replies, credential);
  return { ...wire, repositories: new RepositoriesClient(wire.github) };
}

async function namesOf(replies: Record<string, Reply>, credential?: string) {
  const { repositories, calls } = over(replies, credential);
  const read = await repositories.list('acme');
  return { names: read.ok ? read.value.map(({ name }) => name) : read.error.detail, calls };
}

describe('one repository', () => {
  test('is another one by another name or owner', async () => {
    const { repositories, calls } = over({});
    await repositories.read('acme', 'a');
    await repositories.read('acme', 'b');
    await repositories.read('octo-org', 'a');
    expect(calls).toEqual(['GET /repos/acme/a', 'GET /repos/acme/b', 'GET /repos/octo-org/a']);
  });

  test('is read once, whatever its case', async () => {
    const { repositories, calls } = over({ 'GET /repos/acme/network': { status: 200, json: json('acme/network') } });
    expect(await repositories.read('acme', 'network')).toEqual({ ok: true, value: found('acme', 'network') });
    await repositories.read('Acme', 'NETWORK');
    expect(calls).toEqual(['GET /repos/acme/network']);
  });

  test('is archived or disabled only where GitHub says so', () => {
    expect(repositoryFrom(json('a/b', { id: 7, archived: true, disabled: true }))).toEqual(
      found('a', 'b', { id: 7, archived: true, disabled: true }),
    );
    expect(repositoryFrom({ full_name: 'a/b', id: '7', archived: 1, disabled: 'true' })).toEqual(
      found('a', 'b', { id: 0, isPrivate: false }),
    );
  });

  test.each([
    ['private', { private: true, visibility: 'private' }, true],
    ['private on a server that tells no visibility', { private: true, visibility: undefined }, true],
    ['internal', { private: true, visibility: 'internal' }, false],
    ['public', { private: false, visibility: 'public' }, false],
    ['public, though its visibility says otherwise', { private: false, visibility: 'private' }, false],
    ['of a visibility that nobody knows', { private: true, visibility: 'secret' }, false],
    ['private in words only', { private: 'true', visibility: 'private' }, false],
    ['silent about it', { private: undefined, visibility: undefined }, false],
  ])('that is %s: only its members can read it: %j → %s', (_, fields, isPrivate) => {
    expect(repositoryFrom(json('a/b', fields))?.isPrivate).toBe(isPrivate);
  });

  test.each([undefined, null, 7, 'a/b', {}, { full_name: 7 }, { full_name: 'a' }])('is not %j', (data) => {
    expect(repositoryFrom(data)).toBeUndefined();
  });

  test.each([
    'acme/..',
    'acme/.',
    '../network',
    'acme/network/actions',
    'acme/::stop-commands::x',
    'acme/a\n::stop-commands::x',
    'acme/a b',
    'acme/a%2Fb',
    'acme/',
    '/network',
    'acme/-`id`',
    'acme/\u202enetwork',
    `acme/${'x'.repeat(101)}`,
  ])('has no name like %j, whatever a server says', (name) => {
    expect(repositoryFrom(json(name))).toBeUndefined();
  });

  test.each([
    [404, '404'],
    [{ status: 200, json: {} }, '200 without a repository'],
  ])('or GitHub says why not: %j', async (reply, detail) => {
    const { repositories } = over({ 'GET /repos/acme/network': reply });
    expect(await repositories.read('acme', 'network')).toMatchObject({ ok: false, error: { detail } });
  });
});

describe('a renamed repository', () => {
  const renamed = (url: unknown) => ({ status: 301, json: { message: 'Moved Permanently', url } });
  const list = { [page(organization)]: { status: 200, json: [json('acme/new', { id: 42 })] } };
  const old = (reply: Reply) => ({ 'GET /repos/acme/old': reply, ...list });

  test.each([
    ['its body', renamed('https://gh.example/repositories/42')],
    ['its header', { status: 301, headers: { location: 'https://gh.example/repositories/42' } }],
    ['a relative address', { status: 301, headers: { location: '/repositories/42' } }],
  ])('gets its new name from the list of its owner, by %s', async (_, reply) => {
    const { repositories } = over(old(reply));
    expect(await repositories.read('acme', 'old')).toMatchObject({
      ok: false,
      error: { status: 301, headers: { location: '/repos/acme/new' } },
    });
  });

  test.each([
    ['is not in the list', old(renamed('https://gh.example/repositories/43'))],
    ['whose owner cannot be listed', { 'GET /repos/acme/old': renamed('https://gh.example/repositories/42') }],
  ])('that %s stays unnamed', async (_, replies) => {
    const read = await over(replies).repositories.read('acme', 'old');
    expect(read).toMatchObject({ ok: false, error: { status: 301, headers: {} } });
    expect(read.ok || read.error.headers).toEqual({});
  });

  test.each([
    ['no id', renamed('https://gh.example/repos/acme/other')],
    ['an id behind another host', renamed('https://login.example/repositories/42')],
    ['an id at the end of another address', renamed('https://gh.example/login/repositories/42')],
    ['an id at the beginning of another address', renamed('https://gh.example/repositories/42/forks')],
    ['no address', renamed(undefined)],
    ['no body', { status: 301 }],
  ])('of which GitHub tells %s stays unnamed, and no list is read for it', async (_, reply) => {
    const { repositories, calls } = over(old(reply));
    const read = await repositories.read('acme', 'old');
    expect(read.ok || read.error.headers).toEqual({});
    expect(calls).toEqual(['GET /repos/acme/old']);
  });
});

describe('the repositories of an owner', () => {
  test('are all pages of an organization', async () => {
    const { names, calls } = await namesOf({
      [page(organization)]: { status: 200, json: many(100) },
      [page(organization, 2)]: { status: 200, json: [json('acme/last'), json('acme/r5')] },
    });
    expect(names).toHaveLength(101);
    expect(calls).toEqual([page(organization), page(organization, 2)]);
  });

  test('are more than a page that is not full where the link says so', async () => {
    const { names } = await namesOf({
      [page(organization)]: { status: 200, json: many(3), headers: { link: '<https://x>; rel="next"' } },
      [page(organization, 2)]: { status: 200, json: many(2, 3), headers: { link: '<https://x>; rel="prev"' } },
    });
    expect(names).toHaveLength(5);
  });

  test('are listed once, whatever the case of the owner, and each is known from then on', async () => {
    const { repositories, calls } = over({ [page(organization)]: { status: 200, json: many(2) } });
    await Promise.all([repositories.list('acme'), repositories.list('ACME')]);
    expect(await repositories.read('Acme', 'R1')).toEqual({ ok: true, value: found('acme', 'r1') });
    expect(calls).toEqual([page(organization)]);
  });

  test("are those of the credential's own account", async () => {
    const listed = [json('Acme/mine'), json('octo-org/theirs')];
    const { names, calls } = await namesOf({ [page(account)]: { status: 200, json: listed } });
    expect(names).toEqual(['mine']);
    expect(calls).toEqual([page(organization), page(account)]);
  });

  test.each([
    ['an account without repositories of that owner', { status: 200, json: [json('octo-org/theirs')] }],
    ['an account that cannot be read', 403],
  ])('are those of another user, behind %s', async (_, reply) => {
    const { names, calls } = await namesOf({
      [page(account)]: reply,
      [page(user)]: { status: 200, json: [json('acme/public')] },
    });
    expect(names).toEqual(['public']);
    expect(calls).toEqual([page(organization), page(account), page(user)]);
  });

  test('are not those of an owner that nobody knows', async () => {
    expect((await namesOf({})).names).toBe('404');
  });

  test('are not looked for as those of a user where the organization may not be listed', async () => {
    const { names, calls } = await namesOf({ [page(organization)]: { status: 403, json: { message: 'SSO' } } });
    expect({ names, calls }).toEqual({ names: '403 (SSO)', calls: [page(organization)] });
  });

  test("are those of its installation for an App, and this owner's of them", async () => {
    const repositories = [json('acme/one'), json('octo-org/two')];
    const { names, calls } = await namesOf(
      { [page('/installation/repositories')]: { status: 200, json: { total_count: 2, repositories } } },
      'ghs_of-an-app',
    );
    expect(names).toEqual(['one']);
    expect(calls).toEqual([page('/installation/repositories')]);
  });

  test.each([undefined, null, {}, { repositories: 7 }, 'x'])(
    'are not in an answer that is no list: %j',
    async (answer) => {
      expect((await namesOf({ [page(organization)]: { status: 200, json: answer } })).names).toBe(
        '200 without a list of repositories',
      );
    },
  );

  test('are only those that are repositories and have the name of one', async () => {
    const listed = [null, 7, {}, json('acme/::stop-commands::x'), json('acme/..'), json('acme/one')];
    expect((await namesOf({ [page(organization)]: { status: 200, json: listed } })).names).toEqual(['one']);
  });

  test('are a thousand pages at most of a list that never ends', async () => {
    const reply = { status: 200, json: [json('acme/one')], headers: { link: 'rel="next"' } };
    const endless = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [page(organization, n + 1), reply]));
    const { names, calls } = await namesOf(endless);
    expect(names).toEqual(['one']);
    expect(calls).toHaveLength(1000);
  });
});

describe('an environment of a repository', () => {
  const path = 'GET /repos/acme/network/environments/Production%20EU%2FWest';
  const has = (reply: Reply) =>
    over({ [path]: reply }).repositories.hasEnvironment('acme', 'network', 'Production EU/West');

  test.each<[string, Reply, boolean | undefined]>([
    ['is there', { status: 200, json: { name: 'Production EU/West' } }, true],
    ['is not there', 404, false],
    ['may not be read', 403, undefined],
    ['cannot be read', 500, undefined],
  ])('%s', async (_, reply, expected) => {
    expect(await has(reply)).toBe(expected);
  });
});

test('a wait says what is read', async () => {
  const busy = { status: 429, headers: { 'retry-after': '40' } };
  const { repositories, log } = over({
    'GET /repos/acme/network': [busy, { status: 200, json: json('acme/network') }],
    'GET /repos/acme/network/environments/live': [busy, { status: 200, json: { name: 'live' } }],
    [page(organization)]: [busy, { status: 200, json: [] }],
  });
  await repositories.read('acme', 'network');
  await repositories.hasEnvironment('acme', 'network', 'live');
  await repositories.list('acme');
  const why = "GitHub's rate limit: 429; trying again in 40 s";
  expect(log.lines).toEqual([
    `Reading the repository acme/network: ${why}`,
    `Reading the environment "live" of acme/network: ${why}`,
    `Listing the repositories of acme: ${why}`,
  ]);
});
