import { appendFileSync, writeFileSync } from 'node:fs';
// The toolkit's two modules by their files: its entry loads an OIDC client with two more HTTP stacks, which costs more
// than a whole rotation (some 50 ms of 150) and is never used here.
import { issue, issueCommand } from '../node_modules/@actions/core/lib/command.js';
import { issueFileCommand, prepareKeyValueMessage } from '../node_modules/@actions/core/lib/file-command.js';
import type { Log } from './log.ts';
import type { Secret } from './secret.ts';

/** GitHub cuts an annotation at 4,096 characters. */
const longestAnnotation = 4000;

/** The workflow run as the action speaks to it: log, masks, outputs, state, summary. */
export interface Workflow extends Log {
  notice(text: string): void;
  error(text: string): void;
  /** Hides a token in everything that the log shows from now on. */
  mask(token: Secret): void;
  /** Whether it was written. Never throws: an output that can't be written must not stop a rotation. */
  output(name: string, value: string): boolean;
  /** Leaves a value to the post step. Throws where it can't. */
  state(name: string, value: string): void;
  /**
   * Appends Markdown to this step's part of the job summary, or puts it in its place. Never throws: a summary that can't
   * be written must not stop a rotation.
   *
   * @returns whether it was written
   */
  summary(markdown: string, how?: 'append' | 'replace'): boolean;
  fail(): void;
}

/** The runner takes `##[` anywhere in a line, and `::` at its beginning, for a command. */
function withoutCommand(line: string): string {
  return line.replaceAll('##[', '# #[').replace(/^(\s*:):/, '$1 :');
}

export const workflow: Workflow = {
  info: (line) => process.stdout.write(`${withoutCommand(line)}\n`),
  warning: (text) => issue('warning', text.slice(0, longestAnnotation)),
  notice: (text) => issue('notice', text.slice(0, longestAnnotation)),
  error: (text) => issue('error', text.slice(0, longestAnnotation)),
  mask: (token) => {
    if (token.reveal() !== '') issueCommand('add-mask', {}, token.reveal());
  },
  output: (name, value) => {
    try {
      issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
      return true;
    } catch {
      issue('warning', `The output \`${name}\` could not be written.`);
      return false;
    }
  },
  state: (name, value) => issueFileCommand('STATE', prepareKeyValueMessage(name, value)),
  summary: (markdown, how = 'append') => {
    const path = process.env.GITHUB_STEP_SUMMARY;
    if (!path) return false;
    try {
      // At once and in one piece, unlike the toolkit's asynchronous builder: the process may be killed at any moment.
      (how === 'append' ? appendFileSync : writeFileSync)(path, markdown);
      return true;
    } catch {
      issue('warning', 'The job summary could not be written.');
      return false;
    }
  },
  fail: () => {
    process.exitCode = 1;
  },
};
