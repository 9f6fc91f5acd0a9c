import type { CredentialContext } from '../github/credential.ts';
import { policies } from '../github/policies.ts';
import { type SecretBody, sealedIn } from '../github/secrets.ts';
import { second } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { minuteOf, plural } from '../lib/text.ts';
import type { Needs } from '../rotation/dependencies.ts';
import { keepExpiry } from '../rotation/expiry.ts';
import { homeReference } from '../rotation/home-reference.ts';
import type { JournalRecord, JournalTarget, Validity } from '../rotation/journal-record.ts';
import type { KeptAside } from '../rotation/outcome.ts';
import { leftover } from '../rotation/probe-writes.ts';
import { namedTarget, withSecret } from '../targets/resolved-target.ts';
import { lineOf, writeTestName } from '../targets/target.ts';
import { issuedAndLost, lostWhileAsking, newTokenRefused } from '../thousandeyes/errors.ts';
import { overlap } from '../thousandeyes/overlap.ts';
import { notWritten, recoverHome } from './recover-home.ts';

/** How long the post step waits for a main that still lives, in ms: its longest single waits, those for the token's answer. */
export const waitForMain = 190 * second;
const pollEvery = second / 4;

/** The journal of a main step that has ended, or is waited for no longer. */
export interface JournalHandle {
  /** As it stands now; undefined where it is gone. */
  readonly read: () => JournalRecord | undefined;
  /** Takes the right to ask away from a main that has not asked yet. */
  readonly close: () => boolean;
  /** Nothing is left to finish. */
  readonly remove: () => void;
  /** Whether the process that wrote it still runs. */
  readonly isAlive: (pid: number) => boolean;
}

/** What the post step did; undefined where there was nothing to do, and nothing is to be said. */
export interface Recovered {
  readonly headline: string;
  /** Targets that it wrote, as people may read them. */
  readonly stored: readonly string[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  readonly isHomeStored: boolean;
  readonly keptAside?: KeptAside | undefined;
}

export type RecoverNeeds = Needs<'secrets' | 'variables' | 'clock' | 'log' | 'cancellation' | 'throttle' | 'announce'>;

/**
 * Finishes what a journal says is pending: announces how to finish by hand, then writes the home, the others and the
 * variable, and removes what is left of write tests only after that. Running it twice does no harm.
 */
export async function recover(
  journal: JournalHandle,
  credential: CredentialContext,
  dependencies: RecoverNeeds,
): Promise<Recovered | undefined> {
  const record = await settledRecord(journal, dependencies);
  const home = record?.header.targets[0];
  if (record === undefined || home === undefined) return undefined;
  const { clock, throttle } = dependencies;
  throttle.countEarlierWrites(record.writes.map((at) => clock.now() - at));
  const found = await finishPending(record, home, journal, credential, dependencies);
  const warnings = await removeWriteTests(record, dependencies);
  if (found === undefined && warnings.length === 0) {
    journal.remove();
    return undefined;
  }
  const recovered = found ?? {
    headline: 'Nothing was issued.',
    stored: [],
    problems: [],
    warnings: [],
    isHomeStored: false,
  };
  if (recovered.problems.length === 0) journal.remove();
  return { ...recovered, warnings: [...recovered.warnings, ...warnings] };
}

/** The journal once main has ended, or once the patience with it has: then it is closed, so that a late main never asks. */
async function settledRecord(
  { read, close, isAlive }: JournalHandle,
  { clock, cancellation }: Needs<'clock' | 'cancellation'>,
): Promise<JournalRecord | undefined> {
  const end = clock.monotonic() + waitForMain;
  for (;;) {
    const record = read();
    if (record === undefined || !isAlive(record.header.pid)) return read();
    if (clock.monotonic() >= end || cancellation.now.aborted) {
      close();
      return read();
    }
    await clock.sleep(pollEvery, cancellation.now);
  }
}

/** What is pending beside write tests; undefined where nothing is. */
async function finishPending(
  record: JournalRecord,
  home: JournalTarget,
  { isAlive }: JournalHandle,
  credential: CredentialContext,
  dependencies: RecoverNeeds,
): Promise<Recovered | undefined> {
  if (record.finished) return undefined;
  const { clock } = dependencies;
  const validity: Validity = record.issued ?? { previousValidUntil: clock.now() + overlap };
  const reference = homeReference(home, home.access, undefined, credential.githubUrl);
  const failure = (headline: string, problems: readonly Problem[], keptAside?: KeptAside): Recovered => ({
    headline,
    stored: [],
    problems,
    warnings: [],
    isHomeStored: false,
    keptAside,
  });
  const sealedHome = record.sealed.get(0);
  if (record.refused && sealedHome !== undefined) {
    const detail = 'ThousandEyes refused it as long as the main step asked';
    return failure(
      'A new token was issued, but it does not work; the old one stays in place.',
      [newTokenRefused(detail, reference, validity.previousValidUntil, clock.now())],
      { kind: 'token', home, body: sealedHome, validity },
    );
  }
  if (sealedHome !== undefined) {
    const isWhole = record.header.targets.every((_, number) => record.stored.has(number));
    if (isWhole && record.confirmed && (record.header.expiryVariable === undefined || record.dated)) return undefined;
    return writePending(record, home, sealedHome, validity, credential, dependencies);
  }
  if (record.unread !== undefined) {
    const doubt = ['ThousandEyes answered with something from which no token could be read'];
    return failure(
      'A token was issued and lost. The one in use still works, but not for long.',
      [issuedAndLost(doubt, reference, validity.previousValidUntil, clock.now(), true)],
      { kind: 'answer', home, body: record.unread, validity },
    );
  }
  if (!record.asked) return undefined;
  return failure('A token may have been issued and lost.', [lostWhileAsking(reference, isAlive(record.header.pid))]);
}

/** The home first, and the others only when it is written: no target is ever ahead of it. */
async function writePending(
  record: JournalRecord,
  home: JournalTarget,
  sealedHome: SecretBody,
  validity: Validity,
  credential: CredentialContext,
  dependencies: RecoverNeeds,
): Promise<Recovered> {
  const stored: string[] = [];
  const problems: Problem[] = [];
  if (!record.confirmed) {
    dependencies.announce({ home, body: sealedHome, validity });
    const action = `The new token is sealed in the job summary, below "Finish by hand" (in the log, where the summary can't be written): run the command there by ${minuteOf(validity.previousValidUntil)}, then this workflow with \`mode: sync\`.`;
    const written = await recoverHome(
      home,
      sealedHome,
      { storedAt: record.stored.get(0), gaveUpAt: record.gaveUpAt },
      credential,
      dependencies,
    );
    if (!written.ok) problems.push({ ...written.error, action: `${written.error.action} ${action}` });
    else if (written.value === 'written') stored.push(home.publicName);
    if (problems.length > 0) return { ...unfinished, stored, problems };
  }
  const pending = record.header.targets
    .map((target, number) => ({ target, number, body: record.sealed.get(number) }))
    .filter(({ number }) => number > 0 && !record.stored.has(number));
  const action = 'The home holds the new token. When the cause is fixed, run this workflow with `mode: sync`.';
  await Promise.all(
    pending.map(async ({ target, body }) => {
      if (body === undefined) return;
      const written = await dependencies.secrets.write(target, sealedIn(body), policies.other);
      if (written.ok) return void stored.push(target.publicName);
      const found = notWritten(target, written.error, credential, dependencies);
      problems.push({ ...found, action: `${found.action} ${action}` });
    }),
  );
  const unsealed = pending.filter(({ body }) => body === undefined).length;
  if (unsealed > 0) problems.push(neverSealed(unsealed, home));
  const late = await writeExpiry(record, home, validity, credential, dependencies);
  if (late !== undefined) problems.push(late);
  return problems.length === 0
    ? {
        headline: 'The post step finished what the main step had left.',
        stored,
        problems,
        warnings: [],
        isHomeStored: true,
      }
    : { ...unfinished, stored, problems, isHomeStored: true };
}

const unfinished = {
  headline: 'The post step could not finish all that the main step had left.',
  warnings: [],
  isHomeStored: false,
};

async function writeExpiry(
  record: JournalRecord,
  home: JournalTarget,
  { validUntil }: Validity,
  credential: CredentialContext,
  dependencies: RecoverNeeds,
): Promise<Problem | undefined> {
  const { expiryVariable } = record.header;
  if (expiryVariable === undefined || record.dated) return undefined;
  const variable = { name: expiryVariable, store: home.target.store, access: home.access };
  return keepExpiry(variable, validUntil, credential, dependencies);
}

async function removeWriteTests({ header, testing }: JournalRecord, { secrets }: RecoverNeeds): Promise<string[]> {
  const left = await Promise.all(
    testing.map(async (store) => {
      const site =
        header.targets.find(({ target }) => lineOf(target.store) === lineOf(store)) ??
        namedTarget({ store, secret: writeTestName }, writeTestName);
      const gone = await secrets.delete(withSecret(site, writeTestName), policies.cleanup);
      return gone.ok ? undefined : leftover(site, gone.error);
    }),
  );
  return left.filter((warning) => warning !== undefined);
}

function neverSealed(count: number, home: JournalTarget): Problem {
  return problem(
    `Finishing ${plural(count, 'target')}`,
    'the main step ended before it sealed the new token for them',
    `${home.publicName} holds the new token. Run this workflow with \`mode: sync\`, which writes it to all others.`,
  );
}
