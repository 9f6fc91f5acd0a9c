import { askerOf } from './connections.ts';
import type { HiddenNames } from './hidden-names.ts';
import type { Inputs } from './inputs.ts';
import type { NamedTarget } from './inspection.ts';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';
import { distinct, expand, type PatternPorts } from './patterns.ts';
import type { Repositories } from './repositories.ts';
import { labelOf } from './target.ts';
import { plural } from './text.ts';

export interface TargetPorts extends PatternPorts {
  /**
   * Whether the event that started the run says that its repository is public; that saves a request. That it is private
   * is believed from GitHub only: a run that is started again brings the event of its first time.
   */
  readonly eventSaysPublic: () => Promise<boolean>;
  readonly repositories: PatternPorts['repositories'] & Pick<Repositories, 'read'>;
  readonly log: Log;
}

/** The targets that the lines name, each once, the home first; or the outcome of lines that can't be expanded. */
export async function findTargets(
  { lines, secretName, githubToken, mode }: Inputs,
  running: string,
  hidden: HiddenNames,
  ports: TargetPorts,
): Promise<{ readonly targets: readonly NamedTarget[] } | { readonly problems: true; readonly outcome: Outcome }> {
  const asker = askerOf(
    githubToken,
    lines.map((line) => (line.kind === 'target' ? line.target : line.pattern)),
  );
  const hasPatterns = lines.some(({ kind }) => kind === 'pattern');
  const showNames = hasPatterns && (await isPrivate(running, ports));
  const hide = showNames ? undefined : hidden;
  hidden.spare(running);
  for (const line of lines) {
    if (line.kind === 'target' && 'repository' in line.target.store) {
      hidden.spare(`${line.target.store.owner}/${line.target.store.repository}`);
    }
  }
  const expansions = await Promise.all(
    lines.map(async (line) => {
      if (line.kind === 'pattern') return expand(line.pattern, secretName, hide, asker, ports);
      const label = labelOf(line.target, secretName);
      return { targets: [{ target: line.target, label, shown: label }], problems: [], counts: undefined };
    }),
  );
  for (const { counts } of expansions) if (counts !== undefined) ports.log.info(counts);
  const problems = expansions.flatMap((expansion) => expansion.problems);
  const targets = distinct(expansions.flatMap((expansion) => expansion.targets));
  if (problems.length === 0) return { targets };
  const headline = `Nothing was issued and nothing was changed: ${plural(problems.length, 'problem')}.`;
  const results = targets.map(({ target, label, shown }) => ({ target, label, shown, status: 'unchanged' as const }));
  return { problems: true, outcome: { mode, headline, rotated: false, results, problems, warnings: [], notices: [] } };
}

/** Whether the running repository is known to be private, so that its log may name what a pattern found. */
async function isPrivate(running: string, { eventSaysPublic, repositories }: TargetPorts): Promise<boolean> {
  if (await eventSaysPublic()) return false;
  const [owner, name] = running.split('/');
  if (!owner || !name) return false;
  const read = await repositories.read(owner, name);
  return 'found' in read && read.found.private;
}
