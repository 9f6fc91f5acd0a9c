import type { GitHubAnswer } from '../../github/answer.ts';
import { ok, type Result } from '../../lib/result.ts';
import type { Needs } from '../dependencies.ts';

/**
 * Whether the running repository is known to be private, so that its log may name what is not for everyone; fails where it can't
 * be read. Throws Cancelled. Only GitHub's API is believed: a run that is started again brings the event of its first time.
 */
export async function isPrivate({
  repositories,
  run,
}: Needs<'repositories' | 'run'>): Promise<Result<boolean, GitHubAnswer>> {
  const [owner, name] = run.repository.split('/');
  if (!owner || !name) return ok(false);
  const read = await repositories.read(owner, name);
  return read.ok ? ok(read.value.isPrivate) : read;
}
