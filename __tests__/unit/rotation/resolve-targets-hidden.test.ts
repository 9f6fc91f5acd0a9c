import { expect, test } from '@jest/globals';
import { FirstReads } from '../../../src/github/first-reads.ts';
import { RepositoriesClient, repositoryFrom } from '../../../src/github/repositories.ts';
import { SecretsClient } from '../../../src/github/secrets.ts';
import { resolveTargets } from '../../../src/rotation/resolve-targets.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { gitHubOver } from '../support/github-over-wire.ts';
import { linesOf, type ResolveOptions, resolve } from '../support/resolving.ts';
import { sceneOf } from '../support/scene.ts';

test('finds are shown by name where the running repository is private; the home counts once', async () => {
  const { names, shown } = await resolve('acme/network\nacme/*', { names: ['network', 'edge'] });
  expect(names).toEqual(['acme/network', 'acme/edge']);
  expect(shown).toEqual(names);
});

test('finds stay unnamed where the event says that the repository is public, without asking', async () => {
  const options = { names: ['edge'], eventSaysPublic: true };
  const { names, shown, runningReads } = await resolve('acme/network\nacme/*', options);
  expect(names).toEqual(['acme/network', 'acme/edge']);
  expect(shown).toEqual(['acme/network', 'acme/*']);
  expect(runningReads).toBe(0);
});

const running = (more: object) => {
  const found = repositoryFrom({ id: 1, full_name: 'acme/network', ...more });
  if (found === undefined) throw new Error('no repository');
  return { 'acme/network': found };
};

test.each<[string, ResolveOptions]>([
  ['is public', { repositories: running({ private: false, visibility: 'public' }) }],
  [
    'is internal, which everyone in the company can read',
    { repositories: running({ private: true, visibility: 'internal' }) },
  ],
  ['cannot be read', { repositories: { 'acme/network': gitHubAnswer(404) } }],
  ['is not known', { running: '' }],
  ['is known by half', { running: 'acme' }],
  ['is known without its owner', { running: '/network' }],
])('finds stay unnamed where the running repository %s', async (_, options) => {
  const { names, shown } = await resolve('acme/network\nacme/*', { names: ['edge'], ...options });
  expect(names).toEqual(['acme/network', 'acme/edge']);
  expect(shown).toEqual(['acme/network', 'acme/*']);
});

test('a private repository is known by its visibility, too', async () => {
  const repositories = running({ private: true, visibility: 'private' });
  expect((await resolve('acme/network\nacme/*', { names: ['edge'], repositories })).shown[1]).toBe('acme/edge');
});

test('whether the running repository is private is asked once for many patterns, and not without one', async () => {
  const repositories = { 'acme/network': { isPrivate: false } };
  const many = await resolve('acme/network\nacme/*\nacme/e*', { names: ['edge'], repositories });
  expect(many.runningReads).toBe(1);
  expect((await resolve('acme/network', { repositories })).runningReads).toBe(0);
});

test('what two patterns find is told by the first of them', async () => {
  const { names, shown } = await resolve('acme/network\nacme/tf-*\nACME/*', { names: ['tf-1'], eventSaysPublic: true });
  expect(names).toEqual(['acme/network', 'acme/tf-1']);
  expect(shown).toEqual(['acme/network', 'acme/tf-*']);
});

test('a name that stands in a line of its own is shown, also where a pattern before that line finds it', async () => {
  const options = { names: ['edge', 'core'], eventSaysPublic: true };
  const { names, shown, found } = await resolve('acme/network\nacme/*\nACME/edge', options);
  expect(names).toEqual(['acme/network', 'ACME/edge', 'acme/core']);
  expect(shown).toEqual(['acme/network', 'ACME/edge', 'acme/*']);
  expect(found.map(({ isHidden }) => isHidden)).toEqual([false, false, true]);
});

test.each([
  ['a refusal', { status: 403 }],
  ['a new name', { status: 301, headers: { location: 'https://gh.example/repos/acme/tf-refused-2' } }],
])('a hidden name is in no line of the log and in no problem, however GitHub spells it: %s', async (_, last) => {
  const json = { message: 'TF-Refused (acme/tf-refused, acme%2Ftf-refused) is not accessible' };
  const secrets = '/repos/acme/tf-refused/actions/secrets';
  const { github, clock, log } = gitHubOver({
    'GET /repos/acme/network': { status: 200, json: { id: 1, full_name: 'acme/network', private: false } },
    'GET /orgs/acme/repos?type=all&per_page=100&page=1': {
      status: 200,
      json: [{ id: 2, full_name: 'acme/tf-refused', private: true }],
    },
    [`GET ${secrets}/TE_TOKEN`]: [...Array.from({ length: 3 }, () => ({ status: 503, json })), { ...last, json }],
    [`GET ${secrets}/public-key`]: { status: 403, json },
  });
  const { dependencies } = sceneOf();
  const result = await resolveTargets(linesOf('acme/network\nacme/tf-*'), {
    ...dependencies,
    clock,
    log,
    repositories: new RepositoriesClient(github),
    firstReads: new FirstReads(new SecretsClient(github, clock)),
  });
  expect(result).toMatchObject({ ok: false, error: { problems: [{}] } });
  const told = JSON.stringify([log.lines, result.ok ? [] : result.error.problems]);
  expect(told).toContain('Reading one of 1 repository of acme/tf-*');
  expect(told).toContain('trying again');
  expect(told).not.toMatch(/refused/i);
});

test('of hidden repositories that cannot be read it is told how many there are', async () => {
  const { problems } = await resolve('acme/network\nacme/tf-*', {
    names: ['tf-1', 'tf-2', 'tf-3'],
    secrets: { 'acme/tf-2': gitHubAnswer(403), 'acme/tf-3': gitHubAnswer(403) },
    eventSaysPublic: true,
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('Reading one of 2 repositories of acme/tf-*: GitHub answered 403.');
});
