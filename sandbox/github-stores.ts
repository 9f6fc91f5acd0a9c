import { randomInt } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { SandboxClock } from './clock.ts';
import { invalid, notFound, notSupplied, Refusal } from './github-errors.ts';

export type Visibility = 'all' | 'private' | 'selected';

export type StoredSecret = {
  name: string;
  value: string;
  createdAt: number;
  updatedAt: number;
  visibility?: Visibility;
  selectedRepositoryIds?: number[];
};

/** What a store asks of a PUT beyond the sealed value. */
export type Audience = 'none' | 'visibility' | 'repositories';

type KeyPair = { publicKey: Uint8Array; privateKey: Uint8Array };

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const LARGEST = 48 * 1024;
const VISIBILITIES: readonly unknown[] = ['all', 'private', 'selected'];

/** One of GitHub's secret stores, with a key pair of its own. */
export class SecretStore {
  readonly audience: Audience;
  readonly #clock: SandboxClock;
  readonly #limit: number;
  readonly #secrets = new Map<string, StoredSecret & { shownBefore: number }>();
  #key: { id: string; pair: KeyPair } | undefined;

  constructor(clock: SandboxClock, options: { limit: number; audience: Audience }) {
    this.#clock = clock;
    this.#limit = options.limit;
    this.audience = options.audience;
  }

  get publicKey(): { key_id: string; key: string } {
    const { id, pair } = this.#keyPair();
    return { key_id: id, key: Buffer.from(pair.publicKey).toString('base64') };
  }

  rotateKey(): void {
    this.#key = undefined;
  }

  get names(): string[] {
    return [...this.#secrets.keys()];
  }

  get(name: string): StoredSecret | undefined {
    return this.#secrets.get(name.toUpperCase());
  }

  /** The `updated_at` that a read shows: a write shows only after the lag. */
  shownUpdate(name: string, lag: number): number {
    const secret = this.#secrets.get(name.toUpperCase());
    if (!secret) throw notFound();
    return this.#clock.now() < secret.updatedAt + lag ? secret.shownBefore : secret.updatedAt;
  }

  /** Puts a secret in place without asking. */
  seed(secret: StoredSecret): void {
    const name = secret.name.toUpperCase();
    this.#secrets.set(name, { ...secret, name, shownBefore: secret.updatedAt });
  }

  delete(name: string): void {
    if (!this.#secrets.delete(name.toUpperCase())) throw notFound();
  }

  /** A PUT; says whether it created the secret. `known` tells which repository ids exist. */
  put(rawName: string, body: Record<string, unknown>, known: (id: number) => boolean): 'created' | 'updated' {
    const name = checkName(rawName);
    const audience = this.#audience(body, known);
    const value = this.#open(body);
    const old = this.#secrets.get(name);
    if (!old && this.#secrets.size >= this.#limit) throw new Refusal(422, `Cannot exceed ${this.#limit} secrets.`);
    const updatedAt = this.#clock.now();
    const createdAt = old?.createdAt ?? updatedAt;
    this.#secrets.set(name, {
      name,
      value,
      createdAt,
      updatedAt,
      shownBefore: old?.updatedAt ?? createdAt,
      ...audience,
    });
    return old ? 'updated' : 'created';
  }

  #open(body: Record<string, unknown>): string {
    const { key_id, encrypted_value: sealed } = body;
    if (key_id === undefined) throw notSupplied('key_id');
    if (sealed === undefined) throw notSupplied('encrypted_value');
    if (typeof sealed !== 'string' || !BASE64.test(sealed))
      throw invalid(`${String(sealed)} does not match ${BASE64}.`);
    const { id, pair } = this.#keyPair();
    const improper = new Refusal(422, 'Bad request - validation failed due to an improperly encrypted secret');
    if (key_id !== id) throw improper;
    const clear = openBox(sealed, pair);
    if (clear === undefined) throw improper;
    if (clear.length > LARGEST) throw new Refusal(422, 'Secret values cannot be larger than 48 KB.');
    return Buffer.from(clear).toString('utf8');
  }

  // `selected` without ids clears the list: that is what makes leaving them out dangerous.
  #audience(body: Record<string, unknown>, known: (id: number) => boolean): Partial<StoredSecret> {
    if (this.audience === 'none') return {};
    const { visibility, selected_repository_ids: ids = [] } = body;
    if (this.audience === 'visibility' && visibility === undefined) throw notSupplied('visibility');
    if (this.audience === 'visibility' && !VISIBILITIES.includes(visibility)) {
      throw invalid(`${String(visibility)} is not a member of ["all", "private", "selected"].`);
    }
    if (!Array.isArray(ids)) throw invalid(`${JSON.stringify(ids)} is not an array.`);
    const text = ids.find((id) => !Number.isInteger(id));
    if (text !== undefined) throw invalid(`${JSON.stringify(text)} is not an integer.`);
    const stranger = ids.find((id) => !known(id));
    if (stranger !== undefined) throw new Refusal(422, `Repository ${stranger} is not accessible.`);
    if (this.audience === 'repositories') return { selectedRepositoryIds: ids };
    return { visibility: visibility as Visibility, selectedRepositoryIds: visibility === 'selected' ? ids : [] };
  }

  #keyPair(): { id: string; pair: KeyPair } {
    this.#key ??= { id: `${randomInt(1e8, 1e9)}${randomInt(1e8, 1e9)}`, pair: sodium.crypto_box_keypair() };
    return this.#key;
  }
}

/** GitHub's rules for names of secrets and variables; they are kept in upper case. */
export function checkName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    const rule = 'Names can only contain alphanumeric characters or underscores and must not start with a number.';
    throw new Refusal(422, rule);
  }
  if (/^GITHUB_/i.test(name)) throw new Refusal(422, 'Names must not start with GITHUB_.');
  return name.toUpperCase();
}

function openBox(sealed: string, pair: KeyPair): Uint8Array | undefined {
  try {
    return sodium.crypto_box_seal_open(Buffer.from(sealed, 'base64'), pair.publicKey, pair.privateKey);
  } catch {
    return undefined;
  }
}
