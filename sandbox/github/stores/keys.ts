import { randomInt } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { SandboxClock } from '../../clocks/clock.ts';

export type PublicKey = { key_id: string; key: string };

/** How long reads still show the key that was replaced: for so many of them, or so many milliseconds. */
export type ShownLate = { reads: number } | { ms: number };

type Key = { id: string; publicKey: Uint8Array; privateKey: Uint8Array };

/** The key pairs of one store: the one that opens values, and the one that is shown. */
export class StoreKeys {
  /** Shown as ever, but it opens nothing. */
  dead = false;
  readonly #clock: SandboxClock;
  #current: Key | undefined;
  #late: { key: Key; until: number; reads: number } | undefined;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** The key that a read would show. */
  get shown(): PublicKey {
    const late = this.#late;
    const isLate = late !== undefined && late.reads > 0 && this.#clock.now() < late.until;
    const { id, publicKey } = isLate ? late.key : this.#key();
    return { key_id: id, key: Buffer.from(publicKey).toString('base64') };
  }

  /** The same, and one read less until the new one shows. */
  read(): PublicKey {
    const { shown } = this;
    if (this.#late) this.#late.reads -= 1;
    return shown;
  }

  /** Values for the old key are refused from now on, also where reads still show it. Brings a dead store back to life. */
  rotate(late: ShownLate = { reads: 0 }): void {
    const key = this.#key();
    this.#current = undefined;
    this.dead = false;
    this.#late =
      'reads' in late
        ? { key, until: Infinity, reads: late.reads }
        : { key, until: this.#clock.now() + late.ms, reads: Infinity };
  }

  /** What was sealed for this store, if it was. */
  open(id: unknown, sealed: string): Uint8Array | undefined {
    const key = this.#key();
    if (this.dead || id !== key.id) return undefined;
    try {
      return sodium.crypto_box_seal_open(Buffer.from(sealed, 'base64'), key.publicKey, key.privateKey);
    } catch {
      return undefined;
    }
  }

  #key(): Key {
    if (this.#current) return this.#current;
    const { publicKey, privateKey } = sodium.crypto_box_keypair();
    this.#current = { id: `${randomInt(1e8, 1e9)}${randomInt(1e8, 1e9)}`, publicKey, privateKey };
    return this.#current;
  }
}
