import type { SandboxClock } from '../../clocks/clock.ts';
import type { Audience } from './audience.ts';
import { SecretStore } from './secret-store.ts';
import { STORE_KINDS, type StoreAddress, type StoreKind } from './target-line.ts';
import { Variables } from './variables.ts';

export type Stores = Record<StoreKind, SecretStore>;
export type Environment = { id: number; name: string; secrets: SecretStore; variables: Variables };

/** An `internal` repository is seen by everyone of its enterprise, and calls itself private. */
export type RepositoryVisibility = 'public' | 'private' | 'internal';

export type Repository = {
  id: number;
  owner: string;
  name: string;
  visibility: RepositoryVisibility;
  archived: boolean;
  disabled: boolean;
  stores: Stores;
  variables: Variables;
  environments: Map<string, Environment>;
};

export type Owner = { login: string; type: 'Organization' | 'User'; stores: Stores; variables: Variables };

export type RepositoryOptions = Partial<Pick<Repository, 'visibility' | 'archived' | 'disabled'>> & {
  /** A shorter way to say public or private. */
  private?: boolean;
};

/** Owners, repositories and environments, with the stores that hang on them. Names compare without case. */
export class Repositories {
  readonly #clock: SandboxClock;
  readonly #owners = new Map<string, Owner>();
  readonly #repositories = new Map<string, Repository>();
  readonly #renamed = new Map<string, Repository>();
  #lastId = 1000;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  addOwner(login: string, type: Owner['type'] = 'Organization'): Owner {
    const known = this.owner(login);
    if (known) return known;
    // A user has one store only, Codespaces, without a visibility of its own.
    const audience = type === 'User' ? 'repositories' : 'visibility';
    const stores = this.#stores(() => new SecretStore(this.#clock, { limit: 1000, audience }));
    const added: Owner = { login, type, stores, variables: this.#variables(1000, true) };
    this.#owners.set(login.toLowerCase(), added);
    return added;
  }

  /** Adds a repository, or changes the one that is there. */
  add(fullName: string, options: RepositoryOptions = {}): Repository {
    const { private: isPrivate, ...rest } = options;
    const seen = isPrivate === undefined ? {} : { visibility: isPrivate ? ('private' as const) : ('public' as const) };
    const known = this.get(fullName);
    if (known) return Object.assign(known, seen, rest);
    const [owner = '', name = ''] = fullName.split('/');
    const added: Repository = {
      id: ++this.#lastId,
      owner: this.addOwner(owner).login,
      name,
      visibility: 'private',
      archived: false,
      disabled: false,
      stores: this.#stores(() => this.#repositoryStore()),
      variables: this.#variables(500),
      environments: new Map(),
      ...seen,
      ...rest,
    };
    this.#repositories.set(fullName.toLowerCase(), added);
    return added;
  }

  addEnvironment(fullName: string, name: string): Environment {
    const repository = this.add(fullName);
    const known = repository.environments.get(name.toLowerCase());
    if (known) return known;
    const id = ++this.#lastId;
    const added = { id, name, secrets: this.#repositoryStore(), variables: this.#variables(100) };
    repository.environments.set(name.toLowerCase(), added);
    return added;
  }

  /** Its secrets, its variables and its key are gone with it. */
  removeEnvironment(fullName: string, name: string): void {
    if (!this.get(fullName)?.environments.delete(name.toLowerCase())) throw new Error(`No environment: ${name}`);
  }

  /** From now on the old name answers 301. */
  rename(fullName: string, newName: string): void {
    const repository = this.get(fullName);
    if (!repository) throw new Error(`No repository: ${fullName}`);
    this.#repositories.delete(fullName.toLowerCase());
    repository.name = newName;
    this.#repositories.set(nameOf(repository).toLowerCase(), repository);
    this.#renamed.set(fullName.toLowerCase(), repository);
  }

  remove(fullName: string): void {
    this.#repositories.delete(fullName.toLowerCase());
  }

  owner(login: string): Owner | undefined {
    return this.#owners.get(login.toLowerCase());
  }

  get(fullName: string): Repository | undefined {
    return this.#repositories.get(fullName.toLowerCase());
  }

  byId(id: number): Repository | undefined {
    return this.all().find((repository) => repository.id === id);
  }

  formerly(fullName: string): Repository | undefined {
    return this.#renamed.get(fullName.toLowerCase());
  }

  all(): Repository[] {
    return [...this.#repositories.values()];
  }

  /** The store an address means, if all it hangs on exists. */
  store(address: StoreAddress, login: string): SecretStore | undefined {
    if (address.scope === 'user') return this.owner(login)?.stores.codespaces;
    if (address.scope === 'organization') return this.owner(address.owner)?.stores[address.kind];
    const repository = this.get(`${address.owner}/${address.repo}`);
    if (address.scope === 'repository') return repository?.stores[address.kind];
    return repository?.environments.get(address.environment.toLowerCase())?.secrets;
  }

  #stores(make: () => SecretStore): Stores {
    return Object.fromEntries(STORE_KINDS.map((kind) => [kind, make()])) as Stores;
  }

  #repositoryStore(): SecretStore {
    return new SecretStore(this.#clock, { limit: 100, audience: 'none' });
  }

  #variables(limit: number, audience = false): Variables {
    return new Variables(this.#clock, { limit, audience });
  }
}

export function nameOf(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}

export function isPrivate(repository: Repository): boolean {
  return repository.visibility !== 'public';
}

/** Whether what an organization keeps for these reaches the workflows of one of its repositories. */
export function reaches({ visibility, selectedRepositoryIds }: Audience, repository: Repository): boolean {
  if (visibility === 'all') return true;
  if (visibility === 'selected') return selectedRepositoryIds?.includes(repository.id) ?? false;
  return isPrivate(repository);
}
