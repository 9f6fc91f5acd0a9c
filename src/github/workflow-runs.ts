import { problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { momentFrom, quote } from '../lib/text.ts';
import { actionsReadPermission } from '../targets/permissions.ts';
import { repositoryPath } from '../targets/store.ts';
import { causeOf } from './answer.ts';
import type { GitHubClient } from './client.ts';
import { policies } from './policies.ts';

/** The run that this process belongs to. */
export interface WorkflowRun {
  /** `owner/name` of its repository. */
  readonly repository: string;
  readonly runId: string;
}

/** GitHub's workflow runs. */
export class WorkflowRunsClient {
  readonly #github: GitHubClient;

  constructor(github: GitHubClient) {
    this.#github = github;
  }

  /**
   * When a run was created, in ms since the epoch.
   *
   * @throws Cancelled
   */
  async createdAt({ repository, runId }: WorkflowRun): Promise<Result<number>> {
    const [owner = '', name = ''] = repository.split('/');
    const path = `${repositoryPath(owner, name)}/actions/runs/${encodeURIComponent(runId)}`;
    const what = `Reading when this run was created (run ${quote(runId, 40)} of ${repository})`;
    const answer = await this.#github.call({ what, method: 'GET', path, policy: policies.read });
    const { created_at: created } = Object(answer.data) as { created_at?: unknown };
    const at = answer.status === 200 ? momentFrom(created) : undefined;
    if (at !== undefined) return ok(at);
    const { level, title, scope } = actionsReadPermission;
    const mayLack = answer.status === 403 || answer.status === 404;
    const first = mayLack
      ? `Give the credential the ${level} permission "${title}: read" (a classic token the scope \`${scope}\`)`
      : 'Start the run again later';
    const why =
      'The home was written in the last 15 days, and without this date nothing tells whether this run holds an older token.';
    return failed(
      problem(what, causeOf(answer), `${why} ${first}, or run \`sync\` once the home is older than 15 days.`),
    );
  }
}
