import type { Needs } from '../dependencies.ts';

/**
 * Whether the running repository is known to be private, so that its log may name what is not for everyone. Throws Cancelled.
 * Only GitHub's API is believed: a run that is started again brings the event of its first time.
 */
export async function isKnownPrivate({ repositories, run }: Needs<'repositories' | 'run'>): Promise<boolean> {
  const [owner, name] = run.repository.split('/');
  if (!owner || !name) return false;
  const read = await repositories.read(owner, name);
  return read.ok && read.value.isPrivate;
}
