import type { JournalLine } from '../../../../src/rotation/journal/journal-record.ts';
import { target } from '../fakes.ts';
import { headerFor, type PostOptions, postAfter, sealedFor } from '../post-run.ts';
import { rotatedLongAgo } from '../scene.ts';
import { tokens } from '../step-run.ts';
import { minute, now } from '../time.ts';
import type { Chapter, Message, Situation } from './manuscript.ts';
import { gitHubSays, logLines, refusedByGitHub } from './playing.ts';

const lines = ['acme/network', 'acme/edge'];
const next = 'acme/network as TE_TOKEN_NEXT';
const { store } = target('acme/edge');
const nothingKept = { writes: { 'acme/network': refusedByGitHub, [next]: refusedByGitHub } };

/** The job summary, which has all that the log says; or the log, where there is none. */
function left(title: string, journal: readonly JournalLine[] | undefined, options: PostOptions = {}): Situation {
  return {
    title,
    say: async (): Promise<readonly Message[]> => {
      const { log } = await postAfter(journal === undefined ? [] : [journal], options);
      const isLine = (line: string) => !/^(?:error|warning|notice|Why): /.test(line);
      for (const line of log.lines.filter(isLine)) logLines.add(line);
      const summary = log.summaries.at(-1);
      return summary === undefined
        ? log.lines.map((line) => ({ kind: 'error', text: line.replace('error: ', '') }))
        : [{ kind: 'summary', text: summary }];
    },
  };
}

export const postStepChapter: Chapter = {
  title: 'The post step',
  situations: [
    left('It finishes what main left', sealedFor(lines)),
    left('The home fails', sealedFor(lines), { writes: { 'acme/network': refusedByGitHub } }),
    left('… and the token can be kept nowhere', sealedFor(lines), nothingKept),
    left('Another target fails', sealedFor(lines), { writes: { 'acme/edge': refusedByGitHub } }),
    left('Main was killed before it sealed for all', sealedFor(lines).slice(0, -1)),
    left('The record cannot be written', sealedFor(lines), { recordWrites: refusedByGitHub }),
    left('Someone else wrote the home meanwhile', sealedFor(lines), {
      secrets: {
        'acme/network': { ...rotatedLongAgo, updatedAt: now + minute },
        [next]: { updatedAt: now },
      },
    }),
    left('Someone else wrote the token beside the home meanwhile', sealedFor(lines), {
      secrets: { [next]: { updatedAt: now + minute } },
    }),
    left('Main was killed while it waited for the token', [headerFor(lines)]),
    left('… and its journal was torn', sealedFor(lines).slice(0, 3)),
    left('The token was refused', [...sealedFor(lines), { kind: 'refused' }]),
    left('… and can be kept nowhere', [...sealedFor(lines), { kind: 'refused' }], nothingKept),
    left(
      'A write test is left over',
      [headerFor(lines), { kind: 'testing', store, secret: 'ROTATION_WRITE_TEST' }, { kind: 'not issued' }],
      { deletes: { 'test acme/edge': gitHubSays(500) } },
    ),
    left('The journal is gone', undefined, { own: 'gone' }),
    left('It got an empty credential', sealedFor(lines), { inputs: { ...tokens, 'github-token': '' } }),
    left('… or another one', sealedFor(lines), { inputs: { ...tokens, 'github-token': 'ghp_of-another-step' } }),
    left('Anything else goes wrong', sealedFor(lines), {
      onConnect: () => {
        throw new Error('an example');
      },
    }),
  ],
};
