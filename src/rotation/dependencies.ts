import type { GitHubClient } from '../github/client.ts';
import type { RepositoriesClient } from '../github/repositories.ts';
import type { Sealer } from '../github/sealed-box.ts';
import type { FirstReads, SecretsClient } from '../github/secrets.ts';
import type { Throttle } from '../github/throttle.ts';
import type { VariablesClient } from '../github/variables.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import type { Clock } from '../lib/clock.ts';
import type { Result } from '../lib/result.ts';
import type { Log, Workflow } from '../lib/workflow.ts';
import type { ThousandEyes } from '../thousandeyes/client.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalHeader } from './journal/journal-record.ts';
import type { Outcome, Recovery } from './outcome.ts';

/** What a class offers, so that a test can stand in for it. */
type Interface<Class> = Pick<Class, keyof Class>;

/** The run that this process belongs to. */
interface ThisRun {
  /** `owner/name` of its repository. */
  readonly repository: string;
  readonly url: string;
  /** Whether it was started again: then it may hold the secrets of its first time. */
  readonly isRerun: boolean;
}

/** Everything outside, as the modes see it: built in one place, handed down whole; a step names what it takes. */
export interface Dependencies {
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly log: Log;
  readonly workflow: Workflow;
  readonly github: Pick<GitHubClient, 'allowance' | 'expiresAt' | 'deprecations' | 'now'>;
  readonly throttle: Pick<Throttle, 'countEarlierWrites'>;
  readonly secrets: Interface<SecretsClient>;
  readonly firstReads: Interface<FirstReads>;
  readonly variables: Interface<VariablesClient>;
  readonly repositories: Interface<RepositoriesClient>;
  readonly thousandEyes: ThousandEyes;
  /** Loads what seals; fails, with words for a person, where that can't be loaded. */
  readonly loadSealer: () => Promise<Result<Sealer, string>>;
  /** Creates the journal; fails where it can't, with words for a person. */
  readonly createJournal: (header: JournalHeader) => Result<Journal, string>;
  readonly run: ThisRun;
  /** When this process began, on the monotonic clock, in ms. */
  readonly startedAt: number;
  /** Tells an outcome everywhere: log, annotations, outputs, summary, exit code. */
  readonly report: (outcome: Outcome) => void;
  /** Puts what a person needs into the summary, before something is tried that may end this process. */
  readonly announce: (recovery: Recovery) => void;
}

/** The part of the dependencies that a step takes. */
export type Needs<Name extends keyof Dependencies> = Pick<Dependencies, Name>;
