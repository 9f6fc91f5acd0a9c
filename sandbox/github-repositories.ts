import type { SandboxClock } from './clock.ts';
import { notFound, Refusal } from './github-errors.ts';
import { checkName, SecretStore } from './github-stores.ts';
import { STORE_KINDS, type StoreAddress, type StoreKind } from './target-line.ts';

export type Variable = { name: string; value: string; createdAt: number; updatedAt: number; visibility?: string };
export type Stores = Record<StoreKind, SecretStore>;
export type Environment = { name: string; secrets: SecretStore; variables: Variables };

export type Repository = {
  id: number;
  owner: string;
  name: string;
  private: boolean;
  archived: boolean;
  disabled: boolean;
  stores: Stores;
  variables: Variables;
  environments: Map<string, Environment>;
};

export type Owner = { login: string; type: 'Organization' | 'User'; stores: Stores; variables: Variables };

export type RepositoryOptions = Partial<Pick<Repository, 'private' | 'archived' | 'disabled'>>;

/** Variables of a repository, an environment or an organization. */
export class Variables {
  readonly #clock: SandboxClock;
  readonly #all = new Map<string, Variable>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  get(name: string): Variable | undefined {
    return this.#all.get(name.toUpperCase());
  }

  set(name: string, value: string, updatedAt = this.#clock.now(), visibility?: string): void {
    const old = this.get(name);
    const audience = visibility ?? old?.visibility;
    const seen = audience === undefined ? {} : { visibility: audience };
    const upper = name.toUpperCase();
    this.#all.set(upper, { name: upper, value, createdAt: old?.createdAt ?? updatedAt, updatedAt, ...seen });
  }

  create(name: string, value: string, visibility?: string): void {
    if (this.get(checkName(name))) throw new Refusal(409, 'Already exists - Variable already exists');
    this.set(name, value, this.#clock.now(), visibility);
  }

  update(name: string, change: { name?: string; value?: string; visibility?: string }): void {
    const old = this.get(name);
    if (!old) throw notFound();
    const renamed = checkName(change.name ?? old.name);
    this.#all.delete(old.name);
    this.#all.set(renamed, { ...old, ...change, name: renamed, updatedAt: this.#clock.now() });
  }
}

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
    const added: Owner = { login, type, stores, variables: new Variables(this.#clock) };
    this.#owners.set(login.toLowerCase(), added);
    return added;
  }

  /** Adds a repository, or changes the one that is there. */
  add(fullName: string, options: RepositoryOptions = {}): Repository {
    const known = this.get(fullName);
    if (known) return Object.assign(known, options);
    const [owner = '', name = ''] = fullName.split('/');
    const added: Repository = {
      id: ++this.#lastId,
      owner: this.addOwner(owner).login,
      name,
      private: true,
      archived: false,
      disabled: false,
      stores: this.#stores(() => this.#repositoryStore()),
      variables: new Variables(this.#clock),
      environments: new Map(),
      ...options,
    };
    this.#repositories.set(fullName.toLowerCase(), added);
    return added;
  }

  addEnvironment(fullName: string, name: string): Environment {
    const repository = this.add(fullName);
    const known = repository.environments.get(name.toLowerCase());
    if (known) return known;
    const added = { name, secrets: this.#repositoryStore(), variables: new Variables(this.#clock) };
    repository.environments.set(name.toLowerCase(), added);
    return added;
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
}

export function nameOf(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}
