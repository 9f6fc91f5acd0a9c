import type { SecretBody } from '../github/secrets.ts';
import { grouped, type Problem } from '../lib/problem.ts';
import type { ResolvedTarget } from '../targets/target.ts';
import type { TokenUser } from '../thousandeyes/client.ts';

export type Mode = 'rotate' | 'sync' | 'check' | 'rehearse';

export interface TargetResult {
  readonly resolved: ResolvedTarget;
  readonly status: 'updated' | 'created' | 'unchanged' | 'failed';
  readonly problem?: Problem | undefined;
  /** What is known of it, for the table: how old it is, whether the record knows it. */
  readonly note?: string | undefined;
}

/** What a person needs to put a sealed token where the next run finds it: nothing of it is secret. */
export interface Recovery {
  /** `_NEXT` beside the home. */
  readonly next: ResolvedTarget;
  readonly body: SecretBody;
  /** When the old token stops working at the latest, in ms since the epoch. */
  readonly previousUntil: number;
}

/** What a run came to, to be told everywhere. No field can hold a clear token. Moments in ms since the epoch. */
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
  /** When the token now in place expires, where known. */
  readonly validUntil?: number | undefined;
  /** When the one before it stops working at the latest, where known. */
  readonly previousUntil?: number | undefined;
  /** When the GitHub credential itself expires, where GitHub said it; not for an App's, which lasts an hour. */
  readonly credentialExpiresAt?: number | undefined;
  /** Whose token it is, where that may be shown. */
  readonly user?: TokenUser | undefined;
  /** What the record tells, in lines for people. */
  readonly record?: readonly string[] | undefined;
  /** Where neither the home nor `_NEXT` could be written. */
  readonly recovery?: Recovery | undefined;
  /** Whether the journal has something for the post step to finish. */
  readonly leftForPost: boolean;
}

/** An outcome of which only what it has is said. */
export function outcomeOf(mode: Mode, headline: string, parts: Partial<Omit<Outcome, 'mode' | 'headline'>>): Outcome {
  const nothing = { rotated: false, results: [], problems: [], warnings: [], notices: [], leftForPost: false };
  return { ...nothing, ...parts, mode, headline };
}

export function unchanged(resolved: ResolvedTarget): TargetResult {
  return { resolved, status: 'unchanged' };
}

/** That the run came to nothing; the problems below say why. */
export function nothingChanged(problems: readonly Problem[]): string {
  return withCount('This run issued nothing and changed no target', problems);
}

/** What came of it, and how many problems there are, where that is more than one; alike ones are one. */
export function withCount(what: string, problems: readonly Problem[]): string {
  const { length } = grouped(problems, 0);
  return `${what}${length > 1 ? `: ${length} problems` : ''}.`;
}
