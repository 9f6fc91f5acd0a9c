import {
  type Access,
  authorize,
  type Credential,
  type Need,
  needForSecrets,
  requireSignOn,
  sees,
  seesOwner,
} from './github-credentials.ts';
import { notFound, notSupplied, parseJson, Refusal } from './github-errors.ts';
import { secretJson, variableJson } from './github-json.ts';
import {
  listInstallation,
  listOrganizationRepositories,
  listOwnRepositories,
  listSecrets,
  listSelected,
  listUserRepositories,
  repositoryOf,
} from './github-lists.ts';
import { nameOf, type Repositories, type Repository, type Variables } from './github-repositories.ts';
import { runJson } from './github-run-json.ts';
import type { Answer } from './http-server.ts';
import { STORE_KINDS, type StoreAddress, type StoreKind } from './target-line.ts';
import type { SandboxRequest } from './traffic.ts';

export type WorkflowRun = { id: number; repository: string; createdAt: number };

export type RouteContext = {
  repositories: Repositories;
  runs: WorkflowRun[];
  credential: Credential;
  request: SandboxRequest;
  /** The API's base. */
  url: string;
  /** The request's path below it. */
  path: string;
  stores: ReadonlySet<StoreKind>;
  updatedAtLag: number;
};

/** Finds what a path means and does it. */
export function route(context: RouteContext): Answer {
  const [root = '', first = '', second = '', ...rest] = context.path.slice(1).split('/').map(decodeURIComponent);
  const { method } = context.request;
  if (root === 'repos') return routeRepository(context, `${first}/${second}`, rest);
  if (root === 'orgs') return routeOrganization(context, first, [second, ...rest]);
  if (root === 'user' && first === 'codespaces' && second === 'secrets') {
    return routeSecrets(context, { scope: 'user', kind: 'codespaces' }, rest);
  }
  if (method !== 'GET') throw notFound();
  if (root === 'user' && first === 'repos') return listOwnRepositories(context);
  if (root === 'users' && second === 'repos') return listUserRepositories(context, first);
  if (root === 'installation' && first === 'repositories') return listInstallation(context);
  if (root === 'repositories' && second === '') return showById(context, Number(first));
  throw notFound();
}

function routeRepository(context: RouteContext, fullName: string, rest: string[]): Answer {
  const { repositories, credential, request } = context;
  const moved = repositories.get(fullName) ? undefined : repositories.formerly(fullName);
  if (moved && sees(credential, moved)) throw movedTo(context, moved, rest.length);
  const repository = repositories.get(fullName);
  if (!repository || (repository.private && !sees(credential, repository))) throw notFound();
  requireSignOn(credential, repository.owner);
  if (rest.length === 0 && request.method === 'GET') {
    return { status: 200, body: repositoryOf(context, repository) };
  }
  checkUsable(context, repository);
  return routeBelowRepository(context, repository, rest);
}

function routeBelowRepository(context: RouteContext, repository: Repository, rest: string[]): Answer {
  const [area = '', second = '', third = '', ...more] = rest;
  const { owner, name: repo } = repository;
  if (area === 'environments' && third === 'secrets') {
    return routeSecrets(context, { scope: 'environment', owner, repo, environment: second, kind: 'actions' }, more);
  }
  if (area === 'environments' && third === 'variables') {
    const variables = repository.environments.get(second.toLowerCase())?.variables;
    return routeVariables(context, 'environments', 'repo', variables, more);
  }
  if (area === 'actions' && second === 'variables') {
    return routeVariables(context, 'actions_variables', 'repo', repository.variables, [third, ...more]);
  }
  if (area === 'actions' && second === 'runs') return showRun(context, repository, Number(third));
  const kind = STORE_KINDS.find((candidate) => candidate === area);
  if (!kind || second !== 'secrets') throw notFound();
  return routeSecrets(context, { scope: 'repository', owner, repo, kind }, third === '' ? [] : [third, ...more]);
}

function routeOrganization(context: RouteContext, login: string, [area = '', second = '', ...rest]: string[]): Answer {
  const { repositories, credential, request } = context;
  const owner = repositories.owner(login);
  if (owner?.type !== 'Organization') throw notFound();
  requireSignOn(credential, owner.login);
  if (area === 'repos' && second === '' && request.method === 'GET') {
    return listOrganizationRepositories(context, owner.login);
  }
  if (!seesOwner(credential, owner.login)) throw notFound();
  if (area === 'actions' && second === 'variables') {
    return routeVariables(context, 'organization_actions_variables', 'admin:org', owner.variables, rest);
  }
  const kind = STORE_KINDS.find((candidate) => candidate === area);
  if (!kind || second !== 'secrets') throw notFound();
  return routeSecrets(context, { scope: 'organization', owner: owner.login, kind }, rest);
}

function routeSecrets(context: RouteContext, address: StoreAddress, [name, list, ...more]: string[]): Answer {
  const { credential, request, repositories, url, path } = context;
  if (!context.stores.has(address.kind) || more.length > 0) throw notFound();
  authorize(credential, needForSecrets(address, accessOf(request)));
  const store = repositories.store(address, credential.login);
  if (!store) throw notFound();
  if (name === undefined) return listSecrets(context, store);
  if (list === 'repositories' && request.method === 'GET') return listSelected(context, store, name);
  if (list !== undefined) throw notFound();
  if (request.method === 'GET' && name === 'public-key') return { status: 200, body: store.publicKey };
  if (request.method === 'GET') {
    const secret = store.get(name);
    if (!secret) throw notFound();
    const above = url + path.slice(0, path.lastIndexOf('/'));
    return { status: 200, body: secretJson(above, store, secret, context.updatedAtLag) };
  }
  if (request.method === 'DELETE') {
    store.delete(name);
    return { status: 204 };
  }
  if (request.method !== 'PUT') throw notFound();
  const done = store.put(name, parseJson(request.body), (id) => {
    const repository = repositories.byId(id);
    return repository !== undefined && (address.scope !== 'organization' || repository.owner === address.owner);
  });
  return done === 'created' ? { status: 201, body: {} } : { status: 204 };
}

function routeVariables(
  context: RouteContext,
  permission: string,
  scope: Need['scope'],
  variables: Variables | undefined,
  [name = '', ...more]: string[],
): Answer {
  const { method, body } = context.request;
  authorize(context.credential, { permission, access: accessOf(context.request), scope });
  if (!variables || more.length > 0) throw notFound();
  if (method === 'GET' && name !== '') {
    const variable = variables.get(name);
    if (!variable) throw notFound();
    return { status: 200, body: variableJson(context.url + context.path, variable) };
  }
  if (method === 'POST' && name === '') {
    const { name: added, value, visibility } = parseJson(body);
    if (typeof added !== 'string') throw notSupplied('name');
    if (typeof value !== 'string') throw notSupplied('value');
    if (scope === 'admin:org' && typeof visibility !== 'string') throw notSupplied('visibility');
    variables.create(added, value, typeof visibility === 'string' ? visibility : undefined);
    return { status: 201, body: {} };
  }
  if (method !== 'PATCH' || name === '') throw notFound();
  variables.update(name, parseJson(body));
  return { status: 204 };
}

function showRun(context: RouteContext, repository: Repository, id: number): Answer {
  authorize(context.credential, { permission: 'actions', access: 'read', scope: 'repo' });
  const run = context.runs.find((candidate) => candidate.id === id && candidate.repository === nameOf(repository));
  if (!run || context.request.method !== 'GET') throw notFound();
  return { status: 200, body: runJson(context.url, run, repositoryOf(context, repository)) };
}

function showById(context: RouteContext, id: number): Answer {
  const repository = context.repositories.byId(id);
  if (!repository || (repository.private && !sees(context.credential, repository))) throw notFound();
  return { status: 200, body: repositoryOf(context, repository) };
}

function checkUsable(context: RouteContext, repository: Repository): void {
  const { credential, request } = context;
  if (repository.disabled) throw new Refusal(403, 'Repository access blocked');
  if (repository.archived && accessOf(request) === 'write') {
    throw new Refusal(403, 'Repository was archived so is read-only.');
  }
  // A public repository shows itself to everyone, its settings to its own people.
  if (!sees(credential, repository)) throw new Refusal(403, 'Must have admin rights to Repository.');
}

function movedTo(context: RouteContext, repository: Repository, below: number): Refusal {
  const { path, url } = context;
  const rest = below === 0 ? '' : `/${path.split('/').slice(4).join('/')}`;
  const target = `${url}/repositories/${repository.id}${rest}`;
  return new Refusal(301, 'Moved Permanently', { Location: target }, { url: target });
}

function accessOf(request: SandboxRequest): Access {
  return request.method === 'GET' ? 'read' : 'write';
}
