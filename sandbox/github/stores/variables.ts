import type { SandboxClock } from '../../clocks/clock.ts';
import { invalid, notFound, Refusal } from '../errors.ts';
import { type Audience, audienceOf } from './audience.ts';
import { checkName } from './secret-store.ts';

export type Variable = Audience & { name: string; value: string; createdAt: number; updatedAt: number };

export type VariableOptions = {
  /** The most that there may be. */
  limit: number;
  /** Whether each says which repositories may read it, as an organization's do. */
  audience: boolean;
};

export type WriteOptions = {
  /** Which repository ids exist. */
  known: (id: number) => boolean;
  /** Checked, but not written. */
  swallow: boolean;
};

/** As GitHub publishes it, like that of a secret. */
const LARGEST = 48 * 1024;

/** Variables of a repository, an environment or an organization. Reads may lag behind writes; writes never do. */
export class Variables {
  readonly audience: boolean;
  readonly #clock: SandboxClock;
  readonly #limit: number;
  readonly #all = new Map<string, Variable>();
  /** What each was before its last writes, oldest first; undefined where it was absent. */
  readonly #earlier = new Map<string, { until: number; was: Variable | undefined }[]>();
  readonly #lags = new Map<string, number>();

  constructor(clock: SandboxClock, { limit, audience }: VariableOptions) {
    this.#clock = clock;
    this.#limit = limit;
    this.audience = audience;
  }

  get all(): Variable[] {
    return [...this.#all.values()];
  }

  get(name: string): Variable | undefined {
    return this.#all.get(name.toUpperCase());
  }

  /** What a read shows, which may be what was there before the last writes, or nothing. */
  shown(name: string): Variable | undefined {
    const key = name.toUpperCase();
    const since = this.#clock.now() - (this.#lags.get(key) ?? 0);
    const late = (this.#earlier.get(key) ?? []).find(({ until }) => until > since);
    return late ? late.was : this.#all.get(key);
  }

  /** Reads show each write of this variable only so many milliseconds later. */
  setLag(name: string, ms: number): void {
    this.#lags.set(name.toUpperCase(), ms);
  }

  /** Puts a variable in place without asking, as if it had been there for long. */
  seed(variable: Omit<Variable, 'createdAt'>): void {
    const name = variable.name.toUpperCase();
    const createdAt = this.get(name)?.createdAt ?? variable.updatedAt;
    this.#earlier.delete(name);
    this.#all.set(name, { ...variable, name, createdAt });
  }

  delete(name: string): void {
    if (!this.#all.delete(name.toUpperCase())) throw notFound();
    this.#earlier.delete(name.toUpperCase());
  }

  create(name: string, value: string, body: Record<string, unknown>, { known, swallow }: WriteOptions): void {
    if (this.get(checkName(name))) throw new Refusal(409, 'Already exists - Variable already exists');
    const audience = this.audience ? audienceOf(body, known) : {};
    checkValue(value);
    if (this.#all.size >= this.#limit) throw new Refusal(422, `Cannot exceed ${this.#limit} variables.`);
    const now = this.#clock.now();
    if (!swallow) this.#write({ name: name.toUpperCase(), value, createdAt: now, updatedAt: now, ...audience });
  }

  /** A change of any part; one that changes nothing is taken, and leaves the date as it was. */
  update(name: string, body: Record<string, unknown>, { known, swallow }: WriteOptions): void {
    const old = this.get(name);
    if (!old) throw notFound();
    const value = text(body, 'value') ?? old.value;
    const renamed = checkName(text(body, 'name') ?? old.name);
    if (renamed !== old.name && this.get(renamed)) throw new Refusal(409, 'Already exists - Variable already exists');
    checkValue(value);
    const speaks = body.visibility !== undefined || body.selected_repository_ids !== undefined;
    const audience = this.audience && speaks ? audienceOf({ visibility: old.visibility, ...body }, known) : {};
    const changed = { ...old, ...audience, name: renamed, value };
    if (swallow || JSON.stringify(changed) === JSON.stringify(old)) return;
    if (renamed !== old.name) this.delete(old.name);
    this.#write({ ...changed, updatedAt: this.#clock.now() });
  }

  #write(variable: Variable): void {
    const { name } = variable;
    const step = { until: this.#clock.now(), was: this.#all.get(name) };
    this.#earlier.set(name, [...(this.#earlier.get(name) ?? []), step]);
    this.#all.set(name, variable);
  }
}

function text(body: Record<string, unknown>, property: string): string | undefined {
  const value = body[property];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(`${JSON.stringify(value)} is not a string.`);
}

function checkValue(value: string): void {
  if (Buffer.byteLength(value) > LARGEST) throw new Refusal(422, 'Variable values cannot be larger than 48 KB.');
}
