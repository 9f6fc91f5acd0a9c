import { causeOf, type GitHubAnswer } from '../github/answer.ts';
import type { CredentialContext } from '../github/credential.ts';
import { gitHubProblem, secretsOf } from '../github/errors.ts';
import { ghSecretSet } from '../github/gh-cli.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { describeTarget, publicTarget, type ResolvedTarget } from '../targets/resolved-target.ts';
import { describeStore, hasSelection } from '../targets/store.ts';
import type { Needs } from './dependencies.ts';
import type { ReadyTarget, RejectedTarget } from './ready-target.ts';

export interface TargetRequest {
  readonly isHome: boolean;
  readonly createMissing: boolean;
  readonly credential: CredentialContext;
}

/**
 * Reads all that must be known of a target before it is written: its repository, its store's key, its secret.
 *
 * @throws Cancelled
 */
export async function preflightTarget(
  resolved: ResolvedTarget,
  { isHome, createMissing, credential }: TargetRequest,
  { repositories, firstReads, clock }: Needs<'repositories' | 'firstReads' | 'clock'>,
): Promise<Result<ReadyTarget, RejectedTarget>> {
  const { target, publicName, publicStore, isHidden } = resolved;
  const { store } = target;
  const [repository, key, secret] = await Promise.all([
    'repository' in store ? repositories.read(store.owner, store.repository, isHidden) : undefined,
    firstReads.publicKey(resolved),
    firstReads.secret(resolved),
  ]);
  const attempt = `Reading ${publicName}`;
  const reject = (found: Problem) => failed({ resolved, problem: found });
  const rejectAnswer = (what: string, answer: GitHubAnswer) =>
    reject(gitHubProblem(what, answer, secretsOf(resolved), credential, clock));

  if (repository !== undefined && !repository.ok) return rejectAnswer(attempt, repository.error);
  if (repository?.value.archived)
    return reject(
      problem(
        attempt,
        'the repository is archived, so GitHub takes no secrets for it',
        'Unarchive it, or remove the line from `targets`.',
      ),
    );
  if (repository?.value.disabled)
    return reject(
      problem(
        attempt,
        'the repository is disabled',
        'See its page on GitHub for the reason, or remove the line from `targets`.',
      ),
    );
  if (!key.ok) return rejectAnswer(`Reading the public key of ${describeStore(publicStore)}`, key.error);
  if (secret.ok) return ok({ ...resolved, key: key.value, secret: secret.value });
  if (secret.error.status !== 404) return rejectAnswer(attempt, secret.error);
  if (!isHome && createMissing && !hasSelection(store)) return ok({ ...resolved, key: key.value, secret: undefined });
  return reject(missing(attempt, resolved, secret.error, isHome, credential.githubUrl));
}

function missing(
  attempt: string,
  resolved: ResolvedTarget,
  answer: GitHubAnswer,
  isHome: boolean,
  githubUrl: string,
): Problem {
  const cause = `${causeOf(answer)}, so there is no secret ${describeTarget(resolved)}`;
  const { level } = resolved.target.store;
  const example = level === 'organization' ? ', for all private repositories for example' : '';
  const command = ghSecretSet(publicTarget(resolved), { visibility: 'private' }, githubUrl);
  if (isHome)
    return problem(
      attempt,
      cause,
      `The home is the secret that the workflow itself reads, so it must exist. Check \`targets\` and \`secret-name\`, or set it${example}: \`${command}\`.`,
    );
  if (hasSelection(resolved.target.store)) {
    const selection = level === 'user' ? ' (with `--repos` for the repositories that need it)' : '';
    return problem(
      attempt,
      cause,
      `Secrets of an organization or a user are never created here, because you decide who sees them. Create it by hand${example}: \`${command}\`${selection}; or remove the line from \`targets\`.`,
    );
  }
  return problem(
    attempt,
    cause,
    'Check the spelling, remove the line from `targets`, or set `create-missing: true` to have it created.',
  );
}
