import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { ghSecretSet, ghWriteSealed } from '../../src/github/gh-cli.ts';
import { lineFrom, type Target } from '../../src/targets/target.ts';

const github = 'https://api.github.com';
const server = 'https://ghes.acme.example/api/v3';

function target(line: string): Target {
  const parsed = lineFrom(line, 'TE_TOKEN');
  if (!parsed.ok) throw new Error(`no target: ${line}`);
  return parsed.value;
}

/** The words that a POSIX shell makes of a command of `gh`, behind the host that it is told; a list that it asks for has two names. */
function words(command: string): string[] {
  const gh = `gh() { case "$*" in *--paginate*) printf 'network\\nedge\\n' ;; *) printf '%s\\0' "$GH_HOST" "$@" ;; esac; }`;
  const env = { PATH: process.env.PATH };
  return execFileSync('sh', ['-eu', '-c', `GH_HOST=; ${gh}; ${command}`], { encoding: 'utf8', env })
    .split('\0')
    .slice(0, -1);
}

describe('a POSIX shell takes the command that sets a secret as it stands', () => {
  test('of an environment whatever its name is', () => {
    const command = ghSecretSet(target("acme/network/environments/Bob's $(id) `x` & \\"), {}, server);
    expect(words(command)).toEqual([
      '',
      ...['secret', 'set', 'TE_TOKEN', '--repo', 'ghes.acme.example/acme/network', '--env', "Bob's $(id) `x` & \\"],
    ]);
  });

  test.each([
    [github, ''],
    [server, 'ghes.acme.example'],
    ['https://api.acme.ghe.com', 'acme.ghe.com'],
  ])('of an organization at %s, for the repositories that see it', (url, host) => {
    const access = { visibility: 'selected', selectedRepositoryIds: [1, 2] } as const;
    expect(words(ghSecretSet(target('orgs/acme'), access, url))).toEqual([
      host,
      ...['secret', 'set', 'TE_TOKEN', '--org', 'acme', '--visibility', 'selected', '--repos', 'network,edge'],
    ]);
  });

  test('of an organization that all or none see', () => {
    expect(words(ghSecretSet(target('orgs/acme'), { visibility: 'all' }, github)).slice(-2)).toEqual([
      '--visibility',
      'all',
    ]);
    const nobody = { visibility: 'selected', selectedRepositoryIds: [] } as const;
    expect(words(ghSecretSet(target('orgs/acme'), nobody, github)).at(-1)).toBe('--no-repos-selected');
  });
});

describe('a POSIX shell takes the command that writes a sealed value as it stands', () => {
  const body = { encrypted_value: 'a+b/c==', key_id: '7' };

  test('with who sees the secret', () => {
    const selected = { ...body, visibility: 'selected', selected_repository_ids: [1, 23] };
    expect(words(ghWriteSealed(target('orgs/acme'), selected, server))).toEqual([
      '',
      ...['api', '--method', 'PUT', '--hostname', 'ghes.acme.example', 'orgs/acme/actions/secrets/TE_TOKEN'],
      ...['-f', 'encrypted_value=a+b/c==', '-f', 'key_id=7', '-f', 'visibility=selected'],
      ...['-F', 'selected_repository_ids[]=1', '-F', 'selected_repository_ids[]=23'],
    ]);
    const nobody = { ...body, selected_repository_ids: [] };
    expect(words(ghWriteSealed(target('user/codespaces'), nobody, github)).slice(-2)).toEqual([
      '-F',
      'selected_repository_ids[]',
    ]);
  });

  test('whatever stands in it', () => {
    const hostile = { ...body, key_id: "7'; rm -rf ~ #" };
    expect(words(ghWriteSealed(target("acme/network/environments/Bob's $(id) `x` & \\"), hostile, github))).toEqual([
      '',
      ...['api', '--method', 'PUT'],
      "repos/acme/network/environments/Bob's%20%24(id)%20%60x%60%20%26%20%5C/secrets/TE_TOKEN",
      ...['-f', 'encrypted_value=a+b/c==', '-f', "key_id=7'; rm -rf ~ #"],
    ]);
  });
});
