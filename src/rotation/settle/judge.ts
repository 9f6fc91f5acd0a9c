import type { Sealer } from '../../github/sealed-box.ts';
import { distinctProblems, type Problem } from '../../lib/problem.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { TokenCheck } from '../../thousandeyes/client.ts';
import { currentTokenRefused } from '../../thousandeyes/errors.ts';
import type { Needs } from '../dependencies.ts';
import { type Mode, nothingChanged, type Outcome, outcomeOf, type TargetResult, unchanged } from '../outcome.ts';
import { homeReferenceOf, nextTo, type Preflight, problemsOf } from '../preflight/preflight.ts';
import type { ReadyHome, ReadyTarget, RejectedTarget } from '../preflight/preflight-target.ts';
import { shadowWarning } from '../preflight/shadows.ts';
import { noteLeft, problemOf, type Situation } from '../record/advice.ts';
import { fingerprintOf } from '../record/record.ts';
import { type Act, type Decision, decide, isNoteOpen, type Known } from '../record/table.ts';
import type { RunRequest } from '../request.ts';
import { wordOf } from '../token/current-token.ts';

/** A run of which all is read that decides. */
export interface Judged {
  readonly request: RunRequest;
  readonly preflight: Preflight;
  readonly home: ReadyHome;
  readonly sealer: Sealer;
  readonly situation: Situation;
  readonly decision: Decision;
}

/** What follows from what was read; or why that can't be told, with every other problem. */
export function judge(
  preflight: Preflight,
  request: RunRequest,
  { github, run }: Needs<'github' | 'run'>,
): Result<Judged, readonly Problem[]> {
  const { home, sealer, record, next, hand, parked } = preflight;
  if (!home.ok || !sealer.ok || !record.ok || !next.ok || preflight.problems.length > 0)
    return failed(problemsOf(preflight));
  const token = fingerprintOf(request.currentToken);
  const known: Known = {
    record: record.value,
    hand: { token, word: wordOf(hand) },
    next:
      request.next.kind === 'token'
        ? {
            kind: 'token',
            token: fingerprintOf(request.next.token),
            word: parked === undefined ? 'untold' : wordOf(parked),
          }
        : { kind: request.next.kind },
    nextDate: next.value?.updatedAt,
    homeDate: home.value.secret.updatedAt,
    now: github.now,
    isRerun: run.isRerun,
  };
  const { store } = home.value.target;
  const situation: Situation = {
    known,
    next: request.next,
    home: homeReferenceOf(home.value, preflight.user, request.credential.githubUrl),
    nextName: nextTo(home.value).target.secret,
    environment: store.level === 'environment' ? store.environment : undefined,
    detail: [parked, hand].flatMap(doubtIn)[0] ?? '',
    hasWaited: false,
  };
  return ok({ request, preflight, home: home.value, sealer: sealer.value, situation, decision: decide(known) });
}

/** What ThousandEyes said of a token that it was not seen to accept. */
function doubtIn(check: TokenCheck | undefined): readonly string[] {
  return check === undefined || !('detail' in check) || wordOf(check) === 'accepted' ? [] : [check.detail];
}

/** What the run does by what `hand` means; where `_NEXT` ends it, what ends it. */
export function actOf({ act, below }: Decision): Act {
  return below?.act ?? act;
}

/** The result of a target that was not written. */
export function unwritten(result: Result<ReadyTarget, RejectedTarget>): TargetResult {
  if (result.ok) return unchanged(result.value);
  return { resolved: result.error.resolved, status: 'failed', problem: result.error.problem };
}

/** The outcome of a run that stopped before anything was changed. */
export function stopped(mode: Mode, preflight: Preflight, problems: readonly Problem[]): Outcome {
  const { home, others, warnings, user } = preflight;
  // The first that a person woken by it wants to know.
  const works = wordOf(preflight.hand) === 'accepted' ? ' The token in hand works.' : '';
  return outcomeOf(mode, `${nothingChanged(problems)}${works}`, {
    results: [home, ...others].map(unwritten),
    problems,
    warnings,
    user,
  });
}

/** Why the run stops by the table, with every other problem that reading found; none where it goes on. */
export function problemsByTable({ situation, decision, preflight }: Judged): readonly Problem[] {
  const act = actOf(decision);
  const found = act === 'fail: hand is refused' ? handRefused(situation, preflight) : problemOf(act, situation);
  if (found === undefined) return [];
  const [lost] = openNote(situation, situation.known.nextDate);
  const whole = lost === undefined ? found : { ...found, cause: `${found.cause}; ${lost.cause}` };
  return distinctProblems([whole, ...problemsOf(preflight)]);
}

/** Whether the note of an earlier run is about a token after the record's, which may be lost. */
export function hasOpenNote({ next, known }: Situation, nextDate: number | undefined): boolean {
  return next.kind === 'note' && nextDate !== undefined && isNoteOpen(known.record, nextDate, next.at);
}

/** That it may be lost, then. */
export function openNote(situation: Situation, nextDate: number | undefined): readonly Problem[] {
  return hasOpenNote(situation, nextDate) ? [noteLeft(situation)] : [];
}

function handRefused({ home, known, environment }: Situation, { hand, shadows }: Preflight): Problem {
  const shadow = shadows.find(({ target }) => target.name === home.name);
  return currentTokenRefused('detail' in hand ? hand.detail : '', home, {
    homeWrittenAt: known.homeDate,
    environment,
    shadow: shadow === undefined ? undefined : shadowWarning(shadow),
  });
}
