import { causeOf } from '../../github/answer.ts';
import { gitHubProblem, secretsOf } from '../../github/errors.ts';
import { ghSecretSet } from '../../github/gh-cli.ts';
import { grouped, type Problem, problem, withSteps } from '../../lib/problem.ts';
import type { Secret } from '../../lib/secret.ts';
import { byMinute, minuteOf, someOf } from '../../lib/text.ts';
import { untilOf } from '../../thousandeyes/errors.ts';
import type { Needs } from '../dependencies.ts';
import { type Outcome, type TargetResult, unchanged } from '../outcome.ts';
import { notRecorded } from '../record/advice.ts';
import type { RunRequest } from '../request.ts';
import { newTokenRefused, runTheCommand } from '../token/not-issued.ts';
import type { Finished } from './finish.ts';
import { recoveryOf } from './park.ts';
import type { Pending } from './pending.ts';

/** More kinds of failure than this are told as one. */
const mostKinds = 3;
const namesShown = 5;

/** The parts of an outcome that finishing decides. */
type Parts = Omit<Outcome, 'mode' | 'headline' | 'notices' | 'leftForPost'>;

/** What finishing came to, for people. */
export function finishedParts(pending: Pending, finished: Finished, dependencies: Needs<'clock' | 'github'>): Parts {
  const found = homeProblem(pending, finished, dependencies);
  const results = [homeResult(pending, finished, found), ...otherResults(pending, finished)];
  const { recorded } = finished;
  return {
    rotated: isStored(finished),
    results,
    problems: [
      ...(found === undefined ? [] : [found]),
      ...failuresOf(finished.results, byMinute(pending.previousUntil, dependencies.github.now)),
      ...(recorded === undefined || recorded.ok
        ? []
        : [notRecorded(recorded.error, pending.record.place, pending.credential)]),
    ],
    warnings: [...homeWarnings(pending, finished), ...otherWarnings(finished.results)],
    validUntil: recorded?.ok ? recorded.value.validUntil : pending.validUntil,
    previousUntil: pending.previousUntil,
    recovery: found === undefined ? undefined : recoveryOf(pending),
  };
}

/** ThousandEyes refuses the new token: it is only kept beside the home, and no target gets it. */
export function refusedParts(detail: string, pending: Pending, { github }: Needs<'github'>) {
  const { home, next, previousUntil } = pending;
  const reference = { home: home.resolved, nextName: next.resolved.target.secret, isParked: next.isParked };
  return {
    headline: 'A new token was issued, but ThousandEyes refuses it so far. The old one stays in place.',
    problems: [newTokenRefused(detail, reference, previousUntil, github.now)],
    previousUntil,
    recovery: recoveryOf(pending),
  };
}

/** Whether GitHub has taken the home's write, as far as is known. */
function isStored({ home }: Finished): boolean {
  return home.kind === 'stored' || home.kind === 'taken for ours';
}

/** Whether the home was gone when it was written. */
function isHomeAnew({ home }: Finished): boolean {
  return 'isAnew' in home && home.isAnew;
}

function homeResult({ home }: Pending, finished: Finished, found: Problem | undefined): TargetResult {
  if (found !== undefined) return { resolved: home.resolved, status: 'failed', problem: found };
  if (home.isDone) return unchanged(home.resolved);
  return { resolved: home.resolved, status: isHomeAnew(finished) ? 'created' : 'updated' };
}

/** Where the home could not be written, no other target was. */
function otherResults({ others }: Pending, finished: Finished): readonly TargetResult[] {
  return isStored(finished) ? finished.results : others.map(({ resolved }) => unchanged(resolved));
}

function homeProblem(
  pending: Pending,
  { home: result, confirmation }: Finished,
  { github }: Needs<'github'>,
): Problem | undefined {
  const { home, previousUntil, credential, next, seal } = pending;
  const { name, target } = home.resolved;
  const old = `The old token works ${untilOf(previousUntil, github.now)}`;
  // A run before the command would find nothing but the note that a token was asked for, and take it for lost.
  // Only main, which has the clear token at hand, is followed by a post step.
  const first = next.isParked ? [] : [runTheCommand(minuteOf(previousUntil), seal !== undefined)];
  const last = next.isParked
    ? `Run this workflow again by ${minuteOf(previousUntil)}: it finishes.`
    : 'Run this workflow again: it finishes.';
  const again = [...first, last];
  const kept = next.isParked
    ? `The new token is not lost: it is kept as ${next.resolved.target.secret} beside the home.`
    : 'The new token is not lost: it is sealed in the command.';
  if (confirmation?.kind === 'not moved') {
    const { detail, isGone } = confirmation;
    const create = `Set it to any word, so that it is there again: \`${ghSecretSet(target, home.access, credential.githubUrl)}\``;
    return problem(
      `Reading the date of ${name} after the write`,
      `GitHub said that it is written, but ${detail}. ${old}`,
      isGone ? [create, ...again] : again,
      `${isGone ? 'Someone may have deleted it.' : "Something between the runner and GitHub may have answered in GitHub's place."} ${kept}`,
    );
  }
  if (result.kind === 'refused') {
    const attempt = `Writing ${name}`;
    const found = gitHubProblem(attempt, result.answer, secretsOf(target.store), credential);
    return problem(attempt, `${causeOf(result.answer)}. ${old}`, [...first, ...withSteps(found, last).steps], kept);
  }
  if (result.kind === 'written by another')
    return problem(
      `Writing ${name}`,
      `someone else wrote it on ${minuteOf(result.date)}, while this ran. It was left as it is`,
      again,
      `${kept} The next run compares it with what the home holds now, and finishes or says what to do.`,
    );
  return undefined;
}

function homeWarnings({ home, next }: Pending, finished: Finished): string[] {
  const { confirmation, unparked } = finished;
  const { name } = home.resolved;
  return [
    ...(isHomeAnew(finished) ? [`${name} was deleted while this ran, and the write created it anew.`] : []),
    ...(finished.home.kind === 'taken for ours'
      ? [
          `${name} was written while an attempt of this run got no clear answer. It is taken for that attempt, and ${next.resolved.target.secret} is left: the next run makes sure.`,
        ]
      : []),
    ...(confirmation?.kind === 'unread' && !home.isDone
      ? [`Whether the date of ${name} has moved could not be read: ${confirmation.detail}.`]
      : []),
    ...(unparked !== undefined && unparked.kind !== 'gone'
      ? [`${next.resolved.name} was not deleted: ${unparked.detail}. The next run looks again.`]
      : []),
  ];
}

function otherWarnings(results: readonly TargetResult[]): string[] {
  return results.flatMap(({ resolved, note }) => (note === undefined ? [] : [`${resolved.name} ${note}.`]));
}

/**
 * What failed, alike ones together; where the causes are many, the list of targets says of each why.
 *
 * @param by until when what such a target holds works, as {@link byMinute} says it
 */
export function failuresOf(results: readonly TargetResult[], by: string): Problem[] {
  const again = `Run this workflow again${by}: it writes what is behind.`;
  const kinds = grouped(
    results.flatMap(({ problem: found }) => (found === undefined ? [] : [withSteps(found, again)])),
    namesShown,
  );
  if (kinds.length <= mostKinds) return kinds;
  const failures = results.filter(({ status }) => status === 'failed');
  const names = someOf(
    failures.map(({ resolved }) => resolved.name),
    namesShown,
  );
  return [
    problem(
      `Writing ${failures.length} targets`,
      `not done: ${names}`,
      ['See the cause of each in the job summary, under "Targets".', again],
      'They fail for different reasons.',
    ),
  ];
}

/** Sets the output `token` where it was asked for; a problem where that failed. */
export function expose(
  token: Secret,
  { exposeToken }: Pick<RunRequest, 'exposeToken'>,
  { workflow }: Needs<'workflow'>,
): readonly Problem[] {
  if (!exposeToken || workflow.output('token', token.reveal())) return [];
  return [
    problem(
      'Setting the output `token`, as `expose-token` asks',
      'the file GITHUB_OUTPUT could not be written',
      'Start a fresh run, and read the token from the secret there.',
      'The token is stored all the same. Only the output is missing.',
    ),
  ];
}
