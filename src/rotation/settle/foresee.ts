import type { Problem } from '../../lib/problem.ts';
import { byMinute, plural } from '../../lib/text.ts';
import type { Needs } from '../dependencies.ts';
import { dueFrom, notDueSentence } from '../due.ts';
import { nextTo } from '../preflight/preflight.ts';
import { isHeld } from '../record/record.ts';
import { hasHomeMoved } from '../record/table.ts';
import { actOf, type Judged, openNote, problemsByTable } from './judge.ts';
import { findsLine, leftOutResults, sortFinds } from './new-finds.ts';

/** What a run would do now. */
interface Foreseen {
  /** Continues "A rotation would". */
  readonly would: string;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** What `rotate` would do, by what was read; nothing is done. */
export function foresee(judged: Judged, { github }: Needs<'github'>): Foreseen {
  const { decision, home, situation, preflight, request } = judged;
  const { known } = situation;
  const act = actOf(decision);
  const sorted = sortFinds('rotate', preflight.others, known.record);
  const { problems: left } = leftOutResults(sorted.leftOut, byMinute(known.record?.previousUntil, github.now));
  const count = plural(sorted.wanted.length + 1, 'target');
  if (act === 'finish')
    return {
      would: `finish what an earlier run left: bring the token in ${nextTo(home).name} to ${count}`,
      problems: left,
      notices: [],
    };
  const problems = problemsByTable(judged);
  if (problems.length > 0) return { would: 'stop', problems, notices: [] };

  const record = act === 'in place' ? known.record : undefined;
  const due = dueFrom(record, request.rotateWhenDaysLeft, github.now);
  const behind = sorted.wanted.filter((other) => other.ok && !isHeld(known.record, other.value)).length;
  const notices = [
    ...findsLine(sorted, known.record),
    ...(act === 'adopt: stored by hand'
      ? [`The token in ${home.name} was stored by hand since the last rotation. A rotation notes that first.`]
      : []),
    ...(act === 'in place' && hasHomeMoved(known)
      ? [`${home.name} was written since the last rotation, with the same token.`]
      : []),
  ];
  if (due.kind !== 'due')
    return {
      would: `not ask for a token. ${notDueSentence(due, github.now).slice(0, -1)}${behind === 0 ? '' : `. It would write the token to ${plural(behind, 'target')} that the record does not know to hold it`}`,
      problems: [...openNote(situation, known.nextDate), ...left],
      notices,
    };
  const missing = sorted.wanted.filter((other) => other.ok && other.value.secret === undefined).length;
  return {
    would: `ask for a new token now and write it to ${count}${missing > 0 ? `, creating ${missing}` : ''}`,
    problems: left,
    notices,
  };
}
