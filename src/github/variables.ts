import { failed, ok, type Result } from '../lib/result.ts';
import type { RetryPolicy } from '../lib/retry.ts';
import { describeVariables, type Store, variablesPath } from '../targets/store.ts';
import { type GitHubAnswer, unusable } from './answer.ts';
import type { GitHubClient } from './client.ts';
import { policies } from './policies.ts';
import { type Access, accessBody } from './secrets.ts';

/** An Actions variable beside an Actions secret store. */
export interface VariablePlace {
  readonly store: Store;
  readonly name: string;
}

/** GitHub's Actions variables, which no one call creates or updates. All throw Cancelled where the policy is stoppable. */
export class VariablesClient {
  readonly #github: GitHubClient;

  constructor(github: GitHubClient) {
    this.#github = github;
  }

  async read(place: VariablePlace, policy: RetryPolicy = policies.read): Promise<Result<string, GitHubAnswer>> {
    const what = `Reading ${describeVariable(place)}`;
    const answer = await this.#github.call({ what, method: 'GET', path: pathOf(place), policy });
    if (answer.status !== 200) return failed(answer);
    const { value } = Object(answer.data) as { value?: unknown };
    return typeof value === 'string' ? ok(value) : failed(unusable(answer, 'the value of a variable'));
  }

  /** Changes the value, and for an organization's who sees it. Without a value it only tells whether it could. */
  async update(
    place: VariablePlace,
    { value, access = {} }: { readonly value?: string; readonly access?: Access },
    policy: RetryPolicy,
  ): Promise<Result<undefined, GitHubAnswer>> {
    const what = `Writing ${describeVariable(place)}`;
    const change = value === undefined ? { name: place.name } : { name: place.name, value, ...accessBody(access) };
    const answer = await this.#github.call({ what, method: 'PATCH', path: pathOf(place), policy, body: change });
    return answer.status === 204 ? ok(undefined) : failed(answer);
  }

  async create(
    place: VariablePlace,
    { value, access = {} }: { readonly value: string; readonly access?: Access },
    policy: RetryPolicy,
  ): Promise<Result<undefined, GitHubAnswer>> {
    const what = `Creating ${describeVariable(place)}`;
    const body = { name: place.name, value, ...accessBody(access) };
    const answer = await this.#github.call({ what, method: 'POST', path: variablesPath(place.store), policy, body });
    return answer.status === 201 ? ok(undefined) : failed(answer);
  }
}

/** A variable in a person's words: `TE_TOKEN_ROTATION in the Actions variables of acme/network`. */
export function describeVariable({ store, name }: VariablePlace): string {
  return `${name} in ${describeVariables(store)}`;
}

function pathOf({ store, name }: VariablePlace): string {
  return `${variablesPath(store)}/${name}`;
}
