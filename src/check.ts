import { isDue } from './expiry.ts';
import { type InspectionPorts, type InspectionRequest, inspect, isPlace } from './inspection.ts';
import type { Outcome } from './outcome.ts';
import { problemsIn, stopped } from './results.ts';
import type { RetryPorts } from './retry.ts';
import { dayOf, plural } from './text.ts';
import { unrotated } from './unrotated.ts';

/**
 * Reads, and says what a rotation would do and what would stop it. Writes nothing; so it can't tell whether writing is
 * allowed, nor foresee a 403 or 409.
 *
 * @throws Cancelled
 */
export async function check(
  request: InspectionRequest & { readonly rotateWhenDaysLeft: number | undefined },
  ports: InspectionPorts & RetryPorts,
): Promise<Outcome> {
  const inspection = await inspect(request, ports);
  const { home, expiry, warnings } = inspection;
  const found = problemsIn(inspection);
  if (home === undefined || found.length > 0) {
    return {
      ...stopped('check', inspection, found),
      headline: `A rotation would stop before changing anything: ${plural(found.length, 'problem')}.`,
    };
  }
  const others = inspection.others.filter(isPlace);
  const missing = others.filter(({ secret }) => secret === undefined).length;
  const known = expiry.kind === 'known' ? ` The token in place is valid until ${dayOf(expiry.validUntil)}.` : '';
  const headline = isDue(expiry, request.rotateWhenDaysLeft, ports.clock.now())
    ? `A rotation would ask for a new token and write it to ${plural(others.length + 1, 'target')}${missing > 0 ? `, creating ${missing}` : ''}.${known}`
    : `A rotation would do nothing yet: none is due.${known}`;
  const notices = [
    'Reading can not tell whether writing is allowed: a rotation tests that before it asks for a token.',
  ];
  return unrotated('check', headline, home, others, { expiry, warnings, notices }, ports);
}
