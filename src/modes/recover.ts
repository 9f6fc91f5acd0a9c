import type { CredentialContext } from '../github/credential.ts';
import { policies } from '../github/policies.ts';
import { sealedIn } from '../github/secrets.ts';
import { plural } from '../lib/text.ts';
import type { Needs } from '../rotation/dependencies.ts';
import { type FinishNeeds, finish } from '../rotation/finish/finish.ts';
import { finishedParts, refusedParts } from '../rotation/finish/finished.ts';
import { park, unpark } from '../rotation/finish/park.ts';
import type { Pending, PendingTarget } from '../rotation/finish/pending.ts';
import type { JournalHandle } from '../rotation/journal/journal-handle.ts';
import type { JournalRecord, JournalTarget } from '../rotation/journal/journal-record.ts';
import { type Outcome, outcomeOf } from '../rotation/outcome.ts';
import { nextTo } from '../rotation/preflight/preflight.ts';
import { leftover } from '../rotation/preflight/write-tests.ts';
import { RecordVariable } from '../rotation/record/record-variable.ts';
import { maybeIssued } from '../rotation/token/not-issued.ts';
import { namedTarget, recordNameOf } from '../targets/target.ts';
import { endOfOverlap } from '../thousandeyes/client.ts';

export type RecoverNeeds = FinishNeeds & Needs<'variables' | 'throttle'>;

/** What a main step left, and with what it is finished. */
interface Left {
  readonly record: JournalRecord;
  readonly home: JournalTarget;
  readonly journal: JournalHandle;
  readonly credential: CredentialContext;
}

/** Finishes what a main step left, by its journal, as main and the next run do; undefined where there is nothing to say. */
export async function recover(
  journal: JournalHandle,
  credential: CredentialContext,
  dependencies: RecoverNeeds,
): Promise<Outcome | undefined> {
  const record = await journal.settled(dependencies);
  if (record === undefined || record.finished) return undefined;
  const [home] = record.header.targets;
  if (home === undefined) return undefined;
  dependencies.throttle.countEarlierWrites([...record.stored.values()].map((at) => dependencies.clock.now() - at));
  const outcome = await finishPending({ record, home, journal, credential }, dependencies);
  const warnings = await removeWriteTests(record, dependencies);
  if (outcome === undefined || outcome.problems.length === 0) journal.remove();
  if (outcome === undefined && warnings.length === 0) return undefined;
  const told = outcome ?? outcomeOf('rotate', 'Nothing was issued.', {});
  return { ...told, warnings: [...told.warnings, ...warnings] };
}

/** What is pending beside write tests; undefined where nothing is. */
async function finishPending(left: Left, dependencies: RecoverNeeds): Promise<Outcome | undefined> {
  const { record, home } = left;
  const { issued, next } = record;
  const { github } = dependencies;
  if (issued === undefined) {
    if (record.asked && !record.notIssued) return maybeLost('while it waited for the answer', github.now);
    // The note says that a token is asked for, and none was issued.
    if (next !== undefined) await unpark({ resolved: nextTo(home), date: next.date, writtenAt: next.at }, dependencies);
    return undefined;
  }
  const pending = pendingFrom(left, issued, dependencies);
  // A disk that is full, or a machine that goes, may tear the journal: the next run finds the token, or the note.
  if (pending.home.sealed === undefined && !pending.home.isDone)
    return maybeLost('right behind the answer, and its journal is torn', github.now);
  if (record.refused) {
    await park(pending, dependencies);
    await pending.next.dated;
    const parts = refusedParts('ThousandEyes refused it as long as the main step asked', pending, dependencies);
    return outcomeOf('rotate', parts.headline, parts);
  }
  const finished = await finish(pending, dependencies);
  const parts = finishedParts(pending, finished, dependencies);
  const headline =
    parts.problems.length === 0
      ? `The post step finished what the main step had left: the token is rotated in ${plural(parts.results.length, 'target')}.`
      : 'The post step could not finish all that the main step had left.';
  const isVoid = finished.recorded?.ok && record.next?.isToken !== true;
  const notices = isVoid ? ['If the main step shows a command, do not run it: the token is stored.'] : [];
  return outcomeOf('rotate', headline, { ...parts, notices });
}

function maybeLost(when: string, now: number): Outcome {
  return outcomeOf('rotate', 'A token may have been issued and lost.', {
    problems: [maybeIssued([`the main step was ended ${when}`], endOfOverlap(now), now)],
  });
}

function pendingFrom(
  { record, home, journal, credential }: Left,
  { token, validUntil, previousUntil }: NonNullable<JournalRecord['issued']>,
  dependencies: RecoverNeeds,
): Pending {
  const { header, next, sealed, stored } = record;
  const place = { store: home.target.store, name: recordNameOf(home.target.secret) };
  const pendingTarget = (target: JournalTarget, number: number): PendingTarget => {
    const body = sealed.get(number);
    return {
      resolved: target,
      number,
      sealed: body === undefined ? undefined : sealedIn(body),
      access: target.access,
      isNew: target.updatedAt === undefined,
      isDone: stored.has(number),
    };
  };
  return {
    token,
    validUntil,
    previousUntil,
    previous: header.token,
    recorded: header.token,
    home: {
      ...pendingTarget(home, 0),
      date: home.updatedAt ?? 0,
      wasTaken: record.home === 'stored',
      isUnclear: record.home === 'unclear',
      confirmed: record.confirmed,
      isDone: record.confirmed !== undefined,
    },
    others: header.targets.slice(1).map((target, index) => pendingTarget(target, index + 1)),
    unreachable: [],
    next: { resolved: nextTo(home), isParked: next?.isToken ?? false, writtenAt: next?.at, date: next?.date },
    record: new RecordVariable(place, home.access, dependencies),
    run: header.run,
    credential,
    journal,
    seal: undefined,
  };
}

async function removeWriteTests({ testing }: JournalRecord, { secrets }: RecoverNeeds): Promise<string[]> {
  const left = await Promise.all(
    testing.map(async ({ store, secret }) => {
      const test = namedTarget({ store, secret }, secret);
      const gone = await secrets.delete(test, policies.cleanup);
      return gone.ok ? undefined : leftover(test, gone.error);
    }),
  );
  return left.filter((warning) => warning !== undefined);
}
