import { retryAfterMs } from '../lib/http-date.ts';
import { type Problem, problem, startAgain } from '../lib/problem.ts';
import { repeatsSecret } from '../lib/secret.ts';
import { minuteOf, quote } from '../lib/text.ts';
import { type Permission, secretPermission, variablePermission } from '../targets/permissions.ts';
import { capacityOf, describeStore, describeVariables, type Store } from '../targets/store.ts';
import { isOwnerName, isPattern, isRepositoryName } from '../targets/target.ts';
import { causeOf, type GitHubAnswer, redirectPath } from './answer.ts';
import type { CredentialContext } from './credential.ts';
import { ghHost } from './gh-cli.ts';
import { type Advice, permissionAdvice, type Subject } from './needed-permission.ts';
import { isRateLimited, untilReset } from './rate-limit.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** The secrets of a store. */
export function secretsOf(store: Store): Subject {
  const whenFull = [`If the secret is new and the store is full (${capacityOf(store)} secrets), remove one.`];
  return { store, permission: secretPermission(store), place: describeStore(store), whenFull };
}

/** The Actions variables beside a store. */
export function variablesBeside(store: Store): Subject {
  return { store, permission: variablePermission(store), place: describeVariables(store), whenFull: [] };
}

/** Why a request to GitHub failed, whatever it answered, and what to do about it. */
export function gitHubProblem(
  attempt: string,
  answer: GitHubAnswer,
  subject: Subject,
  credential: CredentialContext,
): Problem {
  const { steps, why } = adviceOn(answer, subject, credential);
  return problem(attempt, causeOf(answer), steps, why);
}

function adviceOn(answer: GitHubAnswer, subject: Subject, credential: CredentialContext): Advice {
  const { status } = answer;
  if (answer.partialSelection !== undefined)
    return {
      steps: ['Use a credential that is allowed to see all repositories of the organization.'],
      why: 'Writing the secret would take it from the repositories that the credential does not see.',
    };
  if (isRateLimited(answer)) return rateLimited(answer);
  if (answer.isHtml && status < 500 && status !== 407)
    return {
      steps: [checkUrl(credential), 'If it is right, check the proxy between the runner and GitHub.'],
      why: "This is a page for people, not an answer of GitHub's API.",
    };
  if (status >= 300 && status < 400) return redirected(answer, credential);
  switch (status) {
    case 0:
      return unanswered(answer, credential);
    case 401:
      return unauthorized(credential);
    case 403:
      return forbidden(answer, subject, credential);
    case 404:
      return notFound(answer, subject, credential);
    case 407:
      return {
        steps: ["Check the runner's proxy variables (https_proxy)."],
        why: 'A proxy between the runner and GitHub wants a login.',
      };
    case 410:
      return {
        steps: ['Use a newer release of this action.'],
        why: 'GitHub has ended this part of its API, or the version of it that this release uses.',
      };
    case 422:
      return { steps: [...subject.whenFull, startAgain] };
    default:
      return { steps: status >= 500 ? unreachable(credential) : [checkUrl(credential)] };
  }
}

function unanswered({ isCancelled, mayPass }: GitHubAnswer, credential: CredentialContext): Advice {
  if (isCancelled) return { steps: ['Run this workflow again, unless its post step finishes the work.'] };
  const { githubUrl } = credential;
  const settings = `\`github-api-url\` (${githubUrl}), the runner's proxy variables (https_proxy, no_proxy) and its certificates.`;
  return { steps: mayPass ? [...unreachable(credential), `If it stays so, check ${settings}`] : [`Check ${settings}`] };
}

function isGitHubCom({ githubUrl }: CredentialContext): boolean {
  return new URL(githubUrl).host === 'api.github.com';
}

function unreachable(credential: CredentialContext): readonly string[] {
  const { host } = new URL(credential.githubUrl);
  const wait = isGitHubCom(credential)
    ? 'If GitHub is down, wait until https://www.githubstatus.com says that it is over.'
    : `Check that ${host} is up and that the runner reaches it.`;
  return [wait, startAgain];
}

/** The setting that is wrong, and where the API is, where the address does not look like one. */
function checkUrl({ githubUrl }: CredentialContext): string {
  const { host, pathname } = new URL(githubUrl);
  const check = `Check \`github-api-url\` (${githubUrl}).`;
  if (host === 'github.com' || host === 'www.github.com')
    return `${check} For github.com the API is \`https://api.github.com\`.`;
  if (host.startsWith('api.')) return check;
  if (host.endsWith('.ghe.com')) return `${check} For ${host} the API is \`https://api.${host}\`.`;
  return pathname === '/' ? `${check} GitHub Enterprise Server has its API at \`https://${host}/api/v3\`.` : check;
}

function redirected(answer: GitHubAnswer, credential: CredentialContext): Advice {
  const [, kind, first = '', second = ''] = (redirectPath(answer, credential.githubUrl) ?? '').split('/');
  const isNamed = kind === 'repos' && isOwnerName(first) && isRepositoryName(second);
  if (!isNamed && !(kind === 'repositories' && /^\d+$/.test(first)))
    return {
      steps: [
        checkUrl(credential),
        'If it is right, check the proxy between the runner and GitHub: it may want a login.',
      ],
      why: 'This redirect leads to no repository.',
    };
  const name = isNamed
    ? `the new name ${quote(`${first}/${second}`)}`
    : 'its new name, which its page on GitHub shows,';
  return {
    steps: [`Put ${name} into \`targets\`.`],
    why: 'The repository was renamed or moved. Redirects are not followed, because a credential goes to its own address only.',
  };
}

function rateLimited({ headers, at }: GitHubAnswer): Advice {
  const wait = retryAfterMs(headers['retry-after'], at) ?? untilReset({ headers, at });
  const when = wait === undefined ? 'in an hour' : `after ${minuteOf(at + wait)}`;
  return { steps: [`Run this workflow again ${when}.`], why: "The credential's rate limit is used up." };
}

function unauthorized({ kind }: CredentialContext): Advice {
  if (kind === 'app')
    return {
      steps: [
        'Check that the step which creates `github-token` ran in this job, less than an hour before.',
        startAgain,
      ],
      why: "The token is wrong, expired or revoked. An App's token lasts an hour. A new one was given some seconds to spread.",
    };
  return {
    steps: ['Create a new token, and store it where `github-token` comes from.', startAgain],
    why: 'The value of `github-token` is wrong, expired or revoked. It was not tried again: repeated bad logins make GitHub lock the user out.',
  };
}

/** 403s that no permission cures. */
const remedies: Readonly<Partial<Record<Refusal, Advice>>> = {
  address: {
    steps: ["Add the runner's address to the organization's IP allow list, or use a runner whose address is on it."],
  },
  lifetime: {
    steps: ['Create a token with a shorter lifetime.'],
    why: 'The organization limits how long a token lasts.',
  },
  'no classic tokens': {
    steps: ['Use a GitHub App or a fine-grained token.'],
    why: 'The organization takes no classic tokens.',
  },
  'no fine-grained tokens': {
    steps: ['Have the token approved by an owner of the organization, or use a GitHub App.'],
    why: 'The organization takes no fine-grained tokens, or has not approved this one.',
  },
  suspended: { steps: ['Ask an owner of the organization to unsuspend the App or the account, in its settings.'] },
};

function forbidden(answer: GitHubAnswer, subject: Subject, credential: CredentialContext): Advice {
  const refusal = refusalOf(answer.message);
  const sso = answer.headers['x-github-sso'];
  if (sso !== undefined || refusal === 'sign-on') return signOn(sso ?? '', credential);
  const remedy = refusal === undefined ? undefined : remedies[refusal];
  if (remedy !== undefined) return remedy;
  if (refusal === 'permission') return refusedPermission(answer, subject, credential);
  const scopes = scopesOf(answer, subject.permission, credential);
  if (scopes?.isEnough === false)
    return {
      steps: [`Give the token the scope ${quote(scopes.wanted.join(' or '))}.`],
      why: `It has ${quote(scopes.granted.join(', ')) || 'none'}.`,
    };
  if (refusal === 'role') return { steps: [roleNeeded(subject.store)] };
  if (answer.message !== '') return { steps: ["Do what GitHub's own words say."] };
  if (scopes === undefined) return refusedPermission(answer, subject, credential);
  return {
    steps: ["Check what the token's user is allowed to do there."],
    why: 'GitHub gives no reason, and the token has the scope that this needs.',
  };
}

function roleNeeded(store: Store): string {
  if (store.level === 'user') return "Check what the token's user is allowed to do there.";
  const role = store.level === 'organization' ? `an owner of ${store.owner}` : 'an administrator of the repository';
  return `Make the token's user ${role}, or use a GitHub App.`;
}

function signOn(header: string, { githubUrl }: CredentialContext): Advice {
  const address = /url=(https:\/\/[\w.-]+\/(?:orgs|enterprises)\/[\w.-]+\/sso\?authorization_request=[\w%-]+)/;
  const link = address.exec(header)?.[1] ?? '';
  const isGitHubs = ['github.com', ghHost(githubUrl)].some((host) => link.startsWith(`https://${host}/`));
  const authorize =
    !isGitHubs || repeatsSecret(link)
      ? 'Authorize the token: Settings > Developer settings > Personal access tokens > Configure SSO.'
      : `Within an hour, open ${link} and authorize the token.`;
  return {
    steps: [authorize, startAgain],
    why: "The token is not authorized for the organization's single sign-on.",
  };
}

/** The scopes of a token that has scopes, as GitHub's headers tell them; undefined where they don't. */
function scopesOf({ headers }: GitHubAnswer, { scope }: Permission, { kind }: CredentialContext) {
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

/** GitHub says that the credential is not allowed to do it, and its header which permissions would do. */
function refusedPermission({ headers }: GitHubAnswer, subject: Subject, credential: CredentialContext): Advice {
  const header = headers['x-accepted-github-permissions'] ?? '';
  const isList = /^\w+=\w+(?:[,;] *\w+=\w+)*$/.test(header);
  const words = quote(header).replace(/; */g, ' or ').replace(/, */g, ' and ');
  const { steps, why } = permissionAdvice(subject, credential);
  return { steps, why: together(isList ? `GitHub wants the permission ${words}.` : undefined, why) };
}

function notFound(answer: GitHubAnswer, subject: Subject, credential: CredentialContext): Advice {
  const { store, permission } = subject;
  const isNewer = store.feature === 'codespaces' || store.feature === 'agents';
  const server = isNewer && !isGitHubCom(credential) ? `Or this GitHub has no ${store.feature} secrets.` : undefined;
  const plan =
    store.level === 'organization' && store.feature === 'codespaces' && isGitHubCom(credential)
      ? 'Or the plan of the organization has no Codespaces secrets.'
      : undefined;
  const hasScope = scopesOf(answer, permission, credential)?.isEnough === true;
  const { steps, why } = hasScope
    ? {
        steps: ["Check what the token's user is allowed to see."],
        why: `The token has the scope \`${permission.scope}\` that this needs.`,
      }
    : permissionAdvice(subject, credential);
  return {
    steps: [...spelling(store), ...steps],
    why: together(
      'GitHub answers 404 for what does not exist, and for what the credential is not allowed to see.',
      server,
      plan,
      why,
    ),
  };
}

/** The user is the credential's own: there is no name that could be wrong. */
function spelling(store: Store): readonly string[] {
  const { level } = store;
  if (level === 'user') return [];
  if (isPattern({ store, secret: '' })) return ['Check the spelling of the owner. If it is right:'];
  const what = level === 'environment' ? 'the repository and of the environment' : `the ${level}`;
  return [`Check the spelling of ${what}. If it is right:`];
}

function together(...sentences: readonly (string | undefined)[]): string | undefined {
  const said = sentences.filter((each) => each !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
}
