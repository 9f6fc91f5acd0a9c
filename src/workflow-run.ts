import { Problem } from './errors.ts';
import type { GitHub } from './github.ts';
import { type Asker, problemWithStore } from './github-problems.ts';
import { patience } from './retry.ts';
import { repositoryPath } from './store.ts';
import type { RunCreated } from './sync.ts';
import { momentFrom, quote } from './text.ts';

/**
 * When a workflow run was created.
 *
 * @param repository `owner/name`
 * @throws Cancelled
 */
export async function readRun(
  { repository, runId }: { readonly repository: string; readonly runId: string },
  github: Pick<GitHub, 'call'>,
  asker: Asker,
): Promise<RunCreated> {
  const [owner = '', name = ''] = repository.split('/');
  const path = `${repositoryPath(owner, name)}/actions/runs/${encodeURIComponent(runId)}`;
  const tried = `Reading when this run was created (run ${quote(runId, 40)} of ${repository})`;
  const answer = await github.call(tried, 'GET', path, patience.read);
  const at =
    answer.status === 200 ? momentFrom((answer.data as { created_at?: unknown } | undefined)?.created_at) : undefined;
  if (at !== undefined) return { at };
  const store = { level: 'repository', feature: 'actions', owner, repository: name } as const;
  const { cameBack } = problemWithStore(tried, answer, store, asker);
  return {
    problem: new Problem(
      tried,
      cameBack,
      'The home was written in the last 15 days, and without this date it can\'t be told whether this run holds an older token. Give the credential the repository permission "Actions: read" (a classic token the scope `repo`), or run `sync` once the home is older than 15 days.',
    ),
  };
}
