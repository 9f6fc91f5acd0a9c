import { isApp, sees } from './github-credentials.ts';
import { notFound, Refusal } from './github-errors.ts';
import { repositoryJson, secretJson } from './github-json.ts';
import type { Repository } from './github-repositories.ts';
import type { RouteContext } from './github-routes.ts';
import type { SecretStore } from './github-stores.ts';
import type { Answer } from './http-server.ts';

export function listSecrets(context: RouteContext, store: SecretStore): Answer {
  if (context.request.method !== 'GET') throw notFound();
  const { url, path, updatedAtLag } = context;
  const { headers, items } = paged(context, store.names);
  const known = items.flatMap((name) => store.get(name) ?? []);
  const secrets = known.map((secret) => secretJson(url + path, store, secret, updatedAtLag));
  return { status: 200, headers, body: { total_count: store.names.length, secrets } };
}

// The total counts what the credential can't see; the list leaves it out.
export function listSelected(context: RouteContext, store: SecretStore, name: string): Answer {
  const secret = store.get(name);
  if (!secret || store.audience === 'none') throw notFound();
  const all = (secret.selectedRepositoryIds ?? []).flatMap((id) => context.repositories.byId(id) ?? []);
  const seen = all.filter((repository) => sees(context.credential, repository));
  const { headers, items } = paged(context, seen);
  const repositories = items.map((repository) => repositoryOf(context, repository));
  return { status: 200, headers, body: { total_count: all.length, repositories } };
}

export function listOwnRepositories(context: RouteContext): Answer {
  const { credential, request } = context;
  if (isApp(credential)) throw new Refusal(403, 'Resource not accessible by integration');
  const ownerOnly = request.query.get('affiliation') === 'owner' || request.query.get('type') === 'owner';
  const visibility = request.query.get('visibility') ?? 'all';
  const locked = credential.ssoRequired ?? [];
  return listRepositories(context, (repository) => {
    const owned = !ownerOnly || repository.owner.toLowerCase() === credential.login.toLowerCase();
    const shown = visibility === 'all' || repository.private === (visibility === 'private');
    return owned && shown && sees(credential, repository) && !locked.includes(repository.owner);
  });
}

export function listOrganizationRepositories(context: RouteContext, login: string): Answer {
  const shown = (repository: Repository): boolean => !repository.private || sees(context.credential, repository);
  return listRepositories(context, (repository) => repository.owner === login && shown(repository));
}

export function listUserRepositories(context: RouteContext, login: string): Answer {
  const owner = context.repositories.owner(login);
  if (!owner) throw notFound();
  return listRepositories(context, (repository) => repository.owner === owner.login && !repository.private);
}

export function listInstallation(context: RouteContext): Answer {
  const { credential } = context;
  if (!isApp(credential)) {
    const message =
      'You must authenticate with an installation access token in order to list repositories for an installation.';
    throw new Refusal(403, message);
  }
  const seen = context.repositories.all().filter((repository) => sees(credential, repository));
  const { headers, items } = paged(context, seen);
  const repositories = items.map((repository) => repositoryOf(context, repository));
  return { status: 200, headers, body: { total_count: seen.length, repositories } };
}

function listRepositories(context: RouteContext, which: (repository: Repository) => boolean): Answer {
  const { headers, items } = paged(context, context.repositories.all().filter(which));
  return { status: 200, headers, body: items.map((repository) => repositoryOf(context, repository)) };
}

export function repositoryOf(context: RouteContext, repository: Repository): Record<string, unknown> {
  const type = context.repositories.owner(repository.owner)?.type ?? 'User';
  return repositoryJson(context.url, repository, type);
}

function paged<T>(context: RouteContext, all: T[]): { headers: Record<string, string>; items: T[] } {
  const { query } = context.request;
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30)));
  const page = Math.max(1, Number(query.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (number: number, rel: string): string => {
    const target = new URLSearchParams(query);
    target.set('page', String(number));
    return `<${context.url}${context.path}?${target}>; rel="${rel}"`;
  };
  const before = page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : [];
  const after = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  const links = [...before, ...after].join(', ');
  return { headers: links === '' ? {} : { link: links }, items: all.slice((page - 1) * size, page * size) };
}
