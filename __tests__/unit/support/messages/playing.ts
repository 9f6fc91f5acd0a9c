import type { GitHubAnswer } from '../../../../src/github/answer.ts';
import { answerFrom } from '../../../../src/github/answer.ts';
import type { Dependencies } from '../../../../src/rotation/dependencies.ts';
import type { RunRequest } from '../../../../src/rotation/request.ts';
import { type ModeOptions, runMode } from '../mode-run.ts';
import type { SceneOptions } from '../scene.ts';
import { now } from '../time.ts';
import { messagesOf, type Situation } from './manuscript.ts';

/** Every line that the log got while situations were played, each once. */
export const logLines = new Set<string>();

type Mode = (request: RunRequest, dependencies: Dependencies) => Promise<void>;

/** A situation that is the outcome of a whole run. */
export function played(title: string, mode: Mode, options: SceneOptions = {}, more: ModeOptions = {}): Situation {
  return {
    title,
    say: async () => {
      const { outcome, log, thrown } = await runMode(mode, options, { lines: ['acme/network'], ...more });
      for (const line of log.lines) logLines.add(line);
      if (outcome === undefined) throw new Error(`no outcome of "${title}"`, { cause: thrown });
      return messagesOf(outcome);
    },
  };
}

/** The same, but for what stands in every outcome: where only problems and warnings matter. */
export function playedRemarks(...given: Parameters<typeof played>): Situation {
  const { title, say } = played(...given);
  const isRemark = (kind: string) => kind === 'error' || kind === 'warning';
  return { title, say: async () => (await say()).filter((said) => !('kind' in said) || isRemark(said.kind)) };
}

/** What GitHub answers, with its own words. */
export function gitHubSays(status: number, message = '', headers: Record<string, string> = {}): GitHubAnswer {
  return answerFrom(status, headers, message === '' ? '' : JSON.stringify({ message }), now);
}

export const refusedByGitHub = gitHubSays(403, 'Resource not accessible by integration');
