import { Problem } from './errors.ts';
import { ghSecretSet } from './github-problems.ts';
import type { Target } from './target.ts';
import { dayOf, minuteOf } from './text.ts';

const page = 'Manage > Account Settings > Users and Roles > Profile > User API Tokens';
const check = 'Checking the current token (GET /users/current)';
const ask = 'Asking ThousandEyes for a new token (POST /api-tokens)';

/** The home, as a message names it. */
export interface HomeName {
  readonly target: Target;
  readonly shown: string;
}

/** The way back that always works, by hand. */
export function recoveryByHand(home: Target): string {
  return `In ThousandEyes, open ${page}; revoke, then create (revoking ends the old token at once, so be ready); store the new one with \`${ghSecretSet(home)}\`; then run this workflow with \`mode: sync\`.`;
}

export function currentTokenRefused(why: string, home: Target): Problem {
  return new Problem(
    check,
    `${why}, so it does not accept the token`,
    `First start a fresh run: a run that waited in the queue, or a re-run, may hold an older value than the secret does now. If that fails too, the token expired, was revoked, or its account is locked: make one in ThousandEyes (${page}) and store it with \`${ghSecretSet(home)}\`.`,
  );
}

export function currentTokenUnchecked(why: string): Problem {
  return new Problem(
    check,
    why,
    'Start the run again later; if it stays so, see that `thousandeyes-api-url` is right and that the runner reaches it.',
  );
}

export function proxyAnswered(why: string): Problem {
  return new Problem(
    check,
    why,
    'This is no answer of ThousandEyes but of a proxy between the runner and it: see the proxy variables of the runner (https_proxy, no_proxy) and what the proxy allows.',
  );
}

function regenerateForbidden(why: string): Problem {
  return new Problem(
    ask,
    why,
    'Nothing was issued. The role of the token\'s account lacks API access: in ThousandEyes, give it a role with the permission "API access", then start the run again.',
  );
}

/** A refusal of the request itself: 400, 401, 404, … */
export function regenerateRefused(why: string, status: number, home: Target): Problem {
  if (status === 403) return regenerateForbidden(why);
  const todo =
    status === 401
      ? `The token was accepted a moment ago: someone revoked it meanwhile, or a fresh run holds a newer one. Start a fresh run; if that fails too: ${recoveryByHand(home)}`
      : "See that `thousandeyes-api-url` is the base of ThousandEyes' API version 7.";
  return new Problem(ask, why, `Nothing was issued. ${todo}`);
}

export function regenerateUnsent(why: string): Problem {
  return new Problem(
    ask,
    `${why}; the request never left the runner`,
    'Nothing was issued and nothing was changed. Start the run again later.',
  );
}

export function regenerateLimited(why: string, cancelled: boolean): Problem {
  return new Problem(
    ask,
    `${why}, ${cancelled ? 'and the run was cancelled' : 'longer than a run should wait'}`,
    'Nothing was issued: the rate limit of the ThousandEyes organization is used up by others. Start the run again later.',
  );
}

/** A 409 that no rotation of the home explains. */
export function twoActiveTokens(
  why: string,
  { target, shown }: HomeName,
  { updatedAt }: { updatedAt: number },
  recent: boolean,
): Problem {
  const written = recent
    ? `${shown} was created on ${dayOf(updatedAt)} and never updated since, so no rotation wrote it`
    : `${shown} was last written on ${dayOf(updatedAt)}, over 15 days ago, so no rotation of it explains this`;
  return new Problem(
    ask,
    `${why}: the account has two active tokens. ${written}`,
    `Nothing was issued now. Someone regenerated the token elsewhere, or an answer got lost, and the token in hand may be the older of the two, with at most 14 days to live. Look whether another place (a person, another repository or workflow) holds a newer token; if so, store that one with \`${ghSecretSet(target)}\` and run \`mode: sync\`. If not: ${recoveryByHand(target)}`,
  );
}

/** The account has a token that nobody holds. */
export function issuedAndLost(doubts: readonly string[], home: Target, deadline: number): Problem {
  return new Problem(
    ask,
    doubts.join('; then '),
    `A token was issued and lost: it was made, but did not reach this run, and ThousandEyes shows it only once. The token in use still works, until ${dayOf(deadline)} at the latest. Before that: ${recoveryByHand(home)}`,
  );
}

/** A 409 after an ambiguous answer, while the overlap of an earlier rotation may explain it. */
export function overlapOrLost(
  doubts: readonly string[],
  label: string,
  writtenAt: number,
  possibleAt: number,
): Problem {
  return new Problem(
    ask,
    doubts.join('; then '),
    `It can't be told whether a token was issued and lost, or whether this is the usual overlap with the token before: ${label} was last written on ${dayOf(writtenAt)}. Do NOT revoke anything yet: the token in use works. Start a run after ${dayOf(possibleAt)}: if that one gets 409 too, a token was lost, and its message says how to recover.`,
  );
}

export function unknownWhetherIssued(doubts: readonly string[], home: Target): Problem {
  return new Problem(
    ask,
    doubts.join('; then '),
    `It is unknown whether a token was issued. To find out, look at ${page} in ThousandEyes, or start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. Then: ${recoveryByHand(home)}`,
  );
}

export function newTokenRefused(why: string, home: Target, label: string, until: number): Problem {
  return new Problem(
    'Checking the new token (GET /users/current)',
    why,
    `The old token stays in place in ${label} and works until ${minuteOf(until)} at the latest; the new one was stored nowhere. Before that: ${recoveryByHand(home)}`,
  );
}
