import { randomUUID } from 'node:crypto';
import { credentialContext, credentialExpiryWarnings } from '../github/credential.ts';
import { check } from '../modes/check.ts';
import { rehearse } from '../modes/rehearse.ts';
import { rotate } from '../modes/rotate.ts';
import { sync } from '../modes/sync.ts';
import type { Dependencies } from '../rotation/dependencies.ts';
import { markOf } from '../rotation/journal/journal-handle.ts';
import { nothingChanged, type Outcome, outcomeOf, unchanged } from '../rotation/outcome.ts';
import { resolveTargets } from '../rotation/preflight/resolve-targets.ts';
import type { RunRequest } from '../rotation/request.ts';
import type { Inputs } from './inputs.ts';

const modes = { rotate, sync, check, rehearse };

/**
 * Runs the mode that was asked for, to the report.
 *
 * @throws Cancelled before a token is asked for
 */
export async function run(inputs: Inputs, dependencies: Dependencies): Promise<void> {
  const { mode, githubToken, githubUrl } = inputs;
  const report = (outcome: Outcome) => dependencies.report(withCredential(outcome, inputs, dependencies));
  const resolved = await resolveTargets(inputs, dependencies);
  if (!resolved.ok) {
    const { problems, targets } = resolved.error;
    return report(outcomeOf(mode, nothingChanged(problems), { results: targets.map(unchanged), problems }));
  }
  const [home, ...others] = resolved.value;
  // The inputs have at least one line, and the first is no pattern.
  if (home === undefined) throw new Error('there is no home');
  const stores = resolved.value.map(({ target }) => target.store);
  const request: RunRequest = {
    ...inputs,
    targets: [home, ...others],
    currentToken: inputs.thousandEyesToken,
    credential: credentialContext(githubToken, stores, githubUrl),
    credentialMark: markOf(githubToken, githubUrl, randomUUID()),
  };
  await modes[mode](request, { ...dependencies, report });
}

/** What is known of the GitHub credential by now. */
function withCredential(
  outcome: Outcome,
  { githubToken, githubUrl }: Inputs,
  { github, clock }: Dependencies,
): Outcome {
  const { kind } = credentialContext(githubToken, [], githubUrl);
  // An App's token lasts an hour anyway.
  const credentialExpiresAt = kind === 'app' ? undefined : github.expiresAt;
  const warnings = [...github.deprecations, ...credentialExpiryWarnings(credentialExpiresAt, clock.now())];
  return { ...outcome, warnings: [...outcome.warnings, ...warnings], credentialExpiresAt };
}
