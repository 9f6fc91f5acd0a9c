import { failed, ok, type Result } from '../../lib/result.ts';
import { retry } from '../../lib/retry.ts';
import type { Secret } from '../../lib/secret.ts';
import { currentTokenPolicy, type TokenCheck } from '../../thousandeyes/client.ts';
import {
  currentTokenLimited,
  currentTokenUnchecked,
  currentTokenUnclear,
  proxyAnswered,
  wrongThousandEyesUrl,
} from '../../thousandeyes/errors.ts';
import type { Needs } from '../dependencies.ts';
import type { Word } from '../record/table.ts';

/**
 * ThousandEyes' word on a token; asked again where it is down, or asks to wait. A single refusal may be passing, so it is asked
 * once more.
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

/** A warning or nothing, or why ThousandEyes can't be asked. A refusal is no problem yet: an earlier run may have left a newer token. */
export function judgeCurrentToken(
  check: TokenCheck,
  url: string,
  { clock }: Needs<'clock'>,
): Result<string | undefined> {
  switch (check.kind) {
    case 'accepted':
    case 'forbidden':
    case 'refused':
      return ok(undefined);
    case 'down':
      return failed(check.mayPass ? currentTokenUnchecked(check.detail, url) : wrongThousandEyesUrl(check.detail, url));
    case 'proxy':
      return failed(proxyAnswered(check.detail));
    case 'limited':
      return failed(currentTokenLimited(check.detail, clock.now() + check.ms));
    default:
      return ok(currentTokenUnclear(check.detail));
  }
}
