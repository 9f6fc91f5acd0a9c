import type { Patience } from './retry.ts';
import type { PublicKey } from './sealed-box.ts';
import type { Read, SecretStore } from './secret-store.ts';
import type { Store } from './store.ts';
import { lineOf } from './target.ts';

/** The stores' public keys, each read once, and anew when GitHub says that a box can't be opened. */
export class PublicKeys {
  readonly #secrets: Pick<SecretStore, 'publicKey'>;
  readonly #reads = new Map<string, Promise<Read<PublicKey>>>();

  constructor(secrets: Pick<SecretStore, 'publicKey'>) {
    this.#secrets = secrets;
  }

  of(store: Store): Promise<Read<PublicKey>> {
    const key = lineOf(store).toLowerCase();
    const read = this.#reads.get(key) ?? this.#secrets.publicKey(store);
    this.#reads.set(key, read);
    return read;
  }

  async refresh(store: Store, limits: Patience): Promise<Read<PublicKey>> {
    const read = await this.#secrets.publicKey(store, limits);
    if ('found' in read) this.#reads.set(lineOf(store).toLowerCase(), Promise.resolve(read));
    return read;
  }
}
