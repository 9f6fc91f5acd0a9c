import type { CredentialContext } from '../github/credential.ts';
import type { Secret } from '../lib/secret.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';

/** What a run was asked for, its targets resolved. */
export interface RunRequest {
  /** The home first. */
  readonly targets: readonly [ResolvedTarget, ...ResolvedTarget[]];
  readonly currentToken: Secret;
  readonly createMissing: boolean;
  readonly expiryVariable: string | undefined;
  readonly rotateWhenDaysLeft: number | undefined;
  readonly exposeToken: boolean;
  readonly credential: CredentialContext;
  /** Base URL of the ThousandEyes API, for messages. */
  readonly thousandEyesUrl: string;
}
