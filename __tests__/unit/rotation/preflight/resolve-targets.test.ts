import { expect, test } from '@jest/globals';
import { gitHubAnswer } from '../../support/fakes.ts';
import { type ResolveOptions, resolve } from '../../support/resolving.ts';

/** What a pattern finds among these names, beside the home. */
async function matching(pattern: string, names: readonly string[]): Promise<string[]> {
  const { names: found } = await resolve(`acme/home\n${pattern}`, { names });
  return found.slice(1);
}

const none = gitHubAnswer(404);

test('lines that name targets are taken as they are, each secret once, without a request', async () => {
  const { result, names, finds, log, reads } = await resolve(
    'acme/network\norgs/acme\nACME/Network/actions\nacme/network as OTHER',
  );
  expect(result.ok).toBe(true);
  expect(names).toEqual(['acme/network', 'orgs/acme', 'acme/network as OTHER']);
  expect({ finds, log, reads }).toEqual({ finds: [], log: [], reads: 0 });
});

test.each([
  ['acme/terraform-*', ['acme/Terraform-B.c', 'acme/terraform-', 'acme/terraform-a']],
  ['acme/*-a', ['acme/terraform-a', 'acme/x-a']],
  ['acme/*', ['acme/Terraform-B.c', 'acme/terraform-', 'acme/terraform-a', 'acme/x-a', 'acme/xterraform-']],
  ['acme/t*-*.c', ['acme/Terraform-B.c']],
  ['acme/*.C', ['acme/Terraform-B.c']],
  ['acme/**x**', ['acme/x-a', 'acme/xterraform-']],
])('a star stands for any characters, and case does not count: %s', async (pattern, expected) => {
  const names = ['terraform-a', 'terraform-', 'Terraform-B.c', 'x-a', 'xterraform-'];
  expect((await matching(pattern, names)).sort()).toEqual(expected);
});

test.each([
  ['acme/a*a', ['acme/aba', 'acme/abba']],
  ['acme/ab*ba', ['acme/abba']],
  ['acme/*ab*ab', ['acme/abab', 'acme/abxab']],
  ['acme/a*b*b*b', []],
])('parts between stars do not share characters: %s', async (pattern, expected) => {
  const names = ['a', 'aba', 'abba', 'abab', 'abxab', 'acbb'];
  const { names: found } = await resolve(`acme/home\n${pattern}`, { names });
  expect(found.slice(1)).toEqual(expected);
});

test('every character but the star stands for itself', async () => {
  expect(await matching('acme/a.b*', ['a.b', 'axb'])).toEqual(['acme/a.b']);
});

test('many stars take no time: 30 of them against a name of 100 characters', async () => {
  const pattern = `acme/${'*a'.repeat(30)}*b`;
  expect(await matching(pattern, ['a'.repeat(100), `${'a'.repeat(99)}b`])).toEqual([`acme/${'a'.repeat(99)}b`]);
});

test('what a pattern finds keeps its store and its name', async () => {
  expect(await matching('acme/*/environments/Prod as X', ['a'])).toEqual(['acme/a/environments/Prod as X']);
  expect(await matching('acme/*/dependabot', ['a'])).toEqual(['acme/a/dependabot']);
});

test('what a pattern finds is spelled as GitHub spells it', async () => {
  const { names } = await resolve('acme/home\nAcme/Tf-*', { names: [{ name: 'tf-1', owner: 'ACME' }] });
  expect(names).toEqual(['acme/home', 'ACME/tf-1']);
});

test('repositories without the secret, archived and disabled ones are left out, and counted in the log', async () => {
  const names = ['a', 'b', { name: 'c', archived: true }, { name: 'd', disabled: true }, 'x', 'other'];
  const { result, names: found, log } = await resolve('acme/home\nacme/*', { names, secrets: { 'acme/b': none } });
  expect(result.ok).toBe(true);
  expect(found).toEqual(['acme/home', 'acme/a', 'acme/x', 'acme/other']);
  expect(log).toEqual([
    'acme/*: of 6 repositories 6 match, 3 hold the secret; left out: 1 without it, 1 archived, 1 disabled',
  ]);
});

test('the count in the log speaks of one repository where there is one', async () => {
  const { log } = await resolve('acme/home\nacme/a*', { names: ['a'] });
  expect(log[0]).toContain('of 1 repository 1 match');
});

test('a repository without the environment of a pattern is left out, not a 404 that tells to grant what is granted', async () => {
  const { result, names, log } = await resolve('acme/home\nacme/service-*/environments/live', {
    names: ['service-a', 'service-b'],
    secrets: { 'acme/service-a/environments/live': none },
    keys: { 'acme/service-a/environments/live': none, 'acme/service-a': gitHubAnswer(403) },
  });
  expect(result.ok).toBe(true);
  expect(names).toEqual(['acme/home', 'acme/service-b/environments/live']);
  expect(log[0]).toContain('left out: 1 without it');
});

test.each<[string, ResolveOptions]>([
  ['nothing matches', { names: ['b'] }],
  ['no match holds the secret', { names: ['a'], secrets: { 'acme/a': none } }],
  ['the owner has no repository', { names: [] }],
])('a pattern that finds nothing is a problem: %s', async (_, options) => {
  const { names, problems, log } = await resolve('acme/home\nacme/a*', options);
  expect(names).toEqual(['acme/home']);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`Expanding acme/a*: ${log[0]}. `);
  expect(problems[0]).toContain('finds none');
});

test('every pattern that finds nothing is told, not just the first', async () => {
  const { names, problems, log } = await resolve('acme/home\nacme/x-*\nacme/a*\nacme/y-*', { names: ['a'] });
  expect(problems.map((message) => message.slice(0, 19))).toEqual(['Expanding acme/x-*:', 'Expanding acme/y-*:']);
  expect(names).toEqual(['acme/home', 'acme/a']);
  expect(log).toHaveLength(3);
});

test('an owner whose repositories cannot be listed is a problem', async () => {
  const { problems, log } = await resolve('acme/home\nacme/a*', { unlisted: { acme: gitHubAnswer(403) } });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('Listing the repositories of acme for acme/a*: GitHub answered 403. ');
  expect(log).toEqual([]);
});

test.each([
  ['of several owners', 'acme/network\nocto-org/*', true],
  ['of one owner', 'octo-org/network\nocto-org/*', false],
])('that a fine-grained token covers one owner is told where the targets are %s', async (_, text, isTold) => {
  const options = { unlisted: { 'octo-org': gitHubAnswer(403) }, credential: 'github_pat_of-targets' };
  const { problems } = await resolve(text, options);
  expect(problems[0]?.includes('only one owner')).toBe(isTold);
});

test('matches that cannot be read are problems beside what was found, each by its name', async () => {
  const { names, problems } = await resolve('acme/home\nacme/*', {
    names: ['a', 'b', 'c'],
    secrets: { 'acme/a': gitHubAnswer(403), 'acme/b': gitHubAnswer(502) },
  });
  expect(names).toEqual(['acme/home', 'acme/c']);
  expect(problems).toEqual([
    expect.stringMatching(/^Reading acme\/a: GitHub answered 403\. /),
    expect.stringMatching(/^Reading acme\/b: GitHub answered 502\. /),
  ]);
});

test('where no match can be read, that is the problem, and not that the pattern finds nothing', async () => {
  const { problems } = await resolve('acme/home\nacme/*', { names: ['a'], secrets: { 'acme/a': gitHubAnswer(502) } });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('Reading acme/a: GitHub answered 502. ');
});

test('of many repositories the log says how far the search is, and when it will be done', async () => {
  const names = Array.from({ length: 500 }, (_, number) => `r${number}`);
  const { log } = await resolve('acme/home\nacme/*', { names, readTakes: 5000 });
  expect(log[0]).toBe('Looked for acme/*: 1 of 500, done by about 2026-11-23 19:01 UTC');
  expect(log).toHaveLength(2);
});

test('what a pattern found is known as that, unless a line names it', async () => {
  const { names, finds } = await resolve('acme/home\nacme/*\nACME/B\nacme/h*', { names: ['home', 'a', 'b'] });
  expect(names).toEqual(['acme/home', 'acme/a', 'ACME/B']);
  expect(finds).toEqual(['acme/a']);
});

test.each<[string, ResolveOptions]>([
  ['public or internal', { repositories: { 'acme/network': { isPrivate: false } } }],
  ['unreadable', { repositories: { 'acme/network': gitHubAnswer(404) } }],
  ['unknown', { running: '' }],
])(
  'a pattern is refused where the running repository is %s: the log would name what is private',
  async (_, options) => {
    const { result, names, finds, problems, log } = await resolve('acme/home\nacme/a*\norgs/acme\nacme/b* as X', {
      names: ['a', 'b'],
      ...options,
    });
    expect(result.ok).toBe(false);
    expect(problems).toEqual([expect.stringContaining('`acme/a*`, `acme/b* as X`')]);
    expect(problems[0]).toContain('known to be private');
    expect({ names, finds, log }).toEqual({ names: ['acme/home', 'orgs/acme'], finds: [], log: [] });
  },
);

test('whether the running repository is private is not known while it cannot be read: that is told, with what it takes', async () => {
  const { names, problems } = await resolve('octo-org/home\nocto-org/*', {
    names: ['a'],
    repositories: { 'acme/network': gitHubAnswer(403) },
    credential: 'github_pat_of-targets',
  });
  expect(names).toEqual(['octo-org/home']);
  expect(problems).toEqual([expect.stringMatching(/^Reading acme\/network, .*: GitHub answered 403\. /)]);
  expect(problems[0]).toMatch(/"Secrets: .* for acme\/network\..* owner of acme /);
});

test('lines without a pattern are taken wherever it runs', async () => {
  const repositories = { 'acme/network': { isPrivate: false } };
  expect((await resolve('acme/home\norgs/acme', { repositories })).result.ok).toBe(true);
});
