import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { recoveryCommand, sha256 } from '../../src/recovery-command.ts';
import type { SecretBody } from '../../src/secret-store.ts';
import { target } from '../support/unit-ports.ts';

const body = { encrypted_value: 'a+b/c==', key_id: '7' };
const command = (line: string, url = 'https://api.github.com', more: Partial<SecretBody> = {}) =>
  recoveryCommand(target(line), { ...body, ...more }, url);

/** The words that a POSIX shell makes of it. */
function words(text: string): string[] {
  const gh = `gh() { printf '%s\\0' "$@"; }; ${text}`;
  return execFileSync('sh', ['-c', gh], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('writes the sealed value', () => {
  expect(command('acme/network')).toBe(
    'gh api --method PUT /repos/acme/network/actions/secrets/TE_TOKEN -f encrypted_value=a+b/c== -f key_id=7',
  );
});

describe('names the host where it is not github.com', () => {
  test.each([
    ['https://ghes.acme.example/api/v3', 'ghes.acme.example'],
    ['https://api.acme.ghe.com', 'acme.ghe.com'],
    ['https://api.acme.ghe.com/', 'acme.ghe.com'],
    ['https://github.api.acme.example', 'github.api.acme.example'],
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['https://api.ghes.acme.example:8443/api/v3', 'api.ghes.acme.example:8443'],
  ])('%s', (url, host) => {
    expect(command('acme/network', url)).toContain(`gh api --method PUT --hostname ${host} /repos/`);
  });

  test.each(['https://api.github.com', 'https://api.github.com/'])('%s', (url) => {
    expect(command('acme/network', url)).not.toContain('--hostname');
  });
});

describe('keeps who sees the secret', () => {
  test('all', () => {
    expect(words(command('orgs/acme', undefined, { visibility: 'all' }))).toEqual([
      ...['api', '--method', 'PUT', '/orgs/acme/actions/secrets/TE_TOKEN', '-f', 'encrypted_value=a+b/c=='],
      ...['-f', 'key_id=7', '-f', 'visibility=all'],
    ]);
  });

  test('some', () => {
    const text = command('orgs/acme', undefined, { visibility: 'selected', selected_repository_ids: [1, 23] });
    expect(words(text).slice(8)).toEqual([
      ...['-f', 'visibility=selected', '-F', 'selected_repository_ids[]=1', '-F', 'selected_repository_ids[]=23'],
    ]);
  });

  test('none', () => {
    const text = command('user/codespaces', undefined, { selected_repository_ids: [] });
    expect(words(text).slice(8)).toEqual(['-F', 'selected_repository_ids[]']);
  });
});

test('the shell takes nothing in it for its own', () => {
  const text = command("acme/network/environments/Bob's $(id) `x` & \\", undefined, { key_id: "7'; rm -rf ~ #" });
  expect(words(text)).toEqual([
    ...['api', '--method', 'PUT'],
    "/repos/acme/network/environments/Bob's%20%24(id)%20%60x%60%20%26%20%5C/secrets/TE_TOKEN",
    ...['-f', 'encrypted_value=a+b/c==', '-f', "key_id=7'; rm -rf ~ #"],
  ]);
});

test('the SHA-256 of a ciphertext', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
