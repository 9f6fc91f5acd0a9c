import type { Answer } from '../http/server.ts';
import { authorize, requireSignOn, sees, seesOwner } from './access/credentials.ts';
import { notFound, Refusal } from './errors.ts';
import type { Context } from './operations/context.ts';
import { OPERATIONS, type Operation, type Values } from './operations/operations.ts';
import { movedTo } from './operations/repository-operations.ts';
import { isPrivate, type Repository } from './stores/repositories.ts';

type Route = { operation: Operation; values: Values };

/** Finds what a path means and does it, for a credential that may. */
export function route(context: Context): Answer {
  const found = routeOf(context.request.method, context.path);
  if (!found) throw notFound();
  const { operation, values } = found;
  const repository = 'repo' in values ? enterRepository(context, operation, values) : undefined;
  const login = 'org' in values ? enterOrganization(context, operation, values.org ?? '') : undefined;
  if (operation.kind && !context.stores.has(operation.kind)) throw notFound();
  authorize(context.credential, operation.row, repository);
  return operation.answer(context, login === undefined ? values : { ...values, org: login });
}

function routeOf(method: string, path: string): Route | undefined {
  const segments = path.split('/');
  for (const operation of OPERATIONS) {
    const values = operation.method === method ? valuesOf(operation.path.split('/'), segments) : undefined;
    if (values) return { operation, values };
  }
  return undefined;
}

function valuesOf(template: string[], segments: string[]): Values | undefined {
  if (template.length !== segments.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined;
    } else if (segment === '') return undefined;
    else values[part.slice(1, -1)] = decoded(segment);
  }
  return values;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'Bad Request');
  }
}

function enterRepository(context: Context, operation: Operation, { owner, repo }: Values): Repository {
  const { repositories, credential, path } = context;
  const fullName = `${owner}/${repo}`;
  const repository = repositories.get(fullName);
  const moved = repository ? undefined : repositories.formerly(fullName);
  if (moved && sees(credential, moved)) throw movedTo(context, moved, path.split('/').length - 4);
  if (!repository || (isPrivate(repository) && !sees(credential, repository))) throw notFound();
  requireSignOn(credential, repository.owner);
  // The repository itself shows its state to everyone who sees it.
  if (operation.path !== '/repos/{owner}/{repo}') checkUsable(context, repository);
  return repository;
}

/** Yields the organization's name as it writes it itself. */
function enterOrganization({ repositories, credential }: Context, operation: Operation, org: string): string {
  const owner = repositories.owner(org);
  if (owner?.type !== 'Organization') throw notFound();
  requireSignOn(credential, owner.login);
  if (operation.path !== '/orgs/{org}/repos' && !seesOwner(credential, owner.login)) throw notFound();
  return owner.login;
}

function checkUsable({ credential, request }: Context, repository: Repository): void {
  if (repository.disabled) throw new Refusal(403, 'Repository access blocked');
  if (repository.archived && request.method !== 'GET') {
    throw new Refusal(403, 'Repository was archived so is read-only.');
  }
  // A public repository shows itself to everyone, its settings to its own people.
  if (!sees(credential, repository)) throw new Refusal(403, 'Must have admin rights to Repository.');
}
