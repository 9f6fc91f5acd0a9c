import { minute } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { minuteOf, spanOf, timeLeft } from '../lib/text.ts';
import type { Regeneration, TokenCheck, TokenUser } from './client.ts';

const page = 'ThousandEyes > Account Settings > Users and Roles > Profile > User API Tokens';
const checkCurrent = 'Checking the token in hand (GET /users/current)';
export const checkNew = 'Checking the new token (GET /users/current)';
export const ask = 'Asking for a new token (POST /api-tokens)';
/** GitHub may hand a re-run, or a run that waited in the queue, older secrets. */
export const freshRun = freshRunBy('');

/** @param by until when, as {@link byMinute} says it */
export function freshRunBy(by: string): string {
  return `Start a fresh run${by}: Run workflow, not Re-run.`;
}

export interface HomeReference {
  readonly name: string;
  /** The command with which a person stores a token there. */
  readonly setCommand: string;
  /** The command that deletes `_NEXT` beside it. */
  readonly deleteNextCommand: string;
  /** Whose token it is, where that may be shown. */
  readonly user: TokenUser | undefined;
}

/** `Ada (account group Network)`; whoever reads it may be logged in as another user, who has a page of tokens, too. */
function nameOf(user: TokenUser | undefined): string {
  const group = user?.accountGroup === undefined ? '' : ` (account group ${user.accountGroup})`;
  return `${user?.name ?? "this token's user"}${group}`;
}

/** The way back that always works, by hand; `when` is a condition or a deadline. */
export function recoverySteps({ setCommand, user }: HomeReference, when = ''): readonly string[] {
  const first = when === '' ? 'As' : `${when}: as`;
  return [
    `${first} ${nameOf(user)}, revoke every token listed under ${page}.`,
    'Create a token there.',
    `Store it: \`${setCommand}\``,
    'Run this workflow.',
  ];
}

/** What to know of that way. */
export const recoveryWhy =
  'Once they are revoked, nothing that uses the token works until the new one is stored. ThousandEyes mails a code before each change on that page (Manage > Account Settings).';

/** `until 2026-12-15 05:23 UTC (14 days left)`. */
export function untilOf(moment: number, now: number): string {
  return `until ${minuteOf(moment)} (${timeLeft(moment, now)})`;
}

/** @param shadow which other secrets of its name a job may read instead, in words; undefined where none is known */
export function currentTokenRefused(
  detail: string,
  home: HomeReference,
  {
    homeWrittenAt,
    environment,
    shadow,
  }: { homeWrittenAt: number; environment?: string | undefined; shadow?: string | undefined },
): Problem {
  const named = environment === undefined ? '' : ` and says \`environment: ${environment}\``;
  return problem(
    'The token in hand',
    detail,
    [freshRun, `If that fails, check that the job reads ${home.name}${named}.`, ...recoverySteps(home, 'If so')],
    [
      ...(shadow === undefined ? [] : [shadow]),
      `That secret was last written on ${minuteOf(homeWrittenAt)}. The token expired, was revoked, or its account is locked. Or it is an API Key, which this action does not rotate yet.`,
      recoveryWhy,
    ].join(' '),
  );
}

/** A warning or nothing, or why ThousandEyes can't be asked. A refused token is no problem yet: `_NEXT` may hold another. */
export function judgeCurrentToken(check: TokenCheck, url: string, now: number): Result<string | undefined> {
  switch (check.kind) {
    case 'accepted':
    case 'forbidden':
    case 'refused':
      return ok(undefined);
    case 'unclear':
      return ok(`${checkCurrent}: ${check.detail}, which tells nothing about the token. The run goes on.`);
    case 'down': {
      const steps = check.mayPass
        ? [
            'Run this workflow again later.',
            `If it stays so, check that \`thousandeyes-api-url\` (${url}) is right and that the runner reaches it.`,
          ]
        : `Check \`thousandeyes-api-url\` (${url}), the runner's proxy variables (https_proxy, no_proxy) and its certificates.`;
      return failed(problem(checkCurrent, check.detail, steps));
    }
    case 'proxy':
      return failed(
        problem(
          checkCurrent,
          check.detail,
          "Check the runner's proxy variables (https_proxy, no_proxy), and what the proxy allows.",
          'This answer comes from a proxy between the runner and ThousandEyes.',
        ),
      );
    case 'limited':
      return failed(
        problem(
          checkCurrent,
          `${check.detail} and asks to wait longer than a run should`,
          againAfter(now + check.ms),
          'The rate limit of the ThousandEyes organization is used up by others. Nothing was asked for.',
        ),
      );
  }
}

/** @param until in ms since the epoch; the minute that has begun by then is not over */
function againAfter(until: number): string {
  return `Run this workflow again after ${minuteOf(until + minute - 1)}. A run on a schedule comes back by itself.`;
}

/** Why nothing was issued, by the last answer, at `now` (ms since the epoch). */
export function whyNotIssued(
  answer: Extract<Regeneration, { kind: 'refused' | 'unsent' | 'limited' }>,
  home: HomeReference,
  now: number,
  isCancelled: boolean,
): Problem {
  const { kind, detail } = answer;
  if (kind === 'unsent')
    return problem(
      ask,
      `${detail}; the request never left the runner`,
      'Run this workflow again later.',
      'Nothing was issued.',
    );
  if (kind === 'limited')
    return problem(
      ask,
      `${detail} and asks to wait ${spanOf(answer.ms)}, ${isCancelled ? 'and the run was cancelled' : 'longer than a run should wait'}`,
      againAfter(now + answer.ms),
      'Nothing was issued: the rate limit of the ThousandEyes organization is used up by others.',
    );
  if (answer.status === 403)
    return problem(
      ask,
      detail,
      [
        'In ThousandEyes, give the role of the token\'s account the permission "API access".',
        'Run this workflow again.',
      ],
      'Nothing was issued. If the token is an API Key and no User API Token: this action does not rotate those yet.',
    );
  if (answer.status === 401)
    return problem(
      ask,
      `${detail}, although the token was accepted a moment ago`,
      [freshRun, ...recoverySteps(home, 'If it fails again')],
      `Nothing was issued. Someone revoked the token meanwhile. Or it is an API Key, which this action does not rotate yet. ${recoveryWhy}`,
    );
  return problem(
    ask,
    detail,
    "Check that `thousandeyes-api-url` is the base of ThousandEyes' API version 7: it ends in `/v7`.",
    'Nothing was issued.',
  );
}
