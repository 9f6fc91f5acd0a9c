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
 * Secrets of the running repository and its organization that a job may read in place of a target. Silently left out
 * where the credential may not read. Source: GitHub's "Secrets reference": a secret of an environment goes before the
 * repository's, that before the organization's.
 *
 * @throws Cancelled
 */
export async function findShadows(
  targets: readonly [ResolvedTarget, ...ResolvedTarget[]],
  { firstReads, secrets, run }: Needs<'firstReads' | 'secrets' | 'run'>,
): Promise<readonly Shadow[]> {
  const [owner, repository] = run.repository.split('/');
  if (!owner || !repository) return [];
  const [home] = targets;
  const rotated = new Set(targets.map(({ target }) => keyOf(target)));
  const beside: Store = { level: 'repository', feature: 'actions', owner, repository };
  const organization: Store = { level: 'organization', feature: 'actions', owner };
  const found = async (target: ResolvedTarget, store: Store): Promise<Shadow[]> => {
    // A second secret that is a target itself is rotated, too.
    if (rotated.has(keyOf({ store, secret: target.target.secret }))) return [];
    const read = await firstReads.secret(namedTarget({ store, secret: target.target.secret }, target.target.secret));
    return read.ok ? [{ store, updatedAt: read.value.updatedAt, target }] : [];
  };
  const searches: Promise<Shadow[]>[] = [];
  if (home.target.store.level === 'environment') {
    searches.push(found(home, beside));
    searches.push(
      secrets
        .isSharedByOrganization(owner, repository, home.target.secret)
        .then((isShared) =>
          isShared && !rotated.has(keyOf({ store: organization, secret: home.target.secret }))
            ? [{ store: organization, updatedAt: undefined, target: home }]
            : [],
        ),
    );
  }
  const organizations = targets.filter(
    ({ target: { store } }) => store.level === 'organization' && store.feature === 'actions',
  );
  for (const target of organizations) {
    if (ownerEquals(target.target.store, owner)) searches.push(found(target, beside));
  }
  return (await Promise.all(searches)).flat();
}

function ownerEquals(store: Store, owner: string): boolean {
  return 'owner' in store && store.owner.toLowerCase() === owner.toLowerCase();
}

/** What a person must know of a shadow, and what to change. */
export function shadowWarning({ store, updatedAt, target }: Shadow): string {
  const written = updatedAt === undefined ? '' : ` (last written on ${minuteOf(updatedAt)})`;
  const { level } = target.target.store;
  const name = target.target.secret;
  if (level === 'environment')
    return `There is a second secret ${name}, in ${describeStore(store)}${written}. A job that does not name the environment reads that one, which is not rotated. Delete it, or let every job that uses the token name the environment.`;
  return `There is a second secret ${name}, in ${describeStore(store)}${written}. Jobs of that repository read it in place of ${target.name}: add it to \`targets\`, or delete it.`;
}
