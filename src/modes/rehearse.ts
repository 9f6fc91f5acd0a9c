import { plural } from '../lib/text.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import { isDue } from '../rotation/expiry.ts';
import { notDueHeadline, validUntilSentence, withoutRotation } from '../rotation/not-due.ts';
import type { Outcome } from '../rotation/outcome.ts';
import { type Cleared, clearedFrom, problemsOf, runPreflight } from '../rotation/preflight.ts';
import { prepareJournal } from '../rotation/prepare.ts';
import { WriteProbe } from '../rotation/probe-writes.ts';
import type { RunRequest } from '../rotation/request.ts';
import { stopped, withRejected } from '../rotation/results.ts';

/**
 * Everything that a rotation does before it asks for a token, write tests included; then it stops, and says what a
 * rotation would do now.
 *
 * @throws Cancelled
 */
export async function rehearse(request: RunRequest, dependencies: Dependencies): Promise<void> {
  const { report, cancellation } = dependencies;
  const preflight = await runPreflight(request, dependencies);
  const cleared = clearedFrom(preflight, request.credential.githubUrl);
  if (cleared === undefined) return void report(stopped('rehearse', preflight, problemsOf(preflight)));
  const journal = await prepareJournal(cleared, request, dependencies);
  if (!journal.ok) return void report(stopped('rehearse', preflight, [journal.error]));

  const { sealer, home, others } = cleared;
  const context = { sealer, credential: request.credential, journal: journal.value };
  const probe = new WriteProbe([home, ...others], context, dependencies);
  let leftovers: readonly string[] = [];
  let outcome: Outcome;
  try {
    const { rejected, warnings } = await probe.run();
    const known = { ...cleared, warnings: [...cleared.warnings, ...warnings] };
    outcome =
      rejected.length > 0
        ? stopped(
            'rehearse',
            { ...withRejected(preflight, rejected), warnings: known.warnings },
            rejected.map((each) => each.problem),
          )
        : await rehearsed(request, known, dependencies);
  } finally {
    leftovers = await probe.cleanUp();
  }
  cancellation.throwIfCancelled();
  report({ ...outcome, warnings: [...outcome.warnings, ...leftovers] });
  journal.value.finish();
}

async function rehearsed(request: RunRequest, cleared: Cleared, dependencies: Dependencies): Promise<Outcome> {
  const { clock } = dependencies;
  const now = clock.now();
  const targets = plural(cleared.others.length + 1, 'target');
  const missing = cleared.others.filter(({ secret }) => secret === undefined).length;
  const headline = isDue(cleared.expiry, request.rotateWhenDaysLeft, now)
    ? `Rehearsed: a rotation would now ask for a new token and write it to ${targets}${missing > 0 ? `, creating ${missing}` : ''}.${validUntilSentence(cleared, now)}`
    : `Rehearsed: a rotation would do nothing yet. ${notDueHeadline(cleared, now)}`;
  const notices = [
    'Everything that a rotation does before it asks for a token was done, write tests included. Only ThousandEyes itself was not asked: it may still refuse (403, 409).',
  ];
  return withoutRotation('rehearse', cleared, { ...cleared, headline, notices }, dependencies);
}
