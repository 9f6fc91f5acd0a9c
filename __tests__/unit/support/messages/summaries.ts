import { environmentFrom } from '../../../../src/action/environment.ts';
import { mainStep } from '../../../../src/action/main-step.ts';
import { bullets } from '../../../../src/action/markdown.ts';
import { postStep } from '../../../../src/action/post-step.ts';
import { summaryOf } from '../../../../src/action/summary.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import type { JournalRecord } from '../../../../src/rotation/journal-record.ts';
import { FakeWorkflow } from '../fakes.ts';
import { sealedOnly } from '../left-journal.ts';
import { type ModeOptions, runMode } from '../mode-run.ts';
import { quiet, resultOf } from '../outcomes.ts';
import { type SceneOptions, sceneOf } from '../scene.ts';
import { day, now } from '../time.ts';
import type { Chapter, Message, Situation } from './manuscript.ts';
import { refusedByGitHub } from './playing.ts';

const url = 'https://api.github.com';
const summary = (text: string): Message => ({ kind: 'summary', text });

/** The job summary of a rotation. */
function summarized(title: string, options: SceneOptions = {}, more: ModeOptions = {}): Situation {
  return {
    title,
    say: async () => {
      const { outcome } = await runMode(rotate, options, more);
      if (outcome === undefined) throw new Error(`no outcome of "${title}"`);
      return [summary(summaryOf({ ...outcome, credentialExpiresAt: now + 100 * day }, url, now))];
    },
  };
}

/** What of a text speaks of what was left out. */
const leftOut = (text = '') => summary(text.split('\n').findLast((line) => line.includes(' more: ')) ?? '');

async function inputsRefused(): Promise<Message[]> {
  const workflow = new FakeWorkflow();
  await mainStep(environmentFrom({ GITHUB_REPOSITORY: 'acme/network' }), workflow, () => {
    throw new Error('nothing is connected');
  });
  return workflow.summaries.map(summary);
}

async function finishedByPost(
  record: JournalRecord | undefined,
  options: SceneOptions = {},
  variables: Record<string, string> = {},
): Promise<Message[]> {
  const workflow = new FakeWorkflow();
  const { dependencies } = sceneOf(options);
  const journal = { read: () => record, close: () => true, remove: () => undefined, isAlive: () => false };
  await postStep(environmentFrom(variables), workflow, journal, (_, announce) => ({
    needs: { ...dependencies, announce },
    close: () => undefined,
  }));
  return workflow.summaries.slice(-1).map(summary);
}

export const summaries: Chapter = {
  title: 'The job summary',
  situations: [
    summarized('A rotation', {
      check: { kind: 'accepted', user: { name: 'Ada Lovelace', accountGroup: 'Network' } },
    }),
    summarized('A token that was kept aside', {
      newCheck: { kind: 'refused', detail: 'ThousandEyes answered 401' },
    }),
    { title: 'Inputs that are wrong', say: inputsRefused },
    { title: 'The post step finished', say: () => finishedByPost(sealedOnly) },
    {
      title: 'The post step could not finish, and main had put the command into its own summary',
      say: () => finishedByPost(sealedOnly, { writes: { 'acme/network': refusedByGitHub } }, { STATE_told: 'true' }),
    },
    { title: 'The journal is gone', say: () => finishedByPost(undefined) },
    {
      title: 'More than there is room for',
      say: () => [
        leftOut(
          bullets(
            'Note',
            Array.from({ length: 120 }, (_, index) => `Warning ${index}.`),
          ),
        ),
        leftOut(
          summaryOf(
            {
              ...quiet,
              results: Array.from({ length: 3000 }, (_, index) => resultOf(`acme/network-${index}-${'x'.repeat(80)}`)),
            },
            url,
            now,
          ),
        ),
      ],
    },
  ],
};
