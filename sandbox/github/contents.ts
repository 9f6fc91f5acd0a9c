import { SandboxServer } from '../http/server.ts';
import type { Traffic } from '../http/traffic.ts';
import { NamedVariable } from './named-variable.ts';
import type { Visibility } from './stores/audience.ts';
import type { ShownLate } from './stores/keys.ts';
import { Repositories, type RepositoryOptions } from './stores/repositories.ts';
import type { SecretStore, StoredSecret } from './stores/secret-store.ts';
import { parseTargetLine, type StoreAddress } from './stores/target-line.ts';
import type { Variables } from './stores/variables.ts';

export type SeedOptions = {
  name?: string;
  value: string;
  createdAt?: number;
  updatedAt?: number;
  visibility?: Visibility;
  /** Names of the repositories that may read the secret. */
  selected?: string[];
};

const NAME = 'TE_TOKEN';

/** What a GitHub holds, and how a test looks at it or changes it. A line is a target line of the action. */
export abstract class GitHubContents extends SandboxServer {
  readonly repositories: Repositories;
  /** Whose `user/codespaces` a target line means. */
  user = 'acme-admin';

  constructor(basePath: string, traffic: Traffic) {
    super('github', basePath, traffic);
    this.repositories = new Repositories(traffic.clock);
    this.repositories.addOwner(this.user, 'User');
  }

  addRepository(fullName: string, options: RepositoryOptions = {}): void {
    this.repositories.add(fullName, options);
  }

  /** Puts a secret in place, with all that it hangs on. */
  seed(line: string, options: SeedOptions): void {
    const store = this.#make(line);
    const { name = NAME, value, selected, visibility = selected ? 'selected' : 'private' } = options;
    const createdAt = options.createdAt ?? options.updatedAt ?? this.traffic.clock.now();
    const basics = { name, value, createdAt, updatedAt: options.updatedAt ?? createdAt };
    const visible = store.audience === 'visibility' ? { visibility } : {};
    const selectedRepositoryIds = this.#idsOf(line, selected ?? []);
    store.seed(store.audience === 'none' ? basics : { ...basics, ...visible, selectedRepositoryIds });
  }

  /** The clear value of a secret. */
  open(line: string, name: string = NAME): string | undefined {
    return this.secret(line, name)?.value;
  }

  secret(line: string, name: string = NAME): StoredSecret | undefined {
    return this.store(line)?.get(name);
  }

  secretNames(line: string): string[] {
    return this.store(line)?.names ?? [];
  }

  /** Someone else writes a secret that is there, now. */
  rewrite(line: string, value: string, name: string = NAME): void {
    this.#existing(line).rewrite(name, { value });
  }

  /** Someone else changes which repositories may read a secret; that alone does not move its date. */
  select(line: string, repositories: string[], name: string = NAME): void {
    const secret = this.secret(line, name);
    if (!secret) throw new Error(`No secret ${name} in ${line}`);
    if (secret.visibility !== undefined) secret.visibility = 'selected';
    secret.selectedRepositoryIds = this.#idsOf(line, repositories);
  }

  /** Someone else deletes a secret. */
  deleteSecret(line: string, name: string = NAME): void {
    this.#existing(line).delete(name);
  }

  /** Reads show the date of a write of this one secret only so many milliseconds later. */
  showLate(line: string, ms: number, name: string = NAME): void {
    this.#existing(line).setLag(name, ms);
  }

  /** @param shownLate how long reads show the old key, for which values are refused already */
  rotateKey(line: string, shownLate?: ShownLate): void {
    this.store(line)?.rotateKey(shownLate);
  }

  /** From now on the store refuses everything that is sealed for the key it shows. */
  killKey(line: string): void {
    this.#existing(line).killKey();
  }

  store(line: string): SecretStore | undefined {
    return this.repositories.store(parseTargetLine(line), this.user);
  }

  variable(line: string, name: string): string | undefined {
    return this.#variables(line)?.get(name)?.value;
  }

  setVariable(line: string, name: string, value: string, updatedAt = this.traffic.clock.now()): void {
    this.namedVariable(line, name).seed(value, { updatedAt });
  }

  /** A variable beside this store, which need not be there; what it hangs on is made. */
  namedVariable(line: string, name: string): NamedVariable {
    this.#make(line);
    const variables = this.#variables(line);
    if (!variables) throw new Error(`No variables: ${line}`);
    const idsOf = (names: string[]): number[] => this.#idsOf(line, names);
    return new NamedVariable(name, { variables, idsOf, now: () => this.traffic.clock.now() });
  }

  /** Someone deletes an environment, with all that is in it. */
  deleteEnvironment(line: string): void {
    const { repository, environment } = environmentOf(line);
    this.repositories.removeEnvironment(repository, environment);
  }

  /** Someone deletes an environment and creates it anew: another key, and nothing in it. */
  recreateEnvironment(line: string): void {
    this.deleteEnvironment(line);
    this.#make(line);
  }

  #existing(line: string): SecretStore {
    const store = this.store(line);
    if (!store) throw new Error(`No store: ${line}`);
    return store;
  }

  #idsOf(line: string, repositories: string[]): number[] {
    const owner = line.split('/')[1] ?? '';
    return repositories.map((name) => this.repositories.add(name.includes('/') ? name : `${owner}/${name}`).id);
  }

  #make(line: string): SecretStore {
    const address = parseTargetLine(line);
    this.#makeRoom(address);
    const store = this.repositories.store(address, this.user);
    if (!store) throw new Error(`No store: ${line}`);
    return store;
  }

  #makeRoom(address: StoreAddress): void {
    if (address.scope === 'organization') this.repositories.addOwner(address.owner);
    if (address.scope === 'repository') this.repositories.add(`${address.owner}/${address.repo}`);
    if (address.scope === 'environment') {
      this.repositories.addEnvironment(`${address.owner}/${address.repo}`, address.environment);
    }
  }

  #variables(line: string): Variables | undefined {
    const address = parseTargetLine(line);
    if (address.scope === 'user') return undefined;
    if (address.scope === 'organization') return this.repositories.owner(address.owner)?.variables;
    const repository = this.repositories.get(`${address.owner}/${address.repo}`);
    if (address.scope === 'repository') return repository?.variables;
    return repository?.environments.get(address.environment.toLowerCase())?.variables;
  }
}

function environmentOf(line: string): { repository: string; environment: string } {
  const address = parseTargetLine(line);
  if (address.scope !== 'environment') throw new Error(`No environment: ${line}`);
  return { repository: `${address.owner}/${address.repo}`, environment: address.environment };
}
