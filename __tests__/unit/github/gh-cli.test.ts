import { describe, expect, test } from '@jest/globals';
import {
  ghHost,
  ghObstacle,
  ghSecretDelete,
  ghSecretSet,
  ghVariableDelete,
  ghWriteSealed,
  shellQuote,
} from '../../../src/github/gh-cli.ts';
import type { Access, SecretBody } from '../../../src/github/secrets.ts';
import { target } from '../support/fakes.ts';

const github = 'https://api.github.com';
const server = 'https://ghes.acme.example/api/v3';
const body = { encrypted_value: 'a+b/c==', key_id: '7' };

test.each([
  ['https://api.github.com', undefined],
  ['https://api.github.com/', undefined],
  ['https://github.com', undefined],
  ['https://ghes.acme.example/api/v3', 'ghes.acme.example'],
  ['https://api.ghes.acme.example/api/v3', 'api.ghes.acme.example'],
  ['https://api.acme.ghe.com', 'acme.ghe.com'],
  ['https://api.acme.ghe.com/', 'acme.ghe.com'],
  ['https://github.api.acme.example', 'github.api.acme.example'],
  ['https://ghes.acme.example:8443/api/v3', 'ghes.acme.example:8443'],
  ['https://ghes.acme.example:443/api/v3', 'ghes.acme.example'],
  ['http://127.0.0.1:8080', '127.0.0.1:8080'],
])('the host of %s for gh', (url, host) => {
  expect(ghHost(url)).toBe(host);
});

test.each([
  [github, undefined],
  [server, undefined],
  ['https://ghes.acme.example:8443/api/v3', expect.stringMatching(/takes no port.* ghes\.acme\.example:8443$/)],
])('whether gh can write to %s', (url, obstacle) => {
  expect(ghObstacle(url)).toEqual(obstacle);
});

describe('the command that sets a secret by hand', () => {
  const selected = (...selectedRepositoryIds: number[]): Access => ({ visibility: 'selected', selectedRepositoryIds });
  const list = (store: string, prefix = '') =>
    `"$(${prefix}gh api --paginate orgs/acme/${store}/secrets/TE_TOKEN/repositories --jq '.repositories[].name' | paste -sd, -)"`;

  test.each<[string, Access | undefined, string]>([
    ['acme/network', {}, 'gh secret set TE_TOKEN --repo acme/network'],
    ['acme/network/dependabot as X', {}, 'gh secret set X --repo acme/network --app dependabot'],
    ['acme/network/environments/prod', undefined, 'gh secret set TE_TOKEN --repo acme/network --env prod'],
    ["acme/network/environments/Bob's $HOME", {}, "gh secret set TE_TOKEN --repo acme/network --env 'Bob'\\''s $HOME'"],
    ['orgs/acme', { visibility: 'all' }, 'gh secret set TE_TOKEN --org acme --visibility all'],
    ['orgs/acme', { visibility: 'private' }, 'gh secret set TE_TOKEN --org acme --visibility private'],
    ['orgs/acme', selected(1, 2), `gh secret set TE_TOKEN --org acme --visibility selected --repos ${list('actions')}`],
    ['orgs/acme', selected(), 'gh secret set TE_TOKEN --org acme --visibility selected --no-repos-selected'],
    ['orgs/acme', undefined, `gh secret set TE_TOKEN --org acme --visibility selected --repos ${list('actions')}`],
    ['orgs/acme/agents', { visibility: 'all' }, 'gh secret set TE_TOKEN --org acme --app agents --visibility all'],
    [
      'orgs/acme/codespaces',
      selected(1),
      `gh secret set TE_TOKEN --org acme --app codespaces --visibility selected --repos ${list('codespaces')}`,
    ],
    ['user/codespaces', { selectedRepositoryIds: [1] }, 'gh secret set TE_TOKEN --user'],
  ])('of %s, seen by %j', (line, access, command) => {
    expect(ghSecretSet(target(line), access, github)).toBe(command);
  });

  test.each<[string, Access, string]>([
    ['acme/network', {}, 'gh secret set TE_TOKEN --repo HOST/acme/network'],
    ['acme/network/environments/prod', {}, 'gh secret set TE_TOKEN --repo HOST/acme/network --env prod'],
    ['orgs/acme', { visibility: 'all' }, 'GH_HOST=HOST gh secret set TE_TOKEN --org acme --visibility all'],
    [
      'orgs/acme/dependabot',
      selected(1),
      `GH_HOST=HOST gh secret set TE_TOKEN --org acme --app dependabot --visibility selected --repos ${list('dependabot', 'GH_HOST=HOST ')}`,
    ],
    ['user/codespaces', {}, 'GH_HOST=HOST gh secret set TE_TOKEN --user'],
  ])('names the host where it is not github.com: %s', (line, access, command) => {
    for (const [url, host] of [
      [server, 'ghes.acme.example'],
      ['https://api.acme.ghe.com', 'acme.ghe.com'],
      ['https://ghes.acme.example:8443/api/v3', 'ghes.acme.example:8443'],
    ] as const)
      expect(ghSecretSet(target(line), access, url)).toBe(
        command.replaceAll('HOST=HOST', `HOST=${host}`).replace('HOST/', `${host}/`),
      );
  });
});

describe('the commands that delete a secret and a variable', () => {
  test.each([
    ['acme/network', github, '', '--repo acme/network'],
    ['acme/network/environments/prod', github, '', '--repo acme/network --env prod'],
    ['orgs/acme', github, '', '--org acme'],
    ['acme/network', server, '', '--repo ghes.acme.example/acme/network'],
    ['orgs/acme', server, 'GH_HOST=ghes.acme.example ', '--org acme'],
  ])('of %s at %s', (line, url, prefix, place) => {
    const { store } = target(line);
    expect(ghSecretDelete({ store, secret: 'X' }, url)).toBe(`${prefix}gh secret delete X ${place}`);
    expect(ghVariableDelete({ store, name: 'X' }, url)).toBe(`${prefix}gh variable delete X ${place}`);
  });
});

describe('the command that writes a sealed value', () => {
  const command = (line: string, url = github, more: Partial<SecretBody> = {}) =>
    ghWriteSealed(target(line), { ...body, ...more }, url);

  test('has no slash in front of its path, which Git Bash would rewrite', () => {
    expect(command('acme/network')).toBe(
      'gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN -f encrypted_value=a+b/c== -f key_id=7',
    );
  });

  test.each([
    [server, 'ghes.acme.example'],
    ['https://api.acme.ghe.com', 'acme.ghe.com'],
  ])('names the host where it is not github.com: %s', (url, host) => {
    expect(command('acme/network', url)).toContain(`gh api --method PUT --hostname ${host} repos/acme/network/`);
  });

  test.each<[string, Partial<SecretBody>, string]>([
    ['orgs/acme', { visibility: 'all' }, '-f visibility=all'],
    [
      'orgs/acme',
      { visibility: 'selected', selected_repository_ids: [1, 23] },
      "-f visibility=selected -F 'selected_repository_ids[]=1' -F 'selected_repository_ids[]=23'",
    ],
    ['user/codespaces', { selected_repository_ids: [] }, "-F 'selected_repository_ids[]'"],
  ])('keeps who sees %s: %j', (line, more, fields) => {
    expect(command(line, github, more).split(' -f key_id=7 ')[1]).toBe(fields);
  });
});

test.each([
  ['a/b:c@d%e+f=g,h-i_j.k', 'a/b:c@d%e+f=g,h-i_j.k'],
  ['', "''"],
  ['a b', "'a b'"],
  ["'", "''\\'''"],
  ['$(x)`y`\n"', "'$(x)`y`\n\"'"],
  ['~', "'~'"],
  ['*', "'*'"],
])('a word for the shell: %j', (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted);
});
