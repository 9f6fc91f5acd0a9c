import type { Visibility } from './stores/audience.ts';
import type { Variable, Variables } from './stores/variables.ts';

export type SeededVariable = {
  updatedAt?: number;
  /** For an organization's; `all` unless told otherwise. */
  visibility?: Visibility;
  /** Names of the repositories that may read it. */
  selected?: string[];
};

/** Where a variable lives, and who finds the ids of its repositories. */
type Place = { variables: Variables; idsOf: (names: string[]) => number[]; now: () => number };

/** One variable, as a test looks at it or changes it: a record, say. */
export class NamedVariable {
  readonly name: string;
  readonly #place: Place;

  constructor(name: string, place: Place) {
    this.name = name;
    this.#place = place;
  }

  get value(): string | undefined {
    return this.stored?.value;
  }

  /** The value, read as JSON. @throws where it is none */
  get json(): Record<string, unknown> | undefined {
    const { value } = this;
    return value === undefined ? undefined : JSON.parse(value);
  }

  /** The whole of it, as it is whatever reads show. */
  get stored(): Variable | undefined {
    return this.#place.variables.get(this.name);
  }

  /** Puts it in place, as if it had been there for long. What is no string is written as one line of JSON. */
  seed(value: unknown, options: SeededVariable = {}): void {
    const { variables, idsOf, now } = this.#place;
    const { updatedAt = now(), selected } = options;
    const { visibility = selected ? 'selected' : (this.stored?.visibility ?? 'all') } = options;
    const selectedRepositoryIds = selected ? idsOf(selected) : (this.stored?.selectedRepositoryIds ?? []);
    const audience = variables.audience ? { visibility, selectedRepositoryIds } : {};
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    variables.seed({ name: this.name, value: text, updatedAt, ...audience });
  }

  delete(): void {
    this.#place.variables.delete(this.name);
  }

  /** Reads show each write of it only so many milliseconds later; writes see it at once. */
  showLate(ms: number): void {
    this.#place.variables.setLag(this.name, ms);
  }
}
