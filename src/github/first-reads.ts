import type { Result } from '../lib/result.ts';
import type { RetryPolicy } from '../lib/retry.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';
import { keyOf, lineOf } from '../targets/target.ts';
import type { GitHubAnswer } from './answer.ts';
import type { PublicKey } from './sealed-box.ts';
import type { SecretsClient, StoredSecret } from './secrets.ts';

/** What is read of stores and secrets before anything is written: each once, however many steps want to know. */
export class FirstReads {
  readonly #secrets: Pick<SecretsClient, 'publicKey' | 'read'>;
  readonly #keys = new Map<string, Promise<Result<PublicKey, GitHubAnswer>>>();
  readonly #found = new Map<string, Promise<Result<StoredSecret, GitHubAnswer>>>();

  constructor(secrets: Pick<SecretsClient, 'publicKey' | 'read'>) {
    this.#secrets = secrets;
  }

  /** @throws Cancelled */
  publicKey(resolved: ResolvedTarget): Promise<Result<PublicKey, GitHubAnswer>> {
    const key = lineOf(resolved.target.store).toLowerCase();
    const read = this.#keys.get(key) ?? this.#secrets.publicKey(resolved);
    this.#keys.set(key, read);
    return read;
  }

  /** @throws Cancelled */
  secret(resolved: ResolvedTarget): Promise<Result<StoredSecret, GitHubAnswer>> {
    const key = keyOf(resolved.target);
    const read = this.#found.get(key) ?? this.#secrets.read(resolved);
    this.#found.set(key, read);
    return read;
  }

  /**
   * Reads a key anew, because GitHub says that a box can't be opened.
   *
   * @throws Cancelled where the policy is stoppable
   */
  async refreshKey(resolved: ResolvedTarget, policy: RetryPolicy): Promise<Result<PublicKey, GitHubAnswer>> {
    const read = await this.#secrets.publicKey(resolved, policy);
    if (read.ok) this.#keys.set(lineOf(resolved.target.store).toLowerCase(), Promise.resolve(read));
    return read;
  }
}
