import { retry } from '../../lib/retry.ts';
import { canStandInHeader, type Secret } from '../../lib/secret.ts';
import { currentTokenPolicy, type TokenCheck } from '../../thousandeyes/client.ts';
import type { Needs } from '../dependencies.ts';
import type { Word } from '../record/table.ts';

/** What no header can hold. It is not asked about: an earlier run may have left such a token. */
export const unusable = {
  kind: 'refused',
  detail: 'the token has characters that cannot stand in an HTTP header, so nobody could use it',
} as const;

/**
 * ThousandEyes' word on a token. A single refusal may be passing, so it is asked once more.
 *
 * @throws Cancelled
 */
export function checkCurrentToken(
  token: Secret,
  dependencies: Needs<'thousandEyes' | 'clock' | 'log' | 'cancellation'>,
): Promise<TokenCheck> {
  const { thousandEyes, cancellation } = dependencies;
  if (!canStandInHeader(token.reveal())) return Promise.resolve(unusable);
  return retry(
    'Checking the current token',
    () => thousandEyes.checkCurrent(token, cancellation.now),
    (result, failures) => {
      if (result.kind === 'down' && result.mayPass) return { kind: 'again', detail: result.detail };
      if (result.kind === 'refused' && failures === 0) return { kind: 'again', detail: result.detail };
      return result.kind === 'limited' ? { kind: 'wait', ms: result.ms, detail: result.detail } : { kind: 'final' };
    },
    currentTokenPolicy,
    dependencies,
  );
}

/** What a check tells of a token: whoever is only not allowed to read was accepted. */
export function wordOf(check: TokenCheck): Word {
  if (check.kind === 'accepted' || check.kind === 'forbidden') return 'accepted';
  return check.kind === 'refused' ? 'refused' : 'untold';
}
