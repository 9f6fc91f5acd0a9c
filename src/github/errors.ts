import type { Clock } from '../lib/clock.ts';
import { retryAfterMs, serverTime } from '../lib/http-date.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { minuteOf, quote } from '../lib/text.ts';
import { type Permission, secretPermission, variablePermission } from '../targets/permissions.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';
import { capacityOf, describeStore, describeVariables, type Store } from '../targets/store.ts';
import { isOwnerName, isRepositoryName } from '../targets/target.ts';
import { causeOf, type GitHubAnswer, redirectPath } from './answer.ts';
import type { CredentialContext } from './credential.ts';
import { isRateLimited, untilReset } from './rate-limit.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** What a failed request was about. */
export interface Subject {
  /** As people may read it. */
  readonly store: Store;
  /** What was to be done there. */
  readonly permission: Permission;
  /** The place in a person's words. */
  readonly place: string;
}

export function secretsOf({ publicStore }: Pick<ResolvedTarget, 'publicStore'>): Subject {
  return { store: publicStore, permission: secretPermission(publicStore), place: describeStore(publicStore) };
}

/** The Actions variables beside a store. */
export function variablesBeside(store: Store): Subject {
  return { store, permission: variablePermission(store), place: describeVariables(store) };
}

/** Why a request to GitHub failed, whatever it answered, and what to do about it. */
export function gitHubProblem(
  attempt: string,
  answer: GitHubAnswer,
  subject: Subject,
  credential: CredentialContext,
  clock: Clock,
): Problem {
  return problem(attempt, causeOf(answer), actionFor(answer, subject, credential, clock));
}

function actionFor(answer: GitHubAnswer, subject: Subject, credential: CredentialContext, clock: Clock): string {
  const { status } = answer;
  if (answer.partialSelection !== undefined)
    return 'Writing it would take it from the others. Use a credential that may see all repositories of the organization.';
  if (isRateLimited(answer)) return rateLimited(answer, clock);
  if (answer.isHtml && status < 500 && status !== 407)
    return `This is a page for people, not GitHub's API: check \`github-api-url\`, and the proxy between the runner and GitHub.${apiHint(credential)}`;
  if (status >= 300 && status < 400) return redirected(answer, credential);
  switch (status) {
    case 0:
      if (answer.isCancelled) return 'Unless the post step finishes it, start the run again.';
      return answer.mayPass
        ? `${unreachable(credential)} If it stays so, check ${settings(credential)}`
        : `Check ${settings(credential)}`;
    case 401:
      return unauthorized(credential);
    case 403:
      return forbidden(answer, subject, credential);
    case 404:
      return notFound(answer, subject, credential);
    case 407:
      return "A proxy between the runner and GitHub wants a login: check the runner's proxy variables (https_proxy).";
    case 410:
      return 'GitHub has ended the version of its API which this action uses, or this part of it: use a newer release of the action.';
    case 422:
      return `GitHub refused the value. If the store is full (${capacityOf(subject.store)} secrets), remove one; else start the run again.`;
    default:
      return status >= 500
        ? unreachable(credential)
        : `Check that \`github-api-url\` is the API of your GitHub.${apiHint(credential)}`;
  }
}

function isGitHubCom({ githubUrl }: CredentialContext): boolean {
  return new URL(githubUrl).host === 'api.github.com';
}

function settings({ githubUrl }: CredentialContext): string {
  return `\`github-api-url\` (${githubUrl}), and the runner's proxy variables (https_proxy, no_proxy) and certificates.`;
}

function unreachable(credential: CredentialContext): string {
  const { host } = new URL(credential.githubUrl);
  return isGitHubCom(credential)
    ? 'If GitHub is at fault, https://www.githubstatus.com says so; start the run again when it is over.'
    : `Check that ${host} is up and that the runner reaches it; start the run again when it is over.`;
}

/** Where the API is, as a sentence with a blank in front; empty where the address looks like one. */
function apiHint({ githubUrl }: CredentialContext): string {
  const { host, pathname } = new URL(githubUrl);
  if (host === 'github.com' || host === 'www.github.com') return ' For github.com the API is `https://api.github.com`.';
  if (host.startsWith('api.')) return '';
  if (host.endsWith('.ghe.com')) return ` For ${host} the API is \`https://api.${host}\`.`;
  return pathname === '/' ? ` GitHub Enterprise Server has its API at \`https://${host}/api/v3\`.` : '';
}

function redirected(answer: GitHubAnswer, credential: CredentialContext): string {
  const [, kind, first = '', second = ''] = (redirectPath(answer, credential.githubUrl) ?? '').split('/');
  const isNamed = kind === 'repos' && isOwnerName(first) && isRepositoryName(second);
  if (!isNamed && !(kind === 'repositories' && /^\d+$/.test(first)))
    return `This redirect leads to no repository, so \`github-api-url\` is not the address of GitHub's API, or a proxy wants a login.${apiHint(credential)}`;
  const why = 'redirects are not followed, because a credential goes to its own address only.';
  if (answer.isHidden)
    return `It was renamed or moved while this ran; ${why} Start the run again: its pattern finds it by its new name.`;
  return isNamed
    ? `It was renamed or moved to ${first}/${second}; ${why} Put the new name into \`targets\`.`
    : `It was renamed or moved; ${why} Put its new name, which its page on GitHub shows, into \`targets\`.`;
}

function rateLimited({ headers }: GitHubAnswer, clock: Clock): string {
  const serverNow = serverTime(headers, clock);
  const wait = retryAfterMs(headers['retry-after'], serverNow) ?? untilReset(headers, clock);
  return wait === undefined
    ? "The credential's rate limit is used up. Start the run again in an hour."
    : `The credential's rate limit is used up until ${minuteOf(serverNow + wait)}. Start the run again after that.`;
}

function unauthorized({ kind }: CredentialContext): string {
  const fresh =
    kind === 'app'
      ? ' A new token of an App was given some seconds to spread.'
      : ' It was not tried again: repeated bad logins make GitHub lock the user out.';
  return `The value of \`github-token\` is wrong, expired or revoked. Create a new one, or check that the step which creates it ran in this job.${fresh}`;
}

/** 403s that no permission cures. */
const remedies: Readonly<Partial<Record<Refusal, string>>> = {
  address:
    "The runner's address is not on the organization's IP allow list: add it there, or use a runner whose address is.",
  lifetime: 'The organization limits how long a token may last: create one with a shorter lifetime.',
  'no classic tokens': 'The organization takes no classic tokens: use a GitHub App or a fine-grained token.',
  'no fine-grained tokens':
    'The organization takes no fine-grained tokens, or not this one: use a GitHub App, or have the token approved.',
  suspended:
    'The installation of the App, or the account, is suspended: someone who owns the organization can unsuspend it in its settings.',
};

function forbidden(answer: GitHubAnswer, subject: Subject, credential: CredentialContext): string {
  const refusal = refusalOf(answer.message);
  const sso = answer.headers['x-github-sso'];
  if (sso !== undefined || refusal === 'sign-on') return signOn(sso ?? '');
  const remedy = refusal === undefined ? undefined : remedies[refusal];
  if (remedy !== undefined) return remedy;
  if (refusal === 'permission') return refusedPermission(answer, subject, credential);
  const scopes = scopesOf(answer, subject.permission, credential);
  if (scopes?.isEnough === false)
    return `The token needs the scope ${quote(scopes.wanted.join(', '))}; it has ${quote(scopes.granted.join(', ')) || 'none'}.`;
  if (refusal === 'role')
    return 'The user of the token must be an administrator of the repository: give them that role, or use a GitHub App.';
  if (answer.message === '')
    return scopes === undefined
      ? refusedPermission(answer, subject, credential)
      : 'GitHub gives no reason, and the token has the scope that this needs: check what its user may do there.';
  return answer.isHidden
    ? "GitHub's words are not shown, because they may name a repository that stays unnamed where anyone can read the log: `mode: check` in a private repository shows them."
    : "GitHub's own words say what is wrong and what to do.";
}

function signOn(header: string): string {
  const link = /url=(https:\/\/[\w.-]+\/(?:orgs|enterprises)\/[\w.-]+\/sso\?authorization_request=[\w%-]+)/.exec(
    header,
  )?.[1];
  return link === undefined
    ? "The token is not authorized for the organization's single sign-on: authorize it under Settings > Developer settings > Personal access tokens > Configure SSO."
    : `The token is not authorized for the organization's single sign-on. Open ${link} within an hour, authorize it, and start the run again.`;
}

interface Scopes {
  readonly wanted: readonly string[];
  readonly granted: readonly string[];
  readonly isEnough: boolean;
}

/** The scopes of a token that has scopes, as GitHub's headers tell them; undefined where they don't. */
function scopesOf({ headers }: GitHubAnswer, { scope }: Permission, { kind }: CredentialContext): Scopes | undefined {
  const accepted = listOf(headers['x-accepted-oauth-scopes']);
  const granted = listOf(headers['x-oauth-scopes']);
  const wanted = accepted.length > 0 ? accepted : [scope];
  const isEnough = wanted.some((each) => granted.includes(each));
  // A user's token of an App has permissions, and the header is there all the same, empty.
  const isTold = headers['x-oauth-scopes'] !== undefined && (granted.length > 0 || kind === 'classic');
  return isTold ? { wanted, granted, isEnough } : undefined;
}

function listOf(header: string | undefined): string[] {
  const items = (header ?? '').split(',').map((item) => item.trim());
  return items.filter((item) => /^[\w:]+$/.test(item));
}

/** GitHub says that the credential may not do it, and its header which permissions would do. */
function refusedPermission({ headers }: GitHubAnswer, subject: Subject, credential: CredentialContext): string {
  const header = headers['x-accepted-github-permissions'] ?? '';
  const isList = /^\w+=\w+(?:[,;] *\w+=\w+)*$/.test(header);
  const words = quote(header).replace(/; */g, ' or ').replace(/, */g, ' and ');
  return `${isList ? `GitHub wants the permission ${words}. ` : ''}${permissionAdvice(subject, credential, true)}`;
}

function notFound(answer: GitHubAnswer, subject: Subject, credential: CredentialContext): string {
  const { store, permission } = subject;
  const missing =
    store.level === 'environment'
      ? 'Either the repository or the environment does not exist'
      : store.level === 'organization'
        ? 'Either the organization does not exist'
        : 'Either it does not exist';
  const isNewer = store.feature === 'codespaces' || store.feature === 'agents';
  const server = isNewer && !isGitHubCom(credential) ? `, or this GitHub has no ${store.feature} secrets` : '';
  const plan =
    store.level === 'organization' && store.feature === 'codespaces' && isGitHubCom(credential)
      ? ', or the plan of the organization has no Codespaces secrets'
      : '';
  const advice = scopesOf(answer, permission, credential)?.isEnough
    ? `The token has the scope \`${permission.scope}\` that this needs, so check what its user may see.`
    : permissionAdvice(subject, credential, false);
  return `${missing}${server}${plan}, or this credential may not see it: GitHub answers 404 for both. Check the spelling. ${advice}`;
}

/**
 * The permission that a credential of this kind needs, and where to give it.
 *
 * @param refused whether GitHub has said that it is missing
 */
function permissionAdvice(subject: Subject, credential: CredentialContext, refused: boolean): string {
  const several = credential.severalOwners
    ? ' The targets have several owners: Apps and fine-grained tokens cover one, a classic token covers all.'
    : '';
  return `${neededPermission(subject, credential, refused)}${several}`;
}

function neededPermission(
  { store, permission, place }: Subject,
  { kind }: CredentialContext,
  refused: boolean,
): string {
  const fine = `the ${permission.level} permission "${permission.title}: read and write"`;
  const admin =
    store.feature === 'codespaces' && store.level === 'repository'
      ? ' and its user must be an administrator of the repository'
      : '';
  const classic = `a classic token needs the scope \`${permission.scope}\`${admin}`;
  switch (kind) {
    case 'app':
      if (!permission.app)
        return `For ${place}, GitHub accepts no installation token of an App; a fine-grained token needs ${fine}, ${classic}.`;
      return `The App needs ${fine}, and its installation must include ${ownedBy(store)}.${refused ? appCauses(permission) : ''} The workflow's own GITHUB_TOKEN can't get it: if this is that one, use a GitHub App or a personal access token.`;
    case 'fine-grained':
      return `The fine-grained token needs ${fine}, and ${ownedBy(store)} must be among those it was created for.`;
    case 'classic':
      return `For ${place}, ${classic}.`;
    default:
      return `${permission.app ? 'An App or a fine-grained token' : 'A fine-grained token'} needs ${fine}; ${classic}.`;
  }
}

/** What most often keeps a permission that the App has from its token. */
function appCauses({ key, hasTokenInput }: Permission): string {
  const lines = hasTokenInput
    ? `and \`permission-${key.replaceAll('_', '-')}: write\` is not among them`
    : 'and there is none for this permission, so leave all of them out';
  return ` The likeliest causes: the step that creates the token has \`permission-…\` lines, ${lines}; or the App's permissions were changed, and the installation has not accepted that yet.`;
}

function ownedBy(store: Store): string {
  if (store.level === 'organization') return `the organization ${store.owner}`;
  return 'repository' in store ? `${store.owner}/${store.repository}` : 'the user';
}
