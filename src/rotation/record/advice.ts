import type { CredentialContext } from '../../github/credential.ts';
import { gitHubProblem, variablesBeside } from '../../github/errors.ts';
import { ghVariableDelete } from '../../github/gh-cli.ts';
import { describeVariable, type VariablePlace } from '../../github/variables.ts';
import { day } from '../../lib/clock.ts';
import { type Problem, problem, withSteps } from '../../lib/problem.ts';
import { byMinute, minuteOf, timeLeft } from '../../lib/text.ts';
import { overlap } from '../../thousandeyes/client.ts';
import { freshRun, freshRunBy, type HomeReference, recoverySteps, recoveryWhy } from '../../thousandeyes/errors.ts';
import type { NextSecret } from './next.ts';
import type { RotationRecord } from './record.ts';
import type { RecordFailure } from './record-variable.ts';
import { type Act, type Known, longestParked } from './table.ts';

/** What messages about the table need to name. */
export interface Situation {
  readonly known: Known;
  readonly next: NextSecret;
  readonly home: HomeReference;
  /** `TE_TOKEN_NEXT`. */
  readonly nextName: string;
  /** Where the home is an environment's, its name. */
  readonly environment: string | undefined;
  /** What ThousandEyes said of `next`, or of `hand`, for a person. */
  readonly detail: string;
  /** Whether a refused `next` was asked about for ten minutes. */
  readonly hasWaited: boolean;
}

const attempt = 'Comparing the token in hand with the record';
const nothing = 'This run asked for nothing and changed nothing.';

/** Why the run stops, by what is known; undefined for what does not stop it. */
export function problemOf(act: Act, situation: Situation): Problem | undefined {
  return problems[act]?.(situation);
}

const problems: Readonly<Partial<Record<Act, (situation: Situation) => Problem>>> = {
  'fail: a re-run': () =>
    problem(
      attempt,
      'this run was started again, and things have changed since its first time',
      freshRun,
      `GitHub may hand a re-run the secrets of its first time, which are old by now. ${nothing}`,
    ),
  'fail: next is not told': (situation) =>
    problem(
      situation.known.next.word === 'accepted' ? 'The token in hand' : checkingNext(situation),
      `${situation.detail}, which does not tell whether ThousandEyes accepts it.${stillWorks(situation)}`,
      `Run this workflow again later${byEnd(situation.known)}: it finishes what the earlier run began.`,
      nothing,
    ),
  'fail: stored meanwhile': ({ home, nextName, known }) =>
    problem(
      `Finishing with the token in ${nextName}, which an earlier run left`,
      `${home.name} holds another token, which someone stored on ${minuteOf(known.homeDate)}`,
      recoverySteps(home, beforeEnd(known)),
      `Both tokens work, and nothing tells which one is wanted, so nothing was touched. Whoever stored the one in the home and wants to keep it runs \`${home.deleteNextCommand}\` instead, and then this workflow; the other goes on living until it is revoked. ${recoveryWhy}`,
    ),
  'fail: next is refused': nextRefused,
  'fail: stale next': ({ home, nextName, environment, known }) => {
    if (known.next.kind === 'token')
      return problem(
        `Reading ${nextName} beside the home`,
        'it was written since the last rotation, and what this run was given of it is no new token',
        [
          freshRunBy(byEnd(known)),
          `If it fails again while no other run is under way, delete it: \`${home.deleteNextCommand}\``,
          'Run this workflow.',
        ],
        `Someone ran the command of a summary after the token was stored, or an earlier run is not over. ${nothing}`,
      );
    return problem(
      `Reading ${nextName} beside the home`,
      'it holds something that this run was not given',
      [
        freshRunBy(byEnd(known)),
        `If it fails again, the job does not get this secret: check the line \`thousandeyes-token-next: \${{ secrets.${nextName} }}\`${environment === undefined ? '' : ` and \`environment: ${environment}\``}, and pass it on to a reusable workflow that is called.`,
        'Run this workflow again.',
      ],
      `An earlier run is not over, or left it after this run was queued. ${nothing}`,
    );
  },
  'fail: another token': ({ home, environment, known }) =>
    problem(
      attempt,
      `the token in hand is not the one that ${home.name} got${runPart(known.record)}`,
      [
        freshRun,
        `If it fails again, check which secret the job reads (its name, ${environment === undefined ? 'its `environment:`' : `\`environment: ${environment}\``}).`,
        `If that is right, store the wanted token: \`${home.setCommand}\``,
        'Run this workflow again.',
      ],
      `The home was not written since. So this run was queued before a rotation, or it reads another secret of that name. ${nothing}`,
    ),
  'fail: written back': ({ home, known }) => {
    const until = known.record?.previousUntil ?? 0;
    return problem(
      home.name,
      `someone wrote the old token back${until <= known.now ? '' : `; it has ${timeLeft(until, known.now)} at most`}`,
      [
        freshRunBy(byMinute(until, known.now)),
        'If it fails again, stop what wrote it, such as Terraform.',
        ...recoverySteps(home, 'Only then'),
      ],
      `It was written on ${minuteOf(known.homeDate)}. GitHub shows no secret, so nobody can read the new token back from it. Other targets may still hold the new one, which works until you revoke it. ${recoveryWhy}`,
    );
  },
};

function checkingNext({ nextName }: Situation): string {
  return `${nextName}, which an earlier run left`;
}

function nextRefused(situation: Situation): Problem {
  const { home, detail, known, hasWaited } = situation;
  const kept = `It stays in ${situation.nextName}: it may be the only copy of a living token.`;
  if (known.hand.word === 'refused')
    return problem(
      checkingNext(situation),
      `${detail}. The token in hand is refused, too`,
      [freshRun, ...recoverySteps(home, 'If it fails again')],
      `${kept} ${recoveryWhy}`,
    );
  return problem(
    checkingNext(situation),
    `${detail}${hasWaited ? ' for ten minutes' : ''}.${stillWorks(situation)}`,
    [
      'Run this workflow tomorrow.',
      ...recoverySteps(home, `If it still fails after ${minuteOf(endOf(known) - 2 * day)}`),
    ],
    `A new token is sometimes slow to spread. ${kept} A run after ${minuteOf((known.nextDate ?? known.now) + longestParked)} deletes it and goes on. ${recoveryWhy}`,
  );
}

/** ` The token in acme/network works until …`, where that is known; it ends fourteen days after the next one was left. */
function stillWorks({ known, home }: Situation): string {
  const { hand, record, now } = known;
  if (hand.word !== 'accepted') return '';
  const until = endOf(known);
  if (hand.token !== record?.token || until <= now) return ` The token in ${home.name} still works.`;
  return ` The token in ${home.name} works at most until ${minuteOf(until)}.`;
}

/** When the token before the one that was left ends at the latest. */
function endOf({ record, nextDate, now }: Known): number {
  return Math.min((nextDate ?? now) + overlap, record?.validUntil ?? Number.POSITIVE_INFINITY);
}

/** ` by 2026-12-15 05:23 UTC`, while that is to come. */
function byEnd(known: Known): string {
  return byMinute(endOf(known), known.now);
}

function beforeEnd(known: Known): string {
  const end = endOf(known);
  return end <= known.now ? '' : `Before ${minuteOf(end)}`;
}

function runPart(record: RotationRecord | undefined): string {
  return record === undefined
    ? ''
    : ` on ${minuteOf(record.since)}${record.run === undefined ? '' : ` by ${record.run}`}`;
}

/** A run asked for a token and ended without a word, and this one could not find out more. */
export function noteLeft({ next, home, nextName, known }: Situation): Problem {
  const run = next.kind === 'note' ? next.run : undefined;
  const until = known.record?.previousUntil ?? 0;
  const isOverlap = until > known.now;
  return problem(
    `Reading ${nextName}`,
    `the token of ${run ?? 'a run'} may have been issued and lost`,
    isOverlap
      ? `Run this workflow again after ${minuteOf(until)}. Revoke nothing before.`
      : [
          'If the summary of that run gives a command, run it first.',
          freshRunBy(byEnd(known)),
          ...recoverySteps(home, 'If it fails again'),
        ],
    `ThousandEyes shows a new token once. From then on the one before it works for 14 days at most. ${isOverlap ? 'Until then nothing can be asked.' : recoveryWhy}`,
  );
}

/** The record can't be used. */
export function recordProblem(failure: RecordFailure, place: VariablePlace, credential: CredentialContext): Problem {
  const record = `the record ${describeVariable(place)}`;
  switch (failure.kind) {
    case 'answer':
      return gitHubProblem(`${failure.doing} ${record}`, failure.answer, variablesBeside(place.store), credential);
    case 'unreadable':
      return problem(
        `Reading ${record}`,
        failure.detail,
        [
          'If a newer release of this action wrote it, use that release.',
          `If none did, delete it: \`${ghVariableDelete(place, credential.githubUrl)}\``,
          'Run this workflow again.',
        ],
        'The record tells which token is in place. Without it, a run takes the token in hand for that.',
      );
    case 'faster':
      return anotherRunWasFaster(failure.run);
  }
}

/** Another run noted another token since this one began. */
export function anotherRunWasFaster(run: string | undefined): Problem {
  return problem(
    attempt,
    `another run was faster${run === undefined ? '' : `: ${run}`}`,
    [freshRun, 'Give the workflow a `concurrency` group, so that its runs wait for each other.'],
    'The record, or the secret beside the home, was changed since this run began. So it wrote nothing more.',
  );
}

/** Everything is stored, but that could not be noted. */
export function notRecorded(failure: RecordFailure, place: VariablePlace, credential: CredentialContext): Problem {
  const found = recordProblem(failure, place, credential);
  if (failure.kind === 'faster') return found;
  const why = 'Everything is stored. Only that this is noted is missing.';
  return { ...withSteps(found, 'Run this workflow again: it notes it.'), why };
}
