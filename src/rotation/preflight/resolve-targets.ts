import type { GitHubAnswer } from '../../github/answer.ts';
import { type CredentialContext, credentialContext } from '../../github/credential.ts';
import { gitHubProblem, secretsOf } from '../../github/errors.ts';
import type { Repository } from '../../github/repositories.ts';
import { type Problem, problem } from '../../lib/problem.ts';
import { progressOf } from '../../lib/progress.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { Secret } from '../../lib/secret.ts';
import { plural, someOf } from '../../lib/text.ts';
import type { Store } from '../../targets/store.ts';
import {
  isPattern,
  keyOf,
  labelOf,
  namedTarget,
  type Pattern,
  type ResolvedTarget,
  type Target,
} from '../../targets/target.ts';
import type { Needs } from '../dependencies.ts';
import { durationOfReads } from './budget.ts';
import { isPrivate } from './running-repository.ts';

/** The lines of `targets`, and what goes for all of them. */
export interface Lines {
  /** The home first; it is no pattern. */
  readonly lines: readonly Target[];
  readonly secretName: string;
  readonly githubToken: Secret;
  readonly githubUrl: string;
}

type ResolveNeeds = Needs<'repositories' | 'firstReads' | 'clock' | 'log' | 'run'>;

/** What one line stands for: targets, or a problem. */
interface Expansion {
  readonly targets: readonly ResolvedTarget[];
  readonly problems: readonly Problem[];
}

/** The targets that the lines name, each once, the home first; or every problem of patterns. Throws Cancelled. */
export async function resolveTargets(
  { lines, secretName, githubToken, githubUrl }: Lines,
  dependencies: ResolveNeeds,
): Promise<Result<readonly ResolvedTarget[], { problems: readonly Problem[]; targets: readonly ResolvedTarget[] }>> {
  const stores = lines.map(({ store }) => store);
  const credential = credentialContext(githubToken, stores, githubUrl);
  const patterns = lines.filter(isPattern).map((pattern) => labelOf(pattern, secretName));
  const named = lines.filter((line) => !isPattern(line)).map((line) => namedTarget(line, secretName));
  if (patterns.length > 0) {
    const obstacle = await obstacleToPatterns(patterns, credential, dependencies);
    if (obstacle !== undefined) return failed({ problems: [obstacle], targets: named });
  }
  const expansions = await Promise.all(
    lines.map(async (line): Promise<Expansion> => {
      if (isPattern(line)) return expand(line, secretName, credential, dependencies);
      return { targets: [namedTarget(line, secretName)], problems: [] };
    }),
  );
  const problems = expansions.flatMap((expansion) => expansion.problems);
  // Each once, in the place of its first mention; a line that names it vouches for it, also where a pattern finds it.
  const mentioned = [...expansions.flatMap((expansion) => expansion.targets), ...named.toReversed()];
  const targets = [...new Map(mentioned.map((each) => [keyOf(each.target), each])).values()];
  return problems.length === 0 ? ok(targets) : failed({ problems, targets });
}

/** The log would name private repositories to whoever can read it. */
async function obstacleToPatterns(
  patterns: readonly string[],
  credential: CredentialContext,
  dependencies: ResolveNeeds,
): Promise<Problem | undefined> {
  const { repository } = dependencies.run;
  const privacy = await isPrivate(dependencies);
  if (privacy.ok && privacy.value) return undefined;
  // With 404 GitHub answers whoever is not allowed to see it.
  if (!privacy.ok && privacy.error.status !== 404) {
    const [owner = '', name = ''] = repository.split('/');
    const store: Store = { level: 'repository', feature: 'actions', owner, repository: name };
    const attempt = `Reading ${repository}, which must be private for a pattern`;
    return gitHubProblem(attempt, privacy.error, secretsOf(store), credential);
  }
  const quoted = patterns.map((pattern) => `\`${pattern}\``);
  return problem(
    `Input \`targets\`: expanding ${someOf(quoted, 5)}`,
    `a pattern works only where the running repository is known to be private, and ${repository === '' ? 'it' : repository} is not`,
    [
      'Run this workflow in a private repository (not a public or an internal one), with a credential that is allowed to read it.',
      'Or name each target on a line of its own.',
    ],
    'The log and the summary name what a pattern finds. Nothing was changed.',
  );
}

/** The repositories of an owner that match a pattern and already hold its secret. */
async function expand(
  pattern: Pattern,
  secretName: string,
  credential: CredentialContext,
  dependencies: ResolveNeeds,
): Promise<Expansion> {
  const { repositories, log } = dependencies;
  const { owner, repository: wanted } = pattern.store;
  const line = labelOf(pattern, secretName);
  const listed = await repositories.list(owner);
  if (!listed.ok) {
    const attempt = `Listing the repositories of ${owner} for ${line}`;
    return { targets: [], problems: [gitHubProblem(attempt, listed.error, secretsOf(pattern.store), credential)] };
  }
  const matching = listed.value.filter(({ name }) => matches(name, wanted));
  const duration = durationOfReads(2 * matching.length);
  const step = progressOf(`Looked for ${line}`, matching.length, duration, dependencies);
  const candidates = await Promise.all(
    matching.map(async (repository) => {
      const store = { ...pattern.store, owner: repository.owner, repository: repository.name };
      const target = { ...namedTarget({ ...pattern, store }, secretName), isFound: true };
      const candidate = await judgeCandidate(repository, target, dependencies);
      step();
      return candidate;
    }),
  );
  const counts = countsOf(candidates, line, listed.value.length);
  log.info(counts);
  const targets = candidates.filter((each) => each.kind === 'holds').map(({ resolved }) => resolved);
  const problems = candidates
    .filter((each) => each.kind === 'unreadable')
    .map(({ answer, resolved: { name, target } }) =>
      gitHubProblem(`Reading ${name}`, answer, secretsOf(target.store), credential),
    );
  if (targets.length > 0 || problems.length > 0) return { targets, problems };
  const none = problem(
    `Expanding ${line}`,
    counts,
    'Check the spelling, and which repositories the credential is allowed to see. Or remove the line.',
    'A pattern finds repositories that already hold the secret, and this one finds none.',
  );
  return { targets, problems: [none] };
}

function countsOf(candidates: readonly Candidate[], line: string, listed: number): string {
  const count = (kind: Candidate['kind']) => candidates.filter((candidate) => candidate.kind === kind).length;
  return `${line}: of ${plural(listed, 'repository', 'repositories')} ${candidates.length} match, ${count('holds')} hold the secret; left out: ${count('lacks')} without it, ${count('archived')} archived, ${count('disabled')} disabled`;
}

/** What became of one repository that a pattern matches. */
type Candidate =
  | { readonly kind: 'holds'; readonly resolved: ResolvedTarget }
  | { readonly kind: 'lacks' | 'archived' | 'disabled' }
  | { readonly kind: 'unreadable'; readonly answer: GitHubAnswer; readonly resolved: ResolvedTarget };

/** A 404 is "does not hold it" only where something else of the store could be read: else it may be "may not see it". */
export async function judgeCandidate(
  repository: Repository,
  resolved: ResolvedTarget,
  { firstReads, repositories }: Needs<'firstReads' | 'repositories'>,
): Promise<Candidate> {
  if (repository.archived) return { kind: 'archived' };
  if (repository.disabled) return { kind: 'disabled' };
  const [secret, key] = await Promise.all([firstReads.secret(resolved), firstReads.publicKey(resolved)]);
  if (secret.ok) return { kind: 'holds', resolved };
  if (secret.error.status !== 404) return { kind: 'unreadable', answer: secret.error, resolved };
  if (key.ok) return { kind: 'lacks' };
  const { store } = resolved.target;
  if (store.level === 'environment' && key.error.status === 404) {
    const { owner, repository: name, environment } = store;
    const found = await repositories.hasEnvironment(owner, name, environment);
    if (found === false) return { kind: 'lacks' };
    if (found === undefined) {
      // It may not read environments; then the repository's own Actions key tells that it sees the repository's stores.
      const sibling = { level: 'repository', feature: 'actions', owner, repository: name } as const;
      const itsKey = await firstReads.publicKey({ ...resolved, target: { ...resolved.target, store: sibling } });
      if (itsKey.ok) return { kind: 'lacks' };
    }
  }
  return { kind: 'unreadable', answer: key.error, resolved };
}

/** Whether a name matches; `*` stands for any characters, case does not count. No regular expression: ten stars would take it years. */
function matches(name: string, pattern: string): boolean {
  const text = name.toLowerCase();
  const [first = '', ...parts] = pattern.toLowerCase().split('*');
  const last = parts.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let between = text.slice(first.length, text.length - last.length);
  return parts.every((part) => {
    const at = between.indexOf(part);
    between = between.slice(at + part.length);
    return at !== -1;
  });
}
