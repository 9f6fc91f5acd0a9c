import { type GitHubAnswer, withoutAnswer } from '../github/answer.ts';
import type { CredentialContext } from '../github/credential.ts';
import { gitHubProblem, secretsOf } from '../github/errors.ts';
import { policies } from '../github/policies.ts';
import { type SecretBody, type StoredSecret, sealedIn } from '../github/secrets.ts';
import { type Clock, second } from '../lib/clock.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { minuteOf } from '../lib/text.ts';
import { confirmHome, showsWrite } from '../rotation/confirm-home.ts';
import type { Needs } from '../rotation/dependencies.ts';
import { ageOf } from '../rotation/home-age.ts';
import type { JournalTarget } from '../rotation/journal-record.ts';

type HomeNeeds = Needs<'secrets' | 'clock' | 'log' | 'cancellation'>;

/** A server writes whole seconds, and its clock is known to a second, too. */
const tolerance = 3 * second;

/** What main noted of its write of the home; moments in ms since the epoch. */
export interface MainsWrite {
  /** When GitHub took it. */
  readonly storedAt: number | undefined;
  /** When it was tried no longer. */
  readonly gaveUpAt: number | undefined;
}

/** In place of GitHub's answer, where the write was not sent. */
const leftAlone: GitHubAnswer = { ...withoutAnswer('it was left as it is', false), status: 412 };

/**
 * Writes the home, unless someone else has done so since this step began: GitHub may be waited for, and a person may act
 * meanwhile. `shown` where main's own write is to be seen by now.
 */
export async function recoverHome(
  home: JournalTarget,
  body: SecretBody,
  main: MainsWrite,
  credential: CredentialContext,
  dependencies: HomeNeeds,
): Promise<Result<'written' | 'shown'>> {
  const { secrets, clock } = dependencies;
  const noted = { updatedAt: home.updatedAt ?? 0, asOf: home.updatedAt ?? 0 };
  const read = await secrets.read(home, policies.reread);
  if (read.ok && main.storedAt !== undefined) {
    const age = clock.now() - main.storedAt + policies.home.attempt;
    if (showsWrite(read.value, noted, age)) return ok('shown');
  }
  if (read.ok && main.gaveUpAt !== undefined && read.value.updatedAt > noted.updatedAt) {
    const isLater = ageOf(read.value) < clock.now() - main.gaveUpAt - tolerance;
    if (isLater) return failed(writtenMeanwhile(home, read.value.updatedAt));
  }
  const before = read.ok ? read.value : noted;
  const startedAt = clock.monotonic();
  const attempts = new Attempts(clock);
  let foreign: number | undefined;
  const written = await secrets.write(home, sealedIn(body), policies.home, {
    beforePause: () => attempts.end(),
    mayWrite: async () => {
      const isJustRead = read.ok && clock.monotonic() - startedAt < tolerance;
      const latest = isJustRead ? read : await secrets.read(home, policies.reread, true);
      const isMoved = latest.ok && latest.value.updatedAt > before.updatedAt;
      if (isMoved && attempts.isNoneOf(latest.value)) foreign = latest.value.updatedAt;
      attempts.begin();
      return foreign === undefined ? undefined : leftAlone;
    },
  });
  if (foreign !== undefined) return failed(writtenMeanwhile(home, foreign));
  if (!written.ok) return failed(notWritten(home, written.error, credential, dependencies));
  const isConfirmed = await confirmHome(home, { before, startedAt }, { note: () => true }, dependencies);
  return isConfirmed ? ok('written') : failed(notConfirmed(home));
}

/** When writes were under way that got no clear answer: one of them may have been carried out all the same. */
class Attempts {
  readonly #clock: Clock;
  readonly #spans: { readonly from: number; readonly to: number }[] = [];
  readonly #first: number;
  #from: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#first = clock.monotonic();
    this.#from = this.#first;
  }

  begin(): void {
    this.#from = this.#clock.monotonic();
  }

  end(): void {
    this.#spans.push({ from: this.#from, to: this.#clock.monotonic() });
  }

  /** Whether the write that GitHub shows came after the first of them, and is none of them; its age is by GitHub's clock. */
  isNoneOf({ updatedAt, asOf }: StoredSecret): boolean {
    const at = this.#clock.monotonic() - (asOf - updatedAt);
    return at > this.#first && !this.#spans.some(({ from, to }) => at >= from - tolerance && at <= to + tolerance);
  }
}

/** The problem of a target that GitHub did not take. */
export function notWritten(
  target: JournalTarget,
  answer: GitHubAnswer,
  credential: CredentialContext,
  { clock }: Needs<'clock'>,
): Problem {
  return gitHubProblem(`Writing ${target.publicName}`, answer, secretsOf(target), credential, clock);
}

function writtenMeanwhile({ publicName }: JournalTarget, at: number): Problem {
  return problem(
    `Writing ${publicName}`,
    `someone else wrote it on ${minuteOf(at)}, after the main step had ended`,
    'It was left as it is: it may hold a newer token. Start a fresh run to see whether ThousandEyes accepts what it holds; if not:',
  );
}

function notConfirmed({ publicName }: JournalTarget): Problem {
  return problem(
    `Reading back the date of ${publicName} after the write`,
    'GitHub said that it is written, but its date did not move',
    "Something between the runner and GitHub may have answered in GitHub's place.",
  );
}
