import { appendFileSync } from 'node:fs';
import * as core from '@actions/core';
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
  output(name: string, value: string): void;
  /** Leaves a value to the post step. */
  state(name: string, value: string): void;
  /** Appends Markdown to the job summary. Never throws: a summary that can't be written must not stop a rotation. */
  summary(markdown: string): void;
  fail(): void;
}

export const workflow: Workflow = {
  info: (line) => core.info(line),
  warning: (text) => core.warning(text.slice(0, longestAnnotation)),
  notice: (text) => core.notice(text.slice(0, longestAnnotation)),
  error: (text) => core.error(text.slice(0, longestAnnotation)),
  mask: (token) => {
    const value = token.reveal();
    if (value !== '') core.setSecret(value);
  },
  output: (name, value) => core.setOutput(name, value),
  state: (name, value) => core.saveState(name, value),
  summary: (markdown) => {
    const path = process.env.GITHUB_STEP_SUMMARY;
    if (!path) return;
    try {
      // At once and in one piece, unlike the toolkit's asynchronous builder: the process may be killed at any moment.
      appendFileSync(path, markdown);
    } catch {
      core.warning('The job summary could not be written; the log says the same.');
    }
  },
  fail: () => {
    process.exitCode = 1;
  },
};
