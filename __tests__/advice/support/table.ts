import pLimit from 'p-limit';
import { situations } from '../situations/all.ts';
import type { Situation } from '../situations/situation.ts';
import { type Played, play, type Ways } from './play.ts';

/** So many worlds live at once. */
const atOnce = 6;

/** The situations to play in a way: nobody has to wait to the last moment where a target is down from the start. */
export function wantedFor({ isLate = false }: Ways): Situation[] {
  return situations.filter(({ isDown = false }) => !(isLate && isDown));
}

/** Plays all of them. */
export function playAll(ways: Ways): Promise<Played[]> {
  const limit = pLimit(atOnce);
  return Promise.all(wantedFor(ways).map((situation) => limit(() => play(situation, ways))));
}

/** The actors' table in Markdown: what was done, and after how many days all was well. */
export function tableOf(prompt: readonly Played[], late: readonly Played[]): string {
  const rows = prompt.map((played) => {
    const waited = late.find(({ name }) => name === played.name);
    return [
      played.name,
      doneIn(played),
      daysIn(played),
      waited === undefined ? '' : `${doneIn(waited)}: ${daysIn(waited)}`,
    ];
  });
  const heads = ['situation', 'obeyed at once', 'days', 'obeyed at the last moment: days'];
  const table = [heads, heads.map(() => '---'), ...rows];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function doneIn({ done }: Played): string {
  return done.length === 0 ? 'nothing' : done.join(', ');
}

function daysIn({ days, faults }: Played): string {
  return faults.length > 0 ? `never: ${faults[0]}` : String(days);
}
