import type { Secret } from './secret.ts';

/** The workflow run as the action speaks to it. Nothing here throws: what can't be written must not stop a rotation. */
export interface Workflow extends Log {
  notice(text: string): void;
  error(text: string): void;
  /** Hides a token in everything that the log shows from now on. */
  mask(token: Secret): void;
  /** Whether it was written. */
  output(name: string, value: string): boolean;
  hasOutput(name: string): boolean;
  /** Leaves a value to the post step; whether that worked. */
  state(name: string, value: string): boolean;
  /** Puts Markdown into this step's part of the job summary, in place of what it had there; whether it was written. */
  summary(markdown: string): boolean;
  fail(): void;
}

/** Where lines for a person go. What is given to it holds no token and no line break. */
export interface Log {
  info(line: string): void;
  warning(line: string): void;
}
