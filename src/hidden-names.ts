import type { Log } from './log.ts';

/**
 * Repository names that a pattern found, which may not stand in the log of a public repository: anyone can read it.
 * Whatever speaks of such a repository names the pattern instead.
 */
export class HiddenNames {
  readonly #lines = new Map<string, string>();

  hide(name: string, line: string): void {
    this.#lines.set(name, line);
  }

  /** The text with each hidden `owner/name` replaced by the line that found it. */
  in(text: string): string {
    let discreet = text;
    for (const [name, line] of this.#lines) {
      if (!discreet.includes(name)) continue;
      discreet = discreet.replaceAll(new RegExp(`(?<![\\w.-])${RegExp.escape(name)}(?![\\w.-]*\\w)`, 'g'), line);
    }
    return discreet;
  }

  /** A log that names no hidden name. */
  log(log: Log): Log {
    return { info: (line) => log.info(this.in(line)), warning: (line) => log.warning(this.in(line)) };
  }
}
