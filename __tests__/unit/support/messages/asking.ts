import { messageOf } from '../../../../src/lib/problem.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import type { Regeneration } from '../../../../src/thousandeyes/client.ts';
import {
  type AskingScene,
  ambiguous,
  ask,
  conflict,
  failureOf,
  homeOf,
  limited,
  refused,
  rotatedHome,
  type ScriptedExchange,
  unreadable,
  unsent,
} from '../asking.ts';
import { day, minute, now, second } from '../time.ts';
import { type Chapter, error, type Situation } from './manuscript.ts';
import { logLines, played } from './playing.ts';

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
      const { attempt, cause, action } = failureOf(result);
      return [error(messageOf({ attempt, cause, action }))];
    },
  };
}

const young = { home: rotatedHome, reads: [homeOf(rotatedHome)] };

export const asking: Chapter = {
  title: 'ThousandEyes gives no new token',
  situations: [
    played('403: the role lacks API access', rotate, { regenerations: refused(403) }),
    asked('401, twice', [refused(401), refused(401)]),
    asked('Another refusal', [refused(404)]),
    asked('The request never left', [unsent, unsent, unsent, unsent, unsent]),
    asked('The rate limit is used up', [limited(10 * minute)]),
    asked('… and the run was cancelled', [limited(10 * second)], { cancelAfter: 0 }),
    asked('409, and the home is old', [conflict]),
    asked('409, and the home was only ever created', [conflict], {
      home: { createdAt: now - day, updatedAt: now - day },
    }),
    asked('No clear answer, three times', [ambiguous, ambiguous, ambiguous]),
    asked('No clear answer, then 409, and the home is old', [ambiguous, conflict]),
    asked('No clear answer, then 409, and the home is young', [ambiguous, conflict], young),
    asked('An answer from which no token can be read', [unreadable, conflict]),
    asked('… that came too late', [{ after: 150 * second, answer: unreadable }, conflict]),
    asked('… and could not be kept', [unreadable, conflict], { keeps: false }),
    played('Issued and lost, seen by the whole run', rotate, { regenerations: [unreadable, conflict] }),
    played('Unknown, seen by the whole run', rotate, { regenerations: ambiguous }),
  ],
};
