import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { type Credential, type CredentialOptions, credential, credentialHeaders } from './github-credentials.ts';
import { Refusal } from './github-errors.ts';
import { primaryHeaders, primaryLimit, type SecondaryLimits, spend } from './github-limits.ts';
import { Repositories, type RepositoryOptions } from './github-repositories.ts';
import { route, type WorkflowRun } from './github-routes.ts';
import type { SecretStore, StoredSecret, Visibility } from './github-stores.ts';
import { type Answer, SandboxServer } from './http-server.ts';
import { parseTargetLine, STORE_KINDS, type StoreKind } from './target-line.ts';
import type { SandboxRequest, Traffic } from './traffic.ts';

export type GitHubOptions = {
  /** A GitHub Enterprise Server: other base path, fewer stores. */
  enterprise?: boolean;
  /** Enforced only if given. */
  secondaryLimits?: SecondaryLimits;
};

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

/** A GitHub with all ten secret stores, variables, repositories, credentials and rate limits. */
export class GitHub extends SandboxServer {
  readonly repositories: Repositories;
  readonly runs: WorkflowRun[] = [];
  /** The stores this GitHub has. */
  readonly stores: Set<StoreKind>;
  secondaryLimits: SecondaryLimits | undefined;
  /** Reads show a secret's new `updated_at` only so many milliseconds after the write. */
  updatedAtLag = 0;
  /** Requests refused because of a rate limit, primary or secondary. */
  refusedForLimits = 0;
  /** Whose `user/codespaces` a target line means. */
  user = 'acme-admin';
  readonly #credentials = new Map<string, Credential>();
  readonly #anonymous = primaryLimit(60);
  readonly #enterprise: boolean;

  constructor(traffic: Traffic, options: GitHubOptions = {}) {
    super('github', options.enterprise ? '/api/v3' : '', traffic);
    this.#enterprise = options.enterprise ?? false;
    this.stores = new Set(this.#enterprise ? ['actions', 'dependabot'] : STORE_KINDS);
    this.secondaryLimits = options.secondaryLimits;
    this.repositories = new Repositories(traffic.clock);
    this.repositories.addOwner(this.user, 'User');
  }

  override async start(): Promise<void> {
    await sodium.ready;
    await super.start();
  }

  addCredential(token: string, options: CredentialOptions): Credential {
    const added = credential(token, options);
    this.#credentials.set(token, added);
    return added;
  }

  credential(token: string): Credential {
    const known = this.#credentials.get(token);
    if (!known) throw new Error('No such credential');
    return known;
  }

  addRepository(fullName: string, options: RepositoryOptions = {}): void {
    this.repositories.add(fullName, options);
  }

  addRun(repository: string, run: { id: number; createdAt: number }): void {
    this.runs.push({ ...run, repository });
  }

  /** Puts a secret in place, with all that it hangs on. */
  seed(line: string, options: SeedOptions): void {
    const store = this.#make(line);
    const { name = NAME, value, selected, visibility = selected ? 'selected' : 'private' } = options;
    const createdAt = options.createdAt ?? options.updatedAt ?? this.traffic.clock.now();
    const basics = { name, value, createdAt, updatedAt: options.updatedAt ?? createdAt };
    const visible = store.audience === 'visibility' ? { visibility } : {};
    const owner = line.split('/')[1] ?? '';
    const ids = (selected ?? []).map(
      (repo) => this.repositories.add(repo.includes('/') ? repo : `${owner}/${repo}`).id,
    );
    store.seed(store.audience === 'none' ? basics : { ...basics, ...visible, selectedRepositoryIds: ids });
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

  rotateKey(line: string): void {
    this.store(line)?.rotateKey();
  }

  store(line: string): SecretStore | undefined {
    return this.repositories.store(parseTargetLine(line), this.user);
  }

  variable(line: string, name: string): string | undefined {
    return this.#variables(line)?.get(name)?.value;
  }

  setVariable(line: string, name: string, value: string, updatedAt?: number): void {
    this.#make(line);
    const visibility = line.startsWith('orgs/') ? 'all' : undefined;
    this.#variables(line)?.set(name, value, updatedAt, visibility);
  }

  protected override act(request: SandboxRequest, path: string): Answer {
    const known = this.#authenticate(request.headers.authorization);
    const primary = known?.primary ?? this.#anonymous;
    let answer: Answer;
    try {
      if (!known) throw new Refusal(401, request.headers.authorization ? 'Bad credentials' : 'Requires authentication');
      this.#limit(known, request);
      const { repositories, runs, url, stores, updatedAtLag } = this;
      answer = route({ repositories, runs, url, path, stores, updatedAtLag, request, credential: known });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = error.answer();
    }
    const own = known ? credentialHeaders(known) : {};
    return { ...answer, headers: { ...this.#commonHeaders(), ...primaryHeaders(primary), ...own, ...answer.headers } };
  }

  #authenticate(authorization: string | undefined): Credential | undefined {
    const token = /^(?:bearer|token) (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const known = this.#credentials.get(token);
    const expired = known?.expiresAt !== undefined && known.expiresAt <= this.traffic.clock.now();
    return expired ? undefined : known;
  }

  #limit(known: Credential, request: SandboxRequest): void {
    const now = this.traffic.clock.now();
    try {
      spend(known.primary, now);
      if (this.secondaryLimits)
        known.recent.admit(request.method !== 'GET', now, this.concurrent, this.secondaryLimits);
    } catch (error) {
      this.refusedForLimits += 1;
      throw error;
    }
  }

  #commonHeaders(): Record<string, string> {
    const id = randomBytes(8).toString('hex').toUpperCase();
    const version = this.#enterprise ? { 'x-github-enterprise-version': 'enterprise-server@3.19.0' } : {};
    return { server: 'github.com', 'x-github-request-id': `${id.slice(0, 4)}:${id.slice(4)}`, ...version };
  }

  #make(line: string): SecretStore {
    const address = parseTargetLine(line);
    if (address.scope === 'organization') this.repositories.addOwner(address.owner);
    if (address.scope === 'repository') this.repositories.add(`${address.owner}/${address.repo}`);
    if (address.scope === 'environment') {
      this.repositories.addEnvironment(`${address.owner}/${address.repo}`, address.environment);
    }
    const store = this.repositories.store(address, this.user);
    if (!store) throw new Error(`No store: ${line}`);
    return store;
  }

  #variables(line: string) {
    const address = parseTargetLine(line);
    if (address.scope === 'user') return undefined;
    if (address.scope === 'organization') return this.repositories.owner(address.owner)?.variables;
    const repository = this.repositories.get(`${address.owner}/${address.repo}`);
    if (address.scope === 'repository') return repository?.variables;
    return repository?.environments.get(address.environment.toLowerCase())?.variables;
  }
}
