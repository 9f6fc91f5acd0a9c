import { environmentFrom } from '../../../../src/action/environment.ts';
import { postStep } from '../../../../src/action/post-step.ts';
import { failed } from '../../../../src/lib/result.ts';
import type { JournalHandle } from '../../../../src/modes/recover.ts';
import type { JournalRecord } from '../../../../src/rotation/journal-record.ts';
import { FakeWorkflow } from '../fakes.ts';
import { begun, bodyFor, recovered, sealedOnly } from '../left-journal.ts';
import { rotatedLongAgo } from '../scene.ts';
import { minute, now } from '../time.ts';
import { type Chapter, error, type Message, type Situation, warning } from './manuscript.ts';
import { gitHubSays, refusedByGitHub } from './playing.ts';

type Left = Parameters<typeof recovered>;

function left(title: string, record: Left[0], options: Left[1] = {}): Situation {
  return {
    title,
    say: async (): Promise<readonly Message[]> => {
      const { recovered: came, problems } = await recovered(record, options);
      if (came === undefined) throw new Error(`post says nothing in "${title}"`);
      return [{ kind: 'headline', text: came.headline }, ...problems.map(error), ...came.warnings.map(warning)];
    },
  };
}

/** What the whole post step says, where its journal is at fault. */
function broken(title: string, read: JournalHandle['read'], variables: Record<string, string> = {}): Situation {
  return {
    title,
    say: async () => {
      const workflow = new FakeWorkflow();
      const unused = () => {
        throw new Error('nothing of the journal is touched');
      };
      const journal = { read, close: unused, remove: unused, isAlive: () => false };
      await postStep(environmentFrom(variables), workflow, journal, unused);
      return workflow.lines.map((line) => error(line.replace('error: ', '')));
    },
  };
}

const wholeHome: JournalRecord = { ...sealedOnly, stored: new Map([[0, now]]), confirmed: true };

export const postStepChapter: Chapter = {
  title: 'The post step',
  situations: [
    left('It finishes what main left', sealedOnly),
    left('The home fails', sealedOnly, { writes: { 'acme/network': refusedByGitHub } }),
    left('Another target fails', sealedOnly, { writes: { 'acme/edge': refusedByGitHub } }),
    left(
      'The expiry variable fails',
      { ...sealedOnly, header: { ...sealedOnly.header, expiryVariable: 'TE_EXPIRY' } },
      { variableWrite: refusedByGitHub },
    ),
    left('Main was killed before it sealed for all', { ...wholeHome, sealed: new Map([[0, bodyFor(0)]]) }),
    left('The date of the home does not move', sealedOnly, { secrets: { 'acme/network': rotatedLongAgo } }),
    left('Someone else wrote the home meanwhile', sealedOnly, {
      change: ({ dependencies }) => ({
        secrets: {
          ...dependencies.secrets,
          write: async (_target, _sealed, _policy, options = {}) => {
            options.beforePause?.(minute);
            await dependencies.clock.sleep(10 * minute);
            return failed((await options.mayWrite?.()) ?? gitHubSays(502));
          },
        },
      }),
      secrets: { 'acme/network': [rotatedLongAgo, { ...rotatedLongAgo, updatedAt: now + 5 * minute }] },
    }),
    left('Main was killed while it waited for the token', { ...begun, asked: true }),
    left('… and still waits', { ...begun, asked: true }, { isAlive: () => true }),
    left('The token was refused', { ...sealedOnly, refused: true }),
    left('No token could be read from the answer', { ...begun, asked: true, unread: bodyFor(0) }),
    left(
      'A write test is left over',
      { ...begun, testing: [begun.header.targets[0]?.target.store ?? { level: 'user', feature: 'codespaces' }] },
      { deletes: { 'acme/network': refusedByGitHub } },
    ),
    broken('The journal is gone', () => undefined),
    broken('… and the summary says how to finish by hand', () => undefined, { STATE_told: 'true' }),
    broken('Anything else goes wrong', () => {
      throw new Error('an example');
    }),
  ],
};
