import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf } from '../../../src/lib/problem.ts';
import { recover } from '../../../src/modes/recover.ts';
import { createJournal } from '../../../src/rotation/journal/journal.ts';
import { JournalHandle } from '../../../src/rotation/journal/journal-handle.ts';
import type { JournalLine } from '../../../src/rotation/journal/journal-record.ts';
import { recordFrom, targetIdOf } from '../../../src/rotation/record/record.ts';
import { credentialOf, FakeWorkflow, gitHubAnswer, resolved, target } from '../support/fakes.ts';
import { headerOf } from '../support/journaling.ts';
import { beside } from '../support/left-next.ts';
import { rotatedLongAgo, type SceneOptions, sceneOf, usualRecord } from '../support/scene.ts';
import { day, now, second } from '../support/time.ts';

const home = 'acme/network';
const lines = [home, 'acme/edge', 'acme/lab'];
const idOf = (line: string) => targetIdOf(target(line));
const token = 'sha256:00000000000000bb';
const bodyFor = (number: number) => ({ encrypted_value: `sealed ${number}`, key_id: 'k' });

const issued: JournalLine = { kind: 'issued', token, validUntil: now + 730 * day, previousUntil: now + 9 * day };
const sealed = lines.map((_, number): JournalLine => ({ kind: 'sealed', target: number, body: bodyFor(number) }));
const noted: JournalLine = { kind: 'next written', at: now - 9 * second, isToken: false };
const parked: JournalLine[] = [
  { kind: 'next written', at: now - 5 * second, isToken: true },
  { kind: 'next dated', date: now - 5 * second },
];
const stored = (number: number): JournalLine => ({ kind: 'stored', target: number, at: now - 3 * second });
const writing: JournalLine = { kind: 'writing home' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recover-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface LeftOptions extends SceneOptions {
  /** The targets in the journal, the home first. */
  readonly targets?: readonly string[];
  /** Those that were not there when main began. */
  readonly missing?: readonly string[];
}

/** The post step behind a main that has noted these lines, and is dead. */
async function recovered(left: readonly JournalLine[], given: LeftOptions = {}, isAsked = true) {
  const { targets: names = lines, missing = [], ...options } = given;
  const path = join(mkdtempSync(join(folder, 'run-')), 'left.jsonl');
  const updatedAt = (line: string) => (missing.includes(line) ? undefined : rotatedLongAgo.updatedAt);
  const targets = names.map((line) => ({ ...resolved(line), access: {}, updatedAt: updatedAt(line) }));
  const header = headerOf([], { targets, token: usualRecord().token });
  const created = createJournal(path, header, { log: new FakeWorkflow(), leaveState: () => true });
  if (!created.ok) throw new Error(created.error);
  if (isAsked) created.value.claim();
  created.value.note(...left);
  const scene = sceneOf({ record: usualRecord(), ...options });
  const outcome = await recover(new JournalHandle(path, () => false), credentialOf(), scene.dependencies);
  const { steps, sent, announced, earlierWrites, noted: records } = scene;
  return {
    ...{ outcome, steps, sent, announced, earlierWrites },
    record: recordFrom(records.at(-1) ?? '{"v":1}'),
    problems: (outcome?.problems ?? []).map(messageOf),
    isForgotten: !existsSync(path),
  };
}

const nextAt = (date: number) => ({ [beside]: { updatedAt: date } });
const ourNext = { secrets: nextAt(now - 5 * second) };
const finished = ['PATCH TE_TOKEN_ROTATION', `DELETE ${beside}`];

describe('the post step behind a main that asked for nothing', () => {
  it('has nothing to say, and forgets the journal', async () => {
    const { outcome, steps, isForgotten } = await recovered([], {}, false);
    expect(outcome).toBeUndefined();
    expect(steps).toEqual([]);
    expect(isForgotten).toBe(true);
  });

  it('deletes the note that main wrote, and no other', async () => {
    const ours = await recovered([noted], { secrets: nextAt(now - 9 * second) }, false);
    expect([ours.outcome, ours.steps]).toEqual([undefined, [`DELETE ${beside}`]]);
    const others = await recovered([noted], { secrets: nextAt(now) }, false);
    expect([others.outcome, others.steps]).toEqual([undefined, []]);
  });

  it('deletes write tests that are left over, and says which it could not', async () => {
    const test: JournalLine = { kind: 'testing', store: target('acme/edge').store, secret: 'ROTATION_WRITE_TEST' };
    const { outcome: nothing, steps } = await recovered([test], {}, false);
    expect([nothing, steps]).toEqual([undefined, ['DELETE test acme/edge']]);
    const deletes = { 'test acme/edge': gitHubAnswer(403) };
    const { outcome } = await recovered([test], { deletes }, false);
    expect(outcome?.warnings).toEqual([expect.stringContaining('ROTATION_WRITE_TEST')]);
    expect(outcome).toMatchObject({ mode: 'rotate', rotated: false });
  });

  it('does the same where ThousandEyes clearly issued nothing', async () => {
    const { outcome, steps } = await recovered([noted, { kind: 'not issued' }], { secrets: nextAt(now - 9 * second) });
    expect([outcome, steps]).toEqual([undefined, [`DELETE ${beside}`]]);
  });
});

describe('the post step behind a main that ended while it asked', () => {
  it('says that a token may be lost, and lets the note stay', async () => {
    const { outcome, steps, problems } = await recovered([noted], { secrets: nextAt(now - 9 * second) });
    expect(steps).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(outcome).toMatchObject({ mode: 'rotate', rotated: false });
  });
});

describe('the post step behind a main that had a token', () => {
  it('brings it everywhere, by the journal', async () => {
    const { outcome, steps, sent, record, isForgotten } = await recovered([issued, ...sealed, ...parked], ourNext);
    expect(steps).toEqual([`PUT ${home}`, 'PUT acme/edge', 'PUT acme/lab', ...finished]);
    expect(sent.map(({ sealed: { value } }) => value)).toEqual(['sealed 0', 'sealed 1', 'sealed 2']);
    expect(outcome).toMatchObject({ rotated: true, problems: [], warnings: [] });
    expect(record).toMatchObject({
      ok: true,
      value: {
        token,
        previous: usualRecord().token,
        previousUntil: now + 9 * day,
        targets: lines.map(idOf),
        behind: [],
      },
    });
    expect(isForgotten).toBe(true);
  });

  it('writes what is not stored yet, and notes all of it', async () => {
    const left = [
      issued,
      ...sealed,
      ...parked,
      writing,
      stored(0),
      { kind: 'confirmed', date: now - second } as const,
      stored(1),
    ];
    const { steps, record } = await recovered(left, ourNext);
    expect(steps).toEqual(['PUT acme/lab', ...finished]);
    expect(record).toMatchObject({ ok: true, value: { targets: lines.map(idOf), home: now - second } });
  });

  it('counts what main had written towards the pace that GitHub allows', async () => {
    const left = [issued, ...sealed, ...parked, writing, stored(0), stored(1)];
    const { earlierWrites } = await recovered(left, ourNext);
    expect(earlierWrites).toEqual([3 * second, 3 * second]);
  });

  it('tells what main and it have created, and warns of what was deleted meanwhile', async () => {
    const left = [...sealed, ...parked, writing, stored(0), { kind: 'confirmed', date: now - second } as const];
    const secrets = { ...ourNext.secrets, 'acme/lab': gitHubAnswer(404) };
    const resultsWith = async (missing: readonly string[]) => {
      const { outcome } = await recovered([issued, ...left, stored(1)], { secrets, missing });
      return [outcome?.results.map(({ status }) => status), outcome?.warnings];
    };
    expect(await resultsWith(['acme/edge', 'acme/lab'])).toEqual([['unchanged', 'created', 'created'], []]);
    const warning = expect.stringContaining('acme/lab was deleted');
    expect(await resultsWith([])).toEqual([['unchanged', 'updated', 'created'], [warning]]);
  });

  it('takes back a command that main may have shown: only where it had parked nothing', async () => {
    const [shown, parkedFirst] = [
      await recovered([issued, ...sealed, noted], { secrets: nextAt(now - 9 * second) }),
      await recovered([issued, ...sealed, ...parked], ourNext),
    ];
    expect(shown.outcome?.notices).toEqual([expect.stringContaining('do not run it')]);
    expect(parkedFirst.outcome).toMatchObject({ rotated: true, notices: [] });
  });

  it('needs not park: it goes straight home', async () => {
    const { steps, outcome } = await recovered([issued, ...sealed, noted], { secrets: nextAt(now - 9 * second) });
    expect(steps).toEqual([`PUT ${home}`, 'PUT acme/edge', 'PUT acme/lab', ...finished]);
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
  });

  it('takes a home that moved behind an unclear write of main for ours, and leaves _NEXT', async () => {
    const secrets = { ...ourNext.secrets, [home]: { updatedAt: now - second } };
    const { steps, outcome } = await recovered([issued, ...sealed, ...parked, writing], { secrets });
    expect(steps).toEqual(['PUT acme/edge', 'PUT acme/lab', 'PATCH TE_TOKEN_ROTATION']);
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
    expect(outcome?.warnings).toHaveLength(1);
  });

  it('leaves a home that someone else wrote', async () => {
    const secrets = { ...ourNext.secrets, [home]: { updatedAt: now - second } };
    for (const left of [[], [writing, { kind: 'home refused' } as const]]) {
      const { steps, outcome, problems } = await recovered([issued, ...sealed, ...parked, ...left], { secrets });
      expect(steps).toEqual([]);
      expect(problems).toHaveLength(1);
      expect(outcome?.rotated).toBe(false);
    }
  });

  it('confirms a home that GitHub had taken, and does not write it once more', async () => {
    const secrets = { ...ourNext.secrets, [home]: { updatedAt: now - second } };
    const { steps } = await recovered([issued, ...sealed, ...parked, writing, stored(0)], { secrets });
    expect(steps).toEqual(['PUT acme/edge', 'PUT acme/lab', ...finished]);
  });

  it('parks what it can not bring home, and keeps the journal', async () => {
    const writes = { [home]: gitHubAnswer(403) };
    const { steps, outcome, isForgotten } = await recovered([issued, ...sealed], { writes });
    expect(steps).toEqual([`PUT ${home}`, `PUT ${beside}`]);
    expect(outcome).toMatchObject({ rotated: false, recovery: undefined });
    expect(isForgotten).toBe(false);
  });

  it('shows the sealed token where it can be put nowhere', async () => {
    const writes = { [home]: gitHubAnswer(403), [beside]: gitHubAnswer(403) };
    const { outcome, announced } = await recovered([issued, ...sealed], { writes });
    expect(outcome?.recovery).toMatchObject({ body: bodyFor(0), previousUntil: now + 9 * day });
    expect(announced).toHaveLength(1);
  });

  it('names targets for which main had sealed nothing: the next run writes them', async () => {
    const { outcome, record } = await recovered([issued, ...sealed.slice(0, 2), ...parked], ourNext);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['updated', 'updated', 'failed']);
    expect(record).toMatchObject({ ok: true, value: { behind: [idOf('acme/lab')] } });
  });

  it('leaves the record where another run was faster', async () => {
    const another = usualRecord({ token: 'sha256:00000000000000aa' });
    const { steps, problems } = await recovered([issued, ...sealed, ...parked], { ...ourNext, record: another });
    expect(steps).not.toContain('PATCH TE_TOKEN_ROTATION');
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(problems).toHaveLength(1);
  });
});

describe('the post step behind a main whose token was refused', () => {
  const refused: JournalLine = { kind: 'refused' };

  it('parks it, and writes no target', async () => {
    const { steps, problems, outcome } = await recovered([issued, ...sealed, refused]);
    expect(steps).toEqual([`PUT ${beside}`]);
    expect(problems).toHaveLength(1);
    expect(outcome).toMatchObject({ mode: 'rotate', rotated: false, recovery: undefined });
  });

  it('shows it sealed where it can not be parked', async () => {
    const { outcome } = await recovered([issued, ...sealed, refused], { writes: { [beside]: gitHubAnswer(403) } });
    expect(outcome?.recovery?.body).toEqual(bodyFor(0));
  });

  it('stores it once it was accepted', async () => {
    const { outcome } = await recovered([issued, ...sealed, refused, { kind: 'accepted' }]);
    expect(outcome).toMatchObject({ rotated: true });
  });
});

it('is not done twice', async () => {
  const { outcome, steps } = await recovered([issued, ...sealed, { kind: 'finished' }]);
  expect([outcome, steps]).toEqual([undefined, []]);
});

it('does nothing where the journal is gone, or names no target', async () => {
  const { dependencies, steps } = sceneOf();
  const gone = new JournalHandle(join(folder, 'gone.jsonl'), () => false);
  expect(await recover(gone, credentialOf(), dependencies)).toBeUndefined();
  expect(steps).toEqual([]);
  const nameless = await recovered([issued, ...sealed], { targets: [] });
  expect([nameless.outcome, nameless.steps]).toEqual([undefined, []]);
});

it.each([
  ['the note', [noted, issued]],
  ['the token', [issued, ...parked]],
])('says to run again where what was sealed is torn out of the journal, and leaves %s', async (_, left) => {
  const { problems, steps, outcome, isForgotten } = await recovered(left, ourNext);
  expect(problems).toEqual([expect.stringContaining('Run this workflow again')]);
  expect(steps).toEqual([]);
  expect(outcome?.rotated).toBe(false);
  expect(isForgotten).toBe(false);
});
