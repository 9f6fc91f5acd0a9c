import type { GitHubAnswer } from '../../github/answer.ts';
import type { Repository } from '../../github/repositories.ts';
import type { ResolvedTarget } from '../../targets/target.ts';
import type { Needs } from '../dependencies.ts';

/** What became of one repository that a pattern matches. */
export type Candidate =
  | { readonly kind: 'holds'; readonly resolved: ResolvedTarget }
  | { readonly kind: 'lacks' | 'archived' | 'disabled' }
  | { readonly kind: 'unreadable'; readonly answer: GitHubAnswer; readonly resolved: ResolvedTarget };

/**
 * A 404 counts as "does not hold it" only where something else of the store could be read: else it may mean "may not see
 * it".
 *
 * @throws Cancelled
 */
export async function judgeCandidate(
  repository: Repository,
  resolved: ResolvedTarget,
  { firstReads, repositories }: Needs<'firstReads' | 'repositories'>,
): Promise<Candidate> {
  if (repository.archived) return { kind: 'archived' };
  if (repository.disabled) return { kind: 'disabled' };
  const [secret, key] = await Promise.all([firstReads.secret(resolved), firstReads.publicKey(resolved)]);
  if (secret.ok) return { kind: 'holds', resolved };
  if (secret.error.status !== 404) return { kind: 'unreadable', answer: secret.error, resolved };
  if (key.ok) return { kind: 'lacks' };
  const { store } = resolved.target;
  if (store.level === 'environment' && key.error.status === 404) {
    const { owner, repository: name, environment } = store;
    const found = await repositories.hasEnvironment(owner, name, environment);
    if (found === false) return { kind: 'lacks' };
    if (found === undefined) {
      // It may not read environments; then the repository's own Actions key tells that it sees the repository's stores.
      const sibling = { level: 'repository', feature: 'actions', owner, repository: name } as const;
      const itsKey = await firstReads.publicKey({ ...resolved, target: { ...resolved.target, store: sibling } });
      if (itsKey.ok) return { kind: 'lacks' };
    }
  }
  return { kind: 'unreadable', answer: key.error, resolved };
}
