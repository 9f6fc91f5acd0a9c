import { durationOfReads } from './budget.ts';
import { Problem } from './errors.ts';
import type { GitHubAnswer } from './github.ts';
import { type Asker, problemWithStore } from './github-problems.ts';
import type { HiddenNames } from './hidden-names.ts';
import type { NamedTarget } from './inspection.ts';
import { Progress } from './progress.ts';
import type { PublicKeys } from './public-keys.ts';
import type { Repositories, Repository } from './repositories.ts';
import type { RetryPorts } from './retry.ts';
import type { SecretStore } from './secret-store.ts';
import { keyOf, labelOf, type Pattern, type Target } from './target.ts';
import { plural } from './text.ts';

export interface PatternPorts extends Pick<RetryPorts, 'clock' | 'log'> {
  readonly repositories: Pick<Repositories, 'list'>;
  readonly secrets: Pick<SecretStore, 'read'>;
  readonly keys: Pick<PublicKeys, 'of'>;
}

/** What a pattern stands for: targets, problems, and a line for the log that counts what was left out. */
export interface Expansion {
  readonly targets: readonly NamedTarget[];
  readonly problems: readonly Problem[];
  readonly counts: string;
}

/** What became of one repository that matches. */
type Candidate =
  | { readonly kind: 'holds'; readonly target: Target }
  | { readonly kind: 'lacks' | 'archived' | 'disabled' }
  | { readonly kind: 'unreadable'; readonly answer: GitHubAnswer; readonly target: Target };

/**
 * The repositories of an owner that match a pattern and already hold its secret.
 *
 * @param hidden where the names that are found are hidden from log and summary; undefined where they may be shown
 * @throws Cancelled
 */
export async function expand(
  pattern: Pattern,
  secretName: string,
  hidden: HiddenNames | undefined,
  asker: Asker,
  ports: PatternPorts,
): Promise<Expansion> {
  const line = labelOf(pattern, secretName);
  const listed = await ports.repositories.list(pattern.store.owner);
  if ('answer' in listed) {
    const problem = problemWithStore(
      `Listing the repositories of ${pattern.store.owner} for ${line}`,
      listed.answer,
      pattern.store,
      asker,
    );
    return { targets: [], problems: [problem], counts: `${line}: not listed` };
  }
  const matching = listed.found.filter(({ name }) => matches(name, pattern.store.repository));
  for (const { owner, name } of matching) hidden?.hide(`${owner}/${name}`, line);
  const showNames = hidden === undefined;
  const progress = new Progress(`Looked for ${line}`, matching.length, durationOfReads(2 * matching.length), ports);
  const candidates = await Promise.all(
    matching.map(async (repository) => {
      const candidate = await judge(repository, pattern, ports);
      progress.step();
      return candidate;
    }),
  );
  const count = (kind: Candidate['kind']) => candidates.filter((candidate) => candidate.kind === kind).length;
  const targets = candidates
    .filter((candidate) => candidate.kind === 'holds')
    .map(({ target }) => named(target, line, secretName, showNames));
  const unreadable = candidates.filter((candidate) => candidate.kind === 'unreadable');
  const problems = unreadable.slice(0, 1).map(({ answer, target }) => {
    const where = showNames
      ? labelOf(target, secretName)
      : `one of ${plural(unreadable.length, 'repository', 'repositories')} of ${line}`;
    return problemWithStore(`Reading ${where}`, answer, showNames ? target.store : pattern.store, asker);
  });
  const counts = `${line}: of ${plural(listed.found.length, 'repository', 'repositories')} ${matching.length} match, ${count('holds')} hold the secret; left out: ${count('lacks')} without it, ${count('archived')} archived, ${count('disabled')} disabled`;
  if (targets.length === 0 && problems.length === 0) {
    problems.push(
      new Problem(
        `Expanding ${line}`,
        counts,
        'A pattern finds repositories that already hold the secret, and this one finds none. Check the spelling, and which repositories the credential may see; or remove the line.',
      ),
    );
  }
  return { targets, problems, counts };
}

/** One target of a pattern, as it may be called. */
function named(target: Target, line: string, secretName: string, showNames: boolean): NamedTarget {
  const label = labelOf(target, secretName);
  return { target, label, shown: showNames ? label : line };
}

/** A 404 counts as "does not hold it" only where the public key could be read: else it may mean "may not see it". */
async function judge(repository: Repository, pattern: Pattern, { secrets, keys }: PatternPorts): Promise<Candidate> {
  if (repository.archived) return { kind: 'archived' };
  if (repository.disabled) return { kind: 'disabled' };
  const target: Target = {
    ...pattern,
    store: { ...pattern.store, owner: repository.owner, repository: repository.name },
  };
  const [secret, key] = await Promise.all([secrets.read(target), keys.of(target.store)]);
  if ('found' in secret) return { kind: 'holds', target };
  if (secret.answer.status !== 404) return { kind: 'unreadable', answer: secret.answer, target };
  if ('found' in key) return { kind: 'lacks' };
  // A repository without the environment can't hold its secret; that is told by the repository's own Actions key.
  if (target.store.level === 'environment' && key.answer.status === 404) {
    const actions = await keys.of({
      level: 'repository',
      feature: 'actions',
      owner: repository.owner,
      repository: repository.name,
    });
    if ('found' in actions) return { kind: 'lacks' };
  }
  return { kind: 'unreadable', answer: key.answer, target };
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
export function distinct(targets: readonly NamedTarget[]): NamedTarget[] {
  const seen = new Map<string, NamedTarget>();
  for (const named of targets) {
    const key = keyOf(named.target);
    if (!seen.has(key)) seen.set(key, named);
  }
  return [...seen.values()];
}
