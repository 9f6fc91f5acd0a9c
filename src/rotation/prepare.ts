import type { Problem } from '../lib/problem.ts';
import { problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { plural } from '../lib/text.ts';
import { affordRequests } from './budget.ts';
import type { Needs } from './dependencies.ts';
import type { Journal } from './journal.ts';
import type { Cleared, PreflightNeeds } from './preflight.ts';
import { probeRequests } from './probe-writes.ts';
import type { RunRequest } from './request.ts';

/** The expiry variable: an update, and a creation where there was none. */
const variableRequests = 2;

/**
 * What stands between a preflight that found nothing and the write tests: all writes can be afforded, and the journal
 * that must outlive this process is there.
 *
 * @throws Cancelled
 */
export async function prepareJournal(
  cleared: Cleared,
  request: RunRequest,
  dependencies: PreflightNeeds & Needs<'createJournal'>,
): Promise<Result<Journal>> {
  const ready = [cleared.home, ...cleared.others];
  dependencies.log.info(`Read: ${plural(ready.length, 'target')} can be found; the home is ${cleared.home.publicName}`);
  const writes = probeRequests(ready) + ready.length + variableRequests;
  const obstacle = await affordRequests({ reads: 0, writes }, request.credential, dependencies);
  if (obstacle !== undefined) return failed(obstacle);
  dependencies.cancellation.throwIfCancelled();
  const { expiryVariable } = request;
  const journal = dependencies.createJournal({
    kind: 'run',
    pid: process.pid,
    targets: ready.map(({ target, publicName, publicStore, isHidden, secret }) => ({
      target,
      publicName,
      publicStore,
      isHidden,
      access: secret?.access ?? {},
      updatedAt: secret?.updatedAt,
    })),
    ...(expiryVariable === undefined ? {} : { expiryVariable }),
  });
  return journal.ok ? ok(journal.value) : failed(noJournal(journal.error));
}

function noJournal(cause: string): Problem {
  return problem(
    'Creating the journal in the folder RUNNER_TEMP, and leaving its path in the file GITHUB_STATE',
    cause,
    'The journal keeps a sealed copy of the new token, so nothing is issued without it. Check that RUNNER_TEMP names a folder of the runner with space left, and that the runner sets GITHUB_STATE.',
  );
}
