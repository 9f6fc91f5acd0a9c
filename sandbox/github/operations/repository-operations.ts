import type { Answer } from '../../http/server.ts';
import { sees } from '../access/credentials.ts';
import { notFound, Refusal } from '../errors.ts';
import { isPrivate, nameOf, type Repository } from '../stores/repositories.ts';
import type { Context } from './context.ts';
import { environmentJson, repositoryJson } from './json.ts';
import { paged } from './pages.ts';
import { runJson } from './run-json.ts';

export function showRepository(context: Context, repository: Repository): Answer {
  return { status: 200, body: repositoryOf(context, repository) };
}

/** What a redirect of a renamed repository leads to. */
export function showById(context: Context, id: number): Answer {
  const repository = context.repositories.byId(id);
  if (!repository || (isPrivate(repository) && !sees(context.credential, repository))) throw notFound();
  return showRepository(context, repository);
}

/** @param below how many parts of the path lie behind the repository's name */
export function movedTo(context: Context, repository: Repository, below: number): Refusal {
  const { path, url } = context;
  const rest = below === 0 ? '' : `/${path.split('/').slice(4).join('/')}`;
  const target = `${url}/repositories/${repository.id}${rest}`;
  return new Refusal(301, 'Moved Permanently', { Location: target }, { url: target });
}

export function showRun(context: Context, repository: Repository, id: number): Answer {
  const { runs, skew, url } = context;
  const run = runs.find((candidate) => candidate.id === id && candidate.repository === nameOf(repository));
  if (!run) throw notFound();
  const dated = { ...run, createdAt: run.createdAt + skew };
  return { status: 200, body: runJson(url, dated, repositoryOf(context, repository)) };
}

export function showEnvironment(context: Context, repository: Repository, name: string): Answer {
  const environment = repository.environments.get(name.toLowerCase());
  if (!environment) throw notFound();
  return { status: 200, body: environmentJson(context.url, repository, environment) };
}

export function listOwnRepositories(context: Context): Answer {
  const { credential, request } = context;
  const ownerOnly = request.query.get('affiliation') === 'owner' || request.query.get('type') === 'owner';
  const visibility = request.query.get('visibility') ?? 'all';
  const locked = credential.ssoRequired ?? [];
  return listRepositories(context, (repository) => {
    const owned = !ownerOnly || repository.owner.toLowerCase() === credential.login.toLowerCase();
    const shown = visibility === 'all' || isPrivate(repository) === (visibility === 'private');
    return owned && shown && sees(credential, repository) && !locked.includes(repository.owner);
  });
}

export function listOrganizationRepositories(context: Context, login: string): Answer {
  const shown = (repository: Repository): boolean => !isPrivate(repository) || sees(context.credential, repository);
  return listRepositories(context, (repository) => repository.owner === login && shown(repository));
}

export function listUserRepositories(context: Context, login: string): Answer {
  const owner = context.repositories.owner(login);
  if (!owner) throw notFound();
  return listRepositories(context, (repository) => repository.owner === owner.login && !isPrivate(repository));
}

export function listInstallation(context: Context): Answer {
  const { credential, repositories } = context;
  return countedRepositories(
    context,
    repositories.all().filter((repository) => sees(credential, repository)),
  );
}

/** A page of repositories beside their number, which may count what the page leaves out. */
export function countedRepositories(context: Context, shown: Repository[], total = shown.length): Answer {
  const { headers, items } = paged(context, shown);
  const repositories = items.map((repository) => repositoryOf(context, repository));
  return { status: 200, headers, body: { total_count: total, repositories } };
}

function listRepositories(context: Context, which: (repository: Repository) => boolean): Answer {
  const { headers, items } = paged(context, context.repositories.all().filter(which));
  return { status: 200, headers, body: items.map((repository) => repositoryOf(context, repository)) };
}

function repositoryOf(context: Context, repository: Repository): Record<string, unknown> {
  const type = context.repositories.owner(repository.owner)?.type ?? 'User';
  return repositoryJson(context.url, repository, type);
}
