import type { Problem } from './errors.ts';
import type { Validity } from './journal.ts';
import type { SecretBody } from './secret-store.ts';
import type { Target } from './target.ts';

/** What became of one target. */
export interface TargetResult {
  readonly target: Target;
  /** The line that names it. */
  readonly label: string;
  /** How log and summary call it: a pattern's finds may have to stay unnamed. */
  readonly shown: string;
  readonly status: 'updated' | 'created' | 'unchanged' | 'failed';
  /** Why it failed. */
  readonly problem?: Problem;
  /** When it was last written before this run, ms since the epoch, where known. */
  readonly updatedAt?: number | undefined;
}

/** What a person needs to finish by hand: nothing of it is secret. */
export interface Recovery {
  readonly target: Target;
  readonly shown: string;
  readonly body: SecretBody;
  readonly validity: Validity;
}

/**
 * What a run came to, for outputs, log, annotations and summary. No field can hold a clear token. Moments in ms since
 * the epoch.
 */
export interface Outcome {
  readonly mode: 'rotate' | 'sync' | 'check';
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
  readonly validUntil?: number;
  readonly previousValidUntil?: number;
  /** When the GitHub credential itself expires, where GitHub said it; not for an App's, which lives an hour. */
  readonly credentialExpiresAt?: number | undefined;
  /** The home could not be written. */
  readonly recovery?: Recovery;
}
