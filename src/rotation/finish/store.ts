import { causeOf, type GitHubAnswer, withoutAnswer } from '../../github/answer.ts';
import { gitHubProblem, secretsOf } from '../../github/errors.ts';
import { policies } from '../../github/policies.ts';
import type { Sealed } from '../../github/sealed-box.ts';
import { writesPerHour, writesPerMinute } from '../../github/throttle.ts';
import { second } from '../../lib/clock.ts';
import { type Problem, problem } from '../../lib/problem.ts';
import { progressOf } from '../../lib/progress.ts';
import { ok, type Result } from '../../lib/result.ts';
import { minuteOf } from '../../lib/text.ts';
import { hasSelection } from '../../targets/store.ts';
import type { Needs } from '../dependencies.ts';
import type { TargetResult } from '../outcome.ts';
import { durationOfWrites } from '../preflight/budget.ts';
import { type Pending, type PendingHome, type PendingTarget, sealAnew } from './pending.ts';

type StoreNeeds = Needs<'secrets' | 'clock' | 'log' | 'cancellation'>;

/** More targets than this are counted in the log, not named one by one. */
const linesForTargets = 20;
/** A reading that is younger than this is "right before" an attempt. */
const fresh = 5 * second;
/** In place of GitHub's answer, where the write was not sent. */
const leftAlone: GitHubAnswer = { ...withoutAnswer('it was left as it is', false), isCancelled: true };

export type HomeResult =
  | { readonly kind: 'stored'; readonly isAnew: boolean }
  /** It moved, and an attempt of ours had got no clear answer: taken for ours. */
  | { readonly kind: 'taken for ours' }
  | { readonly kind: 'written by another'; readonly date: number }
  | { readonly kind: 'refused'; readonly answer: GitHubAnswer };

/**
 * Writes the home, whatever GitHub answers, for ten minutes: a write was seen to be allowed here a moment ago. Before each
 * attempt its date is read, because a person may write it meanwhile.
 */
export async function storeHome(
  pending: Pending,
  { secrets, clock }: StoreNeeds,
  onRefusal: () => void,
): Promise<HomeResult> {
  const { home, journal } = pending;
  if (home.isDone) return { kind: 'stored', isAnew: false };
  let moved: number | undefined;
  let badLogin: GitHubAnswer | undefined;
  let isKeyDead = false;
  let { latest } = home;
  const mayWrite = async () => {
    const read = await movedDate(home, latest, { secrets, clock });
    latest = undefined;
    badLogin = !read.ok && read.error.status === 401 ? read.error : undefined;
    // One bad login an attempt: repeated ones lock people out.
    if (badLogin !== undefined) return badLogin;
    moved = read.ok ? read.value : undefined;
    if (moved !== undefined) return leftAlone;
    journal.note({ kind: 'writing home' });
    return undefined;
  };
  const onAnswer = (answer: GitHubAnswer) => {
    if (answer === leftAlone || answer.status === 201 || answer.status === 204) return;
    // Nothing was sent.
    if (answer === badLogin) return onRefusal();
    isKeyDead = answer.status === 422;
    // Whatever is no clear refusal may have been carried out.
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 408) journal.note({ kind: 'home refused' });
    else home.isUnclear = true;
    onRefusal();
  };
  const value = async (): Promise<Sealed> => {
    if (isKeyDead) await sealAnew(home, pending);
    if (home.sealed === undefined) throw new Error('nothing is sealed for the home');
    return home.sealed;
  };
  const written = await secrets.write(home.resolved, value, policies.home, { mayWrite, onAnswer, persists: true });
  if (moved !== undefined && home.wasTaken) return { kind: 'stored', isAnew: false };
  if (moved !== undefined)
    return home.isUnclear ? { kind: 'taken for ours' } : { kind: 'written by another', date: moved };
  if (!written.ok) return { kind: 'refused', answer: written.error };
  home.takenAt = written.value.at;
  journal.note({ kind: 'stored', target: home.number, at: clock.now() });
  return { kind: 'stored', isAnew: written.value.status === 'created' };
}

/** The home's date where it is another than at the start; undefined where it is the same. */
async function movedDate(
  { resolved, date }: PendingHome,
  latest: PendingHome['latest'],
  { secrets, clock }: Pick<StoreNeeds, 'secrets' | 'clock'>,
): Promise<Result<number | undefined, GitHubAnswer>> {
  const isMoved = (found: number) => ok(found === date ? undefined : found);
  if (latest !== undefined && clock.monotonic() - latest.readAt < fresh) return isMoved(latest.date);
  const read = await secrets.read(resolved, policies.reread, true);
  return read.ok ? isMoved(read.value.updatedAt) : read;
}

/** Writes the token to every other target that does not hold it yet, side by side, and says how far it is. */
export async function storeOthers(
  targets: readonly PendingTarget[],
  earlierWrites: number,
  pending: Pick<Pending, 'seal' | 'journal' | 'credential'>,
  dependencies: StoreNeeds,
): Promise<TargetResult[]> {
  const { log, clock } = dependencies;
  const duration = durationOfWrites(earlierWrites + targets.length);
  if (duration > 0)
    log.info(
      `Storing ${targets.length} targets at the pace that GitHub allows (${writesPerMinute} writes a minute, ${writesPerHour} an hour): done by about ${minuteOf(clock.now() + duration)}`,
    );
  const step = progressOf('Stored', targets.length, duration, dependencies);
  return Promise.all(
    targets.map(async (target) => {
      const result = await storeOther(target, pending, dependencies);
      const { name } = target.resolved;
      if (targets.length > linesForTargets) step();
      else log.info(result.problem === undefined ? `Stored: ${name}` : `Not stored: ${name}: ${result.problem.cause}`);
      return result;
    }),
  );
}

/** A 422 may mean that the store's key, or a selected repository, is gone: both are read again, and the token sealed anew, once. */
async function storeOther(
  target: PendingTarget,
  pending: Pick<Pending, 'seal' | 'journal' | 'credential'>,
  { secrets, clock }: StoreNeeds,
): Promise<TargetResult> {
  const { resolved, number, isNew } = target;
  if (target.isDone) return { resolved, status: isNew ? 'created' : 'updated' };
  const { sealed } = target;
  if (sealed === undefined) return { resolved, status: 'failed', problem: neverSealed(target) };
  let written = await secrets.write(resolved, sealed, policies.other);
  const anew = !written.ok && written.error.status === 422 ? await sealAnew(target, pending) : undefined;
  if (anew !== undefined) written = await secrets.write(resolved, anew, policies.other);
  if (!written.ok) return { resolved, status: 'failed', problem: notStored(target, written.error, pending) };
  pending.journal.note({ kind: 'stored', target: number, at: clock.now() });
  const isAnew = written.value.status === 'created' && !isNew;
  const note = isAnew ? 'was deleted while this ran, and is created anew' : undefined;
  return { resolved, status: written.value.status, note };
}

function notStored(
  { resolved }: PendingTarget,
  answer: GitHubAnswer,
  { credential }: Pick<Pending, 'credential'>,
): Problem {
  const { store } = resolved.target;
  const attempt = `Writing ${resolved.name}`;
  if (answer.status !== 404 || !hasSelection(store))
    return gitHubProblem(attempt, answer, secretsOf(store), credential);
  return problem(
    attempt,
    `${causeOf(answer)}: it was deleted while this ran, or the credential is not allowed to see it any more`,
    'Create it again by hand, or remove the line from `targets`.',
    'Secrets of an organization or a user are never created here, because you decide who sees them.',
  );
}

function neverSealed({ resolved }: PendingTarget): Problem {
  return problem(`Writing ${resolved.name}`, 'the main step ended before it sealed the new token for it', []);
}
