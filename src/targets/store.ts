/** The products of GitHub that keep secrets. */
export const features = ['actions', 'dependabot', 'codespaces', 'agents'] as const;
export type Feature = (typeof features)[number];

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

/** The ten kinds of store, each a level and a feature. */
export type StoreKind = `repository/${Feature}` | `organization/${Feature}` | 'environment/actions' | 'user/codespaces';

export function kindOf(store: Store): StoreKind {
  if (store.level === 'environment') return 'environment/actions';
  if (store.level === 'user') return 'user/codespaces';
  return `${store.level}/${store.feature}`;
}

/** Whose store it is, in lower case, as GitHub compares names; empty where it is the credential's own user. */
export function ownerOf(store: Store): string {
  return 'owner' in store ? store.owner.toLowerCase() : '';
}

/** Organizations and users choose which repositories see a secret. */
export function hasSelection(store: Store): boolean {
  return store.level === 'organization' || store.level === 'user';
}

/** How many secrets a store holds at most. Source: GitHub's "Secrets reference", limits. */
export function capacityOf(store: Store): number {
  return store.level === 'organization' ? 1000 : 100;
}

const featureNames: Readonly<Record<Feature, string>> = {
  actions: 'Actions',
  dependabot: 'Dependabot',
  codespaces: 'Codespaces',
  agents: 'Copilot agents',
};

/** The store in a person's words: `the Dependabot secrets of acme/network`. */
export function describeStore(store: Store): string {
  const place = placeOf(store);
  return store.level === 'environment' ? place : `the ${featureNames[store.feature]} secrets of ${place}`;
}

/** The Actions variables beside a store in a person's words. */
export function describeVariables(store: Store): string {
  return `the ${store.level === 'environment' ? '' : 'Actions '}variables of ${placeOf(store)}`;
}

function placeOf(store: Store): string {
  switch (store.level) {
    case 'repository':
      return `${store.owner}/${store.repository}`;
    case 'environment':
      return `the environment "${store.environment}" of ${store.owner}/${store.repository}`;
    case 'organization':
      return `the organization ${store.owner}`;
    case 'user':
      return "the credential's user";
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
