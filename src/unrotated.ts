import { minute, second } from './clock.ts';
import { Problem } from './errors.ts';
import { type Expiry, expiryFrom, sameRotation } from './expiry.ts';
import type { HomePlace, Inspection, InspectionPorts, Place } from './inspection.ts';
import type { Outcome } from './outcome.ts';
import { unwritten } from './results.ts';
import { patience, type RetryPorts } from './retry.ts';
import type { StoredSecret } from './secret-store.ts';
import { dayOf, minuteOf, plural } from './text.ts';

/** How long `updated_at` may lag behind a write; 24 s were seen. */
const lag = 2 * minute;
const pausesForLag = [5 * second, 10 * second, 15 * second, 30 * second];

export type UnrotatedPorts = Pick<InspectionPorts, 'secrets' | 'variables'> & RetryPorts;

/** The outcome of a run that found that no rotation is due. */
export async function notDue(
  home: HomePlace,
  others: readonly Place[],
  { expiry, warnings }: Inspection,
  ports: UnrotatedPorts,
): Promise<Outcome> {
  const until = expiry.kind === 'known' ? `: the token is valid until ${dayOf(expiry.validUntil)}` : '';
  const headline = `No rotation is due${until}.`;
  return unrotated('rotate', headline, home, others, { expiry, warnings, notices: [] }, ports);
}

/** The outcome of a 409 that the home's own age explains. */
export async function overlapping(
  home: HomePlace,
  others: readonly Place[],
  possibleAt: number,
  variable: string | undefined,
  warnings: readonly string[],
  ports: UnrotatedPorts,
): Promise<Outcome> {
  const read =
    variable === undefined ? undefined : await ports.variables.read(home.target.store, variable, patience.reread);
  const expiry = read !== undefined && 'found' in read ? expiryFrom(read.found, home.secret.updatedAt) : undefined;
  const isSure = expiry?.kind === 'known' && Math.abs(expiry.writtenAt - home.secret.updatedAt) <= sameRotation;
  const fact = `ThousandEyes answered 409: the account still has two active tokens. ${home.shown} was last written on ${minuteOf(home.secret.updatedAt)}, so a rotation did this`;
  const again = `The next rotation is possible from ${minuteOf(possibleAt)} on.`;
  const notice = `${fact}. ${again}`;
  const warning = `${fact}, as far as its date tells. If nobody rotated then, someone wrote the secret by hand or made a second token: look at the account's User API Tokens in ThousandEyes. ${again}`;
  const remarks = {
    expiry: expiry ?? { kind: 'unknown' as const },
    warnings: isSure ? warnings : [...warnings, warning],
    notices: isSure ? [notice] : [],
  };
  return unrotated(
    'rotate',
    `The token was rotated a short while ago; the next rotation is possible from ${dayOf(possibleAt)} on.`,
    home,
    others,
    remarks,
    ports,
  );
}

interface Remarks {
  readonly expiry: Expiry;
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/** A success, unless a target does not hold the home's token: nobody would notice until that one's token is dead. */
export async function unrotated(
  mode: Outcome['mode'],
  headline: string,
  home: HomePlace,
  others: readonly Place[],
  { expiry, warnings, notices }: Remarks,
  ports: UnrotatedPorts,
): Promise<Outcome> {
  // What is to be created is no fault in the eyes of `check`: a rotation would create it.
  const candidates = mode === 'check' ? others.filter(({ secret }) => secret !== undefined) : others;
  const behind = await placesBehind(home.secret, candidates, ports);
  const problem = behind.length === 0 ? undefined : behindProblem(home, behind);
  const isBehind = new Set(behind.map(({ target }) => target));
  return {
    mode,
    headline:
      problem === undefined ? headline : `${headline} But ${plural(behind.length, 'target')} may hold an older token.`,
    rotated: false,
    results: [home, ...others].map((place) =>
      unwritten(problem !== undefined && isBehind.has(place.target) ? { ...place, problem } : place),
    ),
    problems: problem === undefined ? [] : [problem],
    warnings,
    notices,
    ...(expiry.kind === 'known' ? { validUntil: expiry.validUntil } : {}),
  };
}

/** The places that do not hold the home's token, by their dates, which are read again while they may be late. */
async function placesBehind(
  home: StoredSecret,
  others: readonly Place[],
  { secrets, clock, cancellation }: UnrotatedPorts,
): Promise<Place[]> {
  const isBehind = ({ secret }: Place) => secret === undefined || home.updatedAt - secret.updatedAt > sameRotation;
  let behind = others.filter(isBehind);
  for (const pause of clock.now() - home.updatedAt < lag ? [0, ...pausesForLag] : []) {
    if (behind.length === 0) break;
    await clock.sleep(pause, cancellation.now);
    const reads = await Promise.all(
      behind.map(async (place) => ({ place, read: await secrets.read(place.target, patience.reread) })),
    );
    behind = reads
      .map(({ place, read }) => ('found' in read ? { ...place, secret: read.found } : place))
      .filter(isBehind);
  }
  return behind;
}

function behindProblem(home: HomePlace, behind: readonly Place[]): Problem {
  const dates = behind.map(
    ({ shown, secret }) =>
      `${shown} (${secret === undefined ? 'not created yet' : `last written ${minuteOf(secret.updatedAt)}`})`,
  );
  const names = [...new Set(dates)];
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return new Problem(
    `Comparing ${plural(behind.length, 'target')} with the home ${home.shown} (last written ${minuteOf(home.secret.updatedAt)})`,
    `older than it by over an hour, or missing: ${names.slice(0, 10).join(', ')}${more}`,
    'They may hold the token before the present one. Run this workflow with `mode: sync`: it writes the current token to every target but the home.',
  );
}
