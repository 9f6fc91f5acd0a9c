import { credentialKind } from './credential.ts';
import { type GitHub, type GitHubAnswer, mostPages, pageSize, unusable } from './github.ts';
import { patience } from './retry.ts';
import type { Read } from './secret-store.ts';
import { repositoryPath } from './store.ts';

/** What a rotation needs to know of a repository. */
export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly archived: boolean;
  readonly disabled: boolean;
  readonly private: boolean;
}

/** GitHub's repositories; each is read once. */
export class Repositories {
  readonly #github: GitHub;
  readonly #reads = new Map<string, Promise<Read<Repository>>>();

  constructor(github: GitHub) {
    this.#github = github;
  }

  /** @throws Cancelled */
  read(owner: string, name: string): Promise<Read<Repository>> {
    const key = `${owner}/${name}`.toLowerCase();
    const read = this.#reads.get(key) ?? this.#read(owner, name);
    this.#reads.set(key, read);
    return read;
  }

  /**
   * All repositories of an owner that the credential may see, whatever the owner and the credential are. An App sees
   * those of its installation; GitHub lists those of an organization, of another user and of the own account each
   * elsewhere, and nothing tells beforehand which of them an owner is.
   *
   * @throws Cancelled
   */
  async list(owner: string): Promise<Read<readonly Repository[]>> {
    const isOwners = (repository: Repository) => repository.owner.toLowerCase() === owner.toLowerCase();
    const own = (read: Read<Repository[]>) => ('found' in read ? { found: read.found.filter(isOwners) } : read);
    if (credentialKind(this.#github.credential) === 'app')
      return own(await this.#pages(owner, '/installation/repositories'));
    const name = encodeURIComponent(owner);
    const organization = await this.#pages(owner, `/orgs/${name}/repos?type=all`);
    if ('found' in organization || organization.answer.status !== 404) return own(organization);
    const account = own(await this.#pages(owner, '/user/repos?affiliation=owner'));
    if ('found' in account && account.found.length > 0) return account;
    return own(await this.#pages(owner, `/users/${name}/repos?type=owner`));
  }

  async #pages(owner: string, path: string): Promise<Read<Repository[]>> {
    const repositories = new Map<string, Repository>();
    for (let page = 1; page <= mostPages; page++) {
      const separator = path.includes('?') ? '&' : '?';
      const url = `${path}${separator}per_page=${pageSize}&page=${page}`;
      const answer = await this.#github.call(`Listing the repositories of ${owner}`, 'GET', url, patience.read);
      if (answer.status !== 200) return { answer };
      const data = answer.data as { repositories?: unknown } | undefined;
      const listed = Array.isArray(data) ? data : data?.repositories;
      if (!Array.isArray(listed)) return { answer: { ...answer, said: unusable(answer, 'a list of repositories') } };
      for (const repository of listed.map(repositoryFrom)) {
        if (repository !== undefined) repositories.set(`${repository.owner}/${repository.name}`, repository);
      }
      if (listed.length < pageSize && !answer.headers.link?.includes('rel="next"')) break;
    }
    return { found: [...repositories.values()] };
  }

  async #read(owner: string, name: string): Promise<Read<Repository>> {
    const what = `Reading the repository ${owner}/${name}`;
    const answer = await this.#github.call(what, 'GET', repositoryPath(owner, name), patience.read);
    if (answer.status === 301) return { answer: await this.#named(answer, owner) };
    if (answer.status !== 200) return { answer };
    const found = repositoryFrom(answer.data);
    return found === undefined ? { answer: { ...answer, said: unusable(answer, 'a repository') } } : { found };
  }

  /** A 301 that says the new name: GitHub's own gives an id, which the owner's list translates. */
  async #named(answer: GitHubAnswer, owner: string): Promise<GitHubAnswer> {
    const location = answer.headers.location ?? (answer.data as { url?: unknown } | undefined)?.url;
    const id = /\/repositories\/(\d+)/.exec(String(location))?.[1];
    const listed = id === undefined ? undefined : await this.list(owner);
    const renamed =
      listed !== undefined && 'found' in listed ? listed.found.find((each) => each.id === Number(id)) : undefined;
    if (renamed === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, location: `/repos/${renamed.owner}/${renamed.name}` } };
  }
}

/** A repository from GitHub's JSON; undefined where it is none. `private` counts as false unless GitHub says so. */
export function repositoryFrom(data: unknown): Repository | undefined {
  const fields = data as Record<string, unknown> | null | undefined;
  if (typeof fields?.full_name !== 'string') return undefined;
  const [owner, name] = fields.full_name.split('/');
  if (owner === undefined || name === undefined) return undefined;
  return {
    id: typeof fields.id === 'number' ? fields.id : 0,
    owner,
    name,
    archived: fields.archived === true,
    disabled: fields.disabled === true,
    private: fields.private === true,
  };
}
