import { writeFileSync } from 'node:fs';
import * as core from '@actions/core';
import { oneLine } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';

/** GitHub cuts an annotation at 4,096 characters. */
const longestAnnotation = 4000;

/** The workflow run, by the toolkit. */
export function createWorkflow(variables: NodeJS.ProcessEnv): Workflow {
  const outputs = new Set<string>();
  /** The toolkit prints what has no file to go to, a token too. */
  const safely = (file: string, write: (path: string) => void): boolean => {
    const path = variables[file];
    if (!path) return false;
    try {
      write(path);
      return true;
    } catch {
      return false;
    }
  };
  const annotation = (text: string) => oneLine(text).slice(0, longestAnnotation);
  return {
    info: (line) => core.info(withoutCommand(oneLine(line))),
    warning: (text) => core.warning(annotation(text)),
    notice: (text) => core.notice(annotation(text)),
    error: (text) => core.error(annotation(text)),
    mask: (token) => {
      if (token.reveal() !== '') core.setSecret(token.reveal());
    },
    output: (name, value) => {
      const isWritten = safely('GITHUB_OUTPUT', () => core.setOutput(name, value));
      if (isWritten) outputs.add(name);
      else core.warning(`The output \`${name}\` could not be written.`);
      return isWritten;
    },
    hasOutput: (name) => outputs.has(name),
    state: (name, value) => safely('GITHUB_STATE', () => core.saveState(name, value)),
    summary: (markdown) => {
      // At once and in one piece, unlike the toolkit's asynchronous builder: the process may be killed at any moment.
      const isWritten = safely('GITHUB_STEP_SUMMARY', (path) => writeFileSync(path, markdown));
      if (!isWritten) core.warning('The job summary could not be written.');
      return isWritten;
    },
    fail: () => {
      process.exitCode = core.ExitCode.Failure;
    },
  };
}

/** The runner takes `##[` anywhere in a line, and `::` at its beginning, for a command. */
function withoutCommand(line: string): string {
  return line.replaceAll('##[', '# #[').replace(/^(\s*:):/, '$1 :');
}
