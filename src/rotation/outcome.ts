import type { SecretBody } from '../github/secrets.ts';
import type { Problem } from '../lib/problem.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';
import type { TokenUser } from '../thousandeyes/client.ts';
import type { Validity } from './journal-record.ts';

export type Mode = 'rotate' | 'sync' | 'check' | 'rehearse';

/** What became of one target. */
export interface TargetResult {
  readonly resolved: ResolvedTarget;
  readonly status: 'updated' | 'created' | 'unchanged' | 'failed';
  /** Why it failed. */
  readonly problem?: Problem;
}

/** What a person needs to write a sealed value by hand: nothing of it is secret. */
export interface Recovery {
  readonly home: ResolvedTarget;
  readonly body: SecretBody;
  readonly validity: Validity;
}

/** What must not go into the home, sealed for it: a token that was refused, or an answer that could not be read. */
export interface KeptAside extends Recovery {
  readonly kind: 'token' | 'answer';
}

/**
 * What a run came to, for outputs, log, annotations and summary. No field can hold a clear token. Moments in ms since
 * the epoch.
 */
export interface Outcome {
  readonly mode: Mode;
  /** One sentence: what happened. */
  readonly headline: string;
  readonly rotated: boolean;
  readonly results: readonly TargetResult[];
  /** What the user asked for and did not get: any of these fails the step. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  /** When the token now in place was issued and expires, where known. */
  readonly issuedAt?: number;
  readonly validUntil?: number | undefined;
  readonly previousValidUntil?: number;
  /** When the GitHub credential itself expires, where GitHub said it; not for an App's, which lasts an hour. */
  readonly credentialExpiresAt?: number | undefined;
  /** Whose token it is, where that may be shown. */
  readonly user?: TokenUser | undefined;
  /** The home could not be written, or not be seen to be. */
  readonly recovery?: Recovery;
  readonly keptAside?: KeptAside | undefined;
  /** Whether the journal has something for the post step to finish. */
  readonly leftForPost: boolean;
}
