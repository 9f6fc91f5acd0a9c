import type { Target } from '../targets/target.ts';
import { type Access, pathOf, type SecretBody } from './secrets.ts';

/** Commands of GitHub's own command line, `gh`, for people to run. All are words for a POSIX shell. */

/**
 * What {@link ghWriteSealed} needs on every host; without `*.ghe.com`, 2.23 will do. Of {@link ghSecretSet}, the option
 * `--no-repos-selected` needs 2.81 and `--app agents` 2.93. Tried with real clients.
 */
export const ghVersion = '2.61';

/** The name by which `gh` knows a GitHub other than github.com, with its port where it has one. */
export function ghHost(githubUrl: string): string | undefined {
  const { host, pathname } = new URL(githubUrl);
  if (host === 'api.github.com' || host === 'github.com') return undefined;
  return pathname === '/' ? host.replace(/^api\./, '') : host;
}

/**
 * The command that sets a target's secret to a value that it asks for. An organization's secret keeps who sees it: `gh`
 * would set a bare one to `private`. Selected repositories are asked for by the command, as their names may not be ours to
 * print.
 *
 * @param access what was read of the secret; undefined where nothing was
 */
export function ghSecretSet({ store, secret }: Target, access: Access | undefined, githubUrl: string): string {
  const host = ghHost(githubUrl);
  const app = store.feature === 'actions' ? '' : ` --app ${store.feature}`;
  const environment = store.level === 'environment' ? ` --env ${shellQuote(store.environment)}` : '';
  if ('repository' in store) {
    const repository = `${host === undefined ? '' : `${host}/`}${store.owner}/${store.repository}`;
    return `gh secret set ${secret} --repo ${shellQuote(repository)}${environment}${app}`;
  }
  const prefix = host === undefined ? '' : `GH_HOST=${shellQuote(host)} `;
  if (store.level === 'user') return `${prefix}gh secret set ${secret} --user`;
  const flags = accessFlags({ store, secret }, access, prefix);
  return `${prefix}gh secret set ${secret} --org ${store.owner}${app} ${flags}`;
}

function accessFlags(target: Target, access: Access | undefined, prefix: string): string {
  const { visibility, selectedRepositoryIds: ids } = access ?? {};
  if (visibility === 'all' || visibility === 'private') return `--visibility ${visibility}`;
  if (ids?.length === 0) return '--visibility selected --no-repos-selected';
  const path = `${pathOf(target).slice(1)}/repositories`;
  return `--visibility selected --repos "$(${prefix}gh api --paginate ${path} --jq '.repositories[].name' | paste -sd, -)"`;
}

/**
 * The command that writes a sealed value. Whoever runs it must be allowed to write the secret, and never sees the token.
 * The path without a slash in front: Git Bash on Windows would make a path of its own of it.
 */
export function ghWriteSealed(target: Target, body: SecretBody, githubUrl: string): string {
  const host = ghHost(githubUrl);
  const fields = [
    `-f ${shellQuote(`encrypted_value=${body.encrypted_value}`)}`,
    `-f ${shellQuote(`key_id=${body.key_id}`)}`,
    ...(body.visibility === undefined ? [] : [`-f ${shellQuote(`visibility=${body.visibility}`)}`]),
    ...selectedFields(body.selected_repository_ids),
  ];
  const words = ['gh api --method PUT', ...(host === undefined ? [] : [`--hostname ${shellQuote(host)}`])];
  return [...words, shellQuote(pathOf(target).slice(1)), ...fields].join(' ');
}

/** -F, not -f: GitHub takes integers only. An empty list is written without a value. */
function selectedFields(ids: readonly number[] | undefined): string[] {
  if (ids === undefined) return [];
  if (ids.length === 0) return [`-F 'selected_repository_ids[]'`];
  return ids.map((id) => `-F 'selected_repository_ids[]=${id}'`);
}

/** Why `gh` can't run these commands on this host; undefined where it can. */
export function ghObstacle(githubUrl: string): string | undefined {
  const host = ghHost(githubUrl);
  return host?.includes(':') ? `\`gh api --hostname\` takes no port, and this GitHub is at ${host}` : undefined;
}

/** A word for a POSIX shell. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
