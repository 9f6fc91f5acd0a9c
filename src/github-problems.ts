import type { CredentialKind } from './credential.ts';
import { Problem } from './errors.ts';
import type { GitHubAnswer } from './github.ts';
import { resetFrom } from './rate-limit.ts';
import { describeStore, permissionFor, type Store } from './store.ts';
import type { Target } from './target.ts';
import { minuteOf, quote } from './text.ts';

/** What a problem's text needs to know of the credential and of the other targets. */
export interface Asker {
  readonly kind: CredentialKind;
  /** The credential is for one owner, and the targets have several. */
  readonly severalOwners: boolean;
}

const status = 'If GitHub is at fault, https://www.githubstatus.com says so; start the run again when it is over.';

/** Why a request about a store failed, whatever GitHub answered, and what to do about it. */
export function problemWithStore(tried: string, answer: GitHubAnswer, store: Store, asker: Asker): Problem {
  const say = (todo: string) => new Problem(tried, cameBack(answer), todo);
  switch (answer.status) {
    case 0:
      return say(status);
    case 301:
    case 302:
    case 307:
    case 308:
      return say(
        `It was renamed or moved${movedTo(answer)}; redirects are not followed, because a credential goes to its own address only. Put the new name into \`targets\`.`,
      );
    case 401:
      return say(
        'The value of `github-token` is wrong, expired or revoked. Make a new one, or see that the step which makes it ran in this job. It was not tried again: repeated bad logins make GitHub lock the user out.',
      );
    case 403:
      return say(forbidden(answer, store, asker));
    case 404:
      return say(notFound(store, asker));
    case 407:
      return say('A proxy between the runner and GitHub wants a login: see the proxy variables of the runner.');
    case 422:
      return say(
        'GitHub refused the value. If the store is full (100 secrets a repository or environment, 1,000 an organization), remove one; else start the run again.',
      );
    case 429:
      return say(`The credential's rate limit is used up${resetOf(answer)}. Start the run again after that.`);
    default:
      return say(answer.status >= 500 ? status : `See that \`github-api-url\` is the API of your GitHub. ${status}`);
  }
}

function cameBack({ status: code, said }: GitHubAnswer): string {
  return code === 0 ? `GitHub gave ${said}` : `GitHub answered ${said}`;
}

function movedTo({ headers, data }: GitHubAnswer): string {
  const location = headers.location ?? (data as { url?: unknown } | undefined)?.url;
  const name = /\/repos\/([^/?#]+\/[^/?#]+)/.exec(String(location))?.[1];
  return name === undefined ? '' : ` to ${quote(name, 140)}`;
}

function resetOf({ headers }: GitHubAnswer): string {
  const reset = resetFrom(headers);
  return reset === undefined ? '' : ` until ${minuteOf(reset)}`;
}

function forbidden(answer: GitHubAnswer, store: Store, asker: Asker): string {
  const sso = /url=(https:\/\/[^\s;,]+)/.exec(answer.headers['x-github-sso'] ?? '')?.[1];
  if (sso !== undefined)
    return `The token is not authorized for the organization's single sign-on. Open ${quote(sso, 500)} within an hour, authorize it, and start the run again.`;
  if (answer.headers['x-github-sso'] !== undefined)
    return "The token is not authorized for the organization's single sign-on: authorize it under Settings > Developer settings > Personal access tokens > Configure SSO.";
  if (/rate limit|abuse/i.test(answer.said))
    return `The credential's rate limit is used up${resetOf(answer)}. Start the run again after that.`;
  return `${neededFor(answer, store, asker)}${severalOwners(asker)}`;
}

function notFound(store: Store, asker: Asker): string {
  const missing =
    store.level === 'environment'
      ? 'Either the repository or the environment does not exist'
      : store.level === 'organization'
        ? 'Either the organization does not exist'
        : 'Either it does not exist';
  const server =
    store.feature === 'codespaces' || store.feature === 'agents'
      ? `, or this GitHub Enterprise Server has no ${store.feature} secrets`
      : '';
  return `${missing}${server}, or this credential may not see it: GitHub answers 404 for both. Check the spelling. ${needed(store, asker)}${severalOwners(asker)}`;
}

/** The permission by GitHub's own word, where its headers say it, else by the table. */
function neededFor(answer: GitHubAnswer, store: Store, asker: Asker): string {
  const accepted = quote(answer.headers['x-accepted-github-permissions'] ?? '');
  const scopes = quote(answer.headers['x-accepted-oauth-scopes'] ?? '');
  const granted = quote(answer.headers['x-oauth-scopes'] ?? '');
  if (asker.kind === 'app' && answer.headers['x-ratelimit-limit'] === '1000') {
    return `This looks like the workflow's own GITHUB_TOKEN, which can't write secrets whatever its \`permissions\` say. Use a GitHub App's installation token or a personal access token. ${needed(store, asker)}`;
  }
  if (accepted !== '')
    return `GitHub wants the permission ${accepted.replaceAll(';', ' or ').replaceAll(',', ' and ')}. ${needed(store, asker)}`;
  if (scopes !== '' && asker.kind !== 'app' && asker.kind !== 'fine-grained')
    return `The token needs the scope ${scopes}; it has ${granted || 'none'}. ${needed(store, asker)}`;
  return needed(store, asker);
}

/** The permission that a credential of this kind needs for a store, and where to give it. */
export function needed(store: Store, { kind }: Asker): string {
  const permission = permissionFor(store);
  const place = describeStore(store);
  const fine = `the ${store.level === 'organization' ? 'organization' : 'repository'} permission "${permission.name}: read and write"`;
  const classic = `a classic token needs the scope \`${permission.scope}\`${store.feature === 'codespaces' && store.level === 'repository' ? ' and its user must be an administrator of the repository' : ''}`;
  if (!permission.apps && (kind === 'app' || kind === 'fine-grained'))
    return `For ${place}, GitHub accepts no App and no fine-grained token; ${classic}.`;
  if (kind === 'app')
    return `The App needs ${fine}, and its installation must include ${owned(store)}; the workflow's own GITHUB_TOKEN can't get it.`;
  if (kind === 'fine-grained')
    return `The fine-grained token needs ${fine}, and ${owned(store)} must be among those it was made for.`;
  if (kind === 'classic') return `For ${place}, ${classic}.`;
  return `An App or a fine-grained token needs ${fine}; ${classic}.`;
}

function owned(store: Store): string {
  if (store.level === 'organization') return `the organization ${store.owner}`;
  return 'repository' in store ? `${store.owner}/${store.repository}` : 'the user';
}

function severalOwners({ severalOwners: several }: Asker): string {
  return several
    ? ' The targets have several owners: Apps and fine-grained tokens serve one, a classic token serves all.'
    : '';
}

/** The `gh` command with which a person sets a target's secret by hand. */
export function ghSecretSet({ store, secret }: Target): string {
  const app = store.feature === 'actions' ? '' : ` --app ${store.feature}`;
  switch (store.level) {
    case 'repository':
      return `gh secret set ${secret} --repo ${store.owner}/${store.repository}${app}`;
    case 'environment':
      return `gh secret set ${secret} --repo ${store.owner}/${store.repository} --env ${shellQuote(store.environment)}`;
    case 'organization':
      return `gh secret set ${secret} --org ${store.owner}${app} (with the same --visibility and --repos as now)`;
    case 'user':
      return `gh secret set ${secret} --user`;
  }
}

/** A word for a POSIX shell. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
