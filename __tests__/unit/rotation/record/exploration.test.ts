import { describe, expect, it } from '@jest/globals';
import { day, second } from '../../../../src/lib/clock.ts';
import { type Act, type Decision, decide, type Known } from '../../../../src/rotation/record/table.ts';
import type { Decide } from './model/beginning.ts';
import { type Exploration, explore, unexpectedIn } from './model/explore.ts';
import { starts } from './model/state.ts';

type Rest = Omit<Exploration, 'start'>;

/** Runs of which each begins behind the one before. */
const fresh: Rest = { bounds: { acts: 2, faults: 1, runs: 3 } };
const short: Rest = { bounds: { acts: 2, faults: 1, runs: 2 } };
/** Runs that wait in the queue for each other, and runs that are started again. */
const queued: Rest = { bounds: { acts: 2, faults: 1, runs: 2 }, atOnce: 2, hasReruns: true };

const names = Object.keys(starts) as (keyof typeof starts)[];

describe('every state that the table leads to', () => {
  it.each(names)('keeps every rule, runs after each other, from: %s', (start) => {
    const explored = explore({ start, ...fresh });
    expect(unexpectedIn(explored)).toEqual([]);
    expect(explored.states).toBeGreaterThan(5_000);
  });

  it.each(names)('keeps every rule where all happens within seconds, from: %s', (start) => {
    expect(unexpectedIn(explore({ start, ...short, unit: second }))).toEqual([]);
  });

  it.each(names)('keeps every rule, runs in the queue and re-runs, from: %s', (start) => {
    const explored = explore({ start, ...queued });
    expect(unexpectedIn(explored)).toEqual([]);
    expect(explored.states).toBeGreaterThan(5_000);
  });
});

/** The table, with another act in the place of one, be it above or below. */
function instead(of: Act, act: Act): Decide {
  const changed = (decision: Decision): Decision => ({
    ...decision,
    act: decision.act === of ? act : decision.act,
    ...(decision.below === undefined ? {} : { below: changed(decision.below) }),
  });
  return (known) => changed(decide(known));
}

/** The table, as if something else were known. */
function believing(belief: (known: Known) => Known): Decide {
  return (known) => decide(belief(known));
}

const nextAccepted = (known: Known): Known =>
  known.next.kind === 'token' ? { ...known, next: { ...known.next, word: 'accepted' } } : known;
/** As if `_NEXT` were written after the record, whatever its date is. */
const nextIsLater = (known: Known): Known => ({
  ...known,
  nextDate: known.nextDate === undefined ? undefined : known.nextDate + 99 * day,
  now: known.now + 99 * day,
});
const noneMoved = (known: Known): Known => ({
  ...known,
  homeDate: known.record?.home ?? known.record?.since ?? known.homeDate,
});

describe('the exploration finds what goes wrong without', () => {
  const without: readonly [clause: string, table: Decide, rest: Rest, rule: string][] = [
    ['the rule for re-runs', believing((known) => ({ ...known, isRerun: false })), queued, 'ahead of the home'],
    ['row 1', instead('finish', 'fail: stored meanwhile'), short, 'deletes the only copy'],
    ['row 1, T that hand is not', believing(nextIsLater), short, 'red for ever'],
    ['row 2', instead('fail: stored meanwhile', 'finish'), short, 'written by an older token'],
    ['row 3', believing(nextAccepted), short, "the home's token is dead"],
    ['row 4', instead('fail: stale next', 'in place'), queued, 'the only copy of a living token is lost'],
    ['row 6', instead('go on beside the note', 'delete next, go on'), queued, 'is taken away'],
    ['row 9', instead('fail: another token', 'adopt: stored by hand'), queued, 'older than the home'],
    ['whether the home moved', believing(noneMoved), short, 'red for ever'],
  ];

  it.each(without)('%s', (_clause, table, rest, rule) => {
    const found = unexpectedIn(explore({ start: 'settled', ...rest, table, until: rule }));
    expect(found.join('\n')).toContain(rule);
  });
});
