import { describe, expect, it } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { rotate } from '../../../src/modes/rotate.ts';
import { notDueSentence } from '../../../src/rotation/due.ts';
import { fingerprintOf, recordFrom, targetIdOf } from '../../../src/rotation/record/record.ts';
import { gitHubAnswer, target } from '../support/fakes.ts';
import { beside, leftAt, leftNext, withNote } from '../support/left-next.ts';
import { type ModeOptions, runMode } from '../support/mode-run.ts';
import { currentToken, newToken, type SceneOptions, usualRecord } from '../support/scene.ts';
import { day, minute, now } from '../support/time.ts';

const rotated = (options?: SceneOptions, more?: ModeOptions) => runMode(rotate, options, more);
const home = 'acme/network';
const proven = ['note next written', 'PATCH TE_TOKEN_ROTATION (nothing)', `PUT ${beside}`, 'note next written'];
const finished = ['PATCH TE_TOKEN_ROTATION', `DELETE ${beside}`, 'finish'];
const idOf = (line: string) => targetIdOf(target(line));
const asksFor = (steps: readonly string[]) => steps.filter((step) => step === 'POST /api-tokens').length;
const old = { record: usualRecord() };
const refusal = gitHubAnswer(403);
/** A cancel that comes right before the token is asked for, too late to stop that. */
const cancelledLate: ModeOptions = {
  change: ({ dependencies, cancel }) => ({
    log: { ...dependencies.log, warning: () => undefined, info: (line) => line.startsWith('Tested') && cancel() },
  }),
};

describe('a rotation', () => {
  it('proves, asks, keeps, finishes and forgets, in this order', async () => {
    const { steps, outcome } = await rotated(old);
    expect(steps).toEqual([
      ...proven,
      'claim',
      'POST /api-tokens',
      'note issued',
      'note sealed 0',
      'note sealed 1',
      'check the new token',
      `PUT ${beside}`,
      'note next written',
      'note next dated',
      'note writing home',
      `PUT ${home}`,
      'note stored 0',
      'PUT acme/edge',
      'note stored 1',
      'note confirmed',
      ...finished,
    ]);
    expect(outcome).toMatchObject({ rotated: true, problems: [], warnings: [], leftForPost: false });
    expect(outcome?.validUntil).toBe(now + 730 * day);
    expect(outcome?.previousUntil).toBe(now + 14 * day);
  });

  it('writes the new token everywhere, masked and sealed, and the clear one nowhere', async () => {
    const { sent, log, journal, outcome } = await rotated(old);
    const token = newToken.reveal();
    expect(sent.filter(({ sealed }) => sealed.value === `sealed(${token})`).map(({ line }) => line)).toEqual([
      beside,
      home,
      'acme/edge',
    ]);
    expect(log.masks).toContain(token);
    expect(JSON.stringify([log.lines, outcome, log.outputs])).not.toContain(token);
    const unsealed = JSON.stringify(journal.lines).replaceAll(`sealed(${token})`, '');
    expect(unsealed).not.toContain(token);
  });

  it('gives the token to the output where that was asked for', async () => {
    const { log } = await rotated(old, { request: { exposeToken: true } });
    expect(log.outputs.token).toBe(newToken.reveal());
  });

  it('notes the token in hand first where there is no record, and proves that not twice', async () => {
    const { steps, outcome } = await rotated({ record: null });
    expect(steps.slice(0, 3)).toEqual(['POST TE_TOKEN_ROTATION', 'note next written', `PUT ${beside}`]);
    expect(steps).not.toContain('PATCH TE_TOKEN_ROTATION (nothing)');
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
  });

  it('fails, and names the targets that are behind', async () => {
    const { outcome, steps, problems } = await rotated({ ...old, writes: { 'acme/edge': gitHubAnswer(403) } });
    expect(outcome).toMatchObject({ rotated: true, leftForPost: false });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['updated', 'failed']);
    expect(problems).toEqual([expect.stringContaining('acme/edge')]);
    expect(steps.slice(-3)).toEqual(finished);
  });
});

describe('a rotation that is not due', () => {
  it('asks for nothing as long as the token is valid for long', async () => {
    const { steps, outcome } = await rotated(old, { request: { rotateWhenDaysLeft: 30 } });
    expect(steps).toEqual([]);
    expect(outcome).toMatchObject({ mode: 'rotate', rotated: false, problems: [], warnings: [] });
    expect(outcome?.headline).toBe(notDueSentence({ kind: 'not yet', validUntil: usualRecord().validUntil ?? 0 }, now));
  });

  it('asks for nothing while two tokens are active, and says until when', async () => {
    const previousUntil = now + 3 * day;
    const { steps, outcome } = await rotated({ record: usualRecord({ previousUntil }) });
    expect(steps).toEqual([]);
    expect(outcome).toMatchObject({ rotated: false, problems: [] });
  });

  it('writes what is behind all the same, and notes it', async () => {
    const record = usualRecord({ previousUntil: now + day, targets: [idOf(home)], behind: [idOf('acme/edge')] });
    const { steps, outcome, sent } = await rotated({ record });
    expect(steps).toEqual(['PUT acme/edge', 'PATCH TE_TOKEN_ROTATION']);
    expect(sent.map(({ sealed }) => sealed.value)).toEqual([`sealed(${currentToken.reveal()})`]);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'updated']);
    expect(outcome).toMatchObject({ rotated: false, problems: [] });
  });

  it('writes so though another target can not be found, and fails', async () => {
    const record = usualRecord({ previousUntil: now + day, targets: [idOf(home)] });
    const options = { record, secrets: { 'acme/gone': gitHubAnswer(404) } };
    const { steps, problems } = await rotated(options, { lines: [home, 'acme/gone', 'acme/edge'] });
    expect(steps).toEqual(['PUT acme/edge', 'PATCH TE_TOKEN_ROTATION']);
    expect(problems).toEqual([expect.stringContaining('acme/gone')]);
  });

  it('fails where a note tells that a token may be lost, and revokes nothing in an overlap', async () => {
    const record = usualRecord({ previousUntil: now + day });
    const { steps, problems } = await rotated({ record, secrets: leftNext() }, { request: withNote });
    expect(steps).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('Revoke nothing')]);
  });
});

describe('before anything is asked', () => {
  it('stops at a note that GitHub refuses, and leaves nothing behind', async () => {
    const { steps, problems, outcome } = await rotated({ ...old, writes: { [beside]: gitHubAnswer(403) } });
    expect(asksFor(steps)).toBe(0);
    expect(steps.at(-1)).toBe('finish');
    expect(problems).toHaveLength(1);
    expect(outcome?.mode).toBe('rotate');
    expect(outcome?.results.map(({ status }) => status)).toEqual(['failed', 'unchanged']);
  });

  it('stops where the note was answered as updated: another run is at work, and nothing is deleted', async () => {
    const { steps } = await rotated({ ...old, writes: { [beside]: 204 } });
    expect(asksFor(steps)).toBe(0);
    expect(steps).not.toContain(`DELETE ${beside}`);
  });

  it('goes on where an attempt whose answer got lost had written the note', async () => {
    const { steps } = await rotated({ ...old, writes: { [beside]: [500, 204] } });
    expect(asksFor(steps)).toBe(1);
  });

  it('stops at a record that can not be written, and takes its note back', async () => {
    const { steps, problems } = await rotated({ ...old, recordWrites: gitHubAnswer(403) });
    expect(asksFor(steps)).toBe(0);
    expect(steps).toContain(`DELETE ${beside}`);
    expect(problems).toEqual([expect.stringContaining('TE_TOKEN_ROTATION')]);
  });

  it('stops at a write test that GitHub refuses, and takes its note back', async () => {
    const { steps, outcome } = await rotated(
      { record: null, writes: { 'test octo-org/edge': gitHubAnswer(403) } },
      { lines: [home, 'octo-org/edge'] },
    );
    expect(asksFor(steps)).toBe(0);
    expect(steps).toContain(`DELETE ${beside}`);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
  });

  it('stops where no journal can be created', async () => {
    const { steps, problems } = await rotated({ ...old, journal: 'no space left' });
    expect(steps).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('no space left')]);
  });

  it('stops where the post step took over, and takes its note back', async () => {
    const { steps } = await rotated(old, {
      change: ({ journal }) => {
        journal.isClaimable = false;
        return {};
      },
    });
    expect(asksFor(steps)).toBe(0);
    expect(steps).toContain(`DELETE ${beside}`);
  });

  it('stops at a cancel, and takes its note back', async () => {
    const { steps, thrown, outcome } = await rotated(old, {
      change: ({ dependencies, cancel }) => ({
        variables: {
          ...dependencies.variables,
          update: (...given) => {
            cancel();
            return dependencies.variables.update(...given);
          },
        },
      }),
    });
    expect(thrown).toBeInstanceOf(Cancelled);
    expect(asksFor(steps)).toBe(0);
    expect(steps).toContain(`DELETE ${beside}`);
    expect(outcome).toBeUndefined();
  });

  it('stops at a cancel right before it asks, and takes its note back', async () => {
    const { steps, thrown } = await rotated(old, cancelledLate);
    expect([thrown, asksFor(steps)]).toEqual([undefined, 1]);
    const early = await rotated(old, {
      change: ({ dependencies, cancel }) => ({
        secrets: { ...dependencies.secrets, write: (...given) => dependencies.secrets.write(...given).finally(cancel) },
      }),
    });
    expect(early.thrown).toBeInstanceOf(Cancelled);
    expect(asksFor(early.steps)).toBe(0);
    expect(early.steps).toContain(`DELETE ${beside}`);
  });

  it('stops where a target can not be found, whatever else could be done', async () => {
    const { steps, problems } = await rotated({ ...old, secrets: { 'acme/edge': gitHubAnswer(404) } });
    expect(asksFor(steps)).toBe(0);
    expect(steps).not.toContain(`PUT ${beside}`);
    expect(problems).toEqual([expect.stringContaining('acme/edge')]);
  });

  it('stops so at the first rotation, too, and writes no record', async () => {
    const { steps, outcome } = await rotated({ record: null, secrets: { 'acme/edge': gitHubAnswer(404) } });
    expect(steps).toEqual([]);
    expect(outcome).toMatchObject({ mode: 'rotate', problems: [{}] });
  });
});

describe('once a token is issued', () => {
  it.each<[what: string, options: SceneOptions, more: ModeOptions, isLeft: boolean]>([
    ['a home that GitHub refuses is left to the post step', { writes: { [home]: refusal } }, {}, true],
    [
      'a record that can not be written is left to the post step where the token is not kept',
      { writes: { [beside]: [201, refusal] }, recordWrites: [undefined, refusal] },
      {},
      true,
    ],
    ['… and to the next run where it is kept', { recordWrites: [undefined, refusal] }, {}, false],
    [
      'a target that is behind is left to the post step at a cancel',
      { writes: { 'acme/edge': refusal } },
      cancelledLate,
      true,
    ],
    [
      'a target that is behind is left to the next run else',
      { writes: { [beside]: [201, refusal], 'acme/edge': refusal } },
      {},
      false,
    ],
    ['nothing is left at a cancel where all is done', {}, cancelledLate, false],
  ])('%s', async (_what, options, more, isLeft) => {
    const { steps, outcome } = await rotated({ ...old, ...options }, more);
    expect(asksFor(steps)).toBe(1);
    expect(outcome?.leftForPost).toBe(isLeft);
    expect(steps.includes('finish')).toBe(!isLeft);
  });

  it('nothing that is kept is deleted at an error that should not happen', async () => {
    const { steps, thrown } = await rotated({ ...old, writes: { [home]: new Error('odd') } });
    expect(thrown).toEqual(new Error('odd'));
    expect(asksFor(steps)).toBe(1);
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(steps).not.toContain('finish');
  });
});

describe('beside the note of an earlier run', () => {
  const besideNote = (options: SceneOptions = {}) =>
    rotated({ ...old, secrets: leftNext(), ...options }, { request: withNote });

  it('proves the home by a write test, and lets a new token overwrite the note', async () => {
    const { steps, outcome } = await besideNote();
    const asked = steps.indexOf('POST /api-tokens');
    expect(steps.slice(0, asked)).toContain('PUT test acme/network');
    expect(steps.slice(0, asked)).not.toContain(`PUT ${beside}`);
    expect(steps.slice(asked)).toContain(`PUT ${beside}`);
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
  });

  it('says that the token may be lost where ThousandEyes refuses, and lets the note stay', async () => {
    for (const kind of ['conflict', 'refused'] as const) {
      const regenerations = kind === 'conflict' ? { kind, detail: 'two' } : { kind, status: 403, detail: 'no' };
      const { steps, problems } = await besideNote({ regenerations });
      expect(problems).toEqual([expect.stringContaining('issued and lost')]);
      expect(steps).not.toContain(`DELETE ${beside}`);
      expect(steps).not.toContain(`PUT ${beside}`);
    }
  });

  it('is as without it where the note is gone', async () => {
    const { steps, outcome } = await besideNote({ record: null, secrets: {} });
    expect(steps).not.toContain('PUT test acme/network');
    expect(steps).toContain(`PUT ${beside}`);
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
  });

  it('is as without it where the note is older than the record', async () => {
    const record = usualRecord({ since: leftAt + 2 * minute, previousUntil: now - day });
    const { steps, problems } = await besideNote({ record, regenerations: { kind: 'conflict', detail: 'two' } });
    expect(steps).not.toContain('PUT test acme/network');
    expect(problems.join()).not.toContain('issued and lost');
  });
});

describe('the record behind a rotation', () => {
  it('names the new token, the one before it, and the targets', async () => {
    const scene = await rotated(old, { lines: [home] });
    expect(scene.outcome?.problems).toEqual([]);
    const record = recordFrom(scene.noted.at(-1) ?? '');
    expect(record).toMatchObject({
      ok: true,
      value: { token: fingerprintOf(newToken), previous: fingerprintOf(currentToken), previousUntil: now + 14 * day },
    });
  });
});
