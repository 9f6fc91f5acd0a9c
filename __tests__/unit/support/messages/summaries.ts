import { environmentFrom } from '../../../../src/action/environment.ts';
import { mainStep } from '../../../../src/action/main-step.ts';
import { bullets } from '../../../../src/action/markdown.ts';
import { summaryOf } from '../../../../src/action/summary.ts';
import { check } from '../../../../src/modes/check.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { FakeWorkflow } from '../fakes.ts';
import { type ModeOptions, runMode } from '../mode-run.ts';
import { problemOf, quiet, resultOf } from '../outcomes.ts';
import { type SceneOptions, usualRecord } from '../scene.ts';
import { day, now } from '../time.ts';
import type { Chapter, Message, Situation } from './manuscript.ts';

const url = 'https://api.github.com';
const summary = (text: string): Message => ({ kind: 'summary', text });
const ada = { kind: 'accepted', user: { name: 'Ada Lovelace', accountGroup: 'Network' } } as const;

/** The job summary of a run. */
function summarized(
  title: string,
  mode: Parameters<typeof runMode>[0],
  options: SceneOptions = {},
  more: ModeOptions = {},
): Situation {
  return {
    title,
    say: async () => {
      const { outcome } = await runMode(mode, options, more);
      if (outcome === undefined) throw new Error(`no outcome of "${title}"`);
      return [summary(summaryOf({ ...outcome, credentialExpiresAt: now + 100 * day }, url, now))];
    },
  };
}

/** What of a text speaks of what was left out. */
const leftOut = (text = '') => summary(text.split('\n').findLast((line) => line.includes(' more')) ?? '');
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

async function inputsRefused(): Promise<Message[]> {
  const workflow = new FakeWorkflow();
  await mainStep(environmentFrom({ GITHUB_REPOSITORY: 'acme/network' }), workflow, () => {
    throw new Error('nothing is connected');
  });
  return workflow.summaries.map(summary);
}

export const summaries: Chapter = {
  title: 'The job summary',
  situations: [
    summarized('A rotation', rotate, { check: ada }),
    summarized('A check', check, { check: ada }),
    summarized('A failure', rotate, { check: { kind: 'refused', detail: 'ThousandEyes answered 401' } }),
    summarized('A token that was written back', rotate, {
      check: ada,
      secrets: { 'acme/network': { updatedAt: now - day } },
      record: usualRecord({
        token: 'sha256:0000000000000000',
        previous: usualRecord().token,
        previousUntil: now + 9 * day,
      }),
    }),
    { title: 'Inputs that are wrong', say: inputsRefused },
    {
      title: 'More than there is room for',
      say: () => [
        leftOut(
          bullets(
            'Note',
            numbers(120).map((index) => `Warning ${index}.`),
          ),
        ),
        leftOut(
          summaryOf(
            { ...quiet, results: numbers(4000).map((index) => resultOf(`acme/network-${index}-${'x'.repeat(80)}`)) },
            url,
            now,
          ),
        ),
        leftOut(
          summaryOf({ ...quiet, problems: numbers(9).map((index) => problemOf(`GitHub answered ${index}`)) }, url, now),
        ),
      ],
    },
  ],
};
