import { minute } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { dayOf, minuteOf, timeLeft } from '../lib/text.ts';
import type { TokenUser } from './client.ts';

const page = 'Manage > Account Settings > Users and Roles > Profile > User API Tokens';
const checkCurrent = 'Checking the current token (GET /users/current)';
const checkNew = 'Checking the new token (GET /users/current)';
const ask = 'Asking ThousandEyes for a new token (POST /api-tokens)';

/** The home, as messages name it. */
export interface HomeReference {
  readonly publicName: string;
  /** The command with which a person stores a token there. */
  readonly setCommand: string;
  /** Whose token it is, where that may be shown. */
  readonly user: TokenUser | undefined;
}

/** ` of Ada (account group Network)`; empty where it may not be shown. */
function ofUser(user: TokenUser | undefined): string {
  if (user === undefined) return '';
  const group = user.accountGroup === undefined ? '' : `account group ${user.accountGroup}`;
  if (user.name === undefined) return ` (${group})`;
  return ` of ${user.name}${group === '' ? '' : ` (${group})`}`;
}

/** The way back that always works, by hand. */
export function recoveryByHand({ setCommand, user }: HomeReference): string {
  return `In ThousandEyes, open ${page}${ofUser(user)}; revoke, then create (ThousandEyes mails a code before each, and revoking ends the old token at once, so be ready); store the new one with \`${setCommand}\`; then run this workflow with \`mode: sync\`.`;
}

/** @param shadow which other secrets of its name a job may read instead, in words; undefined where none is known */
export function currentTokenRefused(
  detail: string,
  home: HomeReference,
  { homeWrittenAt, environment, shadow }: { homeWrittenAt: number | undefined; environment?: string; shadow?: string },
): Problem {
  const written = homeWrittenAt === undefined ? '' : ` (last written on ${minuteOf(homeWrittenAt)})`;
  const elsewhere =
    environment === undefined
      ? `Or this job reads another secret than the home ${home.publicName}${written}: check the name, and where the workflow takes it from.`
      : `Or this job reads another secret than the home ${home.publicName}${written}: does it name \`environment: ${environment}\`?`;
  return problem(
    checkCurrent,
    `${detail}, so it does not accept the token`,
    `First start a fresh run: a run that waited in the queue, or a re-run, may hold an older value than the secret does now. ${elsewhere}${shadow === undefined ? '' : ` ${shadow}`} If that fails too, the token expired, was revoked, its account is locked, or it is an API Key, which this action does not rotate yet: create a User API Token in ThousandEyes (${page}${ofUser(home.user)}) and store it with \`${home.setCommand}\`.`,
  );
}

export function currentTokenUnchecked(detail: string, url: string): Problem {
  return problem(
    checkCurrent,
    detail,
    `Start the run again later; if it stays so, check that \`thousandeyes-api-url\` (${url}) is right and that the runner reaches it.`,
  );
}

/** @param until when ThousandEyes wants to be asked again, in ms since the epoch */
export function currentTokenLimited(detail: string, until: number): Problem {
  return problem(
    checkCurrent,
    `${detail} and asks to wait longer than a run should`,
    `Nothing was changed: ${limitUsedUp(until)}`,
  );
}

export function wrongThousandEyesUrl(detail: string, url: string): Problem {
  return problem(
    checkCurrent,
    detail,
    `Check \`thousandeyes-api-url\` (${url}), and the runner's proxy variables (https_proxy, no_proxy) and certificates.`,
  );
}

export function proxyAnswered(detail: string): Problem {
  return problem(
    checkCurrent,
    detail,
    "This is no answer of ThousandEyes but of a proxy between the runner and it: check the runner's proxy variables (https_proxy, no_proxy) and what the proxy allows.",
  );
}

/** A warning: the answer tells nothing about the token. */
export function currentTokenUnclear(detail: string): string {
  return `${checkCurrent}: ${detail}, which tells nothing about the token. Going on all the same.`;
}

function regenerateForbidden(detail: string): Problem {
  return problem(
    ask,
    detail,
    'Nothing was issued. The role of the token\'s account lacks API access: in ThousandEyes, give it a role with the permission "API access", then start the run again. If the token is an API Key and no User API Token: this action does not rotate those yet.',
  );
}

/** A refusal of the request itself: 400, 401, 404, … */
export function regenerateRefused(detail: string, status: number, home: HomeReference): Problem {
  if (status === 403) return regenerateForbidden(detail);
  const action =
    status === 401
      ? `The token was accepted a moment ago: someone revoked it meanwhile, or a fresh run holds a newer one; or it is an API Key, which this action does not rotate yet. Start a fresh run; if that fails too: ${recoveryByHand(home)}`
      : "Check that `thousandeyes-api-url` is the base of ThousandEyes' API version 7: it ends in `/v7`.";
  return problem(ask, detail, `Nothing was issued. ${action}`);
}

export function regenerateUnsent(detail: string): Problem {
  return problem(
    ask,
    `${detail}; the request never left the runner`,
    'Nothing was issued and nothing was changed. Start the run again later.',
  );
}

/** @param until when ThousandEyes wants to be asked again, in ms since the epoch */
export function regenerateLimited(detail: string, until: number, cancelled: boolean): Problem {
  return problem(
    ask,
    `${detail}, ${cancelled ? 'and the run was cancelled' : 'longer than a run should wait'}`,
    `Nothing was issued: ${limitUsedUp(until)}`,
  );
}

function limitUsedUp(until: number): string {
  // The minute that has begun by then is not over.
  return `the rate limit of the ThousandEyes organization is used up by others. Start the run again after ${minuteOf(until + minute - 1)}.`;
}

/** A 409 that no rotation of the home explains. */
export function twoActiveTokens(
  detail: string,
  home: HomeReference,
  { updatedAt, neverUpdated }: { updatedAt: number; neverUpdated: boolean },
): Problem {
  const written = neverUpdated
    ? `${home.publicName} was created on ${dayOf(updatedAt)} and never updated since, so no rotation wrote it`
    : `${home.publicName} was last written on ${dayOf(updatedAt)}, over 15 days ago, so no rotation of it explains this`;
  return problem(
    ask,
    `${detail}: the account has two active tokens. ${written}`,
    `Nothing was issued now. Someone regenerated the token elsewhere, or an answer got lost, and the token in hand may be the older of the two, with at most 14 days left. Look whether another place (a person, another repository or workflow) holds a newer token; if so, store that one with \`${home.setCommand}\` and run \`mode: sync\`. If not: ${recoveryByHand(home)}`,
  );
}

/** The account has a token that nobody holds. */
export function issuedAndLost(
  doubts: readonly string[],
  home: HomeReference,
  deadline: number,
  now: number,
  sealed: boolean,
): Problem {
  const kept = sealed
    ? ' What the answer held is sealed in the job summary, below "Kept aside": the token may be in it.'
    : '';
  return problem(
    ask,
    doubts.join('; then '),
    `A token was issued and lost: it was created, but did not reach this run, and ThousandEyes shows it only once.${kept} The token in use still works, until ${dayOf(deadline)} at the latest (${timeLeft(deadline, now)}). Before that: ${recoveryByHand(home)}`,
  );
}

/** A 409 after an ambiguous answer, while the overlap of an earlier rotation may explain it. */
export function overlapOrLost(
  doubts: readonly string[],
  { publicName }: HomeReference,
  writtenAt: number,
  possibleAt: number,
): Problem {
  return problem(
    ask,
    doubts.join('; then '),
    `It can't be told whether a token was issued and lost, or whether this is the usual overlap with the token before: ${publicName} was last written on ${dayOf(writtenAt)}. Do NOT revoke anything yet: the token in use works. Start a run after ${dayOf(possibleAt)}: if that one gets 409 too, a token was lost, and its message says how to recover.`,
  );
}

export function unknownWhetherIssued(doubts: readonly string[], home: HomeReference): Problem {
  return problem(
    ask,
    doubts.join('; then '),
    `It is unknown whether a token was issued. To find out, look at ${page}${ofUser(home.user)} in ThousandEyes, or start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. Then: ${recoveryByHand(home)}`,
  );
}

/** Main was killed while it waited for the answer, or is waited for no longer. */
export function lostWhileAsking(home: HomeReference, mainLives: boolean): Problem {
  const happened = mainLives
    ? 'the main step still waits for the answer, and the post step can wait no longer'
    : 'the main step was killed while it waited for the answer';
  return problem(
    ask,
    `${happened}; a token may have been issued and lost`,
    `To tell, start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. The token in use still works, for 14 days at most in that case. ${recoveryByHand(home)}`,
  );
}

/** A token that got a 401, or that can't be sent, and was kept aside. */
export function newTokenRefused(detail: string, home: HomeReference, until: number, now: number): Problem {
  return problem(
    checkNew,
    detail,
    `The old token stays in place in ${home.publicName} and works until ${minuteOf(until)} at the latest (${timeLeft(until, now)}). The new one is not thrown away: the job summary has it, sealed, below "Kept aside", with the command that stores it under another name and how to try it there. If it never works: ${recoveryByHand(home)}`,
  );
}
