import { failed, ok, type Result } from '../lib/result.ts';
import { looksLikeToken } from '../lib/secret.ts';
import { describeStore, type Feature, features, type Store } from './store.ts';

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

/** Whether a line names what a pattern finds: no repository has a `*` in its name. */
export function isPattern(line: Target): line is Pattern {
  return 'repository' in line.store && line.store.repository.includes('*');
}

/** What is wrong with the name of a secret, or undefined. Source: GitHub's "Secrets reference", naming rules. */
export function nameFault(name: string): string | undefined {
  if (!/^[A-Za-z0-9_]+$/.test(name)) return 'a secret name has only letters, digits and underscores';
  if (/^\d/.test(name)) return "a secret name can't begin with a digit";
  if (/^GITHUB_/i.test(name)) return "a secret name can't begin with GITHUB_";
  if (name.length > 255) return 'a secret name has at most 255 characters';
  if (looksLikeToken(name)) return 'a token is no name';
  if (name.toUpperCase() === writeTestName) return `${writeTestName} is the secret that the write test deletes`;
  return undefined;
}

/** The variable beside the home that holds the record, by the name of the home's secret. */
export function recordNameOf(secret: string): string {
  return `${secret}_ROTATION`;
}

/** The secret beside the home that holds the next token while something is under way, by the name of the home's secret. */
export function nextNameOf(secret: string): string {
  return `${secret}_NEXT`;
}

/** Whether a text can be the name of an owner. */
export function isOwnerName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(text);
}

/** Whether a text can be the name of one repository. */
export function isRepositoryName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,100}$/.test(text) && text !== '.' && text !== '..';
}

/** The target or pattern that a line names (`acme/network/environments/live as NAME`), or what is wrong with it. */
export function lineFrom(text: string, defaultSecret: string): Result<Target, string> {
  const named = splitName(text.trim(), defaultSecret);
  if (!named.ok) return named;
  const { place, secret } = named.value;
  const store = storeFrom(place);
  return store.ok ? ok({ store: store.value, secret }) : store;
}

function splitName(text: string, defaultSecret: string): Result<{ place: string; secret: string }, string> {
  const named = /^(.*\S)\s+as\s+(\S+)$/s.exec(text);
  if (named?.[1] === undefined || named[2] === undefined)
    return ok({ place: text, secret: defaultSecret.toUpperCase() });
  const fault = nameFault(named[2]);
  if (fault !== undefined)
    return failed(`${fault}; if the place itself ends in "as ${named[2]}", add " as ${defaultSecret}" behind it`);
  return ok({ place: named[1], secret: named[2].toUpperCase() });
}

function storeFrom(place: string): Result<Store, string> {
  const hint = hintFor(place);
  if (hint !== undefined) return failed(hint);
  if (place === 'user/codespaces') return ok({ level: 'user', feature: 'codespaces' });
  const [first = '', second = '', ...rest] = place.split('/');
  if (first === 'orgs') {
    const owner = ownerFrom(second);
    const feature = featureFrom(rest);
    if (!owner.ok) return owner;
    return feature.ok ? ok({ level: 'organization', feature: feature.value, owner: owner.value }) : feature;
  }
  const owner = ownerFrom(first);
  if (!owner.ok) return owner;
  if (!isRepositoryName(second.replaceAll('*', 'x')))
    return failed('the repository is missing, or its name has characters that GitHub does not allow');
  const where = { owner: owner.value, repository: second };
  if (rest[0] === 'environments') {
    const environment = environmentFrom(rest.slice(1).join('/'));
    if (!environment.ok) return environment;
    return ok({ level: 'environment', feature: 'actions', ...where, environment: environment.value });
  }
  const feature = featureFrom(rest);
  return feature.ok ? ok({ level: 'repository', feature: feature.value, ...where }) : feature;
}

/** What was probably meant by a line that is spelled a little differently. */
function hintFor(place: string): string | undefined {
  if (place.split('/environments/')[0]?.includes(',')) return 'one target per line, without commas';
  if (/^https?:|^[\w.-]+\.[a-z]+\/.+\/.+/i.test(place))
    return 'write it without the address of GitHub in front, like `acme/network`';
  const [first = '', second = '', third] = place.split('/');
  // `orgs` in other case is no owner's name; the others may be one.
  if (
    first !== 'orgs' &&
    (/^orgs$/i.test(first) || (/^(?:org|organi[sz]ations?)$/i.test(first) && third === undefined))
  )
    return `for an organization write \`orgs${place.slice(first.length)}\``;
  if (place !== 'user/codespaces' && /^users?\/codespaces$/i.test(place))
    return "for the credential's own user write `user/codespaces`";
  if (/^environments?$/i.test(third ?? '') && third !== 'environments')
    return `for an environment write \`${first}/${second}/environments/NAME\``;
  return undefined;
}

function ownerFrom(text: string): Result<string, string> {
  if (text.includes('*')) return failed('"*" stands in the name of a repository only, not in its owner');
  return isOwnerName(text) ? ok(text) : failed('it does not begin with an owner and a repository');
}

function environmentFrom(text: string): Result<string, string> {
  const name = text.trim();
  if (name === '' || name === '.' || name === '..') return failed('the name of the environment is missing');
  if (name.length > 255) return failed("the environment's name has more than 255 characters");
  if (name.includes('*')) return failed('"*" stands in the name of a repository only, not of an environment');
  if (!name.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name))
    return failed("the environment's name has characters that no name has");
  return ok(name);
}

function featureFrom(rest: readonly string[]): Result<Feature, string> {
  const text = rest.length === 0 ? 'actions' : rest.join('/');
  const found = features.find((feature) => feature === text);
  if (found !== undefined) return ok(found);
  const list = features.join(', ');
  return failed(
    `"${text.slice(0, 40)}" is no store; a repository has ${list} and environments/NAME, an organization ${list}`,
  );
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

/** A target with the name by which people know it. */
export interface ResolvedTarget {
  readonly target: Target;
  /** Its line, with ` as NAME` only where that is needed. */
  readonly name: string;
  /** Whether a pattern found it: whoever can create a repository of that name made it one. */
  readonly isFound: boolean;
}

/** A target that a line of `targets` names. */
export function namedTarget(target: Target, defaultSecret: string): ResolvedTarget {
  return { target, name: labelOf(target, defaultSecret), isFound: false };
}

/** A target in a person's words: `TE_TOKEN in the Dependabot secrets of acme/network`. */
export function describeTarget({ target }: Pick<ResolvedTarget, 'target'>): string {
  return `${target.secret} in ${describeStore(target.store)}`;
}

/** Another secret in the same store. */
export function withSecret({ target, isFound }: ResolvedTarget, secret: string): ResolvedTarget {
  const named = { store: target.store, secret };
  return { target: named, name: `${lineOf(target.store)} as ${secret}`, isFound };
}
