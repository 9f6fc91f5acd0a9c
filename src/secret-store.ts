import { type GitHub, type GitHubAnswer, mostPages, pageSize, unusable } from './github.ts';
import { type Patience, patience } from './retry.ts';
import { isPublicKey, type PublicKey, type Sealed } from './sealed-box.ts';
import { describeStore, hasSelection, type Store, secretsPath } from './store.ts';
import { type Target, writeTestName } from './target.ts';
import { momentFrom } from './text.ts';

/** Who sees an organization's or a user's secret. It is sent again with each write, or GitHub would change it. */
export interface Access {
  readonly visibility?: 'all' | 'private' | 'selected';
  readonly selectedRepositoryIds?: readonly number[];
}

/** What GitHub tells about a secret; never its value. Moments in ms since the epoch. */
export interface StoredSecret {
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly access: Access;
}

/** What a read found, or GitHub's answer where it found nothing. */
export type Read<Found> = { readonly found: Found } | { readonly answer: GitHubAnswer };

/** What became of a write, or GitHub's answer where it was no success. */
export type Written = { readonly status: 'created' | 'updated' } | { readonly answer: GitHubAnswer };

/** What a PUT sends: all of it may be read by anyone. */
export interface SecretBody {
  readonly encrypted_value: string;
  readonly key_id: string;
  readonly visibility?: string;
  readonly selected_repository_ids?: readonly number[];
}

/** The ten stores of GitHub's API, which all have the same shape, through one implementation. */
export class SecretStore {
  readonly #github: GitHub;

  constructor(github: GitHub) {
    this.#github = github;
  }

  /** @throws Cancelled where the patience is stoppable */
  async publicKey(store: Store, limits: Patience = patience.read): Promise<Read<PublicKey>> {
    const what = `Reading the public key of ${describeStore(store)}`;
    const answer = await this.#github.call(what, 'GET', `${secretsPath(store)}/public-key`, limits);
    const data = answer.data as { key_id?: unknown; key?: unknown } | undefined;
    if (answer.status !== 200) return { answer };
    if (typeof data?.key_id !== 'string' || typeof data.key !== 'string' || !isPublicKey(data.key)) {
      return { answer: { ...answer, said: unusable(answer, 'a usable public key') } };
    }
    return { found: { keyId: data.key_id, key: data.key } };
  }

  /**
   * The secret's dates, and for an organization or a user who sees it. The selected repositories are asked for at the
   * same time, although they count only where the visibility is `selected`: waiting to know would be a round trip.
   *
   * @throws Cancelled where the patience is stoppable
   */
  async read(target: Target, limits: Patience = patience.read): Promise<Read<StoredSecret>> {
    const path = pathOf(target);
    const selection = hasSelection(target.store) ? this.#selectedRepositories(target, limits) : undefined;
    // Awaited below, or not at all where the visibility is another.
    selection?.catch(() => undefined);
    const answer = await this.#github.call(`Reading ${nameOf(target)}`, 'GET', path, limits);
    if (answer.status !== 200) return { answer };
    const secret = storedSecretFrom(answer.data, target);
    if (secret === undefined)
      return { answer: { ...answer, said: unusable(answer, 'the dates or the visibility of a secret') } };
    const selected = secret.access.visibility === 'selected' ? await selection : undefined;
    if (selected === undefined) return { found: secret };
    if ('answer' in selected) return selected;
    return { found: { ...secret, access: accessFor(target.store, selected.found) } };
  }

  /** Writes a sealed value: 201 and 204 prove it, and nothing else does. */
  write(target: Target, sealed: Sealed, access: Access, limits: Patience): Promise<Written> {
    return this.writeBody(target, bodyOf(sealed, access), limits);
  }

  /** The same with a body that is ready to send, as the journal keeps it. */
  async writeBody(target: Target, body: SecretBody, limits: Patience): Promise<Written> {
    const answer = await this.#github.call(`Writing ${nameOf(target)}`, 'PUT', pathOf(target), limits, body);
    if (answer.status === 201) return { status: 'created' };
    if (answer.status === 204) return { status: 'updated' };
    return { answer };
  }

  /** Deletes the secret of a write test; one that is not there is gone too. Answers undefined when it is gone. */
  async removeWriteTest(store: Store): Promise<GitHubAnswer | undefined> {
    const target = { store, secret: writeTestName };
    const answer = await this.#github.call(`Deleting ${nameOf(target)}`, 'DELETE', pathOf(target), patience.cleanup);
    return answer.status === 204 || answer.status === 404 ? undefined : answer;
  }

  async #selectedRepositories(target: Target, limits: Patience): Promise<Read<number[]>> {
    const what = `Reading the selected repositories of ${nameOf(target)}`;
    const ids = new Set<number>();
    for (let page = 1; ; page++) {
      const path = `${pathOf(target)}/repositories?per_page=${pageSize}&page=${page}`;
      const answer = await this.#github.call(what, 'GET', path, limits);
      if (answer.status !== 200) return { answer };
      const data = answer.data as { total_count?: unknown; repositories?: unknown } | undefined;
      const listed = Array.isArray(data?.repositories) ? data.repositories : undefined;
      if (typeof data?.total_count !== 'number' || listed === undefined) {
        return { answer: { ...answer, said: unusable(answer, 'a list of repositories') } };
      }
      for (const repository of listed as ({ id?: unknown } | null)[]) {
        if (Number.isSafeInteger(repository?.id)) ids.add(repository?.id as number);
      }
      if (ids.size >= data.total_count) return { found: [...ids] };
      if (listed.length === 0 || page === mostPages) {
        return { answer: { ...answer, said: `only ${ids.size} of ${data.total_count} selected repositories` } };
      }
    }
  }
}

/** The REST path of a target's secret. */
export function pathOf(target: Target): string {
  return `${secretsPath(target.store)}/${target.secret}`;
}

/** A target in a person's words: `TE_TOKEN in the Dependabot secrets of acme/network`. */
export function nameOf(target: Target): string {
  return `${target.secret} in ${describeStore(target.store)}`;
}

/** What a PUT of this value sends. */
export function bodyOf(sealed: Sealed, access: Access): SecretBody {
  return {
    encrypted_value: sealed.value,
    key_id: sealed.keyId,
    ...accessBody(access),
  };
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
  return hasSelection(store) ? accessFor(store, []) : {};
}

/** A user's secret has selected repositories only, and its PUT knows no visibility. */
function accessFor(store: Store, selectedRepositoryIds: readonly number[]): Access {
  return store.level === 'user' ? { selectedRepositoryIds } : { visibility: 'selected', selectedRepositoryIds };
}

function storedSecretFrom(data: unknown, target: Target): StoredSecret | undefined {
  const secret = (data ?? {}) as { created_at?: unknown; updated_at?: unknown; visibility?: unknown };
  const createdAt = momentFrom(secret.created_at);
  const updatedAt = momentFrom(secret.updated_at);
  if (createdAt === undefined || updatedAt === undefined) return undefined;
  if (!hasSelection(target.store)) return { createdAt, updatedAt, access: {} };
  // A user's secret without the field has selected repositories all the same.
  const visibility = secret.visibility ?? (target.store.level === 'user' ? 'selected' : undefined);
  if (visibility !== 'all' && visibility !== 'private' && visibility !== 'selected') return undefined;
  return {
    createdAt,
    updatedAt,
    access: target.store.level === 'user' && visibility !== 'selected' ? {} : { visibility },
  };
}
