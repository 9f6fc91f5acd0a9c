import { writeFileSync } from 'node:fs';
import * as core from '@actions/core';
import { fileFault } from '../lib/file-fault.ts';
import { oneLine } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';

/** GitHub cuts an annotation at 4,096 characters. */
export const longestAnnotation = 4000;

export function createWorkflow(variables: NodeJS.ProcessEnv): Workflow {
  const outputs = new Set<string>();
  /** Why it was not written; the toolkit prints what has no file to go to, a token too. */
  const faultIn = (file: string, write: (path: string) => void): string | undefined => {
    const path = variables[file];
    if (!path) return `${file} is not set`;
    try {
      write(path);
      return undefined;
    } catch (error) {
      return fileFault(error, file);
    }
  };
  // The toolkit hands over a line break as `%0A`, which starts no command.
  const annotation = (text: string) => text.split('\n').map(oneLine).join('\n').slice(0, longestAnnotation);
  return {
    info: (line) => core.info(withoutCommand(oneLine(line))),
    warning: (text) => core.warning(annotation(text)),
    notice: (text) => core.notice(annotation(text)),
    error: (text) => core.error(annotation(text)),
    mask: (token) => {
      if (token.reveal() !== '') core.setSecret(token.reveal());
    },
    output: (name, value) => {
      const fault = faultIn('GITHUB_OUTPUT', () => core.setOutput(name, value));
      if (fault === undefined) outputs.add(name);
      else core.warning(annotation(`The output \`${name}\` could not be written: ${fault}.`));
      return fault === undefined;
    },
    hasOutput: (name) => outputs.has(name),
    state: (name, value) => faultIn('GITHUB_STATE', () => core.saveState(name, value)) === undefined,
    summary: (markdown) => {
      // At once and in one piece, unlike the toolkit's asynchronous builder: the process may be killed at any moment.
      const fault = faultIn('GITHUB_STEP_SUMMARY', (path) => writeFileSync(path, markdown));
      if (fault !== undefined) core.warning(annotation(`The job summary could not be written: ${fault}.`));
      return fault === undefined;
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
