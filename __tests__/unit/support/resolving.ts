import type { GitHubAnswer } from '../../../src/github/answer.ts';
import type { Repository } from '../../../src/github/repositories.ts';
import { messageOf } from '../../../src/lib/problem.ts';
import { failed, ok } from '../../../src/lib/result.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { type Lines, resolveTargets } from '../../../src/rotation/preflight/resolve-targets.ts';
import { labelOf, lineFrom } from '../../../src/targets/target.ts';
import { type SceneOptions, sceneOf } from './scene.ts';

export interface ResolveOptions extends SceneOptions {
  /** What the owners' lists hold: names of repositories of `acme`, or whole ones. */
  readonly names?: readonly (string | Partial<Repository>)[];
  /** Owners whose repositories GitHub does not list, and what it answers. */
  readonly unlisted?: Record<string, GitHubAnswer>;
  readonly running?: string;
  readonly credential?: string;
  /** How long each read of a secret takes, in ms. */
  readonly readTakes?: number;
}

/** The lines of `targets`, with what goes for all of them. */
export function linesOf(text: string, credential = 'ghp_of-targets'): Lines {
  const lines = text.split('\n').map((line) => {
    const parsed = lineFrom(line, 'TE_TOKEN');
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
  const githubToken = new Secret(credential);
  return { lines, secretName: 'TE_TOKEN', githubToken, githubUrl: 'https://api.github.com' };
}

/** What the lines come to in a scene that runs in `acme/network`. */
export async function resolve(
  text: string,
  { names = [], unlisted = {}, running, credential, readTakes, ...options }: ResolveOptions = {},
) {
  const scene = sceneOf(options);
  const { dependencies, clock } = scene;
  let reads = 0;
  const result = await resolveTargets(linesOf(text, credential), {
    ...dependencies,
    run: running === undefined ? dependencies.run : { ...dependencies.run, repository: running },
    repositories: {
      ...dependencies.repositories,
      read: (owner, name) => {
        reads++;
        return dependencies.repositories.read(owner, name);
      },
      list: async (owner) => {
        const answer = unlisted[owner];
        if (answer !== undefined) return failed(answer);
        const row = { id: 1, owner, archived: false, disabled: false, isPrivate: true };
        return ok(names.map((name) => ({ ...row, name: '', ...(typeof name === 'string' ? { name } : name) })));
      },
      hasEnvironment: async () => false,
    },
    firstReads: {
      ...dependencies.firstReads,
      secret: async (which) => {
        if (readTakes !== undefined) await clock.sleep(readTakes);
        return dependencies.firstReads.secret(which);
      },
    },
  });
  const found = result.ok ? result.value : result.error.targets;
  return {
    result,
    found,
    /** Each target's own name. */
    names: found.map(({ target }) => labelOf(target, 'TE_TOKEN')),
    /** Those that a pattern found. */
    finds: found.filter(({ isFound }) => isFound).map(({ name }) => name),
    problems: result.ok ? [] : result.error.problems.map(messageOf),
    log: scene.log.lines,
    reads,
  };
}
