import type { SandboxClock } from '../../clocks/clock.ts';
import { invalid, notFound, notSupplied, Refusal } from '../errors.ts';
import { type Audience, audienceOf, selectionOf } from './audience.ts';
import { type PublicKey, type ShownLate, StoreKeys } from './keys.ts';

export type StoredSecret = Audience & { name: string; value: string; createdAt: number; updatedAt: number };

/** What a store asks of a PUT beyond the sealed value. */
export type AskedAudience = 'none' | 'visibility' | 'repositories';

export type PutOptions = {
  /** Which repository ids exist. */
  known: (id: number) => boolean;
  /** Checked, but not written. */
  swallow: boolean;
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const LARGEST = 48 * 1024;

/** One of GitHub's secret stores, with a key pair of its own. */
export class SecretStore {
  readonly audience: AskedAudience;
  readonly #clock: SandboxClock;
  readonly #limit: number;
  readonly #keys: StoreKeys;
  readonly #secrets = new Map<string, StoredSecret>();
  /** When each was written before, oldest first. */
  readonly #earlier = new Map<string, number[]>();
  readonly #lags = new Map<string, number>();

  constructor(clock: SandboxClock, options: { limit: number; audience: AskedAudience }) {
    this.#clock = clock;
    this.#limit = options.limit;
    this.#keys = new StoreKeys(clock);
    this.audience = options.audience;
  }

  /** The key that a read would show now. */
  get publicKey(): PublicKey {
    return this.#keys.shown;
  }

  readPublicKey(): PublicKey {
    return this.#keys.read();
  }

  rotateKey(shownLate?: ShownLate): void {
    this.#keys.rotate(shownLate);
  }

  killKey(): void {
    this.#keys.dead = true;
  }

  get all(): StoredSecret[] {
    return [...this.#secrets.values()];
  }

  get names(): string[] {
    return [...this.#secrets.keys()];
  }

  get(name: string): StoredSecret | undefined {
    return this.#secrets.get(name.toUpperCase());
  }

  /** Reads show the date of a write of this secret only so many milliseconds later. */
  setLag(name: string, ms: number): void {
    this.#lags.set(name.toUpperCase(), ms);
  }

  /** The `updated_at` that a read shows: that of the last write which is old enough. */
  shownUpdate(name: string, storeLag: number): number {
    const key = name.toUpperCase();
    const secret = this.#secrets.get(key);
    if (!secret) throw notFound();
    const lag = this.#lags.get(key) ?? storeLag;
    const writes = [...(this.#earlier.get(key) ?? []), secret.updatedAt];
    return writes.findLast((at) => this.#clock.now() >= at + lag) ?? writes[0] ?? secret.updatedAt;
  }

  /** Puts a secret in place without asking, as if it had been there for long. */
  seed(secret: StoredSecret): void {
    const name = secret.name.toUpperCase();
    this.#earlier.delete(name);
    this.#secrets.set(name, { ...secret, name });
  }

  /** Someone else's write, which needs no key. */
  rewrite(name: string, change: Partial<Omit<StoredSecret, 'name'>>): void {
    const old = this.get(name);
    if (!old) throw notFound();
    this.#write({ ...old, updatedAt: this.#clock.now(), ...change });
  }

  delete(name: string): void {
    if (!this.#secrets.delete(name.toUpperCase())) throw notFound();
    this.#earlier.delete(name.toUpperCase());
  }

  /** A PUT; says whether it created the secret. */
  put(rawName: string, body: Record<string, unknown>, { known, swallow }: PutOptions): 'created' | 'updated' {
    const name = checkName(rawName);
    const audience = this.#audience(body, known);
    const value = this.#open(body);
    const old = this.#secrets.get(name);
    if (!old && this.#secrets.size >= this.#limit) throw new Refusal(422, `Cannot exceed ${this.#limit} secrets.`);
    const updatedAt = this.#clock.now();
    if (!swallow) this.#write({ name, value, createdAt: old?.createdAt ?? updatedAt, updatedAt, ...audience });
    return old ? 'updated' : 'created';
  }

  #write(secret: StoredSecret): void {
    const old = this.#secrets.get(secret.name);
    if (old) this.#earlier.set(secret.name, [...(this.#earlier.get(secret.name) ?? []), old.updatedAt]);
    this.#secrets.set(secret.name, secret);
  }

  #open(body: Record<string, unknown>): string {
    const { key_id, encrypted_value: sealed } = body;
    if (key_id === undefined) throw notSupplied('key_id');
    if (sealed === undefined) throw notSupplied('encrypted_value');
    if (typeof sealed !== 'string' || !BASE64.test(sealed))
      throw invalid(`${String(sealed)} does not match ${BASE64}.`);
    const clear = this.#keys.open(key_id, sealed);
    if (clear === undefined) {
      throw new Refusal(422, 'Bad request - validation failed due to an improperly encrypted secret');
    }
    if (clear.length > LARGEST) throw new Refusal(422, 'Secret values cannot be larger than 48 KB.');
    return Buffer.from(clear).toString('utf8');
  }

  #audience(body: Record<string, unknown>, known: (id: number) => boolean): Audience {
    if (this.audience === 'none') return {};
    return this.audience === 'repositories' ? selectionOf(body, known) : audienceOf(body, known);
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
