import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { commitDist } from '../../scripts/commit-dist.ts';

const repository = 'octo-org/rotate-thousandeyes-token';
const head = 'a'.repeat(40);
const branch = 'dependabot/npm_and_yarn/undici-6.30.0';
const blob = (content: string) => createHash('sha1').update(`blob ${content.length}\0${content}`).digest('hex');

type Request = { method: string; path: string; authorization: string | undefined; body: unknown };

/** What a GitHub answers to such a pull request; each test changes what it is about. */
const answers = () => ({
  pull: {
    state: 'open',
    user: { login: 'dependabot[bot]' },
    head: { sha: head, ref: branch, repo: { full_name: repository } },
  },
  commit: { author: { login: 'dependabot[bot]' }, commit: { verification: { verified: true } } },
  dist: {
    truncated: false,
    tree: [
      { path: 'index.js', type: 'blob', sha: blob('old') },
      { path: 'gone.js', type: 'blob', sha: blob('gone') },
      { path: 'same.js', type: 'blob', sha: blob('same') },
    ],
  },
  graphql: { data: { createCommitOnBranch: { commit: { oid: 'c'.repeat(40) } } } } as object,
});

let github = answers();
let requests: Request[] = [];
let redirects = false;
let server: Server;
let folder = '';

beforeEach(async () => {
  github = answers();
  requests = [];
  redirects = false;
  folder = mkdtempSync(join(tmpdir(), 'dist-'));
  for (const [name, content] of Object.entries({ 'index.js': 'new', 'same.js': 'same', 'added.js': 'added' })) {
    writeFileSync(join(folder, name), content);
  }
  const at = `/repos/${repository}`;
  const routes: Record<string, () => unknown> = {
    [`GET ${at}/pulls/7`]: () => github.pull,
    [`GET ${at}/commits/${head}`]: () => github.commit,
    [`GET ${at}/git/trees/${head}`]: () => ({ truncated: false, tree: [{ path: 'dist', type: 'tree', sha: 'd1' }] }),
    [`GET ${at}/git/trees/d1`]: () => github.dist,
    'POST /graphql': () => github.graphql,
    [`POST ${at}/actions/workflows/ci.yml/dispatches`]: () => undefined,
  };
  server = createServer(async (incoming, response) => {
    const { method = '', url: path = '' } = incoming;
    const body = await text(incoming);
    requests.push({ method, path, authorization: incoming.headers.authorization, body: body && JSON.parse(body) });
    if (redirects) return void response.writeHead(302, { location: '/elsewhere' }).end();
    const route = routes[`${method} ${path}`];
    const answer = route?.();
    response.writeHead(route === undefined ? 404 : answer === undefined ? 204 : 200).end(JSON.stringify(answer) ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function commit(): Promise<string | undefined> {
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const graphqlUrl = `${apiUrl}/graphql`;
  return commitDist({ apiUrl, graphqlUrl, token: 'ghs_1', repository, pullRequest: 7, builtHead: head, folder });
}

const written = () => requests.filter(({ method }) => method !== 'GET');

test('what differs is committed on the head that was built, nothing else, and CI is started on it', async () => {
  expect(await commit()).toBe('c'.repeat(40));
  expect(written()).toEqual([
    {
      method: 'POST',
      path: '/graphql',
      authorization: 'Bearer ghs_1',
      body: {
        query: expect.stringContaining('createCommitOnBranch(input: $input)'),
        variables: {
          input: {
            branch: { repositoryNameWithOwner: repository, branchName: branch },
            message: { headline: 'Build dist', body: '[dependabot skip]' },
            expectedHeadOid: head,
            fileChanges: {
              additions: expect.arrayContaining([
                { path: 'dist/index.js', contents: Buffer.from('new').toString('base64') },
                { path: 'dist/added.js', contents: Buffer.from('added').toString('base64') },
              ]),
              deletions: [{ path: 'dist/gone.js' }],
            },
          },
        },
      },
    },
    {
      method: 'POST',
      path: `/repos/${repository}/actions/workflows/ci.yml/dispatches`,
      authorization: 'Bearer ghs_1',
      body: { ref: branch },
    },
  ]);
  expect(JSON.stringify(requests)).not.toContain('same.js');
});

test('where nothing differs, nothing is committed', async () => {
  github.dist.tree = ['added', 'same'].map((name) => ({ path: `${name}.js`, type: 'blob', sha: blob(name) }));
  github.dist.tree.push({ path: 'index.js', type: 'blob', sha: blob('new') });
  expect(await commit()).toBeUndefined();
  expect(written()).toEqual([]);
});

test.each<[string, () => void, RegExp]>([
  ['closed meanwhile', () => Object.assign(github.pull, { state: 'closed' }), /it is closed/],
  ['of someone else', () => Object.assign(github.pull.user, { login: 'mona' }), /mona opened it/],
  ['from a fork', () => Object.assign(github.pull.head.repo, { full_name: 'mona/fork' }), /another repository/],
  ['whose fork is gone', () => Object.assign(github.pull.head, { repo: null }), /another repository/],
  ['that moved on', () => Object.assign(github.pull.head, { sha: 'b'.repeat(40) }), /its head is b{40} by now/],
  ['with a last commit of someone else', () => Object.assign(github.commit, { author: { login: 'mona' } }), /by mona/],
  ['with a last commit of nobody', () => Object.assign(github.commit, { author: null }), /by someone unknown/],
  ['not signed', () => Object.assign(github.commit.commit.verification, { verified: false }), /no signature/],
])('a pull request %s gets no commit', async (_, change, reason) => {
  change();
  await expect(commit()).rejects.toThrow(reason);
  expect(written()).toEqual([]);
});

test.each<[string, () => void]>([
  ['a link', () => symlinkSync('/etc/passwd', join(folder, 'link.js'))],
  ['a folder', () => mkdirSync(join(folder, 'more'))],
  ['a name that hides', () => writeFileSync(join(folder, '.hidden'), '')],
  ['a name with a blank', () => writeFileSync(join(folder, 'a b.js'), '')],
  ['too much', () => writeFileSync(join(folder, 'big.js'), Buffer.alloc(21 * 1024 * 1024))],
])('%s among the built files stops it before any request', async (_, add) => {
  add();
  await expect(commit()).rejects.toThrow(/plain file|bytes were built/);
  expect(requests).toEqual([]);
});

test('no built file at all stops it', async () => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  await expect(commit()).rejects.toThrow('Nothing was built');
});

test("GitHub's refusal to commit is told, and CI not started", async () => {
  github.graphql = {
    data: { createCommitOnBranch: null },
    errors: [{ message: 'Expected branch to point to another' }],
  };
  await expect(commit()).rejects.toThrow('Expected branch to point to another');
  expect(written()).toHaveLength(1);
});

test('the token follows no redirect', async () => {
  redirects = true;
  await expect(commit()).rejects.toThrow();
  expect(requests).toHaveLength(1);
});

test('a folder inside dist stops it', async () => {
  github.dist.tree.push({ path: 'more', type: 'tree', sha: 'd2' });
  await expect(commit()).rejects.toThrow('more than files');
  expect(written()).toEqual([]);
});
