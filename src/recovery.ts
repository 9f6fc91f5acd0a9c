import { second } from './clock.ts';
import { Problem } from './errors.ts';
import { keepExpiry } from './expiry.ts';
import { type Asker, problemWithStore } from './github-problems.ts';
import type { Journal, JournalRecord, JournalTarget, Validity } from './journal.ts';
import type { Recovery } from './outcome.ts';
import { overlap } from './regeneration.ts';
import { type Patience, patience, type RetryPorts } from './retry.ts';
import type { SecretBody, SecretStore } from './secret-store.ts';
import { writeTestName } from './target.ts';
import { minuteOf, plural } from './text.ts';
import { newTokenRefused, recoveryByHand } from './thousandeyes-problems.ts';
import type { VariableStore } from './variable-store.ts';

/** How long the post step waits for a main that still lives: its longest single wait, the one for the token's answer. */
export const waitForMain = 150 * second;
const pollEvery = second / 4;

export interface RecoveryPorts extends RetryPorts {
  /** The journal as it stands now; undefined where it is gone. */
  readonly read: () => JournalRecord | undefined;
  readonly journal: Journal;
  /** Whether the process that wrote the journal still runs. */
  readonly isAlive: (pid: number) => boolean;
  readonly secrets: Pick<SecretStore, 'removeWriteTest' | 'writeBody'>;
  readonly variables: Pick<VariableStore, 'write'>;
  readonly asker: Asker;
  /** Puts the section for a person into the summary. */
  readonly announce: (recovery: Recovery) => void;
}

/** What the post step did; undefined where there was nothing to do, and nothing is to be said. */
export interface Recovered {
  readonly headline: string;
  readonly stored: readonly string[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Finishes what the journal says is pending. Running it twice does no harm: a sealed value may be written again. */
export async function recover(ports: RecoveryPorts): Promise<Recovered | undefined> {
  const record = await settledRecord(ports);
  if (record === undefined) return undefined;
  const warnings = await removeWriteTests(record, ports);
  const end = (headline: string, problems: readonly Problem[], stored: readonly string[] = []): Recovered => {
    if (problems.length === 0) ports.journal.remove();
    return { headline, stored, problems, warnings };
  };

  const [home] = record.header.targets;
  if (home === undefined) return undefined;
  const lives = ports.isAlive(record.header.pid);
  if (record.refused) {
    const until = record.issued?.previousValidUntil ?? ports.clock.now() + overlap;
    const why = 'ThousandEyes refuses it, as the main step noted before it ended';
    return end('A new token was issued, but it does not work; the old one stays in place.', [
      newTokenRefused(why, home, home.shown, until),
    ]);
  }
  const sealedHome = record.sealed.get(0);
  if (sealedHome === undefined) {
    if (!record.asked) return warnings.length === 0 ? quietly(ports) : end('Nothing was issued.', []);
    return end('A token may have been issued and lost.', [lostWhileAsking(home, lives)]);
  }
  const { stored, problems } = await writePending(record, home, sealedHome, ports);
  const headline =
    problems.length === 0
      ? 'The post step finished what the main step had left.'
      : 'The post step could not finish all that the main step had left.';
  return end(headline, problems, stored);
}

/** The journal once main has ended, or once the patience with it has: then it is closed, so that a late main never asks. */
async function settledRecord({
  read,
  journal,
  isAlive,
  clock,
  cancellation,
}: RecoveryPorts): Promise<JournalRecord | undefined> {
  const end = clock.now() + waitForMain;
  for (;;) {
    const record = read();
    if (record === undefined || !isAlive(record.header.pid)) return read();
    if (clock.now() >= end || cancellation.now.aborted) {
      journal.flush({ kind: 'closed' });
      return read();
    }
    await clock.sleep(pollEvery, cancellation.now);
  }
}

function quietly({ journal }: RecoveryPorts): undefined {
  journal.remove();
}

async function removeWriteTests({ testing }: JournalRecord, { secrets, journal }: RecoveryPorts): Promise<string[]> {
  const left = await Promise.all(
    testing.map(async (store) => {
      const answer = await secrets.removeWriteTest(store);
      if (answer === undefined) journal.note({ kind: 'tested', store });
      return answer === undefined
        ? undefined
        : `The secret ${writeTestName} of a write test could not be deleted (GitHub: ${answer.said}). It holds nothing of value; delete it by hand.`;
    }),
  );
  return left.filter((warning) => warning !== undefined);
}

/** The home first, and the others only when it is written: no target is ever ahead of it. */
async function writePending(
  record: JournalRecord,
  home: JournalTarget,
  sealedHome: SecretBody,
  ports: RecoveryPorts,
): Promise<{ stored: string[]; problems: Problem[] }> {
  const validity: Validity = record.issued ?? { previousValidUntil: ports.clock.now() + overlap };
  const stored: string[] = [];
  const problems: Problem[] = [];
  const write = async (target: JournalTarget, number: number, body: SecretBody, limits: Patience, todo: string) => {
    const problem = await writeOne(target, number, body, limits, todo, ports);
    if (problem === undefined) stored.push(target.shown);
    else problems.push(problem);
  };

  if (!record.stored.has(0)) {
    ports.announce({ target: home, shown: home.shown, body: sealedHome, validity });
    await write(
      home,
      0,
      sealedHome,
      patience.home,
      `The new token is sealed in the job summary, below "Finish by hand" (in the log, where the summary can't be written): run the command there by ${minuteOf(validity.previousValidUntil)}, then this workflow with \`mode: sync\`.`,
    );
    if (problems.length > 0) return { stored, problems };
  }
  const pending = record.header.targets
    .map((target, number) => ({ target, number, body: record.sealed.get(number) }))
    .filter(({ number }) => number > 0 && !record.stored.has(number));
  const todo = 'The home holds the new token. When the cause is mended, run this workflow with `mode: sync`.';
  await Promise.all(
    pending.map(({ target, number, body }) =>
      body === undefined ? undefined : write(target, number, body, patience.other, todo),
    ),
  );
  const unsealed = pending.filter(({ body }) => body === undefined).length;
  if (unsealed > 0) problems.push(neverSealed(unsealed, home));
  const late = await writeExpiry(record, home, validity, ports);
  if (late !== undefined) problems.push(late);
  return { stored, problems };
}

async function writeOne(
  target: JournalTarget,
  number: number,
  body: SecretBody,
  limits: Patience,
  todo: string,
  { secrets, journal, asker }: RecoveryPorts,
): Promise<Problem | undefined> {
  const written = await secrets.writeBody(target, body, limits);
  if ('status' in written) {
    journal.flush({ kind: 'stored', target: number });
    return undefined;
  }
  const problem = problemWithStore(`Writing ${target.shown}`, written.answer, target.store, asker);
  return new Problem(problem.tried, problem.cameBack, `${problem.todo} ${todo}`);
}

async function writeExpiry(
  record: JournalRecord,
  home: JournalTarget,
  { validUntil }: Validity,
  { variables, asker, journal }: RecoveryPorts,
): Promise<Problem | undefined> {
  const { expiryVariable } = record.header;
  if (expiryVariable === undefined || record.dated) return undefined;
  const problem = await keepExpiry(expiryVariable, validUntil, { target: home, access: home.access }, asker, variables);
  if (problem === undefined) journal.note({ kind: 'dated' });
  return problem;
}

function neverSealed(count: number, home: JournalTarget): Problem {
  return new Problem(
    `Finishing ${plural(count, 'target')}`,
    'the main step ended before it sealed the new token for them',
    `${home.shown} holds the new token. Run this workflow with \`mode: sync\`, which writes it to all others.`,
  );
}

function lostWhileAsking(home: JournalTarget, mainLives: boolean): Problem {
  const happened = mainLives
    ? 'the main step still waits for the answer, and the post step can wait no longer'
    : 'the main step was killed while it waited for the answer';
  return new Problem(
    'Asking ThousandEyes for a new token (POST /api-tokens)',
    `${happened}; a token may have been issued and lost`,
    `To tell, start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. The token in use still works, for 14 days at most in that case. ${recoveryByHand(home)}`,
  );
}
