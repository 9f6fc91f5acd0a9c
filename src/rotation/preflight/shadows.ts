import { minuteOf } from '../../lib/text.ts';
import { describeStore, type Store } from '../../targets/store.ts';
import { keyOf, namedTarget, type ResolvedTarget } from '../../targets/target.ts';
import type { Needs } from '../dependencies.ts';

/** Another secret of the same name, which a job may read in place of the one that is rotated. */
export interface Shadow {
  readonly store: Store;
  /** When it was last written, in ms since the epoch, where that was read. */
  readonly updatedAt: number | undefined;
  /** The target that it stands before, or that stands before it. */
  readonly target: ResolvedTarget;
}

/**
 * Secrets that a job may read in place of a target, as far as the credential may read. Throws Cancelled. Source: GitHub's
 * "Secrets reference": a secret of an environment goes before the repository's, that before the organization's.
 */
export async function findShadows(
  targets: readonly [ResolvedTarget, ...ResolvedTarget[]],
  { firstReads, secrets, run }: Needs<'firstReads' | 'secrets' | 'run'>,
): Promise<readonly Shadow[]> {
  const [owner, repository] = run.repository.split('/');
  if (!owner || !repository) return [];
  const [home] = targets;
  const beside: Store = { level: 'repository', feature: 'actions', owner, repository };
  const organization: Store = { level: 'organization', feature: 'actions', owner };
  // A second secret that is a target itself is rotated, too.
  const rotated = new Set(targets.map(({ target }) => keyOf(target)));
  const isRotated = (store: Store, { target: { secret } }: ResolvedTarget) => rotated.has(keyOf({ store, secret }));
  const foundBeside = async (target: ResolvedTarget): Promise<Shadow[]> => {
    if (isRotated(beside, target)) return [];
    const { secret } = target.target;
    const read = await firstReads.secret(namedTarget({ store: beside, secret }, secret));
    return read.ok ? [{ store: beside, updatedAt: read.value.updatedAt, target }] : [];
  };
  const sharedWith = async (target: ResolvedTarget): Promise<Shadow[]> => {
    const isShared = await secrets.isSharedByOrganization(owner, repository, target.target.secret);
    if (!isShared || isRotated(organization, target)) return [];
    return [{ store: organization, updatedAt: undefined, target }];
  };
  const ofOrganization = targets.filter(({ target }) => keyOf({ ...target, store: organization }) === keyOf(target));
  const before = home.target.store.level === 'environment' ? [foundBeside(home), sharedWith(home)] : [];
  return (await Promise.all([...before, ...ofOrganization.map(foundBeside)])).flat();
}

/** What a person must know of a shadow, and what to change. */
export function shadowWarning({ store, updatedAt, target }: Shadow): string {
  const { secret } = target.target;
  const written = updatedAt === undefined ? '' : ` (last written on ${minuteOf(updatedAt)})`;
  const there = `There is a second secret ${secret}, in ${describeStore(store)}${written}.`;
  return target.target.store.level === 'environment'
    ? `${there} A job that does not name the environment reads that one, which is not rotated. Delete it, or let every job that uses the token name the environment.`
    : `${there} Jobs of that repository read it in place of ${target.name}: add it to \`targets\`, or delete it.`;
}
