import { policies } from '../github/policies.ts';
import type { StoredSecret } from '../github/secrets.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { minuteOf, plural, someOf } from '../lib/text.ts';
import { dateLag, pausesForLag } from './date-lag.ts';
import type { Needs } from './dependencies.ts';
import { sameRotation } from './expiry.ts';
import type { TargetResult } from './outcome.ts';
import type { ReadyHome, ReadyTarget } from './ready-target.ts';

/** What the targets' dates tell beside the home's. */
export interface Drift {
  /** The results of all targets, the home first. */
  readonly results: readonly TargetResult[];
  /** Where targets do not hold the home's token. */
  readonly problem: Problem | undefined;
  readonly count: number;
}

/**
 * Looks for targets that do not hold the home's token, by their dates: nobody would notice until that one's token is
 * dead. Dates that may be late are read again.
 *
 * @param toBeCreated whether a target that does not exist yet is one of them
 */
export async function findDrift(
  home: ReadyHome,
  others: readonly ReadyTarget[],
  toBeCreated: boolean,
  dependencies: Needs<'secrets' | 'clock' | 'cancellation'>,
): Promise<Drift> {
  const candidates = toBeCreated ? others : others.filter(({ secret }) => secret !== undefined);
  const behind = await targetsBehind(home.secret, candidates, dependencies);
  const found = behind.length === 0 ? undefined : driftProblem(home, behind);
  const isBehind = new Set(behind.map(({ target }) => target));
  return {
    results: [home, ...others].map((ready) =>
      found !== undefined && isBehind.has(ready.target)
        ? { resolved: ready, status: 'failed', problem: found }
        : { resolved: ready, status: 'unchanged' },
    ),
    problem: found,
    count: behind.length,
  };
}

async function targetsBehind(
  home: StoredSecret,
  others: readonly ReadyTarget[],
  { secrets, clock, cancellation }: Needs<'secrets' | 'clock' | 'cancellation'>,
): Promise<ReadyTarget[]> {
  const isBehind = ({ secret }: ReadyTarget) =>
    secret === undefined || home.updatedAt - secret.updatedAt > sameRotation;
  let behind = others.filter(isBehind);
  const mayBeLate = home.asOf - home.updatedAt < dateLag;
  for (const pause of mayBeLate ? [0, ...pausesForLag()] : []) {
    if (behind.length === 0) break;
    await clock.sleep(pause, cancellation.now);
    const reads = await Promise.all(
      behind.map(async (ready) => ({ ready, read: await secrets.read(ready, policies.reread) })),
    );
    behind = reads.map(({ ready, read }) => (read.ok ? { ...ready, secret: read.value } : ready)).filter(isBehind);
  }
  return behind;
}

function driftProblem(home: ReadyHome, behind: readonly ReadyTarget[]): Problem {
  const dates = behind.map(
    ({ publicName, secret }) =>
      `${publicName} (${secret === undefined ? 'not created yet' : `last written ${minuteOf(secret.updatedAt)}`})`,
  );
  return problem(
    `Comparing ${plural(behind.length, 'target')} with the home ${home.publicName} (last written ${minuteOf(home.secret.updatedAt)})`,
    `older than it by over an hour, or missing: ${someOf(dates, 10)}`,
    'They may hold the token before the current one. Run this workflow with `mode: sync`: it writes the current token to every target but the home.',
  );
}
