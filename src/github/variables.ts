import { failed, ok, type Result } from '../lib/result.ts';
import type { RetryPolicy } from '../lib/retry.ts';
import { momentFrom } from '../lib/text.ts';
import { describeStore, type Store, variablesPath } from '../targets/store.ts';
import { type GitHubAnswer, unusable } from './answer.ts';
import type { GitHubClient } from './client.ts';
import { policies } from './policies.ts';
import { type Access, accessBody } from './secrets.ts';

/** An Actions variable. `updatedAt` in ms since the epoch. */
export interface Variable {
  readonly value: string;
  readonly updatedAt: number;
}

/** GitHub's Actions variables beside an Actions secret store. */
export class VariablesClient {
  readonly #github: GitHubClient;

  constructor(github: GitHubClient) {
    this.#github = github;
  }

  /** @throws Cancelled where the policy is stoppable */
  async read(store: Store, name: string, policy: RetryPolicy = policies.read): Promise<Result<Variable, GitHubAnswer>> {
    const what = `Reading ${describeVariable(store, name)}`;
    const answer = await this.#github.call({ what, method: 'GET', path: `${variablesPath(store)}/${name}`, policy });
    if (answer.status !== 200) return failed(answer);
    const { value, updated_at: updated } = Object(answer.data) as { value?: unknown; updated_at?: unknown };
    const updatedAt = momentFrom(updated);
    if (typeof value !== 'string' || updatedAt === undefined)
      return failed(unusable(answer, 'the value and the date of a variable'));
    return ok({ value, updatedAt });
  }

  /**
   * Updates a variable, or creates it where there is none. GitHub has no one call for both. An update leaves an
   * organization variable's visibility alone; a new one gets the given visibility.
   */
  async write(store: Store, name: string, value: string, access: Access): Promise<Result<undefined, GitHubAnswer>> {
    const path = variablesPath(store);
    const what = `Writing ${describeVariable(store, name)}`;
    const policy = policies.other;
    const update = () => this.#github.call({ what, method: 'PATCH', path: `${path}/${name}`, policy, body: { value } });
    const patched = await update();
    if (patched.status === 204) return ok(undefined);
    if (patched.status !== 404) return failed(patched);
    const body = { name, value, ...accessBody(access) };
    const created = await this.#github.call({ what, method: 'POST', path, policy, body });
    if (created.status === 201) return ok(undefined);
    if (created.status !== 409) return failed(created);
    // It exists after all: an earlier attempt whose answer got lost made it.
    const again = await update();
    return again.status === 204 ? ok(undefined) : failed(again);
  }
}

function describeVariable(store: Store, name: string): string {
  return `the variable ${name} beside ${describeStore(store)}`;
}
