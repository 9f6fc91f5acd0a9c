import type { Answer } from '../../http/server.ts';
import { sees } from '../access/credentials.ts';
import { notFound, parseJson } from '../errors.ts';
import { type Repository, reaches } from '../stores/repositories.ts';
import type { SecretStore, StoredSecret } from '../stores/secret-store.ts';
import type { StoreAddress } from '../stores/target-line.ts';
import { type Context, knownTo } from './context.ts';
import { secretJson } from './json.ts';
import { paged } from './pages.ts';
import { countedRepositories } from './repository-operations.ts';

export function showPublicKey(_: Context, store: SecretStore): Answer {
  return { status: 200, body: store.readPublicKey() };
}

export function showSecret(context: Context, store: SecretStore, name: string): Answer {
  const secret = store.get(name);
  if (!secret) throw notFound();
  const { url, path, dates } = context;
  return { status: 200, body: secretJson(url + path.slice(0, path.lastIndexOf('/')), store, secret, dates) };
}

export function listSecrets(context: Context, store: SecretStore): Answer {
  const known = store.names.flatMap((name) => store.get(name) ?? []);
  const { url, path } = context;
  return counted(context, known, (secret) => secretJson(url + path, store, secret, context.dates));
}

/** The organization's secrets that a repository's workflows get. */
export function listOrganizationSecrets(context: Context, repository: Repository): Answer {
  const owner = context.repositories.owner(repository.owner);
  const store = owner?.stores.actions;
  if (!store) throw notFound();
  // A user has none to share.
  const names = owner.type === 'Organization' ? store.names : [];
  const shared = names.flatMap((name) => store.get(name) ?? []).filter((secret) => reaches(secret, repository));
  return counted(context, shared, (secret) => {
    const { name, created_at, updated_at } = secretJson('', store, secret, context.dates);
    return { name, created_at, updated_at };
  });
}

/** The total counts what the credential can't see; the list leaves it out. */
export function listSelected(context: Context, store: SecretStore, name: string): Answer {
  const secret = store.get(name);
  if (!secret || store.audience === 'none') throw notFound();
  const all = (secret.selectedRepositoryIds ?? []).flatMap((id) => context.repositories.byId(id) ?? []);
  const seen = all.filter((repository) => sees(context.credential, repository));
  return countedRepositories(context, seen, all.length);
}

export function putSecret(context: Context, store: SecretStore, name: string, address: StoreAddress): Answer {
  const { request, swallow } = context;
  const known = knownTo(context, address.scope === 'organization' ? address.owner : undefined);
  const done = store.put(name, parseJson(request.body), { known, swallow });
  return done === 'created' ? { status: 201, body: {} } : { status: 204 };
}

export function deleteSecret({ swallow }: Context, store: SecretStore, name: string): Answer {
  if (!store.get(name)) throw notFound();
  if (!swallow) store.delete(name);
  return { status: 204 };
}

function counted(context: Context, all: StoredSecret[], show: (secret: StoredSecret) => unknown): Answer {
  const { headers, items } = paged(context, all);
  return { status: 200, headers, body: { total_count: all.length, secrets: items.map(show) } };
}
