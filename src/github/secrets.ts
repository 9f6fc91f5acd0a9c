import { failed, ok, type Result } from '../lib/result.ts';
import type { RetryPolicy } from '../lib/retry.ts';
import { momentFrom } from '../lib/text.ts';
import { describeStore, hasSelection, repositoryPath, type Store, secretsPath } from '../targets/store.ts';
import { describeTarget, keyOf, lineOf, type ResolvedTarget, type Target } from '../targets/target.ts';
import { type GitHubAnswer, unusable } from './answer.ts';
import { type GitHubClient, type GitHubRequest, mostPages, pageSize } from './client.ts';
import { policies } from './policies.ts';
import { type PublicKey, publicKeyFrom, type Sealed } from './sealed-box.ts';

/** Who sees an organization's or a user's secret. It is sent with each write, or GitHub would change it. */
export interface Access {
  readonly visibility?: 'all' | 'private' | 'selected';
  readonly selectedRepositoryIds?: readonly number[];
}

/** What GitHub tells about a secret; never its value. */
export interface StoredSecret {
  /** When it was last written, in ms since the epoch. */
  readonly updatedAt: number;
  readonly access: Access;
}

/** A write that is proven: GitHub took it. */
export interface WriteReceipt {
  readonly status: 'created' | 'updated';
  /** When GitHub answered, by its own clock, in ms since the epoch. */
  readonly at: number;
}

export interface WriteOptions extends Pick<GitHubRequest, 'onAnswer' | 'persists'> {
  /** Who shall see the secret. */
  readonly access?: Access;
  /** Asked right before each attempt; an answer ends the trying in GitHub's place. */
  readonly mayWrite?: () => Promise<GitHubAnswer | undefined>;
}

/** What a PUT sends: all of it may be read by anyone. */
export interface SecretBody {
  readonly encrypted_value: string;
  readonly key_id: string;
  readonly visibility?: string;
  readonly selected_repository_ids?: readonly number[];
}

/** The ten stores of GitHub's API, which all have the same shape. All throw Cancelled where the policy is stoppable. */
export class SecretsClient {
  readonly #github: GitHubClient;

  constructor(github: GitHubClient) {
    this.#github = github;
  }

  async publicKey(
    { target }: ResolvedTarget,
    policy: RetryPolicy = policies.read,
  ): Promise<Result<PublicKey, GitHubAnswer>> {
    const what = `Reading the public key of ${describeStore(target.store)}`;
    const path = `${secretsPath(target.store)}/public-key`;
    const answer = await this.#github.call({ what, method: 'GET', path, policy });
    if (answer.status !== 200) return failed(answer);
    const key = publicKeyFrom(answer.data);
    return key === undefined ? failed(unusable(answer, 'a usable public key')) : ok(key);
  }

  /**
   * The secret's dates, and for an organization or a user who sees it. The selected repositories are asked for at the
   * same time, although they count only where the visibility is `selected`: waiting to know would be a round trip.
   * `isInside`: it is read for a write whose turn it is.
   */
  async read(
    resolved: ResolvedTarget,
    policy: RetryPolicy = policies.read,
    isInside = false,
  ): Promise<Result<StoredSecret, GitHubAnswer>> {
    const { target } = resolved;
    const selection = hasSelection(target.store) ? this.#selectedRepositories(resolved, policy, isInside) : undefined;
    // Awaited below, or not at all where the visibility is another.
    selection?.catch(() => undefined);
    const what = `Reading ${describeTarget(resolved)}`;
    const answer = await this.#github.call({ what, method: 'GET', path: pathOf(target), policy, isInside });
    if (answer.status !== 200) return failed(answer);
    const secret = storedSecretFrom(answer.data, target);
    if (secret === undefined) return failed(unusable(answer, 'the dates or the visibility of a secret'));
    const selected = secret.access.visibility === 'selected' ? await selection : undefined;
    if (selected === undefined) return ok(secret);
    return selected.ok ? ok({ ...secret, access: selectionOf(target.store, selected.value) }) : selected;
  }

  /**
   * Writes a value, which may be sealed anew for each attempt: only 201 and 204 prove that GitHub took it. Who may see it
   * is read right before each attempt, unless it is given: someone may have changed it meanwhile.
   */
  async write(
    resolved: ResolvedTarget,
    sealed: Sealed | (() => Promise<Sealed>),
    policy: RetryPolicy,
    { access, mayWrite, onAnswer, persists }: WriteOptions = {},
  ): Promise<Result<WriteReceipt, GitHubAnswer>> {
    const { target } = resolved;
    const what = `Writing ${describeTarget(resolved)}`;
    const isGiven = access !== undefined || !hasSelection(target.store);
    const body = async () => {
      const refusal = await mayWrite?.();
      if (refusal !== undefined) return failed(refusal);
      const value = typeof sealed === 'function' ? await sealed() : sealed;
      if (isGiven) return ok(bodyOf(value, access ?? {}));
      const read = await this.read(resolved, policies.reread, true);
      return read.ok ? ok(bodyOf(value, read.value.access)) : read;
    };
    const path = pathOf(target);
    const answer = await this.#github.call({ what, method: 'PUT', path, policy, body, onAnswer, persists });
    const { status, at } = answer;
    if (status === 201) return ok({ status: 'created', at });
    return status === 204 ? ok({ status: 'updated', at }) : failed(answer);
  }

  /** Deletes a secret; one that is not there is gone, too. */
  async delete(resolved: ResolvedTarget, policy: RetryPolicy): Promise<Result<undefined, GitHubAnswer>> {
    const { target } = resolved;
    const what = `Deleting ${describeTarget(resolved)}`;
    const answer = await this.#github.call({ what, method: 'DELETE', path: pathOf(target), policy });
    return answer.status === 204 || answer.status === 404 ? ok(undefined) : failed(answer);
  }

  /** How many secrets a store holds. */
  async count({ target }: ResolvedTarget): Promise<Result<number, GitHubAnswer>> {
    const what = `Counting ${describeStore(target.store)}`;
    const path = `${secretsPath(target.store)}?per_page=1`;
    const answer = await this.#github.call({ what, method: 'GET', path, policy: policies.read });
    const { total_count: count } = Object(answer.data) as { total_count?: unknown };
    if (answer.status === 200 && typeof count === 'number') return ok(count);
    return failed(answer.status === 200 ? unusable(answer, 'a count of secrets') : answer);
  }

  /** Whether an organization shares a secret of this name, as far as we may know: a workflow gets the first hundred. */
  async isSharedByOrganization(owner: string, repository: string, name: string): Promise<boolean> {
    const what = `Reading which secrets ${owner} shares with ${owner}/${repository}`;
    const path = `${repositoryPath(owner, repository)}/actions/organization-secrets?per_page=${pageSize}`;
    const { status, data } = await this.#github.call({ what, method: 'GET', path, policy: policies.read });
    const { secrets } = Object(data) as { secrets?: unknown };
    if (status !== 200 || !Array.isArray(secrets)) return false;
    return secrets.some((each: unknown) => (Object(each) as { name?: unknown }).name === name);
  }

  async #selectedRepositories(
    resolved: ResolvedTarget,
    policy: RetryPolicy,
    isInside: boolean,
  ): Promise<Result<readonly number[], GitHubAnswer>> {
    const what = `Reading the selected repositories of ${describeTarget(resolved)}`;
    const ids = new Set<number>();
    for (let page = 1; ; page++) {
      const path = `${pathOf(resolved.target)}/repositories?per_page=${pageSize}&page=${page}`;
      const answer = await this.#github.call({ what, method: 'GET', path, policy, isInside });
      if (answer.status !== 200) return failed(answer);
      const { total_count: total, repositories } = Object(answer.data) as {
        total_count?: unknown;
        repositories?: unknown;
      };
      if (typeof total !== 'number' || !Array.isArray(repositories))
        return failed(unusable(answer, 'a list of repositories'));
      for (const each of repositories as unknown[]) {
        const { id } = Object(each) as { id?: unknown };
        if (typeof id === 'number' && Number.isSafeInteger(id)) ids.add(id);
      }
      if (ids.size >= total) return ok([...ids]);
      if (repositories.length === 0 || page === mostPages)
        return failed({ ...answer, partialSelection: { listed: ids.size, total } });
    }
  }
}

/** The REST path of a target's secret. */
export function pathOf(target: Target): string {
  return `${secretsPath(target.store)}/${target.secret}`;
}

/** The sealed value in what a PUT sends. */
export function sealedIn({ encrypted_value: value, key_id: keyId }: SecretBody): Sealed {
  return { value, keyId };
}

/** What a PUT of this value sends. */
export function bodyOf(sealed: Sealed, access: Access): SecretBody {
  return { encrypted_value: sealed.value, key_id: sealed.keyId, ...accessBody(access) };
}

/** Who sees a secret or a variable, as GitHub's API writes it. */
export function accessBody(access: Access): Pick<SecretBody, 'visibility' | 'selected_repository_ids'> {
  return {
    ...(access.visibility === undefined ? {} : { visibility: access.visibility }),
    ...(access.selectedRepositoryIds === undefined ? {} : { selected_repository_ids: access.selectedRepositoryIds }),
  };
}

/** Seen by no repository: what a write test is, wherever that can be said. */
export function accessOfNobody(store: Store): Access {
  return hasSelection(store) ? selectionOf(store, []) : {};
}

/** A user's secret has selected repositories only, and its PUT knows no visibility. */
function selectionOf(store: Store, selectedRepositoryIds: readonly number[]): Access {
  return store.level === 'user' ? { selectedRepositoryIds } : { visibility: 'selected', selectedRepositoryIds };
}

function storedSecretFrom(data: unknown, { store }: Target): StoredSecret | undefined {
  const secret = Object(data) as { updated_at?: unknown; visibility?: unknown };
  const updatedAt = momentFrom(secret.updated_at);
  if (updatedAt === undefined) return undefined;
  if (!hasSelection(store)) return { updatedAt, access: {} };
  // A user's secret without the field has selected repositories all the same.
  const visibility = secret.visibility ?? (store.level === 'user' ? 'selected' : undefined);
  if (visibility !== 'all' && visibility !== 'private' && visibility !== 'selected') return undefined;
  const access: Access = store.level === 'user' && visibility !== 'selected' ? {} : { visibility };
  return { updatedAt, access };
}

/** What is read before anything is written, each once, however many steps want to know. All throw Cancelled. */
export class FirstReads {
  readonly #secrets: Pick<SecretsClient, 'publicKey' | 'read'>;
  readonly #keys = new Map<string, Promise<Result<PublicKey, GitHubAnswer>>>();
  readonly #found = new Map<string, Promise<Result<StoredSecret, GitHubAnswer>>>();

  constructor(secrets: Pick<SecretsClient, 'publicKey' | 'read'>) {
    this.#secrets = secrets;
  }

  publicKey(resolved: ResolvedTarget): Promise<Result<PublicKey, GitHubAnswer>> {
    const key = lineOf(resolved.target.store).toLowerCase();
    const read = this.#keys.get(key) ?? this.#secrets.publicKey(resolved);
    this.#keys.set(key, read);
    return read;
  }

  secret(resolved: ResolvedTarget): Promise<Result<StoredSecret, GitHubAnswer>> {
    const key = keyOf(resolved.target);
    const read = this.#found.get(key) ?? this.#secrets.read(resolved);
    this.#found.set(key, read);
    return read;
  }

  /** Reads a key anew, because GitHub says that a box can't be opened. Throws Cancelled where the policy is stoppable. */
  async refreshKey(resolved: ResolvedTarget, policy: RetryPolicy): Promise<Result<PublicKey, GitHubAnswer>> {
    const read = await this.#secrets.publicKey(resolved, policy);
    if (read.ok) this.#keys.set(lineOf(resolved.target.store).toLowerCase(), Promise.resolve(read));
    return read;
  }
}
