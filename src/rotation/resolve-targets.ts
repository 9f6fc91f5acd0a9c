import { type CredentialContext, credentialContext } from '../github/credential.ts';
import { gitHubProblem, secretsOf } from '../github/errors.ts';
import { type Problem, problem } from '../lib/problem.ts';
import { Progress } from '../lib/progress.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import type { Secret } from '../lib/secret.ts';
import { plural } from '../lib/text.ts';
import { hiddenTarget, namedTarget, type ResolvedTarget } from '../targets/resolved-target.ts';
import { keyOf, type Line, labelOf, type Pattern } from '../targets/target.ts';
import { durationOfReads } from './budget.ts';
import type { Needs } from './dependencies.ts';
import { type Candidate, judgeCandidate } from './pattern-candidate.ts';
import { isKnownPrivate } from './running-repository.ts';

/** The lines of `targets`, and what goes for all of them. */
export interface Lines {
  /** The home first; it is no pattern. */
  readonly lines: readonly Line[];
  readonly secretName: string;
  readonly githubToken: Secret;
  readonly githubUrl: string;
}

type ResolveNeeds = Needs<'repositories' | 'firstReads' | 'clock' | 'log' | 'run' | 'eventSaysPublic'>;

/** What one line stands for: targets, problems, and for a pattern a line for the log that counts what was left out. */
interface Expansion {
  readonly targets: readonly ResolvedTarget[];
  readonly problems: readonly Problem[];
  readonly counts?: string;
}

/**
 * The targets that the lines name, each once, the home first; or every problem of patterns that can't be expanded.
 *
 * @throws Cancelled
 */
export async function resolveTargets(
  { lines, secretName, githubToken, githubUrl }: Lines,
  dependencies: ResolveNeeds,
): Promise<Result<readonly ResolvedTarget[], { problems: readonly Problem[]; targets: readonly ResolvedTarget[] }>> {
  const stores = lines.map((line) => (line.kind === 'target' ? line.target : line.pattern).store);
  const credential = credentialContext(githubToken, stores, githubUrl);
  const hasPatterns = lines.some(({ kind }) => kind === 'pattern');
  const showsNames = hasPatterns && (await isKnownPrivate(dependencies));
  const expansions = await Promise.all(
    lines.map(async (line): Promise<Expansion> => {
      if (line.kind === 'target') return { targets: [namedTarget(line.target, secretName)], problems: [] };
      return expand(line.pattern, secretName, showsNames, credential, dependencies);
    }),
  );
  for (const { counts } of expansions) if (counts !== undefined) dependencies.log.info(counts);
  const problems = expansions.flatMap((expansion) => expansion.problems);
  // A name that the user wrote is shown, also where a pattern finds it: it is the one that stays.
  const named = byKey(expansions.filter(({ counts }) => counts === undefined).flatMap(({ targets }) => targets));
  const found = byKey(expansions.flatMap((expansion) => expansion.targets));
  const targets = [...found].map(([key, each]) => named.get(key) ?? each);
  return problems.length === 0 ? ok(targets) : failed({ problems, targets });
}

/** The repositories of an owner that match a pattern and already hold its secret. */
async function expand(
  pattern: Pattern,
  secretName: string,
  showsNames: boolean,
  credential: CredentialContext,
  dependencies: ResolveNeeds,
): Promise<Expansion> {
  const { repositories, clock } = dependencies;
  const line = labelOf(pattern, secretName);
  const listed = await repositories.list(pattern.store.owner);
  if (!listed.ok) {
    const attempt = `Listing the repositories of ${pattern.store.owner} for ${line}`;
    const found = gitHubProblem(attempt, listed.error, secretsOf({ publicStore: pattern.store }), credential, clock);
    return { targets: [], problems: [found], counts: `${line}: not listed` };
  }
  const matching = listed.value.filter(({ name }) => matches(name, pattern.store.repository));
  const progress = new Progress(
    `Looked for ${line}`,
    matching.length,
    durationOfReads(2 * matching.length),
    dependencies,
  );
  const candidates = await Promise.all(
    matching.map(async (repository) => {
      const target = { ...pattern, store: { ...pattern.store, owner: repository.owner, repository: repository.name } };
      const resolved = showsNames ? namedTarget(target, secretName) : hiddenTarget(target, pattern, secretName);
      const candidate = await judgeCandidate(repository, resolved, dependencies);
      progress.step();
      return candidate;
    }),
  );
  return expansionOf(candidates, line, listed.value.length, credential, dependencies);
}

function expansionOf(
  candidates: readonly Candidate[],
  line: string,
  listed: number,
  credential: CredentialContext,
  { clock }: Needs<'clock'>,
): Expansion {
  const count = (kind: Candidate['kind']) => candidates.filter((candidate) => candidate.kind === kind).length;
  const counts = `${line}: of ${plural(listed, 'repository', 'repositories')} ${candidates.length} match, ${count('holds')} hold the secret; left out: ${count('lacks')} without it, ${count('archived')} archived, ${count('disabled')} disabled`;
  const targets = candidates.filter((each) => each.kind === 'holds').map(({ resolved }) => resolved);
  const unreadable = candidates.filter((each) => each.kind === 'unreadable');
  const problems = unreadable.slice(0, 1).map(({ answer, resolved }) => {
    const where = resolved.isHidden
      ? `one of ${plural(unreadable.length, 'repository', 'repositories')} of ${line}`
      : resolved.publicName;
    return gitHubProblem(`Reading ${where}`, answer, secretsOf(resolved), credential, clock);
  });
  if (targets.length > 0 || problems.length > 0) return { targets, problems, counts };
  const none = problem(
    `Expanding ${line}`,
    counts,
    'A pattern finds repositories that already hold the secret, and this one finds none. Check the spelling, and which repositories the credential may see; or remove the line.',
  );
  return { targets: [], problems: [none], counts };
}

/** Whether a name matches; `*` stands for any characters, case does not count. No regular expression: ten stars would take it years. */
function matches(name: string, pattern: string): boolean {
  const [text, wanted] = [name.toLowerCase(), pattern.toLowerCase()];
  const first = wanted.slice(0, wanted.indexOf('*'));
  const last = wanted.slice(wanted.lastIndexOf('*') + 1);
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of wanted.split('*').slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > text.length - last.length) return false;
    from = at + part.length;
  }
  return true;
}

/** Each target once, the first mention counting. */
function byKey(targets: readonly ResolvedTarget[]): ReadonlyMap<string, ResolvedTarget> {
  const seen = new Map<string, ResolvedTarget>();
  for (const each of targets) {
    const key = keyOf(each.target);
    if (!seen.has(key)) seen.set(key, each);
  }
  return seen;
}
