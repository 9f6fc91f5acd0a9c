import type { Cancellation } from './cancellation.ts';
import type { GitHubAnswer } from './github.ts';
import { type Asker, problemWithStore } from './github-problems.ts';
import type { Misfit, Place } from './inspection.ts';
import type { Journal } from './journal.ts';
import type { PublicKeys } from './public-keys.ts';
import { patience } from './retry.ts';
import type { PublicKey, Sealed } from './sealed-box.ts';
import { accessOfNobody, type SecretStore } from './secret-store.ts';
import { kindOf, ownerOf } from './store.ts';
import { writeTestName } from './target.ts';

/** What the test secret holds: it is deleted at once, and nobody need wonder what it was. */
const testValue = 'This was a write test of rotate-thousandeyes-token. It can be deleted.';

export interface WriteTestPorts {
  readonly secrets: Pick<SecretStore, 'write' | 'removeWriteTest'>;
  readonly keys: Pick<PublicKeys, 'refresh'>;
  readonly seal: (clear: string, key: PublicKey) => Sealed;
  readonly journal: Pick<Journal, 'note'>;
  readonly cancellation: Cancellation;
}

/** What the write tests told, and what they leave to do. */
export interface Proof {
  /** Places that refused, so that nothing may be issued. */
  readonly refused: readonly Misfit[];
  /** Warnings of tests that were refused for another reason than permission. */
  readonly warnings: readonly string[];
  /** The deletes, which run beside the next step; resolves with warnings of those that failed. Never rejects. */
  readonly cleanup: Promise<readonly string[]>;
}

/**
 * Proves that writing works, at the home and once for every other owner and kind of store: reading a public key proves
 * nothing about writing. Not used: writing the current token to its own secret, which needs no cleaning up; but a run
 * that waited in the queue would put an old token over a new one.
 *
 * @throws Cancelled, once the test secrets are gone
 */
export async function proveWriting(places: readonly Place[], asker: Asker, ports: WriteTestPorts): Promise<Proof> {
  const sites = testSites(places);
  ports.journal.note(...sites.map(({ target }) => ({ kind: 'testing' as const, store: target.store })));
  const tests = await Promise.allSettled(sites.map((site) => test(site, ports)));
  const cleanup = cleanUp(sites, tests, ports);

  const thrown = tests.find((result) => result.status === 'rejected');
  if (thrown !== undefined) {
    await cleanup;
    throw thrown.reason;
  }
  const refused: Misfit[] = [];
  const warnings: string[] = [];
  tests.forEach((result, index) => {
    const site = sites[index];
    const answer = result.status === 'fulfilled' ? result.value : undefined;
    if (answer === undefined || site === undefined) return;
    const problem = problemWithStore(`Testing whether ${site.shown} can be written`, answer, site.target.store, asker);
    if (stops(answer)) refused.push({ target: site.target, label: site.label, shown: site.shown, problem });
    else warnings.push(`${problem.message} The run goes on, because this is no refusal of permission.`);
  });
  return { refused, warnings, cleanup };
}

/** The home, and the first place of every other owner and kind of store. */
export function testSites(places: readonly Place[]): Place[] {
  const sites = new Map<string, Place>();
  for (const place of places) {
    const { store } = place.target;
    const group = `${ownerOf(store)} ${kindOf(store)}`;
    if (!sites.has(group)) sites.set(group, place);
  }
  return [...sites.values()];
}

/** How many requests the tests of these places take of the limits on writing: a write and a delete each. */
export function testRequests(places: readonly Place[]): number {
  return 2 * testSites(places).length;
}

/** GitHub's answer where it is no success; rejected where a cancel came. */
type Test = PromiseSettledResult<GitHubAnswer | undefined>;

async function test(
  { target, key }: Place,
  { secrets, keys, seal }: WriteTestPorts,
): Promise<GitHubAnswer | undefined> {
  const testTarget = { store: target.store, secret: writeTestName };
  const access = accessOfNobody(target.store);
  const first = await secrets.write(testTarget, seal(testValue, key), access, patience.read);
  if ('status' in first) return undefined;
  if (first.answer.status !== 422) return first.answer;
  const fresh = await keys.refresh(target.store, patience.read);
  if ('answer' in fresh) return first.answer;
  const second = await secrets.write(testTarget, seal(testValue, fresh.found), access, patience.read);
  return 'answer' in second ? second.answer : undefined;
}

/** Whether the server may have written the test; a clear refusal says that it did not. */
function mayHaveWritten(answer: GitHubAnswer | undefined): boolean {
  return answer === undefined || answer.status < 300 || answer.status >= 500;
}

/** Only a refusal of the value itself is none of permission. Whoever can't write the test can't write the token. */
function stops({ status, said }: GitHubAnswer): boolean {
  return ![400, 409, 413, 422].includes(status) || said.includes('HTML');
}

/**
 * Deletes every test secret, also those whose answer did not come: the server may have written them. Warns only of
 * those: where the write was refused, a refused delete is no second fault.
 */
async function cleanUp(
  sites: readonly Place[],
  tests: readonly Test[],
  { secrets, journal }: WriteTestPorts,
): Promise<string[]> {
  const left = await Promise.all(
    sites.map(async ({ target, shown }, index) => {
      const answer = await secrets.removeWriteTest(target.store);
      const result = tests[index];
      // A write that a cancel broke off may reach the store even now: the post step deletes it once more.
      if (result?.status !== 'fulfilled') return undefined;
      if (answer !== undefined && mayHaveWritten(result.value))
        return `The secret ${writeTestName} could not be deleted from ${shown} (GitHub: ${answer.said}). It holds nothing of value; delete it by hand.`;
      journal.note({ kind: 'tested', store: target.store });
      return undefined;
    }),
  );
  return left.filter((warning) => warning !== undefined);
}
