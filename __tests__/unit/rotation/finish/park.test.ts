import { describe, expect, it } from '@jest/globals';
import { lookAt, park, recoveryOf, unpark } from '../../../../src/rotation/finish/park.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { beside, finishing } from '../../support/finishing.ts';
import { now, second } from '../../support/time.ts';

const nextDated = (date: number) => ({ secrets: { [beside]: { updatedAt: date } } });

describe('parking', () => {
  it('writes the value that is sealed for the home beside it, seen by the same', async () => {
    const scene = await finishing({ isParked: false });
    const { pending, dependencies, sent, journal } = scene;
    await park({ ...pending, home: { ...pending.home, access: { visibility: 'all' } } }, dependencies);
    expect(sent).toEqual([{ line: beside, sealed: pending.home.sealed, access: { visibility: 'all' } }]);
    expect(journal.lines).toContainEqual({ kind: 'next written', at: now, isToken: true });
    expect(pending.next).toMatchObject({ isParked: true, writtenAt: now });
    await pending.next.dated;
    expect(pending.next.date).toBe(now);
    expect(journal.lines.at(-1)).toEqual({ kind: 'next dated', date: now });
  });

  it('is done once', async () => {
    const { pending, dependencies, steps } = await finishing();
    await park(pending, dependencies);
    expect(steps).toEqual([]);
  });

  it('writes nothing where nothing is sealed', async () => {
    const { pending, dependencies, steps } = await finishing({ isParked: false });
    pending.home.sealed = undefined;
    await park(pending, dependencies);
    expect(steps).toEqual([]);
    expect(pending.next.isParked).toBe(false);
    expect(recoveryOf(pending)).toBeUndefined();
  });

  it('is no reason to stop where GitHub refuses it', async () => {
    const { pending, dependencies, log, journal } = await finishing({
      isParked: false,
      writes: { [beside]: gitHubAnswer(403) },
    });
    await park(pending, dependencies);
    expect(pending.next).toMatchObject({ isParked: false, writtenAt: undefined });
    expect(log.lines).toEqual([expect.stringContaining('403')]);
    expect(journal.lines).toEqual([]);
  });

  it('is sealed anew where the key of the store has changed, for the home, too, and seen by the same', async () => {
    const { pending, dependencies, sent, journal } = await finishing({
      isParked: false,
      writes: { [beside]: [422, 201] },
    });
    const own = { ...pending.home, access: { visibility: 'all' } as const };
    await park({ ...pending, home: own }, dependencies);
    expect(sent.map(({ sealed, access }) => [sealed.keyId, access])).toEqual([
      ['key-of-acme-network', { visibility: 'all' }],
      ['new key of acme/network', { visibility: 'all' }],
    ]);
    expect(pending.next.isParked).toBe(true);
    expect(own.sealed?.keyId).toBe('new key of acme/network');
    expect(journal.lines[0]).toMatchObject({ kind: 'sealed', target: 0 });
  });

  it('has no date where none can be read', async () => {
    const { pending } = await finishing({ secrets: { [beside]: gitHubAnswer(500) } });
    expect(pending.next).toMatchObject({ isParked: true, date: undefined, writtenAt: now });
  });
});

describe('deleting _NEXT', () => {
  const next = async (options: Parameters<typeof finishing>[0], own: { date?: number; writtenAt?: number }) => {
    const { dependencies, steps, pending } = await finishing(options);
    const { resolved } = pending.next;
    const { date, writtenAt } = own;
    const unparked = await unpark({ resolved, date, writtenAt }, dependencies);
    return { unparked: unparked.kind, isDeleted: steps.includes(`DELETE ${beside}`) };
  };
  const gone = { unparked: 'gone', isDeleted: true };
  const left = { unparked: 'changed', isDeleted: false };

  it('takes the date of our own last write', async () => {
    expect(await next(nextDated(now), { date: now })).toEqual(gone);
  });

  it('leaves every other date, be it later or earlier', async () => {
    for (const date of [now - second, now + second]) expect(await next(nextDated(date), { date: now })).toEqual(left);
    expect(await next(nextDated(now), {})).toEqual(left);
  });

  it('takes a date that GitHub shows late: not later than the answer to our write, what clocks differ aside', async () => {
    for (const date of [now - 40 * second, now, now + 5 * second])
      expect(await next(nextDated(date), { writtenAt: now })).toEqual(gone);
    expect(await next(nextDated(now + 6 * second), { writtenAt: now })).toEqual(left);
    // Where a date was read behind the write, clocks need not be guessed at.
    expect(await next(nextDated(now + 2 * second), { date: now, writtenAt: now })).toEqual(left);
    expect(await next(nextDated(now + second), { date: now - 9 * second, writtenAt: now })).toEqual(gone);
  });

  it('is done where there is none', async () => {
    const absent = { secrets: { [beside]: gitHubAnswer(404) } };
    expect(await next(absent, { date: now })).toEqual({ unparked: 'gone', isDeleted: false });
  });

  it('leaves what it can not read, and says why', async () => {
    const { dependencies, pending } = await finishing({ secrets: { [beside]: gitHubAnswer(403) } });
    expect(await unpark(pending.next, dependencies)).toEqual({ kind: 'left', detail: expect.stringContaining('403') });
  });

  it('says why it could not be deleted', async () => {
    const { dependencies, pending } = await finishing({ deletes: { [beside]: gitHubAnswer(500) } });
    expect(await unpark(pending.next, dependencies)).toEqual({ kind: 'left', detail: expect.stringContaining('500') });
  });

  it.each([
    [4, 'gone'],
    [5, 'changed'],
  ])('goes by a look of a moment ago, and looks again once that is 5 s old: after %i s it is %s', async (age, kind) => {
    const scene = await finishing({ secrets: { [beside]: [{}, {}, { updatedAt: now + 9 * second }] } });
    const { dependencies, pending, clock } = scene;
    const look = await lookAt(pending.next, dependencies);
    await clock.sleep(age * second);
    expect((await unpark(pending.next, dependencies, look)).kind).toBe(kind);
  });
});
