import { plural } from '../lib/text.ts';
import type { Needs } from '../rotation/dependencies.ts';
import { isDue } from '../rotation/expiry.ts';
import { type NotDueNeeds, notDueHeadline, validUntilSentence, withoutRotation } from '../rotation/not-due.ts';
import { clearedFrom, type PreflightNeeds, problemsOf, runPreflight } from '../rotation/preflight.ts';
import type { RunRequest } from '../rotation/request.ts';
import { stopped, withReason } from '../rotation/results.ts';

/**
 * Reads, and says what a rotation would do and what would stop it. Writes nothing; so it can't tell whether writing is
 * allowed, nor foresee a 403 or 409.
 *
 * @throws Cancelled
 */
export async function check(
  request: RunRequest,
  dependencies: PreflightNeeds & NotDueNeeds & Needs<'report'>,
): Promise<void> {
  const { report, clock } = dependencies;
  const preflight = await runPreflight(request, dependencies);
  const cleared = clearedFrom(preflight, request.credential.githubUrl);
  if (cleared === undefined) {
    const found = problemsOf(preflight);
    const headline = withReason('A rotation would stop before changing anything', found);
    return void report({ ...stopped('check', preflight, found), headline });
  }
  const { others, expiry } = cleared;
  const missing = others.filter(({ secret }) => secret === undefined).length;
  const headline = isDue(expiry, request.rotateWhenDaysLeft, clock.now())
    ? `A rotation would ask for a new token and write it to ${plural(others.length + 1, 'target')}${missing > 0 ? `, creating ${missing}` : ''}.${validUntilSentence(cleared, clock.now())}`
    : `A rotation would do nothing yet. ${notDueHeadline(cleared, clock.now())}`;
  const notices = [
    'Reading cannot tell whether writing is allowed: `mode: rehearse` tests that, and so does a rotation before it asks for a token.',
  ];
  report(await withoutRotation('check', cleared, { ...cleared, headline, notices }, dependencies));
}
