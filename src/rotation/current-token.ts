import { retry } from '../lib/retry.ts';
import type { Secret } from '../lib/secret.ts';
import { currentTokenPolicy, type TokenCheck } from '../thousandeyes/client.ts';
import type { Needs } from './dependencies.ts';

/**
 * ThousandEyes' word on the token in use; asked again where it is down, or asks to wait.
 *
 * @throws Cancelled
 */
export function checkCurrentToken(
  token: Secret,
  dependencies: Needs<'thousandEyes' | 'clock' | 'log' | 'cancellation'>,
): Promise<TokenCheck> {
  const { thousandEyes, cancellation } = dependencies;
  return retry(
    'Checking the current token',
    () => thousandEyes.checkCurrent(token, cancellation.now),
    (result) => {
      if (result.kind === 'down' && result.mayPass) return { kind: 'again', detail: result.detail };
      return result.kind === 'limited' ? { kind: 'wait', ms: result.ms, detail: result.detail } : { kind: 'final' };
    },
    currentTokenPolicy,
    dependencies,
  );
}
