import type { CredentialContext } from '../github/credential.ts';
import type { Secret } from '../lib/secret.ts';
import type { ResolvedTarget } from '../targets/target.ts';
import type { Mark } from './journal/journal-record.ts';
import type { NextSecret } from './record/next.ts';

/** What a run was asked for, its targets resolved. */
export interface RunRequest {
  /** The home first. */
  readonly targets: readonly [ResolvedTarget, ...ResolvedTarget[]];
  readonly currentToken: Secret;
  /** What `_NEXT` held when the run was given it. */
  readonly next: NextSecret;
  readonly createMissing: boolean;
  readonly rotateWhenDaysLeft: number | undefined;
  readonly exposeToken: boolean;
  readonly credential: CredentialContext;
  /** A keyed hash of the GitHub credential, for the journal. */
  readonly credentialMark: Mark;
  /** Base URL of the ThousandEyes API, for messages. */
  readonly thousandEyesUrl: string;
}
