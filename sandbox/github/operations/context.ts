import type { SandboxRequest } from '../../http/traffic.ts';
import type { Credential } from '../access/credentials.ts';
import type { Repositories } from '../stores/repositories.ts';
import type { StoreKind } from '../stores/target-line.ts';
import type { DateManner } from './json.ts';

export type WorkflowRun = { id: number; repository: string; createdAt: number };

/** What an operation of GitHub's API is done with. */
export type Context = {
  repositories: Repositories;
  runs: WorkflowRun[];
  credential: Credential;
  request: SandboxRequest;
  /** The API's base. */
  url: string;
  /** The request's path below it. */
  path: string;
  /** The stores this GitHub has. */
  stores: ReadonlySet<StoreKind>;
  /** Of what is stored. */
  dates: DateManner;
  /** Milliseconds by which the server's clock is ahead. */
  skew: number;
  /** Everything is checked and answered, and nothing is written. */
  swallow: boolean;
};

/** Which repository ids a write may name: those of one owner, where one is given. */
export function knownTo({ repositories }: Context, owner?: string): (id: number) => boolean {
  return (id) => {
    const repository = repositories.byId(id);
    return repository !== undefined && (owner === undefined || repository.owner === owner);
  };
}
