/** Real time plus an offset. With `scale: 60` a minute passes in a second. */
export class SandboxClock {
  readonly scale: number;
  #base: number;
  #since: number;

  constructor(options: { start?: number; scale?: number } = {}) {
    this.scale = options.scale ?? 1;
    this.#since = Date.now();
    this.#base = options.start ?? this.#since;
  }

  /** What a process needs to run on this clock: see `scaled.ts`. */
  get env(): Record<string, string> {
    return { SANDBOX_CLOCK: JSON.stringify({ scale: this.scale, since: this.#since, base: this.#base }) };
  }

  now(): number {
    return Math.round(this.#base + (Date.now() - this.#since) * this.scale);
  }

  advance(ms: number): void {
    this.#base += ms;
  }

  set(ms: number): void {
    this.#since = Date.now();
    this.#base = ms;
  }
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Both services write whole seconds. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
