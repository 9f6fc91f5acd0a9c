import { patience, persist, type RetryPorts } from './retry.ts';
import type { TokenCheck } from './thousandeyes.ts';

/**
 * ThousandEyes' word on the token in use; asked again where it is down, or asks to wait.
 *
 * @throws Cancelled
 */
export function checkCurrentToken(check: () => Promise<TokenCheck>, ports: RetryPorts): Promise<TokenCheck> {
  return persist(
    'Checking the current token',
    check,
    (result) => {
      if (result.kind === 'down') return { kind: 'again', why: result.why };
      return result.kind === 'limited' ? { kind: 'wait', ms: result.ms, why: result.why } : { kind: 'final' };
    },
    patience.thousandEyes,
    ports,
  );
}
