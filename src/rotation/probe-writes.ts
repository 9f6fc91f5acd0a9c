import { causeOf, type GitHubAnswer, withoutAnswer } from '../github/answer.ts';
import type { CredentialContext } from '../github/credential.ts';
import { gitHubProblem, secretsOf } from '../github/errors.ts';
import { policies } from '../github/policies.ts';
import type { Sealer } from '../github/sealed-box.ts';
import { accessOfNobody } from '../github/secrets.ts';
import { messageOf, type Problem, problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { withSecret } from '../targets/resolved-target.ts';
import { capacityOf, describeStore, kindOf, ownerOf } from '../targets/store.ts';
import { writeTestName } from '../targets/target.ts';
import type { Needs } from './dependencies.ts';
import type { Journal } from './journal.ts';
import type { ReadyTarget, RejectedTarget } from './ready-target.ts';

/** What the test secret holds: it is deleted at once, and nobody need wonder what it was. */
const testValue = 'This was a write test of rotate-thousandeyes-token. It can be deleted.';

/** In place of GitHub's answer where nothing was sent. */
const unsealable = withoutAnswer('nothing can be sealed for its public key', false);

type ProbeNeeds = Needs<'secrets' | 'firstReads' | 'clock' | 'cancellation'>;

/** What the write tests told. */
export interface ProbeResult {
  /** Targets that refused, so that nothing may be issued. */
  readonly rejected: readonly RejectedTarget[];
  /** Of tests that were refused for another reason than permission. */
  readonly warnings: readonly string[];
}

/** GitHub's answer where the test was no success, and whether it stops the run; undefined where a cancel broke it off. */
type Test = Result<undefined, { readonly answer: GitHubAnswer; readonly stops: boolean; readonly isDeadKey: boolean }>;

/**
 * Proves that writing works, at the home and once for every other owner and kind of store: reading a public key proves
 * nothing about writing. Not used: writing the current token to its own secret; docs/decisions.md says why.
 */
export class WriteProbe {
  readonly #sites: readonly ReadyTarget[];
  readonly #sealer: Sealer;
  readonly #credential: CredentialContext;
  readonly #journal: Pick<Journal, 'note'>;
  readonly #dependencies: ProbeNeeds;
  readonly #tests: (Test | undefined)[] = [];
  #cleanup: Promise<readonly string[]> | undefined;

  constructor(
    targets: readonly ReadyTarget[],
    { sealer, credential, journal }: { sealer: Sealer; credential: CredentialContext; journal: Pick<Journal, 'note'> },
    dependencies: ProbeNeeds,
  ) {
    this.#sites = probeSites(targets);
    this.#sealer = sealer;
    this.#credential = credential;
    this.#journal = journal;
    this.#dependencies = dependencies;
  }

  /**
   * Writes the tests, and begins to delete them.
   *
   * @throws Cancelled
   */
  async run(): Promise<ProbeResult> {
    const at = this.#dependencies.clock.now();
    this.#journal.note(...this.#sites.map(({ target }) => ({ kind: 'testing' as const, store: target.store, at })));
    const tests = await Promise.allSettled(this.#sites.map((site) => this.#test(site)));
    this.#tests.push(...tests.map((test) => (test.status === 'fulfilled' ? test.value : undefined)));
    this.#cleanup = this.#deleteAll();
    const broken = tests.find((test) => test.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return this.#result();
  }

  /** Waits until the test secrets are gone; warnings of those that could not be deleted. Never rejects. */
  async cleanUp(): Promise<readonly string[]> {
    return (await this.#cleanup) ?? [];
  }

  #result(): ProbeResult {
    const rejected: RejectedTarget[] = [];
    const warnings: string[] = [];
    for (const [index, site] of this.#sites.entries()) {
      const test = this.#tests[index];
      if (test === undefined || test.ok) continue;
      const { answer, stops, isDeadKey } = test.error;
      const found = isDeadKey ? deadKey(site, answer) : this.#problem(site, answer);
      if (stops) rejected.push({ resolved: site, problem: found });
      else warnings.push(`${messageOf(found)} The run goes on, because this is no refusal of permission.`);
    }
    return { rejected, warnings };
  }

  #problem(site: ReadyTarget, answer: GitHubAnswer): Problem {
    const attempt = `Testing whether ${site.publicName} can be written`;
    return gitHubProblem(attempt, answer, secretsOf(site), this.#credential, this.#dependencies.clock);
  }

  async #test(site: ReadyTarget): Promise<Test> {
    const { firstReads, secrets } = this.#dependencies;
    const first = await this.#write(site, site.key);
    if (first === undefined) return ok(undefined);
    if (first.status !== 422) return failed({ answer: first, stops: stops(first), isDeadKey: false });
    // The key may have changed since it was read: it is read anew, and then it is no older than this moment.
    const fresh = await firstReads.refreshKey(site, policies.read);
    const again = fresh.ok ? await this.#write(site, fresh.value) : first;
    if (again === undefined) return ok(undefined);
    const second = again === unsealable ? first : again;
    if (second.status !== 422) return failed({ answer: second, stops: stops(second), isDeadKey: false });
    const count = await secrets.count(site);
    const isFull = count.ok && count.value >= capacityOf(site.target.store);
    // A full store takes a new value of a secret that is there, and no new secret.
    return failed({ answer: second, stops: !isFull || site.secret === undefined, isDeadKey: !isFull });
  }

  /** GitHub's answer where it is no success. */
  async #write(site: ReadyTarget, key: ReadyTarget['key']): Promise<GitHubAnswer | undefined> {
    const sealed = this.#sealer.seal(testValue, key);
    if (!sealed.ok) return unsealable;
    const access = accessOfNobody(site.target.store);
    const test = withSecret(site, writeTestName);
    const written = await this.#dependencies.secrets.write(test, sealed.value, policies.read, { access });
    return written.ok ? undefined : written.error;
  }

  /**
   * Deletes every test secret, also those whose answer did not come: the server may have written them. Warns only of
   * those: where the write was refused, a refused delete is no second fault.
   */
  async #deleteAll(): Promise<readonly string[]> {
    const left = await Promise.all(
      this.#sites.map(async (site, index) => {
        const gone = await this.#dependencies.secrets.delete(withSecret(site, writeTestName), policies.cleanup);
        const test = this.#tests[index];
        // A write that a cancel broke off may reach the store even now: the post step deletes it once more.
        if (test === undefined) return undefined;
        if (!gone.ok && mayHaveWritten(test)) return leftover(site, gone.error);
        this.#journal.note({ kind: 'tested', store: site.target.store });
        return undefined;
      }),
    );
    return left.filter((warning) => warning !== undefined);
  }
}

/** The home, and the first target of every other owner and kind of store. */
function probeSites(targets: readonly ReadyTarget[]): ReadyTarget[] {
  const sites = new Map<string, ReadyTarget>();
  for (const site of targets) {
    const { store } = site.target;
    const group = `${ownerOf(store)} ${kindOf(store)}`;
    if (!sites.has(group)) sites.set(group, site);
  }
  return [...sites.values()];
}

/** How many requests the tests of these targets take of the limits on writing: a write and a delete each. */
export function probeRequests(targets: readonly ReadyTarget[]): number {
  return 2 * probeSites(targets).length;
}

/** What to say of a test secret that could not be deleted. */
export function leftover(site: { readonly publicStore: ReadyTarget['publicStore'] }, answer: GitHubAnswer): string {
  return `The secret ${writeTestName} of a write test could not be deleted from ${describeStore(site.publicStore)} (${causeOf(answer)}). It holds nothing of value; delete it by hand.`;
}

function deadKey(site: ReadyTarget, answer: GitHubAnswer): Problem {
  return problem(
    `Testing whether ${site.publicName} can be written`,
    `${causeOf(answer)} to a value sealed for a key that was read a moment before`,
    `So the public key that GitHub gives for ${describeStore(site.publicStore)} is not the one it opens values with, and a new token could not be stored. Nothing was issued. Start the run again later; if it stays so, tell GitHub's support.`,
  );
}

/** Whether the server may have written the test; a clear refusal says that it did not. */
function mayHaveWritten(test: Test): boolean {
  return test.ok || test.error.answer.status < 300 || test.error.answer.status >= 500;
}

/** Only a refusal of the value itself is none of permission. Whoever can't write the test can't write the token. */
function stops({ status, isHtml }: GitHubAnswer): boolean {
  return ![400, 409, 413, 422].includes(status) || isHtml;
}
