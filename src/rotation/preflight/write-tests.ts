import { causeOf, type GitHubAnswer, withoutAnswer } from '../../github/answer.ts';
import type { CredentialContext } from '../../github/credential.ts';
import { gitHubProblem, secretsOf } from '../../github/errors.ts';
import { policies } from '../../github/policies.ts';
import type { PublicKey, Sealer } from '../../github/sealed-box.ts';
import { accessOfNobody, type WriteOptions, type WriteReceipt } from '../../github/secrets.ts';
import { Cancelled } from '../../lib/cancellation.ts';
import { happenedIn, type Problem, problem } from '../../lib/problem.ts';
import { failed, type Result } from '../../lib/result.ts';
import type { RetryPolicy } from '../../lib/retry.ts';
import { capacityOf, describeStore, kindOf, ownerOf } from '../../targets/store.ts';
import { describeTarget, type ResolvedTarget, withSecret, writeTestName } from '../../targets/target.ts';
import type { Needs } from '../dependencies.ts';
import type { Journal } from '../journal/journal.ts';
import type { ReadyTarget, RejectedTarget } from './preflight-target.ts';

/** What the test secret holds: it is deleted at once, and nobody need wonder what it was. */
const testValue = 'This was a write test of rotate-thousandeyes-token. It can be deleted.';

/** In place of GitHub's answer where nothing was sent. */
const unsealable = withoutAnswer('nothing can be sealed for its public key', false);

/** What the tests are made with. */
interface TestContext {
  readonly sealer: Sealer;
  readonly credential: CredentialContext;
  readonly journal: Pick<Journal, 'note'>;
}

type TestNeeds = Needs<'secrets' | 'firstReads' | 'cancellation'>;

/** What the write tests told. */
interface ProofResult {
  /** Targets that refused, so that nothing may be issued. */
  readonly rejected: readonly RejectedTarget[];
  /** Of tests that were refused for another reason than permission. */
  readonly warnings: readonly string[];
}

/** What came of a test that was no success. */
interface TestFailure {
  readonly answer: GitHubAnswer;
  readonly stops: boolean;
  /** GitHub can't open what is sealed for its own key. */
  readonly isDeadKey: boolean;
}

type Test = Result<WriteReceipt, TestFailure>;

/** A test under way: where, under which name, and what came of it; undefined where a cancel broke it off. */
interface Trial {
  readonly site: ReadyTarget;
  readonly secret: ResolvedTarget;
  readonly test: Test | undefined;
}

/**
 * Proves that writing works, once for every owner and kind of store: reading a public key proves nothing about writing.
 * Not used: writing the current token to its own secret; docs/design/decisions.md says why.
 */
export class WriteTests {
  readonly #sites: readonly ReadyTarget[];
  readonly #context: TestContext;
  readonly #dependencies: TestNeeds;
  #cleanup: Promise<readonly string[]> | undefined;

  constructor(sites: readonly ReadyTarget[], context: TestContext, dependencies: TestNeeds) {
    this.#sites = sites;
    this.#context = context;
    this.#dependencies = dependencies;
  }

  /** Writes the tests, and begins to delete them. Throws Cancelled. */
  async run(): Promise<ProofResult> {
    const settled = await Promise.allSettled(this.#sites.map((site) => this.#try(site)));
    const trials = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    this.#cleanup = this.#deleteAll(trials);
    const broken = settled.find((each) => each.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    this.#dependencies.cancellation.throwIfCancelled();
    return this.#result(trials);
  }

  /** Waits until the test secrets are gone; warnings of those that could not be deleted. Never rejects. */
  async cleanUp(): Promise<readonly string[]> {
    return (await this.#cleanup) ?? [];
  }

  #result(trials: readonly Trial[]): ProofResult {
    const rejected: RejectedTarget[] = [];
    const warnings: string[] = [];
    for (const { site, test } of trials) {
      if (test === undefined || test.ok) continue;
      const { answer, stops } = test.error;
      const found = proofProblem(site, test.error, this.#context.credential);
      // A 422 that does not stop the run comes of a full store.
      const full = ` The store is full (${capacityOf(site.target.store)} secrets): remove one.`;
      const goesOn = ' The run goes on, because this is no refusal of permission.';
      if (stops) rejected.push({ resolved: site, problem: found });
      else warnings.push(`${happenedIn(found)}${answer.status === 422 ? full : ''}${goesOn}`);
    }
    return { rejected, warnings };
  }

  async #try(site: ReadyTarget): Promise<Trial> {
    const secret = await this.#freeName(site);
    this.#context.journal.note({ kind: 'testing', store: site.target.store, secret: secret.target.secret });
    const write = { secret, value: testValue, access: accessOfNobody(site.target.store) };
    try {
      return { site, secret, test: await testWrite(site, write, this.#context.sealer, this.#dependencies) };
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      // It may reach the store even now: it is deleted all the same, and once more by the post step.
      return { site, secret, test: undefined };
    }
  }

  /** A secret of the test's name that is there already, or may be, belongs to someone else. */
  async #freeName(site: ReadyTarget): Promise<ResolvedTarget> {
    const usual = withSecret(site, writeTestName);
    const found = await this.#dependencies.firstReads.secret(usual);
    if (!found.ok && found.error.status === 404) return usual;
    const suffix = Math.random().toString(36).slice(2, 10).toUpperCase();
    return withSecret(site, `${writeTestName}_${suffix}`);
  }

  /** Also those whose answer did not come: they may be there. Where the write was refused, a refused delete is no fault. */
  async #deleteAll(trials: readonly Trial[]): Promise<readonly string[]> {
    const left = await Promise.all(
      trials.map(async ({ site, secret, test }) => {
        const gone = await this.#dependencies.secrets.delete(secret, policies.cleanup);
        if (test === undefined) return [];
        if (!gone.ok && mayHaveWritten(test)) return [leftover(secret, gone.error)];
        this.#context.journal.note({ kind: 'tested', store: site.target.store });
        return [];
      }),
    );
    return left.flat();
  }
}

/** What a test writes. */
interface TestWrite extends Pick<WriteOptions, 'access' | 'onAnswer'> {
  readonly secret: ResolvedTarget;
  readonly value: string;
  readonly policy?: RetryPolicy;
}

/** One write that proves. The key may have changed since it was read: a 422 reads it anew. Throws Cancelled. */
export async function testWrite(
  site: ReadyTarget,
  write: TestWrite,
  sealer: Sealer,
  { secrets, firstReads }: Needs<'secrets' | 'firstReads'>,
): Promise<Test> {
  const { secret, value, policy = policies.read, ...options } = write;
  const send = async (key: PublicKey) => {
    const sealed = sealer.seal(value, key);
    return sealed.ok ? secrets.write(secret, sealed.value, policy, options) : failed(unsealable);
  };
  const first = await send(site.key);
  if (first.ok) return first;
  const refusal = (answer: GitHubAnswer) => failed({ answer, stops: stops(answer), isDeadKey: false });
  if (first.error.status !== 422) return refusal(first.error);
  const fresh = await firstReads.refreshKey(site, policies.read);
  const second = fresh.ok ? await send(fresh.value) : first;
  if (second.ok) return second;
  const answer = second.error === unsealable ? first.error : second.error;
  if (answer.status !== 422) return refusal(answer);
  const count = await secrets.count(site);
  const isFull = count.ok && count.value >= capacityOf(site.target.store);
  // A full store takes a new value of a secret that is there, and no new secret.
  return failed({ answer, stops: !isFull || site.secret === undefined, isDeadKey: !isFull });
}

/** Why a write that should prove did not. */
export function proofProblem(
  site: ReadyTarget,
  { answer, isDeadKey }: TestFailure,
  credential: CredentialContext,
): Problem {
  const attempt = `Testing whether ${site.name} can be written`;
  if (!isDeadKey) return gitHubProblem(attempt, answer, secretsOf(site.target.store), credential);
  return problem(
    attempt,
    `${causeOf(answer)} to a value that was sealed for a key read a moment before`,
    'Run this workflow again later. If it stays so, tell the support of GitHub.',
    `The public key that GitHub gives for ${describeStore(site.target.store)} is not the one that it opens values with, so a new token could not be stored. Nothing was issued.`,
  );
}

/** The first target of every owner and kind of store but the home's, which `_NEXT` proves. */
export function testSites<Site extends ResolvedTarget>(targets: readonly Site[]): Site[] {
  return [...Map.groupBy(targets, groupOf).values()].flatMap((alike) => alike.slice(0, 1)).slice(1);
}

/** Reads beside all else whether the names of the write tests are free, so that the tests need not wait for it. */
export async function readTestNames(
  targets: readonly ResolvedTarget[],
  { firstReads }: Needs<'firstReads'>,
): Promise<void> {
  await Promise.allSettled(testSites(targets).map((site) => firstReads.secret(withSecret(site, writeTestName))));
}

function groupOf({ target: { store } }: ResolvedTarget): string {
  return `${ownerOf(store)} ${kindOf(store)}`;
}

/** What to say of a test secret that could not be deleted. */
export function leftover(secret: ResolvedTarget, answer: GitHubAnswer): string {
  return `The secret ${describeTarget(secret)} of a write test could not be deleted (${causeOf(answer)}). It holds nothing of value; delete it by hand.`;
}

/** Whether the server may have written the test; a clear refusal says that it did not. */
function mayHaveWritten(test: Test): boolean {
  return test.ok || test.error.answer.status < 300 || test.error.answer.status >= 500;
}

/** Only a refusal of the value itself is none of permission. Whoever can't write the test can't write the token. */
function stops({ status, isHtml }: GitHubAnswer): boolean {
  return ![400, 409, 413, 422].includes(status) || isHtml;
}
