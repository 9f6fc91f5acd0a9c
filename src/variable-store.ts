import { type GitHub, type GitHubAnswer, unusable } from './github.ts';
import { type Patience, patience } from './retry.ts';
import { type Access, accessBody, type Read } from './secret-store.ts';
import { describeStore, type Store, variablesPath } from './store.ts';
import { momentFrom } from './text.ts';

/** An Actions variable. `updatedAt` in ms since the epoch. */
export interface Variable {
  readonly value: string;
  readonly updatedAt: number;
}

/** GitHub's Actions variables beside an Actions secret store. */
export class VariableStore {
  readonly #github: GitHub;

  constructor(github: GitHub) {
    this.#github = github;
  }

  /** @throws Cancelled where the patience is stoppable */
  async read(store: Store, name: string, limits: Patience = patience.read): Promise<Read<Variable>> {
    const what = `Reading ${describe(store, name)}`;
    const answer = await this.#github.call(what, 'GET', `${variablesPath(store)}/${name}`, limits);
    if (answer.status !== 200) return { answer };
    const data = answer.data as { value?: unknown; updated_at?: unknown } | undefined;
    const updatedAt = momentFrom(data?.updated_at);
    if (typeof data?.value !== 'string' || updatedAt === undefined) {
      return { answer: { ...answer, said: unusable(answer, 'the value and the date of a variable') } };
    }
    return { found: { value: data.value, updatedAt } };
  }

  /**
   * Updates a variable, or creates it where there is none. GitHub has no one call for both. An update leaves an
   * organization variable's visibility alone; a new one gets the given visibility.
   *
   * @returns undefined where it is written, else GitHub's answer
   */
  async write(store: Store, name: string, value: string, access: Access): Promise<GitHubAnswer | undefined> {
    const path = variablesPath(store);
    const what = `Writing ${describe(store, name)}`;
    const patched = await this.#github.call(what, 'PATCH', `${path}/${name}`, patience.other, { value });
    if (patched.status === 204) return undefined;
    if (patched.status !== 404) return patched;
    const created = await this.#github.call(what, 'POST', path, patience.other, { name, value, ...accessBody(access) });
    if (created.status === 201) return undefined;
    if (created.status !== 409) return created;
    // It exists after all: an earlier attempt whose answer got lost made it.
    const again = await this.#github.call(what, 'PATCH', `${path}/${name}`, patience.other, { value });
    return again.status === 204 ? undefined : again;
  }
}

function describe(store: Store, name: string): string {
  return `the variable ${name} beside ${describeStore(store)}`;
}
