import type { Credential } from './github-credentials.ts';
import type { DateManner } from './github-json.ts';
import type { Repositories } from './github-repositories.ts';
import type { StoreKind } from './target-line.ts';
import type { SandboxRequest } from './traffic.ts';

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
  dates: DateManner;
  /** Everything is checked and answered, and nothing is written. */
  swallow: boolean;
};
