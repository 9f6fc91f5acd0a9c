/** The products of GitHub that keep secrets. */
export type Feature = 'actions' | 'dependabot' | 'codespaces' | 'agents';

/** One of GitHub's secret stores: the place, not the secret. Owner and repository as the user wrote them. */
export type Store =
  | { readonly level: 'repository'; readonly feature: Feature; readonly owner: string; readonly repository: string }
  | {
      readonly level: 'environment';
      readonly feature: 'actions';
      readonly owner: string;
      readonly repository: string;
      readonly environment: string;
    }
  | { readonly level: 'organization'; readonly feature: Feature; readonly owner: string }
  | { readonly level: 'user'; readonly feature: 'codespaces' };

/** What a credential needs to write to a store. Source: GitHub's "Permissions required for …" pages. */
export interface Permission {
  /** As the permission is called where an App or a fine-grained token is made. */
  readonly name: string;
  /** The scope of a classic token. */
  readonly scope: string;
  /** False where GitHub opens the endpoint to no App and no fine-grained token. */
  readonly apps: boolean;
}

const permissions: Readonly<Record<string, Permission>> = {
  'repository/actions': { name: 'Secrets', scope: 'repo', apps: true },
  'environment/actions': { name: 'Environments', scope: 'repo', apps: true },
  'repository/dependabot': { name: 'Dependabot secrets', scope: 'repo', apps: true },
  'repository/codespaces': { name: 'Codespaces secrets', scope: 'repo', apps: true },
  'repository/agents': { name: 'Agent secrets', scope: 'repo', apps: true },
  'organization/actions': {
    name: 'Organization secrets',

    scope: 'admin:org',
    apps: true,
  },
  'organization/dependabot': {
    name: 'Organization Dependabot secrets',

    scope: 'admin:org',
    apps: true,
  },
  'organization/codespaces': {
    name: 'Organization Codespaces secrets',

    scope: 'admin:org',
    apps: false,
  },
  'organization/agents': {
    name: 'Organization agent secrets',

    scope: 'admin:org',
    apps: true,
  },
  'user/codespaces': { name: 'Codespaces user secrets', scope: 'codespace:secrets', apps: false },
};

/** The ten kinds of store, each a level and a feature: `repository/actions`, `environment/actions`, … */
export function kindOf(store: Store): string {
  return `${store.level}/${store.feature}`;
}

/** Whose store it is, in lower case, as GitHub compares names; empty where it is the credential's own user. */
export function ownerOf(store: Store): string {
  return 'owner' in store ? store.owner.toLowerCase() : '';
}

export function permissionFor(store: Store): Permission {
  const permission = permissions[kindOf(store)];
  if (permission === undefined) throw new RangeError(`no permission is known for ${kindOf(store)}`);
  return permission;
}

/** The store in a person's words: `the Dependabot secrets of acme/network`. */
export function describeStore(store: Store): string {
  const feature = { actions: 'Actions', dependabot: 'Dependabot', codespaces: 'Codespaces', agents: 'agent' };
  switch (store.level) {
    case 'repository':
      return `the ${feature[store.feature]} secrets of ${store.owner}/${store.repository}`;
    case 'environment':
      return `the environment "${store.environment}" of ${store.owner}/${store.repository}`;
    case 'organization':
      return `the ${feature[store.feature]} secrets of the organization ${store.owner}`;
    case 'user':
      return "the Codespaces secrets of the credential's user";
  }
}

/** The REST path of a repository, percent-encoded. */
export function repositoryPath(owner: string, repository: string): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}`;
}

/** The REST path that a store's secrets live under, percent-encoded, as in GitHub's OpenAPI description. */
export function secretsPath(store: Store): string {
  return `${placePath(store)}${store.level === 'environment' ? '' : `/${store.feature}`}/secrets`;
}

/** The REST path of the Actions variables beside an Actions store, percent-encoded. */
export function variablesPath(store: Store): string {
  return `${placePath(store)}${store.level === 'environment' ? '' : '/actions'}/variables`;
}

function placePath(store: Store): string {
  switch (store.level) {
    case 'repository':
      return repositoryPath(store.owner, store.repository);
    case 'environment':
      return `${repositoryPath(store.owner, store.repository)}/environments/${encodeURIComponent(store.environment)}`;
    case 'organization':
      return `/orgs/${encodeURIComponent(store.owner)}`;
    case 'user':
      return '/user';
  }
}

/** Organizations and users choose which repositories see a secret. */
export function hasSelection(store: Store): boolean {
  return store.level === 'organization' || store.level === 'user';
}
