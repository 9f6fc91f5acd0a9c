import type { FaultRule } from '../../../sandbox/http/faults.ts';
import { asksForToken, type SandboxRequest } from '../../../sandbox/http/traffic.ts';
import type { Estate } from '../support/estate.ts';
import type { Page } from '../support/job.ts';

/** Something that goes wrong, up to the page that somebody reads. */
export type Situation = {
  name: string;
  /** Yields the page of the run that went wrong. */
  arrange: (estate: Estate) => Promise<Page>;
  /** What there is to find and to mend, once a step says to look. */
  mend?: (estate: Estate) => void;
  /** A target is down from the start: nobody can wait. */
  isDown?: true;
  /** Whether the words are allowed to say "revoke". */
  mayRevoke?: true;
  targets?: string[];
};

export const others = ['acme/edge', 'orgs/acme'];
export const putHome = {
  method: 'PUT',
  path: '/secrets/TE_TOKEN',
  where: ({ path }: Pick<SandboxRequest, 'path'>) => path.includes('/repos/acme/network/'),
};
export const putNext = { method: 'PUT', path: '/secrets/TE_TOKEN_NEXT' };
export const check = { server: 'thousandeyes' as const, path: '/users/current' };
export const ask = { where: asksForToken };
/** A run whose machine goes away once the new token is beside the home. */
export const parked = { ...putNext, nth: 2, phase: 'answered' as const };

/** A first rotation, whose overlap is over. */
export async function rotatedLongAgo(estate: Estate): Promise<void> {
  await estate.run();
  estate.world.later('16 days');
}

/** Somebody else's token, which works. */
export function foreignToken({ world: { thousandeyes } }: Estate): string {
  return thousandeyes.create(thousandeyes.addAccount());
}

/** A run during which something is broken; it is mended afterwards. */
export async function runBroken(estate: Estate, ...rules: FaultRule[]): Promise<Page> {
  for (const rule of rules) estate.world.faults.add(rule);
  const page = await estate.run();
  estate.world.faults.clear();
  return page;
}

/** What is issued from now on is accepted at once. */
export function acceptFromNow({ world }: Estate): void {
  world.on(({ request }) => {
    if (asksForToken(request)) world.thousandeyes.spread = { ms: 0 };
  });
}
