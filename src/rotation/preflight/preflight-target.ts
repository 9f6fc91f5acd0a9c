import { answerFrom, causeOf, type GitHubAnswer } from '../../github/answer.ts';
import type { CredentialContext } from '../../github/credential.ts';
import { gitHubProblem, secretsOf } from '../../github/errors.ts';
import { ghApi, ghSecretSet } from '../../github/gh-cli.ts';
import type { PublicKey } from '../../github/sealed-box.ts';
import type { StoredSecret } from '../../github/secrets.ts';
import { type Problem, problem } from '../../lib/problem.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import { describeStore, hasSelection, type Store } from '../../targets/store.ts';
import { describeTarget, type ResolvedTarget } from '../../targets/target.ts';
import type { Needs } from '../dependencies.ts';
import type { RunRequest } from '../request.ts';

/**
 * Reads what must be known of a target before it is written: its repository, its key, its secret. A home whose secret is
 * missing is rejected, whatever `createMissing` says. Throws Cancelled.
 */
export async function preflightTarget(
  resolved: ResolvedTarget,
  isHome: boolean,
  { createMissing, credential }: Pick<RunRequest, 'createMissing' | 'credential'>,
  { repositories, firstReads, loadSealer }: Needs<'repositories' | 'firstReads' | 'loadSealer'>,
): Promise<Result<ReadyTarget, RejectedTarget>> {
  const { store } = resolved.target;
  const [repository, key, secret, sealer] = await Promise.all([
    'repository' in store ? repositories.read(store.owner, store.repository) : undefined,
    firstReads.publicKey(resolved),
    firstReads.secret(resolved),
    loadSealer(),
  ]);
  const attempt = `Reading ${resolved.name}`;
  const reject = (found: Problem) => failed({ resolved, problem: found });
  const rejectAnswer = (what: string, answer: GitHubAnswer) =>
    reject(gitHubProblem(what, answer, secretsOf(store), credential));

  if (repository !== undefined && !repository.ok) return rejectAnswer(attempt, repository.error);
  if (repository?.value.archived) {
    const cause = 'the repository is archived, so GitHub takes no secrets for it';
    return reject(problem(attempt, cause, 'Unarchive it, or remove the line from `targets`.'));
  }
  if (repository?.value.disabled) {
    const look = 'See its page on GitHub for the reason, or remove the line from `targets`.';
    return reject(problem(attempt, 'the repository is disabled', look));
  }
  const what = `Reading the public key of ${describeStore(store)}`;
  if (!key.ok) {
    const isMissing =
      store.level === 'environment' &&
      key.error.status === 404 &&
      (await repositories.hasEnvironment(store.owner, store.repository, store.environment)) === false;
    return isMissing ? reject(missingEnvironment(what, store, credential)) : rejectAnswer(what, key.error);
  }
  if (!secret.ok && secret.error.status !== 404) return rejectAnswer(attempt, secret.error);
  if (!secret.ok && (isHome || !createMissing || hasSelection(store)))
    return reject(missing(resolved, secret.error, isHome, credential));
  // A key that nothing can be sealed for is found now, while nothing is issued.
  const sealed = sealer.ok ? sealer.value.seal('', key.value) : undefined;
  if (sealed?.ok === false)
    return rejectAnswer(what, { ...answerFrom(200, {}, '', 0), detail: `200 with ${sealed.error}` });
  return ok({ ...resolved, key: key.value, secret: secret.ok ? secret.value : undefined });
}

function missing(
  { name, target }: ResolvedTarget,
  answer: GitHubAnswer,
  isHome: boolean,
  { githubUrl }: CredentialContext,
): Problem {
  const attempt = `Reading ${name}`;
  const cause = `${causeOf(answer)}, so there is no secret ${describeTarget({ target })}`;
  const who = target.store.level === 'organization' ? ' (for all private repositories, for example)' : '';
  const command = `\`${ghSecretSet(target, { visibility: 'private' }, githubUrl)}\``;
  const spelling = 'Check the spelling, or remove the line from `targets`.';
  if (isHome) {
    const steps = ['Check `targets` and `secret-name`.', `If they are right, set the secret${who}: ${command}`];
    return problem(attempt, cause, steps, 'The home is the secret that the workflow itself reads, so it must exist.');
  }
  if (!hasSelection(target.store)) {
    const create = 'If it is right, set `create-missing: true` to have the secret created.';
    return problem(attempt, cause, [spelling, create]);
  }
  const ofUser = target.store.level === 'user' ? ['Add `--repos` with the repositories that need it.'] : [];
  return problem(
    attempt,
    cause,
    [spelling, `If it is right, create the secret${who}: ${command}`, ...ofUser],
    'Secrets of an organization or a user are never created here, because you decide who sees them.',
  );
}

function missingEnvironment(
  attempt: string,
  { owner, repository, environment }: Extract<Store, { level: 'environment' }>,
  { githubUrl }: CredentialContext,
): Problem {
  const path = `repos/${owner}/${repository}/environments/${encodeURIComponent(environment)}`;
  return problem(attempt, `${owner}/${repository} has no environment "${environment}"`, [
    'Check its spelling in `targets`.',
    `If it is right, create the environment: \`${ghApi('PUT', path, githubUrl)}\``,
    'Store the token in it, and run this workflow again.',
  ]);
}

/** A target that can be written. */
export interface ReadyTarget extends ResolvedTarget {
  readonly key: PublicKey;
  /** Undefined where the secret is to be created. */
  readonly secret: StoredSecret | undefined;
}

/** The home: its secret exists. */
export interface ReadyHome extends ReadyTarget {
  readonly secret: StoredSecret;
}

/** A target that can't be written. */
export interface RejectedTarget {
  readonly resolved: ResolvedTarget;
  readonly problem: Problem;
}
