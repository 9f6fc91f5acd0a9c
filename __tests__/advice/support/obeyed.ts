import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { actsOf, stepFrom } from './advice.ts';
import type { Played } from './play.ts';
import { shapeOf } from './shape.ts';

const file = fileURLToPath(new URL('../obeyed.json', import.meta.url));

/** By what a list of steps says, the situations in which an actor obeyed it and all was well in the end. */
export type Obeyed = Readonly<Record<string, readonly string[]>>;

/** As the plays found it; `__tests__/advice` holds the file to them. */
export function readObeyed(): Obeyed {
  return JSON.parse(readFileSync(file, 'utf8')) as Obeyed;
}

export function writeObeyed(obeyed: Obeyed): void {
  writeFileSync(file, `${JSON.stringify(obeyed, null, 2)}\n`);
}

export function obeyedIn(plays: readonly Played[]): Obeyed {
  const found = new Map<string, Set<string>>();
  for (const { name, read, faults } of plays)
    if (faults.length === 0) for (const shape of read) found.set(shape, (found.get(shape) ?? new Set()).add(name));
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([shape, names]) => [shape, [...names].sort()]));
}

/**
 * Who obeys these steps: the actor of the situations in which they were played; or, where they touch no token and only
 * send their reader to a setting, whoever mends that and lets the workflow run again.
 * @throws where a step can't be obeyed, or touches a token and was never played
 */
export function actorOf(steps: readonly string[], obeyed: Obeyed): string {
  const [first, ...more] = obeyed[shapeOf(steps)] ?? [];
  if (first !== undefined) return more.length === 0 ? `"${first}"` : `"${first}" and ${more.length} more`;
  const acts = steps.map((text) => actsOf(stepFrom(text)));
  const stuck = steps.filter((_, index) => acts[index]?.length === 0);
  if (stuck.length > 0) throw new Error(`Nobody can do this: ${stuck.join(' ')}`);
  if (acts.flat().some(({ kind }) => kind === 'revoke all' || kind === 'create'))
    throw new Error(`It touches a token, and no actor of __tests__/advice has obeyed it: ${steps.join(' ')}`);
  return 'whoever mends what is named, and lets it run again';
}
