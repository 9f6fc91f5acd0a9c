import type { GitHubAnswer } from '../../github/answer.ts';
import { gitHubProblem, variablesBeside } from '../../github/errors.ts';
import { policies } from '../../github/policies.ts';
import { describeVariable } from '../../github/variables.ts';
import { distinctProblems, type Problem, problem } from '../../lib/problem.ts';
import { failed, ok, type Result, valuesOf } from '../../lib/result.ts';
import { plural, wholeSecond } from '../../lib/text.ts';
import type { Dependencies } from '../dependencies.ts';
import { unpark } from '../finish/park.ts';
import type { Journal } from '../journal/journal.ts';
import type { Mode, Outcome } from '../outcome.ts';
import { affordRequests } from '../preflight/budget.ts';
import { nextTo, problemsOf } from '../preflight/preflight.ts';
import type { ReadyTarget } from '../preflight/preflight-target.ts';
import { proofProblem, testSites, testWrite, WriteTests } from '../preflight/write-tests.ts';
import { anotherRunWasFaster } from '../record/advice.ts';
import { noteText } from '../record/next.ts';
import { stopped } from '../settle/judge.ts';
import type { Settled } from '../settle/settle.ts';

/** A rotation that may ask for a token. */
export interface Proven {
  readonly settled: Settled;
  /** The others that are written, in the user's order. */
  readonly others: readonly ReadyTarget[];
  readonly journal: Journal;
  readonly tests: WriteTests;
  /** When GitHub took our note, by its own clock (ms since the epoch); undefined where an earlier run's note stays. */
  readonly notedAt: number | undefined;
  /** Of write tests that were no success and no refusal. */
  readonly warnings: readonly string[];
  /** Deletes our note and the write tests: nothing was issued. Whether all is gone; else the post step tries once more. */
  readonly takeBack: () => Promise<boolean>;
}

/** The note, the token, its deletion, the record. */
const writesBeside = 4;

/**
 * Proves that all can be written: the home by the note that a token is asked for, every other kind of store by a write test, the
 * record by a change of nothing. Fails with the outcome of a run that is over.
 *
 * @throws Cancelled
 */
export async function prove(
  mode: Extract<Mode, 'rotate' | 'rehearse'>,
  settled: Settled,
  dependencies: Dependencies,
): Promise<Result<Proven, Outcome>> {
  const { home, sealer, preflight, request } = settled;
  const stop = (problems: readonly Problem[]) =>
    failed({ ...stopped(mode, preflight, problems), warnings: settled.warnings });
  const found = problemsOf({ ...preflight, others: settled.others.wanted });
  if (found.length > 0) return stop(found);
  const others = valuesOf(settled.others.wanted);
  const sites = [...(settled.isNoteOpen ? [home] : []), ...testSites([home, ...others])];
  dependencies.log.info(`Read: ${plural(others.length + 1, 'target')} can be found; the home is ${home.name}`);
  const writes = 2 * sites.length + others.length + 1 + writesBeside;
  const obstacle = await affordRequests({ reads: 0, writes }, request.credential, dependencies);
  if (obstacle !== undefined) return stop([obstacle]);
  dependencies.cancellation.throwIfCancelled();
  const journal = createJournal(settled, others, dependencies);
  if (!journal.ok) return stop([journal.error]);

  const context = { sealer, credential: request.credential, journal: journal.value };
  const tests = new WriteTests(sites, context, dependencies);
  const sentAt = wholeSecond(dependencies.github.now);
  const proofs = [
    settled.isNoteOpen ? { at: undefined, problem: undefined } : note(sentAt, settled, journal.value, dependencies),
    tests.run(),
    preflight.recordVariable.prove(),
  ] as const;
  const [settledNote] = await Promise.allSettled(proofs);
  // Where a cancel broke it off, GitHub may have heard of that too late.
  const notedAt = settledNote.status === 'fulfilled' ? settledNote.value.at : sentAt;
  const takeBack = async () => {
    const isGone = await takeBackNote(settled, notedAt, dependencies);
    const left = await tests.cleanUp();
    return isGone && left.length === 0;
  };
  const [noted, tested, recorded] = await Promise.all(proofs).catch(async (reason: unknown) => {
    // What is under way may reach GitHub even now: the journal stays, so that the post step looks once more.
    await takeBack();
    throw reason;
  });
  const rejected = [
    ...(noted.problem === undefined ? [] : [{ resolved: home, problem: noted.problem }]),
    ...tested.rejected,
  ];
  const problems = [
    ...rejected.map((each) => each.problem),
    ...(recorded.ok ? [] : [recordNotWritable(recorded.error, settled)]),
  ];
  if (problems.length === 0)
    return ok({ settled, others, journal: journal.value, tests, notedAt, warnings: tested.warnings, takeBack });
  if (await takeBack()) journal.value.finish();
  const leftovers = [...tested.warnings, ...(await tests.cleanUp())];
  const { results, ...outcome } = stopped(mode, preflight, distinctProblems(problems));
  return failed({
    ...outcome,
    results: results.map((result) => {
      const refusal = rejected.find(({ resolved }) => resolved.target === result.resolved.target);
      return refusal === undefined ? result : { ...refusal, status: 'failed' };
    }),
    warnings: [...settled.warnings, ...leftovers],
  });
}

function createJournal(
  { home, record, request }: Settled,
  others: readonly ReadyTarget[],
  { createJournal: create, run }: Dependencies,
): Result<Journal> {
  const journal = create({
    kind: 'run',
    pid: process.pid,
    targets: [home, ...others].map(({ target, name, isFound, secret }: ReadyTarget) => ({
      target,
      name,
      isFound,
      access: secret?.access ?? {},
      updatedAt: secret?.updatedAt,
    })),
    token: record.token,
    run: run.url,
    credential: request.credentialMark,
  });
  if (journal.ok) return journal;
  return failed(
    problem(
      'Creating the journal in the folder RUNNER_TEMP',
      journal.error,
      'Check that RUNNER_TEMP names a folder of the runner in which this process is allowed to write.',
      'The journal keeps a sealed copy of the new token, so nothing is issued without it.',
    ),
  );
}

/** What became of our note. */
interface Note {
  /** When it was written (ms since the epoch); undefined where it is surely not there. */
  readonly at: number | undefined;
  readonly problem: Problem | undefined;
}

/** Notes beside the home that a token is asked for. It proves writing, and the free place for the token. */
async function note(
  sentAt: number,
  { home, sealer, next, request }: Settled,
  journal: Journal,
  dependencies: Dependencies,
): Promise<Note> {
  let isUnclear = false;
  const onAnswer = ({ status }: GitHubAnswer) => {
    if (status === 0 || status >= 500) isUnclear = true;
  };
  const secret = nextTo(home);
  const value = noteText(sentAt, dependencies.run.url);
  // A cancel does not break it off: whoever does not know whether the note was written can't delete it.
  const policy = { ...policies.read, stoppable: false };
  const write = { secret, value, access: home.secret.access, onAnswer, policy };
  // `_NEXT` may be new: a full store has no place for it, although the home could be written.
  const site = { ...home, name: secret.name, secret: next };
  // Before it is sent: who finds this process killed may delete it, as nothing was asked for.
  journal.note({ kind: 'next written', at: sentAt, isToken: false });
  const written = await testWrite(site, write, sealer, dependencies);
  if (!written.ok) {
    // An attempt that got no clear answer may have been carried out all the same.
    const mayBeAt = isUnclear ? sentAt : undefined;
    return { at: mayBeAt, problem: proofProblem(site, written.error, request.credential) };
  }
  const { status, at } = written.value;
  // An attempt of ours whose answer got lost may have created it.
  if (status === 'updated' && next === undefined && !isUnclear)
    return { at: undefined, problem: anotherRunWasFaster(undefined) };
  journal.note({ kind: 'next written', at, isToken: false });
  return { at, problem: undefined };
}

/** Nothing was issued: our note would only make the next run wonder. Whether it is gone. */
async function takeBackNote(
  { home }: Settled,
  notedAt: number | undefined,
  { secrets, log, clock }: Dependencies,
): Promise<boolean> {
  if (notedAt === undefined) return true;
  const resolved = nextTo(home);
  const unparked = await unpark({ resolved, date: undefined, writtenAt: notedAt }, { secrets, clock });
  if (unparked.kind === 'gone') return true;
  log.info(`The note in ${resolved.name} was not deleted: ${unparked.detail}`);
  return false;
}

function recordNotWritable(answer: GitHubAnswer, { preflight, request }: Settled): Problem {
  const { place } = preflight.recordVariable;
  const attempt = `Testing whether the record ${describeVariable(place)} can be written`;
  return gitHubProblem(attempt, answer, variablesBeside(place.store), request.credential);
}
