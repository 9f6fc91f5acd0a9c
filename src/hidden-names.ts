import { Problem } from './errors.ts';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';

/**
 * Repository names that a pattern found, which may not stand in the log of a public repository: anyone can read it.
 * Whatever speaks of such a repository names the pattern instead.
 */
export class HiddenNames {
  readonly #lines = new Map<string, string>();
  readonly #named = new Set<string>();

  /** A name that the user wrote, or that everyone sees anyway, is never hidden. */
  spare(name: string): void {
    this.#named.add(name.toLowerCase());
  }

  hide(name: string, line: string): void {
    if (!this.#named.has(name.toLowerCase())) this.#lines.set(name, line);
  }

  /** The text with each hidden `owner/name` replaced by the line that found it. */
  in(text: string): string {
    let discreet = text;
    for (const [name, line] of this.#lines) {
      if (!discreet.includes(name)) continue;
      discreet = discreet.replaceAll(new RegExp(`(?<![\\w.-])${RegExp.escape(name)}(?![\\w.-]*\\w)`, 'g'), () => line);
    }
    return discreet;
  }

  inProblem({ tried, cameBack, todo }: Problem): Problem {
    return new Problem(this.in(tried), this.in(cameBack), this.in(todo));
  }

  inOutcome(outcome: Outcome): Outcome {
    return {
      ...outcome,
      problems: outcome.problems.map((problem) => this.inProblem(problem)),
      warnings: outcome.warnings.map((warning) => this.in(warning)),
      notices: outcome.notices.map((notice) => this.in(notice)),
      results: outcome.results.map(({ problem, ...result }) =>
        problem === undefined ? result : { ...result, problem: this.inProblem(problem) },
      ),
    };
  }

  /** A log that names no hidden name. */
  log(log: Log): Log {
    return { info: (line) => log.info(this.in(line)), warning: (line) => log.warning(this.in(line)) };
  }
}
