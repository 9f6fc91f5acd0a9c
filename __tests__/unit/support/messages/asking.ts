import { rotate } from '../../../../src/modes/rotate.ts';
import { issuedAndLost, maybeIssued, twoTokens } from '../../../../src/rotation/token/not-issued.ts';
import type { Regeneration } from '../../../../src/thousandeyes/client.ts';
import {
  type AskingScene,
  ambiguous,
  ask,
  conflict,
  home,
  limited,
  refused,
  type ScriptedExchange,
  unreadable,
  unsent,
} from '../asking.ts';
import { usualRecord } from '../scene.ts';
import { day, minute, now } from '../time.ts';
import { type Chapter, type Situation, situation } from './manuscript.ts';
import { gitHubSays, logLines, played } from './playing.ts';

/** Asking alone: what is a clear refusal. */
function asked(
  title: string,
  answers: readonly (Regeneration | ScriptedExchange)[],
  scene: AskingScene = {},
): Situation {
  return {
    title,
    say: async () => {
      const { result, lines } = await ask(answers, scene);
      for (const line of lines) logLines.add(line);
      switch (result.kind) {
        case 'not issued':
          return [result.problem];
        case 'lost':
          return [issuedAndLost(result.told, home, now + 14 * day)];
        case 'in doubt':
          return [maybeIssued(result.told, now + 14 * day, now)];
        default:
          throw new Error(`${title}: ${result.kind}`);
      }
    },
  };
}

export const asking: Chapter = {
  title: 'ThousandEyes gives no new token',
  situations: [
    played('403: the role lacks API access', rotate, { regenerations: refused(403) }),
    played('… and the note of this run cannot be deleted', rotate, {
      regenerations: refused(403),
      deletes: { 'acme/network as TE_TOKEN_NEXT': gitHubSays(500) },
    }),
    asked('401, twice', [refused(401), refused(401)]),
    asked('Another refusal', [refused(404)]),
    asked('The request never leaves', [unsent, unsent, unsent, unsent, unsent]),
    asked('The rate limit lasts longer than a run waits', [limited(10 * minute)]),
    asked('… and the run was cancelled', [limited(2 * minute)], { cancelAfter: 30_000 }),
    played('409, and nothing tells how old the second token is', rotate, { record: null, regenerations: conflict }),
    played(
      '… and a target is behind',
      rotate,
      { record: usualRecord({ previousUntil: undefined, targets: [] }), regenerations: conflict },
      { lines: ['acme/network', 'acme/edge'] },
    ),
    played('409, a day behind the end of the one before', rotate, { regenerations: conflict }),
    situation(
      '409, on the day on which the one before ends',
      twoTokens(conflict.detail, home, now + 2 * minute, now),
      twoTokens(
        conflict.detail,
        { ...home, user: { name: 'Ada Lovelace', accountGroup: 'Network' } },
        now - 2 * day,
        now,
      ),
      twoTokens(conflict.detail, { ...home, user: { name: undefined, accountGroup: 'Network' } }, now - 2 * day, now),
    ),
    asked('No answer comes in time', [{}, {}, {}]),
    played('No answer is clear', rotate, { regenerations: ambiguous }),
    asked('… and then the connection fails', [ambiguous, unsent, unsent, unsent, unsent, unsent]),
    played('A token was issued, and could not be read', rotate, { regenerations: [unreadable, conflict] }),
    played(
      'The run was cancelled before the token was asked for, and another took over',
      rotate,
      { record: usualRecord() },
      {
        change: ({ journal }) => {
          journal.isClaimable = false;
          return {};
        },
      },
    ),
  ],
};
