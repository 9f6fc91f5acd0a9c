import { timestamp } from '../../clocks/clock.ts';
import { type Environment, isPrivate, nameOf, type Repository } from '../stores/repositories.ts';
import type { SecretStore, StoredSecret } from '../stores/secret-store.ts';
import type { Variable } from '../stores/variables.ts';

/** How the dates of what is stored are shown: so many milliseconds after a write, on a clock that is so many ahead. */
export type DateManner = { lag: number; skew: number };

/** The fields of a repository that the contracts ask for, most of them links. */
export function repositoryJson(url: string, repository: Repository, ownerType: string): Record<string, unknown> {
  const { id, name, owner, archived, disabled } = repository;
  const self = `${url}/repos/${nameOf(repository)}`;
  const links = Object.fromEntries(REPOSITORY_LINKS.map((link) => [`${link}_url`, `${self}/${link}`]));
  const counts = Object.fromEntries(REPOSITORY_COUNTS.map((count) => [count, 0]));
  const features = {
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
  };
  const login = { login: owner, ...ownerJson(url, owner, ownerType) };
  const absent = { description: null, homepage: null, language: null, license: null, mirror_url: null };
  const dates = { created_at: CREATED, updated_at: CREATED, pushed_at: CREATED };
  const basics = { id, node_id: `R_${id}`, name, full_name: nameOf(repository), private: isPrivate(repository) };
  const state = {
    archived,
    disabled,
    fork: false,
    default_branch: 'main',
    visibility: repository.visibility,
  };
  return {
    ...basics,
    owner: login,
    ...state,
    url: self,
    html_url: self,
    ...links,
    ...counts,
    ...features,
    ...absent,
    ...dates,
  };
}

export function secretJson(
  url: string,
  store: SecretStore,
  secret: StoredSecret,
  { lag, skew }: DateManner,
): Record<string, unknown> {
  const { name } = secret;
  const basics = { name, ...times(secret.createdAt, store.shownUpdate(name, lag), skew) };
  if (store.audience === 'none') return basics;
  const visibility = store.audience === 'repositories' ? 'selected' : (secret.visibility ?? 'private');
  const list = visibility === 'selected' ? { selected_repositories_url: `${url}/${name}/repositories` } : {};
  return { ...basics, visibility, ...list };
}

export function variableJson(url: string, variable: Variable, skew: number): Record<string, unknown> {
  const { name, value, createdAt, updatedAt, visibility } = variable;
  const basics = { name, value, ...times(createdAt, updatedAt, skew) };
  const list = visibility === 'selected' ? { selected_repositories_url: `${url}/repositories` } : {};
  return { ...basics, ...(visibility === undefined ? {} : { visibility }), ...list };
}

export function environmentJson(
  url: string,
  repository: Repository,
  environment: Environment,
): Record<string, unknown> {
  const { id, name } = environment;
  const self = `${url}/repos/${nameOf(repository)}/environments/${encodeURIComponent(name)}`;
  return { id, node_id: `EN_${id}`, name, url: self, html_url: self, created_at: CREATED, updated_at: CREATED };
}

function times(createdAt: number, updatedAt: number, skew: number): { created_at: string; updated_at: string } {
  return { created_at: timestamp(createdAt + skew), updated_at: timestamp(updatedAt + skew) };
}

function ownerJson(url: string, login: string, type: string): Record<string, unknown> {
  const self = `${url}/users/${login}`;
  const links = Object.fromEntries(OWNER_LINKS.map((link) => [`${link}_url`, `${self}/${link}`]));
  return { id: 1, node_id: 'O_1', gravatar_id: '', url: self, html_url: self, type, site_admin: false, ...links };
}

const CREATED = '2024-01-01T00:00:00Z';
const OWNER_LINKS = words(
  'avatar events followers following gists organizations received_events repos starred subscriptions',
);
const REPOSITORY_COUNTS = words(`
  forks forks_count network_count open_issues open_issues_count size stargazers_count subscribers_count watchers
  watchers_count`);
const REPOSITORY_LINKS = words(`
  archive assignees blobs branches clone collaborators comments commits compare contents contributors deployments
  downloads events forks git git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages
  merges milestones notifications pulls releases ssh stargazers statuses subscribers subscription svn tags teams trees`);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
