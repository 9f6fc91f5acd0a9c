import { describe, expect, it } from '@jest/globals';
import { check } from '../../../src/modes/check.ts';
import { rehearse } from '../../../src/modes/rehearse.ts';
import { fingerprintOf, targetIdOf } from '../../../src/rotation/record/record.ts';
import { gitHubAnswer, resolved, target } from '../support/fakes.ts';
import { beside, leftNext, withNote, withToken } from '../support/left-next.ts';
import { type ModeOptions, runMode } from '../support/mode-run.ts';
import { currentToken, type SceneOptions, usualRecord } from '../support/scene.ts';
import { day, hour, minute, now } from '../support/time.ts';

const home = 'acme/network';
const another = 'sha256:00000000000000aa';
const idOf = (line: string) => targetIdOf(target(line));
const old = { record: usualRecord() };
const moved = { [home]: { updatedAt: now - minute } };

type Case = readonly [what: string, would: RegExp, options: SceneOptions, request?: ModeOptions['request']];

const goesOn: readonly Case[] = [
  ['a token to ask for', /ask for a new token now and write it to 2 targets/, old],
  ['the first rotation', /ask for a new token/, { record: null }],
  ['a token stored by hand', /ask for a new token/, { record: usualRecord({ token: another }), secrets: moved }],
  [
    'a token stored by hand, of whose age the record tells nothing',
    /ask for a new token/,
    { record: usualRecord({ token: another, previousUntil: now + day }), secrets: moved },
  ],
  ['a token that is valid for long', /not ask for a token/, old, { rotateWhenDaysLeft: 30 }],
  ['an overlap', /not ask for a token(?!.*target)/, { record: usualRecord({ previousUntil: now + day }) }],
  [
    'an overlap in which a target is behind',
    /1 target/,
    { record: usualRecord({ previousUntil: now + day, targets: [] }) },
  ],
  ['a token that an earlier run left', /finish what an earlier run left/, { ...old, secrets: leftNext() }, withToken],
];

const stops: readonly Case[] = [
  [
    'an old token written back',
    /stop/,
    { record: usualRecord({ token: another, previous: fingerprintOf(currentToken) }), secrets: moved },
  ],
  ['a token stored meanwhile', /stop/, { record: usualRecord({ token: another }), secrets: leftNext() }, withToken],
  ['a record that nobody can read', /stop/, { record: 'x' }],
  ['a target that is not there', /stop/, { ...old, secrets: { 'acme/edge': gitHubAnswer(404) } }],
];

describe('check, which writes nothing, foresees', () => {
  it.each(goesOn)('%s', async (_what, would, options, request = {}) => {
    const { steps, outcome, problems } = await runMode(check, options, { request });
    expect(steps).toEqual([]);
    expect(outcome?.headline).toMatch(would);
    expect(problems).toEqual([]);
    expect(outcome?.rotated).toBe(false);
  });

  it.each(stops)('a stop at %s', async (_what, would, options, request = {}) => {
    const { steps, outcome, problems } = await runMode(check, options, { request });
    expect(steps).toEqual([]);
    expect(outcome?.headline).toMatch(would);
    expect(problems).toHaveLength(1);
  });

  it('that a note makes an overlap fail', async () => {
    const options = { record: usualRecord({ previousUntil: now + day }), secrets: leftNext() };
    const { problems } = await runMode(check, options, { request: withNote });
    expect(problems).toHaveLength(1);
  });
});

describe('check tells', () => {
  it('that ThousandEyes refuses the token which an earlier run left, and not that it waited', async () => {
    const refused = { kind: 'refused', detail: 'it answered 401' } as const;
    const options = { ...old, secrets: leftNext(), parkedCheck: refused };
    const { outcome } = await runMode(check, options, { request: withToken });
    expect(outcome?.problems).toMatchObject([{ cause: expect.stringMatching(/^it answered 401\. /) }]);
  });

  it('of each target what the record knows of it, and when it was written', async () => {
    const record = usualRecord({ targets: [idOf(home)], behind: [idOf('acme/a')] });
    const lines = [home, 'acme/a', 'acme/b', 'acme/c'];
    const options = { record, secrets: { 'acme/c': gitHubAnswer(404) } };
    const { outcome } = await runMode(check, options, { lines, request: { createMissing: true } });
    expect(outcome?.results.map(({ note }) => note)).toEqual([
      expect.stringMatching(/holds the token.*300 days ago/),
      expect.stringMatching(/behind.*300 days ago/),
      expect.stringMatching(/not known.*300 days ago/),
      expect.stringMatching(/not there yet/),
    ]);
  });

  it('of each target only when it was written where there is no record', async () => {
    const secrets = {
      [home]: { updatedAt: now - 60 * hour },
      'acme/a': { updatedAt: now - 5 * hour },
      'acme/b': { updatedAt: now - 36 * hour },
      'acme/c': gitHubAnswer(404),
    };
    const given = { lines: [home, 'acme/a', 'acme/b', 'acme/c'], request: { createMissing: true } };
    const { outcome } = await runMode(check, { record: null, secrets }, given);
    expect(outcome?.results.map(({ note }) => note)).toEqual([
      expect.stringMatching(/^written 2 days/),
      expect.stringMatching(/^written 5 h/),
      expect.stringMatching(/^written 1 day/),
      expect.stringMatching(/^not there/),
    ]);
  });

  it('nothing of a record that nobody can read', async () => {
    const { outcome } = await runMode(check, { record: 'x' });
    expect(outcome).toMatchObject({ record: [], notices: [expect.stringContaining('mode: rehearse')] });
  });

  it('what the record says, and until when the token is valid', async () => {
    const { outcome } = await runMode(check, old);
    expect(outcome?.record?.length).toBeGreaterThan(1);
    expect(outcome?.validUntil).toBe(usualRecord().validUntil);
  });
});

describe('a rehearsal', () => {
  it('proves all that a rotation proves, and leaves nothing behind', async () => {
    const { steps, outcome, problems } = await runMode(rehearse, old, { lines: [home, 'octo-org/edge'] });
    expect(new Set(steps)).toEqual(
      new Set([
        'PATCH TE_TOKEN_ROTATION (nothing)',
        `PUT ${beside}`,
        'note next written',
        'note testing',
        'PUT test octo-org/edge',
        'DELETE test octo-org/edge',
        'note tested',
        `DELETE ${beside}`,
        'finish',
      ]),
    );
    expect(problems).toEqual([]);
    expect(outcome).toMatchObject({ mode: 'rehearse', rotated: false, warnings: [] });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  });

  it('leaves to the post step what it could not delete, and warns of a write test', async () => {
    const leaving = (line: string) =>
      runMode(rehearse, { ...old, deletes: { [line]: gitHubAnswer(403) } }, { lines: [home, 'octo-org/edge'] });
    expect((await leaving(beside)).steps).not.toContain('finish');
    const { steps, outcome } = await leaving('test octo-org/edge');
    expect(steps).not.toContain('finish');
    expect(outcome?.warnings).toEqual([expect.stringContaining('octo-org/edge')]);
  });

  it('leaves out what a pattern found and the record does not know, as a rotation does', async () => {
    const targets = [resolved(home), { ...resolved('acme/made'), isFound: true }] as const;
    const { outcome, problems, steps } = await runMode(rehearse, old, { request: { targets } });
    expect(outcome?.results.map(({ resolved: { name }, status }) => [name, status])).toEqual([
      [home, 'unchanged'],
      ['acme/made', 'failed'],
    ]);
    expect(steps.filter((step) => step.includes('acme/made'))).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('acme/made')]);
  });

  it('creates a record without a token where there is none', async () => {
    const { noted } = await runMode(rehearse, { record: null });
    expect(noted).toEqual(['{"v":1}']);
  });

  it('touches no _NEXT that is there: it proves the home by a write test', async () => {
    for (const request of [withToken, withNote]) {
      const { steps, problems } = await runMode(rehearse, { ...old, secrets: leftNext() }, { request });
      expect(steps.filter((step) => step.includes('NEXT'))).toEqual([]);
      expect(steps).toContain('PUT test acme/network');
      expect(problems).toEqual([]);
    }
  });

  it.each(stops)('stops at %s', async (_what, _would, options, request = {}) => {
    const { steps, problems, outcome } = await runMode(rehearse, options, { request });
    expect(steps).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(outcome?.mode).toBe('rehearse');
  });

  it('names every refusal', async () => {
    const refusals = { recordWrites: gitHubAnswer(403), writes: { [beside]: gitHubAnswer(403) } };
    const { problems, outcome } = await runMode(rehearse, { ...old, ...refusals });
    expect(problems).toHaveLength(2);
    expect(outcome?.mode).toBe('rehearse');
  });
});
