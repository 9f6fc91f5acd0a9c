import type { Store } from '../targets/store.ts';
import type { Target } from '../targets/target.ts';
import { type Access, pathOf, type SecretBody } from './secrets.ts';
import type { VariablePlace } from './variables.ts';

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
 * The command that sets a target's secret to a value that it asks for. An organization's secret keeps who sees it, as far
 * as that was read: `gh` would set a bare one to `private`. Names of repositories may not be ours to print.
 */
export function ghSecretSet({ store, secret }: Target, access: Access | undefined, githubUrl: string): string {
  const prefix = hostPrefix(store, githubUrl);
  const app = store.feature === 'actions' || store.level === 'user' ? '' : ` --app ${store.feature}`;
  const visible = store.level === 'organization' ? ` ${accessFlags({ store, secret }, access, prefix)}` : '';
  return `${prefix}gh secret set ${secret} ${placeFlags(store, githubUrl)}${app}${visible}`;
}

/** The command that deletes a secret of an Actions store. */
export function ghSecretDelete({ store, secret }: Target, githubUrl: string): string {
  return `${hostPrefix(store, githubUrl)}gh secret delete ${secret} ${placeFlags(store, githubUrl)}`;
}

/** The command that deletes a variable beside an Actions store. */
export function ghVariableDelete({ store, name }: VariablePlace, githubUrl: string): string {
  return `${hostPrefix(store, githubUrl)}gh variable delete ${name} ${placeFlags(store, githubUrl)}`;
}

function hostPrefix(store: Store, githubUrl: string): string {
  const host = ghHost(githubUrl);
  return 'repository' in store || host === undefined ? '' : `GH_HOST=${shellQuote(host)} `;
}

function placeFlags(store: Store, githubUrl: string): string {
  if (!('repository' in store)) return store.level === 'user' ? '--user' : `--org ${store.owner}`;
  const host = ghHost(githubUrl);
  const repository = shellQuote(`${host === undefined ? '' : `${host}/`}${store.owner}/${store.repository}`);
  return `--repo ${repository}${store.level === 'environment' ? ` --env ${shellQuote(store.environment)}` : ''}`;
}

function accessFlags(target: Target, access: Access | undefined, prefix: string): string {
  const { visibility, selectedRepositoryIds: ids } = access ?? {};
  if (visibility === 'all' || visibility === 'private') return `--visibility ${visibility}`;
  if (ids?.length === 0) return '--visibility selected --no-repos-selected';
  const path = `${pathOf(target).slice(1)}/repositories`;
  return `--visibility selected --repos "$(${prefix}gh api --paginate ${path} --jq '.repositories[].name' | paste -sd, -)"`;
}

/** The command that writes a sealed value: whoever runs it never sees the token. */
export function ghWriteSealed(target: Target, body: SecretBody, githubUrl: string): string {
  const { selected_repository_ids: ids, ...texts } = body;
  const fields = Object.entries(texts).map(([key, value]) => `-f ${shellQuote(`${key}=${value}`)}`);
  return [ghApi('PUT', pathOf(target).slice(1), githubUrl), ...fields, ...selectedFields(ids)].join(' ');
}

/** A bare request, by a path without a slash in front: Git Bash on Windows would make a path of its own of it. */
export function ghApi(method: 'PUT' | 'DELETE', path: string, githubUrl: string): string {
  const host = ghHost(githubUrl);
  const words = [`gh api --method ${method}`, ...(host === undefined ? [] : [`--hostname ${shellQuote(host)}`])];
  return [...words, shellQuote(path)].join(' ');
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
