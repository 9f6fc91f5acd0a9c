import { describe, expect, it } from '@jest/globals';
import type { RotationRecord } from '../../../../src/rotation/record/record.ts';
import {
  type Decision,
  decide,
  hasHomeMoved,
  isParked,
  type Known,
  longestParked,
} from '../../../../src/rotation/record/table.ts';
import { day, hour, minute, now, second } from '../../support/time.ts';

const [T, V, N, X] = ['T', 'V', 'N', 'X'];
const since = now - 40 * day;
const words = ['accepted', 'refused', 'untold'] as const;
const rest = { validUntil: undefined, previousUntil: undefined, run: undefined, targets: [], behind: [] };
const records: readonly (RotationRecord | undefined)[] = [
  undefined,
  ...[undefined, V].flatMap((previous) =>
    [null, since - second].map((home) => ({ token: T, since, previous, home, ...rest })),
  ),
];
const hands = [T, V, N, X].flatMap((token) => words.map((word) => ({ token, word })));
const nexts: readonly Known['next'][] = [
  { kind: 'none' },
  { kind: 'note' },
  ...[T, V, N].flatMap((token) => words.map((word) => ({ kind: 'token' as const, token, word }))),
];
const nextDates = [undefined, since - hour, since - second, since, since + second];
const homeDates = [since - day, since - second, since, since + second, since + day];
const nows = [since + hour, since + longestParked + hour];

/** Everything that a run can know, as far as anything depends on it. */
function* everything(): Generator<Known> {
  for (const record of records)
    for (const hand of hands)
      for (const next of nexts)
        for (const nextDate of nextDates)
          for (const homeDate of homeDates)
            for (const time of nows)
              for (const isRerun of [false, true]) yield { record, hand, next, nextDate, homeDate, now: time, isRerun };
}

const all = [...everything()].map((known) => ({ known, decision: decide(known) }));

/** What is done in the end, where the run goes on: by the row about the token in hand. */
const lastOf = ({ act, below }: Decision) => below?.act ?? act;
const goesOn = ['delete next, go on', 'delete old next, go on', 'go on beside the note'];
const deletes = ['delete next, go on', 'delete old next, go on'];
const tokenOf = ({ next }: Known) => (next.kind === 'token' ? next.token : undefined);

/** Every combination for which this does not hold, as far as a person wants to read them. */
function exceptions(holds: (known: Known, decision: Decision) => boolean): string[] {
  return all
    .filter(({ known, decision }) => !holds(known, decision))
    .slice(0, 3)
    .map((each) => JSON.stringify(each));
}

function expectAlways(holds: (known: Known, decision: Decision) => boolean): void {
  expect(exceptions(holds)).toEqual([]);
}

/** That what is known in another way changes nothing. */
function expectSame(other: (known: Known) => Known | undefined): void {
  expectAlways((known, decision) => {
    const changed = other(known);
    return changed === undefined || JSON.stringify(decide(changed)) === JSON.stringify(decision);
  });
}

describe(`each of the ${all.length} combinations of what can be known`, () => {
  it('goes on below exactly where the act says so, and once', () => {
    expectAlways((_, { act, below }) => goesOn.includes(act) === (below !== undefined) && below?.below === undefined);
  });

  it('meets every row, so that none is there for nothing', () => {
    const met = new Set(all.flatMap(({ decision }) => [decision.row, decision.below?.row ?? decision.row]));
    expect([...met].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('finishes only with a token that is there and that ThousandEyes accepts', () => {
    expectAlways(
      ({ next, nextDate }, { act }) =>
        act !== 'finish' || (nextDate !== undefined && next.kind === 'token' && next.word === 'accepted'),
    );
  });

  it('never finishes with the token before the one in place, nor with the one in place where it is in hand', () => {
    expectAlways((known, { act }) => {
      const token = tokenOf(known);
      const isOld = token !== undefined && token === known.record?.previous;
      return act !== 'finish' || !(isOld || (token === known.record?.token && known.hand.token === token));
    });
  });

  it('finishes only over a token that it knows, or that is dead, or that was there before', () => {
    expectAlways((known, { act }) => {
      const { record, hand, homeDate, nextDate = 0 } = known;
      const isOver = hand.word === 'refused' || [record?.token, record?.previous, tokenOf(known)].includes(hand.token);
      return act !== 'finish' || isOver || (record === undefined && homeDate <= nextDate);
    });
  });

  it('deletes only what is in place already, or what ThousandEyes refuses while the token in hand works', () => {
    expectAlways((known, { act }) => {
      const { next, hand, record } = known;
      const isInPlace = next.kind === 'token' && next.token === record?.token && hand.token === next.token;
      const isDead = next.kind === 'token' && next.word === 'refused' && hand.word === 'accepted';
      return !deletes.includes(act) || isInPlace || isDead;
    });
  });

  it('deletes a refused token only where it is old, or where one was noted after it', () => {
    expectAlways(
      ({ nextDate = 0, now: time, record }, { act }) =>
        act !== 'delete old next, go on' ||
        time - nextDate > longestParked ||
        (record !== undefined && nextDate < record.since - minute),
    );
  });

  it('notes and asks only with a token that ThousandEyes does not refuse', () => {
    expectAlways(({ hand }, decision) => {
      const isUsed = ['adopt: first time', 'adopt: stored by hand', 'in place'].includes(lastOf(decision));
      return !isUsed || hand.word !== 'refused';
    });
  });

  it('takes a token as stored by hand only where the home was written, and never an old one', () => {
    expectAlways(
      (known, decision) =>
        lastOf(decision) !== 'adopt: stored by hand' ||
        (hasHomeMoved(known) && ![known.record?.token, known.record?.previous].includes(known.hand.token)),
    );
  });

  it('takes the token in hand for the one in place exactly where the record says so', () => {
    expectAlways(({ hand, record }, decision) => lastOf(decision) !== 'in place' || hand.token === record?.token);
  });

  it('adopts for the first time only without a record', () => {
    expectAlways(({ record }, decision) => lastOf(decision) !== 'adopt: first time' || record === undefined);
  });

  it('goes on in a re-run only where nothing has changed', () => {
    expectAlways((known, decision) => {
      const { isRerun, nextDate, hand, record } = known;
      const isSame = nextDate === undefined && hand.token === record?.token && !hasHomeMoved(known);
      return !isRerun || isSame === (decision.act !== 'fail: a re-run');
    });
  });

  it('is the same in a re-run, or refused', () => {
    expectAlways((known, decision) => {
      const first = decide({ ...known, isRerun: false });
      return decision.act === 'fail: a re-run' || JSON.stringify(decision) === JSON.stringify(first);
    });
  });

  it('does not depend on what the run was given for a _NEXT that is not there', () => {
    expectSame((known) => (known.nextDate === undefined ? { ...known, next: { kind: 'none' } } : undefined));
  });

  it("does not depend on ThousandEyes' word on a token that it is not asked about", () => {
    for (const word of words)
      expectSame((known) =>
        known.next.kind === 'token' && !isParked(known, known.next.word)
          ? { ...known, next: { ...known.next, word } }
          : undefined,
      );
  });

  it('does not depend on the time, but for a refused token in _NEXT', () => {
    expectSame((known) => (isParked(known, 'refused') ? undefined : { ...known, now: known.now + 99 * day }));
  });

  it('never goes on where a living token may be in _NEXT that the run was not given', () => {
    expectAlways(
      ({ next, nextDate, isRerun }, { act }) =>
        isRerun || nextDate === undefined || next.kind !== 'none' || act === 'fail: stale next',
    );
  });
});
