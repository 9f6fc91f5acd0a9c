import { createHash } from 'node:crypto';
import { shellQuote } from './github-problems.ts';
import type { SecretBody } from './secret-store.ts';
import { secretsPath } from './store.ts';
import type { Target } from './target.ts';

/** The `gh` command that writes a sealed value; whoever runs it needs to be allowed to, and never sees the token. */
export function recoveryCommand(target: Target, body: SecretBody, githubUrl: string): string {
  const host = ghHost(githubUrl);
  const fields = [
    `-f ${shellQuote(`encrypted_value=${body.encrypted_value}`)}`,
    `-f ${shellQuote(`key_id=${body.key_id}`)}`,
    ...(body.visibility === undefined ? [] : [`-f ${shellQuote(`visibility=${body.visibility}`)}`]),
    ...selected(body.selected_repository_ids),
  ];
  const words = ['gh api --method PUT', ...(host === undefined ? [] : [`--hostname ${shellQuote(host)}`])];
  return [...words, shellQuote(`${secretsPath(target.store)}/${target.secret}`), ...fields].join(' ');
}

/** -F, not -f: GitHub takes integers only. An empty list is written without a value. */
function selected(ids: readonly number[] | undefined): string[] {
  if (ids === undefined) return [];
  if (ids.length === 0) return [`-F 'selected_repository_ids[]'`];
  return ids.map((id) => `-F 'selected_repository_ids[]=${id}'`);
}

/** The name by which `gh` knows a GitHub other than github.com. */
function ghHost(githubUrl: string): string | undefined {
  const { host, pathname } = new URL(githubUrl);
  if (host === 'api.github.com') return undefined;
  return pathname === '/' ? host.replace(/^api\./, '') : host;
}

/** SHA-256 of a text's UTF-8 bytes, in hex: a masked or cut copy of a ciphertext shows by it. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
