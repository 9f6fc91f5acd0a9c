import type { SandboxClock } from '../../clocks/clock.ts';
import { notFound, Refusal } from '../errors.ts';
import { checkName } from './secret-store.ts';

export type Variable = { name: string; value: string; createdAt: number; updatedAt: number; visibility?: string };

/** Variables of a repository, an environment or an organization. */
export class Variables {
  readonly #clock: SandboxClock;
  readonly #all = new Map<string, Variable>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  get(name: string): Variable | undefined {
    return this.#all.get(name.toUpperCase());
  }

  set(name: string, value: string, updatedAt = this.#clock.now(), visibility?: string): void {
    const old = this.get(name);
    const audience = visibility ?? old?.visibility;
    const seen = audience === undefined ? {} : { visibility: audience };
    const upper = name.toUpperCase();
    this.#all.set(upper, { name: upper, value, createdAt: old?.createdAt ?? updatedAt, updatedAt, ...seen });
  }

  /** @param swallow checked, but not written; likewise below */
  create(name: string, value: string, visibility: string | undefined, swallow: boolean): void {
    if (this.get(checkName(name))) throw new Refusal(409, 'Already exists - Variable already exists');
    if (!swallow) this.set(name, value, this.#clock.now(), visibility);
  }

  update(name: string, change: { name?: string; value?: string; visibility?: string }, swallow: boolean): void {
    const old = this.get(name);
    if (!old) throw notFound();
    const renamed = checkName(change.name ?? old.name);
    if (swallow) return;
    this.#all.delete(old.name);
    this.#all.set(renamed, { ...old, ...change, name: renamed, updatedAt: this.#clock.now() });
  }
}
