import type { Feature, Store } from './store.ts';

/** The secret that a write test creates and deletes. */
export const writeTestName = 'ROTATION_WRITE_TEST';

/** One secret in one store. */
export interface Target {
  readonly store: Store;
  /** In upper case, as GitHub keeps it. */
  readonly secret: string;
}

/** A line with a `*` in the repository's name; the store's `repository` holds it. */
export interface Pattern extends Target {
  readonly store: Extract<Store, { repository: string }>;
}

export type Line =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'pattern'; readonly pattern: Pattern };

/** How many targets the lines name at most; a pattern may find any number. */
export function mostTargets(lines: readonly Line[]): number {
  return lines.some(({ kind }) => kind === 'pattern') ? Number.POSITIVE_INFINITY : lines.length;
}

/** A line that is no target, with what was expected instead. */
export class LineError extends Error {}

const features: readonly string[] = ['actions', 'dependabot', 'codespaces', 'agents'] satisfies Feature[];

/** What is wrong with a secret's name, or undefined. Source: GitHub's "Secrets reference", naming rules. */
export function secretNameFault(name: string): string | undefined {
  if (!/^[A-Za-z0-9_]+$/.test(name)) return 'a secret name has only letters, digits and underscores';
  if (/^\d/.test(name)) return "a secret name can't begin with a digit";
  if (/^GITHUB_/i.test(name)) return "a secret name can't begin with GITHUB_";
  if (name.length > 255) return 'a secret name has at most 255 characters';
  if (name.toUpperCase() === writeTestName) return `${writeTestName} is the secret that the write test deletes`;
  return undefined;
}

/**
 * The target or pattern that a line names: `acme/network`, `acme/network/environments/Production EU`,
 * `orgs/acme/dependabot`, `user/codespaces`, `acme/terraform-*`, each with an optional ` as NAME` at its end.
 *
 * @throws LineError where it names none
 */
export function lineFrom(text: string, defaultSecret: string): Line {
  const [place, secret] = splitName(text.trim(), defaultSecret);
  const store = storeFrom(place);
  if ('repository' in store && store.repository.includes('*')) {
    return { kind: 'pattern', pattern: { store, secret } };
  }
  return { kind: 'target', target: { store, secret } };
}

function splitName(text: string, defaultSecret: string): [string, string] {
  const named = /^(.*\S)\s+as\s+(\S+)$/s.exec(text);
  if (named?.[1] === undefined || named[2] === undefined) return [text, defaultSecret.toUpperCase()];
  const fault = secretNameFault(named[2]);
  if (fault) {
    throw new LineError(`${fault}; if the place itself ends in "as ${named[2]}", add " as ${defaultSecret}" behind it`);
  }
  return [named[1], named[2].toUpperCase()];
}

function storeFrom(place: string): Store {
  const [first = '', second = '', ...rest] = place.split('/');
  if (place === 'user/codespaces') return { level: 'user', feature: 'codespaces' };
  if (first === 'orgs') {
    const feature = featureFrom(rest.length === 0 ? 'actions' : rest.join('/'));
    return { level: 'organization', feature, owner: ownerFrom(second) };
  }
  const owner = ownerFrom(first);
  const repository = repositoryFrom(second);
  if (rest[0] === 'environments') {
    return {
      level: 'environment',
      feature: 'actions',
      owner,
      repository,
      environment: environmentFrom(rest.slice(1).join('/')),
    };
  }
  return {
    level: 'repository',
    feature: featureFrom(rest.length === 0 ? 'actions' : rest.join('/')),
    owner,
    repository,
  };
}

function ownerFrom(text: string): string {
  if (text.includes('*')) throw new LineError('"*" stands in the name of a repository only, not in its owner');
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(text))
    throw new LineError('it does not begin with an owner and a repository');
  return text;
}

function repositoryFrom(text: string): string {
  if (!/^[A-Za-z0-9._*-]{1,100}$/.test(text) || text === '.' || text === '..') {
    throw new LineError('the repository is missing, or its name has characters that GitHub does not allow');
  }
  return text;
}

function environmentFrom(text: string): string {
  const name = text.trim();
  if (name === '' || name === '.' || name === '..') throw new LineError('the name of the environment is missing');
  if (name.length > 255) throw new LineError("the environment's name has more than 255 characters");
  if (name.includes('*')) throw new LineError('"*" stands in the name of a repository only, not of an environment');
  if (!name.isWellFormed()) throw new LineError("the environment's name is not valid Unicode");
  return name;
}

function featureFrom(text: string): Feature {
  if (!features.includes(text)) {
    throw new LineError(
      `"${text.slice(0, 40)}" is no store; a repository has ${features.join(', ')} and environments/NAME, an organization ${features.join(', ')}`,
    );
  }
  return text as Feature;
}

/** The line that names a store, in its shortest form. */
export function lineOf(store: Store): string {
  const feature = store.feature === 'actions' ? '' : `/${store.feature}`;
  switch (store.level) {
    case 'repository':
      return `${store.owner}/${store.repository}${feature}`;
    case 'environment':
      return `${store.owner}/${store.repository}/environments/${store.environment}`;
    case 'organization':
      return `orgs/${store.owner}${feature}`;
    case 'user':
      return 'user/codespaces';
  }
}

/** The line that names a target; ` as NAME` only where it is needed. */
export function labelOf(target: Target, defaultSecret: string): string {
  const line = lineOf(target.store);
  const needsName = target.secret !== defaultSecret.toUpperCase() || /\sas\s+\S+$/.test(line);
  return needsName ? `${line} as ${target.secret}` : line;
}

/** Equal for two targets that are the same secret: GitHub compares owners, repositories, environments and names without case. */
export function keyOf(target: Target): string {
  return `${lineOf(target.store)} ${target.secret}`.toLowerCase();
}
