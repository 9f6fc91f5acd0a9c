import { describe, expect, it } from '@jest/globals';
import { rotate } from '../../../../src/modes/rotate.ts';
import { sync } from '../../../../src/modes/sync.ts';
import { fingerprintOf, recordFrom, targetIdOf } from '../../../../src/rotation/record/record.ts';
import { gitHubAnswer, resolved, target } from '../../support/fakes.ts';
import { beside, leftNext, withNote, withToken } from '../../support/left-next.ts';
import { type ModeOptions, runMode } from '../../support/mode-run.ts';
import { currentToken, parkedToken, rotatedLongAgo, type SceneOptions, usualRecord } from '../../support/scene.ts';
import { day, minute, now, second } from '../../support/time.ts';

const home = 'acme/network';
const [hand, parked] = [fingerprintOf(currentToken), fingerprintOf(parkedToken)];
const another = 'sha256:00000000000000aa';
const idOf = (line: string) => targetIdOf(target(line));
const moved = { [home]: { updatedAt: now - minute } };
const refused = { kind: 'refused', detail: 'it answered 401' } as const;
const unclear = { kind: 'unclear', detail: 'it answered 418' } as const;
const down = { kind: 'down', mayPass: true, detail: 'it did not answer' } as const;
const firstNoted = (noted: readonly string[]) => recordFrom(noted[0] ?? '');

type Case = readonly [what: string, options: SceneOptions, request?: ModeOptions['request']];

const stops: readonly Case[] = [
  ['a re-run in which the home has moved', { isRerun: true, secrets: moved }],
  ['a token of which ThousandEyes tells nothing', { secrets: leftNext(), parkedCheck: unclear }, withToken],
  ['a token stored meanwhile', { secrets: leftNext(), record: usualRecord({ token: another }) }, withToken],
  ['something that the run was not given', { secrets: leftNext() }],
  ['a ThousandEyes that can not be asked', { check: down }],
  ['a refused token in hand', { check: refused }],
  ['a refused token in hand, and a note', { check: refused, secrets: leftNext() }, withNote],
  ['another token than the home holds', { record: usualRecord({ token: another }) }],
  ['an old token written back', { record: usualRecord({ token: another, previous: hand }), secrets: moved }],
  ['a record that nobody can read', { record: '{"v":9}' }],
  ['a record that GitHub does not show', { recordReads: gitHubAnswer(403) }],
  ['a `_NEXT` that GitHub does not show', { secrets: { [beside]: gitHubAnswer(403) } }],
];

describe.each([
  ['rotate', rotate],
  ['sync', sync],
] as const)('%s stops, with nothing changed, at', (_, mode) => {
  it.each(stops)('%s', async (_what, options, request = {}) => {
    const { steps, problems, outcome } = await runMode(mode, options, { request });
    expect(steps).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(outcome).toMatchObject({ rotated: false, leftForPost: false });
  });
});

describe('a token in _NEXT that ThousandEyes accepts', () => {
  it('stops beside a token in hand of which it tells nothing, and that one is named', async () => {
    const forbidden = { kind: 'forbidden', detail: 'it answered 403' } as const;
    const scene = { secrets: leftNext(), record: usualRecord({ token: another }), check: unclear };
    for (const parkedCheck of [undefined, forbidden]) {
      const options = parkedCheck === undefined ? scene : { ...scene, parkedCheck };
      const { outcome } = await runMode(rotate, options, { request: withToken });
      expect(outcome?.problems).toMatchObject([
        { attempt: 'The token in hand', cause: expect.stringMatching(/^it answered 418, which does not tell/) },
      ]);
    }
  });
});

describe('a refused token in _NEXT', () => {
  const left = (updatedAt?: number) => ({ record: usualRecord(), secrets: leftNext(updatedAt), parkedCheck: refused });

  it('is asked about for ten minutes, and stays', async () => {
    const { steps, elapsed, problems } = await runMode(
      rotate,
      { ...left(), newCheck: refused },
      { request: withToken },
    );
    expect(elapsed()).toBeGreaterThanOrEqual(10 * minute);
    expect(new Set(steps)).toEqual(new Set(['check the new token']));
    expect(problems).toHaveLength(1);
  });

  it('stays where ThousandEyes tells nothing of it then', async () => {
    const scene = { ...left(), newCheck: unclear };
    const { steps, outcome } = await runMode(rotate, scene, { request: withToken });
    expect(new Set(steps)).toEqual(new Set(['check the new token']));
    expect(outcome?.problems).toMatchObject([
      { attempt: expect.stringContaining('TE_TOKEN_NEXT'), cause: expect.stringMatching(/^it answered 418, /) },
    ]);
  });

  it('is finished with as soon as it is accepted', async () => {
    const newCheck = [refused, refused, { kind: 'accepted', user: undefined }] as const;
    const { steps, outcome } = await runMode(rotate, { ...left(), newCheck }, { request: withToken });
    expect(steps).toContain(`PUT ${home}`);
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
  });

  it.each([
    ['the run goes on', usualRecord(), []],
    ['the token in hand is noted', null, ['POST TE_TOKEN_ROTATION']],
  ])('is deleted with a warning where it is older than 15 days, and %s', async (_, record, then) => {
    const scene = { ...left(now - 16 * day), newCheck: refused, record };
    const { steps, outcome } = await runMode(sync, scene, { request: withToken, lines: [home] });
    expect(steps.filter((step) => step !== 'check the new token')).toEqual([`DELETE ${beside}`, ...then]);
    expect(outcome?.problems).toEqual([]);
    expect(outcome?.warnings).toEqual([expect.stringContaining('TE_TOKEN_NEXT')]);
  });

  it('stays where the token in hand is refused, too', async () => {
    const scene = { ...left(now - 16 * day), newCheck: refused, check: refused };
    const { steps, problems } = await runMode(sync, scene, { request: withToken });
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(problems).toHaveLength(1);
  });
});

describe('a refused token in hand', () => {
  it('is told with the note of a run whose token may be lost', async () => {
    const { outcome } = await runMode(sync, { check: refused, secrets: leftNext() }, { request: withNote });
    expect(outcome?.problems).toMatchObject([{ cause: expect.stringMatching(/^it answered 401; .*lost/) }]);
  });

  it('is told with what a job may read in place of the home, and not in place of another target', async () => {
    const whyOf = async (lines: readonly string[]) =>
      (await runMode(sync, { check: refused }, { lines })).outcome?.problems.map(({ why = '' }) => why);
    expect(await whyOf(['orgs/acme', 'acme/edge'])).toEqual([expect.stringContaining('second secret')]);
    expect(await whyOf(['acme/edge', 'orgs/acme'])).toEqual([expect.not.stringContaining('second secret')]);
  });
});

describe('a token in _NEXT that is in place already', () => {
  const secrets = leftNext(rotatedLongAgo.updatedAt - second);
  const request = { next: { kind: 'token', token: currentToken } } as const;

  it('is deleted, and the run goes on', async () => {
    const { steps, outcome } = await runMode(sync, { record: usualRecord(), secrets }, { request });
    expect(steps).toEqual([`DELETE ${beside}`]);
    expect(outcome).toMatchObject({ problems: [], warnings: [] });
  });

  it('is left with a warning where it can not be deleted', async () => {
    const deletes = { [beside]: gitHubAnswer(403) };
    const { outcome } = await runMode(sync, { record: usualRecord(), secrets, deletes }, { request });
    expect(outcome?.problems).toEqual([]);
    expect(outcome?.warnings).toEqual([expect.stringContaining('could not be deleted')]);
  });

  it.each([rotate, sync])(
    'ends the run where another one wrote it meanwhile: it may be the only copy',
    async (mode) => {
      const rewritten = { [beside]: [...Object.values(secrets), { updatedAt: now }] };
      const { outcome, steps } = await runMode(mode, { record: usualRecord(), secrets: rewritten }, { request });
      expect(outcome?.problems).toMatchObject([{ cause: 'another run was faster' }]);
      expect(steps).toEqual([]);
    },
  );
});

describe('adopting', () => {
  it('notes the token in hand before anything else, its end and the others unknown', async () => {
    const { noted, steps } = await runMode(sync, { record: null });
    expect(steps[0]).toBe('POST TE_TOKEN_ROTATION');
    expect(firstNoted(noted)).toEqual({
      ok: true,
      value: {
        token: hand,
        since: now,
        validUntil: undefined,
        previous: undefined,
        previousUntil: undefined,
        home: rotatedLongAgo.updatedAt,
        run: expect.any(String),
        targets: [idOf(home)],
        behind: [idOf('acme/edge')],
      },
    });
  });

  it('notes a token that was stored by hand, and warns', async () => {
    const record = usualRecord({ token: another, validUntil: now + day, previousUntil: now + day });
    const { noted, outcome, steps } = await runMode(rotate, {
      record,
      secrets: { [home]: [...new Array(2).fill(moved[home]), {}] },
    });
    expect(firstNoted(noted)).toMatchObject({
      ok: true,
      value: { token: hand, previous: another, validUntil: undefined },
    });
    expect(outcome?.warnings).toEqual([expect.stringContaining('by hand')]);
    expect(steps).toContain('POST /api-tokens');
  });

  it.each([
    ['the record before', usualRecord({ token: another, targets: [idOf('acme/held')], behind: [idOf('acme/behind')] })],
    ['no record', null],
  ])('notes of what a pattern found only what is known to %s', async (_, record) => {
    const found = (line: string) => ({ ...resolved(line), isFound: true });
    const targets = [
      resolved(home),
      ...['acme/held', 'acme/behind', 'acme/made'].map(found),
      resolved('acme/edge'),
    ] as const;
    const { noted } = await runMode(rotate, { record, secrets: moved }, { request: { targets } });
    const known = record === null ? [] : ['acme/held', 'acme/behind'];
    expect(firstNoted(noted)).toMatchObject({ ok: true, value: { behind: [...known, 'acme/edge'].map(idOf) } });
  });

  it('lets an old note stay, for the next run', async () => {
    const record = usualRecord({ token: another, since: now });
    const { steps, problems } = await runMode(
      sync,
      { record, secrets: { ...moved, ...leftNext() } },
      { request: withNote },
    );
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(problems).toEqual([]);
  });

  it('is dated not before the home, by whichever clock', async () => {
    const { noted } = await runMode(sync, { record: null, secrets: { [home]: { updatedAt: now + 9 * second } } });
    expect(firstNoted(noted)).toMatchObject({ ok: true, value: { since: now + 9 * second } });
  });

  it('stops where it can not be noted, and where another run was faster', async () => {
    const { steps, problems } = await runMode(rotate, { record: null, recordWrites: gitHubAnswer(403) });
    expect(steps).toEqual(['POST TE_TOKEN_ROTATION']);
    expect(problems).toHaveLength(1);
  });
});

describe('a home that was written again with the same token', () => {
  it('is worth a warning, and no fault', async () => {
    const { outcome } = await runMode(sync, { record: usualRecord(), secrets: moved });
    expect(outcome?.problems).toEqual([]);
    expect(outcome?.warnings).toEqual([expect.stringContaining('same token')]);
  });
});

describe('what an earlier run left', () => {
  const left = { record: usualRecord(), secrets: leftNext() };
  const finished = ['PATCH TE_TOKEN_ROTATION', `DELETE ${beside}`];

  it.each([
    ['rotate', rotate],
    ['sync', sync],
  ] as const)('is finished by %s, and nothing is asked', async (_, mode) => {
    const { steps, outcome, noted, sent, log } = await runMode(mode, left, {
      request: { ...withToken, exposeToken: true },
    });
    expect(steps).toEqual([`PUT ${home}`, 'PUT acme/edge', ...finished]);
    expect(sent.map(({ sealed }) => sealed.value)).toEqual(new Array(2).fill(`sealed(${parkedToken.reveal()})`));
    expect(firstNoted(noted)).toMatchObject({ ok: true, value: { token: parked, previous: hand } });
    expect(outcome).toMatchObject({ rotated: true, problems: [], warnings: [], leftForPost: false });
    expect(log.outputs.token).toBe(parkedToken.reveal());
  });

  it('ends the overlap 14 days after it was left, and not later than the token before it', async () => {
    const untilOf = async (record = usualRecord()) =>
      (await runMode(rotate, { ...left, record }, { request: withToken })).outcome?.previousUntil;
    expect(await untilOf()).toBe(now - 60 * minute + 14 * day);
    expect(await untilOf(usualRecord({ validUntil: now + day }))).toBe(now + day);
  });

  it('is not written to the home that holds it', async () => {
    const request = { ...withToken, currentToken: parkedToken };
    const { steps, outcome, noted } = await runMode(rotate, left, { request });
    expect(steps).toEqual(['PUT acme/edge', ...finished]);
    expect(firstNoted(noted)).toMatchObject({ ok: true, value: { token: parked, previous: hand, home: null } });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'updated']);
    expect(outcome?.rotated).toBe(true);
  });

  it('is finished with the warnings of what was read, and of what could not be deleted', async () => {
    const scene = { ...left, check: unclear, deletes: { [beside]: gitHubAnswer(403) } };
    const { outcome } = await runMode(rotate, scene, { request: withToken });
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
    expect(outcome?.warnings).toEqual([expect.stringContaining('it answered 418'), expect.stringContaining(beside)]);
  });

  it('counts the targets that hold the token then', async () => {
    const lines = [home, 'acme/a', 'acme/b'];
    const scene = { ...left, writes: { 'acme/b': gitHubAnswer(403) } };
    const { outcome } = await runMode(rotate, scene, { request: withToken, lines });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['updated', 'updated', 'failed']);
    expect(outcome?.headline).toContain('2 targets');
  });

  it('is finished though the token in hand is refused', async () => {
    const { outcome } = await runMode(rotate, { ...left, check: refused }, { request: withToken });
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
  });

  it('is finished though other targets can not be found, which are behind then', async () => {
    const secrets = { ...left.secrets, 'acme/edge': gitHubAnswer(404) };
    const { steps, outcome, noted, problems } = await runMode(rotate, { ...left, secrets }, { request: withToken });
    expect(steps).toEqual([`PUT ${home}`, ...finished]);
    expect(firstNoted(noted)).toMatchObject({
      ok: true,
      value: { targets: [idOf(home)], behind: [idOf('acme/edge')] },
    });
    expect(outcome).toMatchObject({ rotated: true });
    expect(problems).toEqual([expect.stringContaining('acme/edge')]);
  });

  it('stays where the home can not be found', async () => {
    const secrets = { ...left.secrets, [home]: gitHubAnswer(404) };
    const { steps, problems } = await runMode(rotate, { ...left, secrets }, { request: withToken });
    expect(steps).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('stays where the home can not be written, and that is no rotation', async () => {
    const { steps, outcome } = await runMode(
      rotate,
      { ...left, writes: { [home]: gitHubAnswer(403) } },
      { request: withToken },
    );
    expect(steps).toEqual([`PUT ${home}`]);
    expect(outcome).toMatchObject({ rotated: false });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['failed', 'unchanged']);
  });

  it('is written to no target that the record knows to hold it', async () => {
    const record = usualRecord({ token: parked, previous: hand, targets: ['acme/edge', home].map(idOf) });
    const secrets = leftNext(rotatedLongAgo.updatedAt - second);
    const lines = [home, 'acme/edge', 'acme/new'];
    const { steps } = await runMode(rotate, { record, secrets }, { request: withToken, lines });
    expect(steps).toEqual([`PUT ${home}`, 'PUT acme/new', ...finished]);
  });

  it('is written to a target that was deleted since, whatever the record says', async () => {
    const record = usualRecord({ token: parked, previous: hand, targets: ['acme/edge', home].map(idOf) });
    const secrets = { ...leftNext(rotatedLongAgo.updatedAt - second), 'acme/edge': gitHubAnswer(404) };
    const request = { ...withToken, createMissing: true };
    const { steps, outcome } = await runMode(rotate, { record, secrets }, { request });
    expect(steps).toEqual([`PUT ${home}`, 'PUT acme/edge', ...finished]);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['updated', 'created']);
  });

  it.each([
    ['the token before it', currentToken, hand],
    ['none before it, where the home holds it', parkedToken, undefined],
  ])('is the first record where there is none, with %s', async (_, inHand, previous) => {
    const request = { ...withToken, currentToken: inHand };
    const { outcome, noted } = await runMode(rotate, { ...left, record: null }, { request });
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
    expect(firstNoted(noted)).toMatchObject({ ok: true, value: { token: parked, previous } });
  });

  it('stays where there is no record and the home was written since', async () => {
    const later = { ...left.secrets, [home]: { updatedAt: now - minute } };
    const { steps } = await runMode(rotate, { secrets: later, record: null }, { request: withToken });
    expect(steps).toEqual([]);
  });
});
