import { describe, expect, test } from '@jest/globals';
import { Repositories, repositoryFrom } from '../../src/repositories.ts';
import { githubOver, type Reply } from '../support/unit-github.ts';

const json = (fullName: string, more: object = {}) => ({ id: 1, full_name: fullName, private: true, ...more });
const found = (owner: string, name: string, more: object = {}) => ({
  id: 1,
  owner,
  name,
  archived: false,
  disabled: false,
  private: true,
  ...more,
});
const page = (path: string, number = 1) => `GET ${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${number}`;
const organization = '/orgs/acme/repos?type=all';
const account = '/user/repos?affiliation=owner';
const user = '/users/acme/repos?type=owner';
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => json(`acme/r${from + n}`));

function over(replies: Record<string, Reply | readonly Reply[]>, credential?: string) {
  const wire = githubOver(replies, credential);
  return { ...wire, repositories: new Repositories(wire.github) };
}

async function namesOf(replies: Record<string, Reply>, credential?: string) {
  const { repositories, calls } = over(replies, credential);
  const read = await repositories.list('acme');
  return { names: 'found' in read ? read.found.map(({ name }) => name) : read.answer.said, calls };
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
    expect(await repositories.read('acme', 'network')).toEqual({ found: found('acme', 'network') });
    await repositories.read('Acme', 'NETWORK');
    expect(calls).toEqual(['GET /repos/acme/network']);
  });

  test('is archived, disabled or private only where GitHub says so', () => {
    expect(repositoryFrom(json('a/b', { id: 7, archived: true, disabled: true }))).toEqual(
      found('a', 'b', { id: 7, archived: true, disabled: true }),
    );
    expect(repositoryFrom({ full_name: 'a/b', id: '7', archived: 1, disabled: 'true', private: 'true' })).toEqual(
      found('a', 'b', { id: 0, private: false }),
    );
  });

  test.each([undefined, null, 7, 'a/b', {}, { full_name: 7 }, { full_name: 'a' }])('%j is none', (data) => {
    expect(repositoryFrom(data)).toBeUndefined();
  });

  test.each([
    [404, '404'],
    [{ status: 200, json: {} }, '200 without a repository'],
  ])('or GitHub says why not: %j', async (reply, said) => {
    const { repositories } = over({ 'GET /repos/acme/network': reply });
    expect(await repositories.read('acme', 'network')).toMatchObject({ answer: { said } });
  });
});

describe('a renamed repository', () => {
  const renamed = (location: unknown) => ({
    status: 301,
    json: { message: 'Moved Permanently', url: location },
  });
  const list = { [page(organization)]: { status: 200, json: [json('acme/new', { id: 42 })] } };

  test('gets its new name from the list of its owner', async () => {
    const { repositories } = over({ 'GET /repos/acme/old': renamed('https://gh.example/repositories/42'), ...list });
    expect(await repositories.read('acme', 'old')).toMatchObject({
      answer: { status: 301, headers: { location: '/repos/acme/new' } },
    });
  });

  test('by the header, too', async () => {
    const reply = { status: 301, headers: { location: 'https://gh.example/repositories/42' } };
    const { repositories } = over({ 'GET /repos/acme/old': reply, ...list });
    expect(await repositories.read('acme', 'old')).toMatchObject({
      answer: { headers: { location: '/repos/acme/new' } },
    });
  });

  test.each([
    ['is not in the list', renamed('https://gh.example/repositories/43'), list],
    ['whose owner can not be listed', renamed('https://gh.example/repositories/42'), {}],
  ])('that %s stays unnamed', async (_, reply, listing) => {
    const { repositories } = over({ 'GET /repos/acme/old': reply, ...listing });
    const read = await repositories.read('acme', 'old');
    expect('answer' in read && read.answer.status).toBe(301);
    expect('answer' in read && read.answer.headers).toEqual({});
  });

  test.each([
    ['no id', renamed('https://gh.example/repos/acme/other')],
    ['no address', renamed(undefined)],
    ['no body', { status: 301 }],
  ])('of which GitHub tells %s stays unnamed, and no list is read for it', async (_, reply) => {
    const { repositories, calls } = over({ 'GET /repos/acme/old': reply, ...list });
    const read = await repositories.read('acme', 'old');
    expect('answer' in read && read.answer.status).toBe(301);
    expect('answer' in read && read.answer.headers).toEqual({});
    expect(calls).toEqual(['GET /repos/acme/old']);
  });
});

describe('the repositories of an owner', () => {
  test('an organization: all pages', async () => {
    const { names, calls } = await namesOf({
      [page(organization)]: { status: 200, json: many(100) },
      [page(organization, 2)]: { status: 200, json: [json('acme/last'), json('acme/r5')] },
    });
    expect(names).toHaveLength(101);
    expect(calls).toEqual([page(organization), page(organization, 2)]);
  });

  test('a page that is not full has a next one where the link says so', async () => {
    const { names } = await namesOf({
      [page(organization)]: { status: 200, json: many(3), headers: { link: '<https://x>; rel="next"' } },
      [page(organization, 2)]: { status: 200, json: many(2, 3), headers: { link: '<https://x>; rel="prev"' } },
    });
    expect(names).toHaveLength(5);
  });

  test("the credential's own account", async () => {
    const listed = [json('Acme/mine'), json('octo-org/theirs')];
    const { names, calls } = await namesOf({ [page(account)]: { status: 200, json: listed } });
    expect(names).toEqual(['mine']);
    expect(calls).toEqual([page(organization), page(account)]);
  });

  test.each([
    ['an account without repositories of that owner', { status: 200, json: [json('octo-org/theirs')] }],
    ['an account that can not be read', 403],
  ])('another user, behind %s', async (_, reply) => {
    const { names, calls } = await namesOf({
      [page(account)]: reply,
      [page(user)]: { status: 200, json: [json('acme/public')] },
    });
    expect(names).toEqual(['public']);
    expect(calls).toEqual([page(organization), page(account), page(user)]);
  });

  test('an owner that nobody knows', async () => {
    expect((await namesOf({})).names).toBe('404');
  });

  test('an organization that may not be listed is no user', async () => {
    const { names, calls } = await namesOf({ [page(organization)]: { status: 403, json: { message: 'SSO' } } });
    expect({ names, calls }).toEqual({ names: '403 (SSO)', calls: [page(organization)] });
  });

  test("an App sees its installation's", async () => {
    const repositories = [json('acme/one'), json('octo-org/two')];
    const { names, calls } = await namesOf(
      { [page('/installation/repositories')]: { status: 200, json: { total_count: 2, repositories } } },
      'ghs_of-an-app',
    );
    expect(names).toEqual(['one']);
    expect(calls).toEqual([page('/installation/repositories')]);
  });

  test.each([undefined, null, {}, { repositories: 7 }, 'x'])('an answer that is no list: %j', async (answer) => {
    expect((await namesOf({ [page(organization)]: { status: 200, json: answer } })).names).toBe(
      '200 without a list of repositories',
    );
  });

  test('what is no repository in it does not count', async () => {
    const listed = [null, 7, {}, json('acme/one')];
    expect((await namesOf({ [page(organization)]: { status: 200, json: listed } })).names).toEqual(['one']);
  });

  test('a list that never ends is stopped after a thousand pages', async () => {
    const reply = { status: 200, json: [json('acme/one')], headers: { link: 'rel="next"' } };
    const endless = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [page(organization, n + 1), reply]));
    const { names, calls } = await namesOf(endless);
    expect(names).toEqual(['one']);
    expect(calls).toHaveLength(1000);
  });
});

test('a wait says what is read', async () => {
  const busy = { status: 429, headers: { 'retry-after': '40' } };
  const { repositories, log } = over({
    'GET /repos/acme/network': [busy, { status: 200, json: json('acme/network') }],
    [page(organization)]: [busy, { status: 200, json: [] }],
  });
  await repositories.read('acme', 'network');
  await repositories.list('acme');
  expect(log.lines).toEqual([
    "Reading the repository acme/network: GitHub's rate limit: 429; trying again in 40 s",
    "Listing the repositories of acme: GitHub's rate limit: 429; trying again in 40 s",
  ]);
});
