import { describe, expect, it } from '@jest/globals';
import { finish } from '../../../../src/rotation/finish/finish.ts';
import { type RotationRecord, recordFrom, targetIdOf } from '../../../../src/rotation/record/record.ts';
import { gitHubAnswer, target } from '../../support/fakes.ts';
import { beside, type FinishingOptions, finishing, home } from '../../support/finishing.ts';
import { rotatedLongAgo, runUrl, usualRecord } from '../../support/scene.ts';
import { day, minute, now, second } from '../../support/time.ts';

/** Finishes, and what came of it. */
async function finished(options: FinishingOptions = {}) {
  const scene = await finishing(options);
  const result = await finish(scene.pending, scene.dependencies);
  return { ...scene, result, record: lastNoted(scene.noted) };
}

function lastNoted(noted: readonly string[]): RotationRecord | undefined {
  const record = recordFrom(noted.at(-1) ?? '{"v":1}');
  return record.ok ? record.value : undefined;
}

const idOf = (line: string) => targetIdOf(target(line));
const movedBy = (date: number) => ({ updatedAt: date });
const old = movedBy(rotatedLongAgo.updatedAt);

describe('finishing', () => {
  it('writes the home, then the others, then the record, and deletes _NEXT last', async () => {
    const { steps, result, journaled } = await finished({ others: ['acme/edge', 'acme/lab'] });
    expect(steps).toEqual([
      `PUT ${home}`,
      'PUT acme/edge',
      'PUT acme/lab',
      'PATCH TE_TOKEN_ROTATION',
      `DELETE ${beside}`,
    ]);
    expect(result.home).toEqual({ kind: 'stored', isAnew: false });
    expect(result.confirmation).toEqual({ kind: 'moved', date: now });
    expect(result.results.map(({ status }) => status)).toEqual(['updated', 'updated']);
    expect(result.unparked).toEqual({ kind: 'gone' });
    expect(journaled()).toEqual(['writing home', 'stored', 'stored', 'stored', 'confirmed']);
  });

  it('notes which token is in place, since when and until when, and where', async () => {
    const { record, pending } = await finished({ others: ['acme/edge', 'acme/lab'] });
    expect(record).toEqual({
      token: pending.token,
      since: now,
      validUntil: now + 730 * day,
      previous: usualRecord().token,
      previousUntil: now + 14 * day,
      home: now,
      run: runUrl,
      targets: [home, 'acme/edge', 'acme/lab'].map(idOf),
      behind: [],
    });
  });

  it('creates what is to be created, and says so', async () => {
    const { result } = await finished({ others: ['acme/edge?'], writes: { 'acme/edge': 201 } });
    expect(result.results.map(({ status, note }) => [status, note])).toEqual([['created', undefined]]);
  });

  it('says what was deleted while it ran, and is there again', async () => {
    const { result } = await finished({ writes: { [home]: 201, 'acme/edge': 201 } });
    expect(result.home).toEqual({ kind: 'stored', isAnew: true });
    expect(result.results.map(({ status, note }) => [status, note])).toEqual([['created', expect.anything()]]);
  });

  it.each([201, 204])('tells people nothing to do where GitHub takes the home at once: %i', async (status) => {
    const { announced } = await finished({ writes: { [home]: status }, isParked: false });
    expect(announced).toEqual([]);
  });

  it('is done at once where there is nothing but the home', async () => {
    const { steps, record } = await finished({ others: [] });
    expect(steps).toEqual([`PUT ${home}`, 'PATCH TE_TOKEN_ROTATION', `DELETE ${beside}`]);
    expect(record?.targets).toEqual([idOf(home)]);
  });
});

describe('others that can not be written', () => {
  const refused = { others: ['acme/edge', 'acme/lab'], writes: { 'acme/edge': gitHubAnswer(403) } };

  it('are behind by the record, and do not keep the rest', async () => {
    const { record, result, steps } = await finished(refused);
    expect(record).toMatchObject({ targets: [home, 'acme/lab'].map(idOf), behind: [idOf('acme/edge')] });
    expect(result.results.map(({ status }) => status)).toEqual(['failed', 'updated']);
    expect(steps.filter((step) => step.includes('acme/edge'))).toEqual(['PUT acme/edge']);
    expect(steps).toContain(`DELETE ${beside}`);
  });

  it('are behind where they could not even be read', async () => {
    const scene = await finishing();
    await finish({ ...scene.pending, unreachable: [idOf('acme/gone')] }, scene.dependencies);
    expect(lastNoted(scene.noted)?.behind).toEqual([idOf('acme/gone')]);
  });

  it('are sealed anew, once, where their key has changed', async () => {
    const { steps, sent, result, journaled } = await finished({ writes: { 'acme/edge': [422, 204] } });
    expect(steps).toEqual(expect.arrayContaining(['new key of acme/edge']));
    expect(sent.filter(({ line }) => line === 'acme/edge').map(({ sealed }) => sealed.keyId)).toEqual([
      'key-of-acme-edge',
      'new key of acme/edge',
    ]);
    expect(result.results.map(({ status }) => status)).toEqual(['updated']);
    expect(journaled()).toContain('sealed');
  });

  it('stay behind where the clear token is not at hand to seal it anew', async () => {
    const { result, steps } = await finished({ hasToken: false, writes: { 'acme/edge': [422, 204] } });
    expect(result.results.map(({ status }) => status)).toEqual(['failed']);
    expect(steps.filter((step) => step.includes('acme/edge'))).toEqual(['PUT acme/edge']);
  });

  it('are not written where nothing was sealed for them', async () => {
    const scene = await finishing();
    for (const other of scene.pending.others) other.sealed = undefined;
    const { results } = await finish(scene.pending, scene.dependencies);
    expect(results.map(({ status }) => status)).toEqual(['failed']);
    expect(scene.steps).not.toContain('PUT acme/edge');
  });
});

describe('a home that can not be written', () => {
  const refusedFor = { writes: { [home]: gitHubAnswer(403) } };

  it('keeps everything: the token parked, no other target, no record', async () => {
    const { steps, result, noted } = await finished(refusedFor);
    expect(result).toEqual({ home: { kind: 'refused', answer: gitHubAnswer(403) }, results: [] });
    expect(steps).toEqual([`PUT ${home}`]);
    expect(noted).toEqual([]);
  });

  it('parks the token where it is not parked yet', async () => {
    const { steps, pending } = await finished({ ...refusedFor, isParked: false });
    expect(steps).toEqual([`PUT ${home}`, `PUT ${beside}`]);
    expect(pending.next.isParked).toBe(true);
  });

  it('tells people what to do before it tries on, once, and only where the token is not parked', async () => {
    const writes = { [home]: [500, 500, 500, 204] };
    expect((await finished({ writes })).announced).toEqual([]);
    const { announced, pending } = await finished({ writes, isParked: false });
    expect(announced).toEqual([
      {
        next: pending.next.resolved,
        body: { encrypted_value: 'sealed(te-new-token-of-the-scene)', key_id: 'key-of-acme-network' },
        previousUntil: pending.previousUntil,
      },
    ]);
  });

  it('is not written where the read of its date is a bad login, and no attempt is noted', async () => {
    const { result, steps, journaled, announced } = await finished({
      secrets: { [home]: gitHubAnswer(401) },
      isParked: false,
    });
    expect(result.home).toEqual({ kind: 'refused', answer: gitHubAnswer(401) });
    expect(steps).toEqual([`PUT ${beside}`]);
    expect(journaled()).toEqual(['next written', 'next dated']);
    expect(announced).toHaveLength(1);
  });

  it('is a fault of the code where nothing was sealed for it', async () => {
    const { pending, dependencies, steps } = await finishing();
    pending.home.sealed = undefined;
    await expect(finish(pending, dependencies)).rejects.toThrow('sealed');
    expect(steps).toEqual([]);
  });

  it('is tried again whatever the answer was', async () => {
    const { result, steps } = await finished({ writes: { [home]: [403, 404, 500, 429, 204] } });
    expect(result.home).toEqual({ kind: 'stored', isAnew: false });
    expect(steps.filter((step) => step === `PUT ${home}`)).toHaveLength(5);
    expect(steps).not.toContain(`new key of ${home}`);
  });

  it('gets the token sealed anew where its key has changed, and the journal learns it', async () => {
    const { sent, journal, steps } = await finished({ writes: { [home]: [422, 204] } });
    expect(sent.filter(({ line }) => line === home).map(({ sealed }) => sealed.keyId)).toEqual([
      'key-of-acme-network',
      'new key of acme/network',
    ]);
    expect(steps.slice(0, 3)).toEqual([`PUT ${home}`, 'new key of acme/network', `PUT ${home}`]);
    expect(journal.lines).toContainEqual(
      expect.objectContaining({
        kind: 'sealed',
        target: 0,
        body: expect.objectContaining({ key_id: 'new key of acme/network' }),
      }),
    );
  });

  it('is tried with the same value where the clear token is not at hand', async () => {
    const { sent } = await finished({ hasToken: false, writes: { [home]: [422, 204] } });
    expect(sent.filter(({ line }) => line === home).map(({ sealed }) => sealed.keyId)).toEqual([
      'key-of-acme-network',
      'key-of-acme-network',
    ]);
  });

  it('is tried with the same value where the new key can not be read', async () => {
    const freshKeys = { 'acme/network': gitHubAnswer(500) };
    const { result } = await finished({ freshKeys, writes: { [home]: [422, 204] } });
    expect(result.home).toEqual({ kind: 'stored', isAnew: false });
  });
});

describe('a home that someone writes meanwhile', () => {
  it('is left as it is, and the token stays parked', async () => {
    const { result, steps, noted } = await finished({ secrets: { [home]: movedBy(now - minute) } });
    expect(result).toEqual({ home: { kind: 'written by another', date: now - minute }, results: [] });
    expect(steps).toEqual([]);
    expect(noted).toEqual([]);
  });

  it('is left as it is between two attempts, and the token is parked', async () => {
    const secrets = { [home]: [old, movedBy(now)] };
    const { result, steps } = await finished({ secrets, isParked: false, writes: { [home]: [403, 204] } });
    expect(result.home).toEqual({ kind: 'written by another', date: now });
    expect(steps).toEqual([`PUT ${home}`, `PUT ${beside}`]);
  });

  it('is taken for written by us where an attempt got no clear answer, and _NEXT is left', async () => {
    const secrets = { [home]: [old, movedBy(now)] };
    const { result, steps, record, journaled } = await finished({ secrets, writes: { [home]: [500, 204] } });
    expect(result.home).toEqual({ kind: 'taken for ours' });
    expect(result.unparked).toBeUndefined();
    expect(steps).toEqual([`PUT ${home}`, 'PUT acme/edge', 'PATCH TE_TOKEN_ROTATION']);
    expect(record?.home).toBe(now);
    expect(journaled()).not.toContain('home refused');
  });

  it.each([0, 408, 500, 502])('an answer that is not clear: %i', async (status) => {
    const secrets = { [home]: [old, movedBy(now)] };
    expect((await finished({ secrets, writes: { [home]: [status, 204] } })).result.home.kind).toBe('taken for ours');
  });

  it.each([400, 401, 403, 404, 422, 429])('an answer that is clear: %i', async (status) => {
    const secrets = { [home]: [old, movedBy(now)] };
    const { result, journaled } = await finished({ secrets, writes: { [home]: [status, 204] } });
    expect(result.home.kind).toBe('written by another');
    expect(journaled()).toEqual(['writing home', 'home refused']);
  });

  it('is written where its date can not be read', async () => {
    const { result } = await finished({ secrets: { [home]: [gitHubAnswer(500), {}] } });
    expect(result.home.kind).toBe('stored');
  });

  it('is not read again right behind a reading of main', async () => {
    const scene = await finishing();
    const { pending, dependencies } = scene;
    const readAs = (date: number) => ({ ...pending.home, latest: { date, readAt: scene.clock.monotonic() } });
    const { home: left } = await finish({ ...pending, home: readAs(now - second) }, dependencies);
    expect(left).toEqual({ kind: 'written by another', date: now - second });
    const { home: stored } = await finish({ ...pending, home: readAs(pending.home.date) }, dependencies);
    expect(stored.kind).toBe('stored');
  });

  it.each([
    [4, 'stored'],
    [5, 'written by another'],
  ])('is read again once the reading of main is 5 s old: after %i s it is %s', async (age, kind) => {
    const { pending, dependencies, clock } = await finishing({ secrets: { [home]: movedBy(now) } });
    const latest = { date: pending.home.date, readAt: clock.monotonic() };
    await clock.sleep(age * second);
    const { home: result } = await finish({ ...pending, home: { ...pending.home, latest } }, dependencies);
    expect(result.kind).toBe(kind);
  });

  it('is read again before the second attempt, however fresh the reading of main is', async () => {
    const { pending, dependencies, clock } = await finishing({
      secrets: { [home]: movedBy(now) },
      writes: { [home]: [403, 204] },
    });
    const latest = { date: pending.home.date, readAt: clock.monotonic() };
    const { home: result } = await finish({ ...pending, home: { ...pending.home, latest } }, dependencies);
    expect(result.kind).toBe('written by another');
  });
});

describe('a home of which GitHub said before that it took the write', () => {
  it('is done where its date has moved', async () => {
    const { pending, dependencies, steps, noted } = await finishing({ secrets: { [home]: movedBy(now) } });
    const result = await finish({ ...pending, home: { ...pending.home, wasTaken: true } }, dependencies);
    expect(result.home).toEqual({ kind: 'stored', isAnew: false });
    expect(steps).not.toContain(`PUT ${home}`);
    expect(lastNoted(noted)?.home).toBe(now);
  });

  it('is written once more where its date has not', async () => {
    const { pending, dependencies, steps } = await finishing({ secrets: { [home]: [old, {}] } });
    await finish({ ...pending, home: { ...pending.home, wasTaken: true } }, dependencies);
    expect(steps[0]).toBe(`PUT ${home}`);
  });

  it('is not done where its date has not moved and GitHub refuses it now', async () => {
    const { pending, dependencies } = await finishing({ secrets: { [home]: old }, writes: { [home]: 403 } });
    const { home: result } = await finish({ ...pending, home: { ...pending.home, wasTaken: true } }, dependencies);
    expect(result.kind).toBe('refused');
  });
});
