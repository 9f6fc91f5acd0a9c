import { failed, ok, type Result } from '../lib/result.ts';
import { repositoryPath } from '../targets/store.ts';
import { isOwnerName, isRepositoryName } from '../targets/target.ts';
import { type GitHubAnswer, redirectPath, unusable } from './answer.ts';
import { type GitHubClient, mostPages, pageSize } from './client.ts';
import { policies } from './policies.ts';

/** What a rotation needs to know of a repository. */
export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly archived: boolean;
  readonly disabled: boolean;
  /** Whether only its own members can read it: an `internal` one has `private: true`, too. */
  readonly isPrivate: boolean;
}

/** GitHub's repositories; each is read once, and each owner listed once. All throw Cancelled. */
export class RepositoriesClient {
  readonly #github: GitHubClient;
  readonly #reads = new Map<string, Promise<Result<Repository, GitHubAnswer>>>();
  readonly #lists = new Map<string, Promise<Result<readonly Repository[], GitHubAnswer>>>();

  constructor(github: GitHubClient) {
    this.#github = github;
  }

  read(owner: string, name: string): Promise<Result<Repository, GitHubAnswer>> {
    const key = `${owner}/${name}`.toLowerCase();
    const read = this.#reads.get(key) ?? this.#read(owner, name);
    this.#reads.set(key, read);
    return read;
  }

  /** All repositories of an owner that the credential may see; {@link read} then answers without asking again. */
  list(owner: string): Promise<Result<readonly Repository[], GitHubAnswer>> {
    const key = owner.toLowerCase();
    const list = this.#lists.get(key) ?? this.#list(owner);
    this.#lists.set(key, list);
    return list;
  }

  /** Whether a repository has an environment; undefined where GitHub does not say. */
  async hasEnvironment(owner: string, name: string, environment: string): Promise<boolean | undefined> {
    const what = `Reading the environment "${environment}" of ${owner}/${name}`;
    const path = `${repositoryPath(owner, name)}/environments/${encodeURIComponent(environment)}`;
    const { status } = await this.#github.call({ what, method: 'GET', path, policy: policies.read });
    if (status === 404) return false;
    return status === 200 ? true : undefined;
  }

  /**
   * An App sees those of its installation; GitHub lists those of an organization, of another user and of the own account
   * each elsewhere, and nothing tells beforehand which of them an owner is.
   */
  async #list(owner: string): Promise<Result<readonly Repository[], GitHubAnswer>> {
    const found = await this.#listed(owner);
    if (!found.ok) return found;
    const owned = found.value.filter((each) => each.owner.toLowerCase() === owner.toLowerCase());
    for (const each of owned) this.#reads.set(`${each.owner}/${each.name}`.toLowerCase(), Promise.resolve(ok(each)));
    return ok(owned);
  }

  async #listed(owner: string): Promise<Result<readonly Repository[], GitHubAnswer>> {
    if (this.#github.credentialKind === 'app') return this.#pages(owner, '/installation/repositories?');
    const name = encodeURIComponent(owner);
    const organization = await this.#pages(owner, `/orgs/${name}/repos?type=all&`);
    if (organization.ok || organization.error.status !== 404) return organization;
    const account = await this.#pages(owner, '/user/repos?affiliation=owner&');
    const isOwn = account.ok && account.value.some((each) => each.owner.toLowerCase() === owner.toLowerCase());
    return isOwn ? account : this.#pages(owner, `/users/${name}/repos?type=owner&`);
  }

  async #pages(owner: string, path: string): Promise<Result<readonly Repository[], GitHubAnswer>> {
    const what = `Listing the repositories of ${owner}`;
    const repositories = new Map<string, Repository>();
    for (let page = 1; page <= mostPages; page++) {
      const paged = `${path}per_page=${pageSize}&page=${page}`;
      const answer = await this.#github.call({ what, method: 'GET', path: paged, policy: policies.read });
      if (answer.status !== 200) return failed(answer);
      const { repositories: ofInstallation } = Object(answer.data) as { repositories?: unknown };
      const listed = Array.isArray(answer.data) ? answer.data : ofInstallation;
      if (!Array.isArray(listed)) return failed(unusable(answer, 'a list of repositories'));
      for (const repository of listed.map(repositoryFrom))
        if (repository !== undefined) repositories.set(`${repository.owner}/${repository.name}`, repository);
      if (listed.length < pageSize && !answer.headers.link?.includes('rel="next"')) break;
    }
    return ok([...repositories.values()]);
  }

  async #read(owner: string, name: string): Promise<Result<Repository, GitHubAnswer>> {
    const what = `Reading the repository ${owner}/${name}`;
    const path = repositoryPath(owner, name);
    const answer = await this.#github.call({ what, method: 'GET', path, policy: policies.read });
    if (answer.status === 301) return failed(await this.#withNewName(answer, owner));
    if (answer.status !== 200) return failed(answer);
    const found = repositoryFrom(answer.data);
    return found === undefined ? failed(unusable(answer, 'a repository')) : ok(found);
  }

  /** GitHub's 301 points to an id, not to a name. No redirect is followed, so the owner's list translates it. */
  async #withNewName(answer: GitHubAnswer, owner: string): Promise<GitHubAnswer> {
    const path = redirectPath(answer, this.#github.baseUrl) ?? '';
    const id = Number(/^\/repositories\/(\d+)$/.exec(path)?.[1]);
    const listed = Number.isNaN(id) ? undefined : await this.list(owner);
    const renamed = listed?.ok ? listed.value.find((each) => each.id === id) : undefined;
    if (renamed === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, location: `/repos/${renamed.owner}/${renamed.name}` } };
  }
}

/** A repository from GitHub's JSON; undefined where it is none, or where its name is none that GitHub gives. */
export function repositoryFrom(data: unknown): Repository | undefined {
  const fields = Object(data) as Record<string, unknown>;
  const [owner = '', name = '', ...more] = typeof fields.full_name === 'string' ? fields.full_name.split('/') : [];
  if (!isOwnerName(owner) || !isRepositoryName(name) || more.length > 0) return undefined;
  return {
    id: typeof fields.id === 'number' ? fields.id : 0,
    owner,
    name,
    archived: fields.archived === true,
    disabled: fields.disabled === true,
    isPrivate: fields.private === true && (fields.visibility ?? 'private') === 'private',
  };
}
