import { describe, expect, it } from '@jest/globals';
import { messageOf } from '../../../../src/lib/problem.ts';
import {
  noteLeft,
  notRecorded,
  problemOf,
  recordProblem,
  type Situation,
} from '../../../../src/rotation/record/advice.ts';
import type { Act, Known } from '../../../../src/rotation/record/table.ts';
import { credentialOf, gitHubAnswer, target } from '../../support/fakes.ts';
import { runUrl, usualRecord } from '../../support/scene.ts';
import { day, hour, now } from '../../support/time.ts';

const home = { name: 'acme/network', setCommand: 'gh set', deleteNextCommand: 'gh delete', user: undefined };
const known: Known = {
  record: usualRecord(),
  hand: { token: 'sha256:1', word: 'accepted' },
  next: { kind: 'none' },
  nextDate: now - hour,
  homeDate: now - hour,
  now,
  isRerun: false,
};
const situation = (more: Partial<Situation> = {}): Situation => ({
  ...{ known, home, nextName: 'TE_TOKEN_NEXT', environment: undefined, detail: 'it answered 401', hasWaited: true },
  next: { kind: 'note', at: now - hour, run: runUrl },
  ...more,
});
const textOf = (act: Act, more?: Partial<Situation>) => {
  const found = problemOf(act, situation(more));
  return found === undefined ? undefined : messageOf(found);
};

const failing: readonly Act[] = [
  'fail: a re-run',
  'fail: next is not told',
  'fail: stored meanwhile',
  'fail: next is refused',
  'fail: stale next',
  'fail: another token',
  'fail: written back',
];

describe('the advice of a row', () => {
  it.each(failing)('%s: says what to do, and nothing that is not known', (act) => {
    for (const more of [{}, { known: { ...known, record: undefined } }, { environment: 'production' }])
      expect(textOf(act, more)).toMatch(/ 1\. | again/);
    expect(textOf(act)).not.toMatch(/undefined|NaN/);
  });

  it('is none where the run goes on', () => {
    for (const act of ['finish', 'in place', 'adopt: first time', 'delete next, go on'] as const)
      expect(textOf(act)).toBeUndefined();
  });

  it('names the environment that the job must say', () => {
    for (const act of ['fail: stale next', 'fail: another token'] as const)
      expect(textOf(act, { environment: 'production' })).toContain('environment: production');
  });

  it('never says to revoke before a fresh run, where a run that was queued before would see the same', () => {
    for (const act of ['fail: a re-run', 'fail: next is not told', 'fail: stale next', 'fail: another token'] as const)
      expect(textOf(act)).not.toContain('revoke');
    expect(problemOf('fail: written back', situation())?.steps[0]).not.toContain('revoke');
  });

  /** The token that the record names ends fourteen days after a new one was left beside it. */
  const inPlace = { token: usualRecord().token, word: 'accepted' } as const;
  const another = { token: 'sha256:1', word: 'accepted' } as const;
  const works: readonly [whose: string, known: Partial<Known>, told: RegExp][] = [
    ['the one in place', { hand: inPlace }, /at most until 2026-12-07 18:00 UTC\./],
    [
      'the one in place, which has less left',
      { hand: inPlace, record: usualRecord({ validUntil: now + hour }) },
      /at most until 2026-11-23 20:00 UTC\./,
    ],
    ['the one in place, after all', { hand: inPlace, nextDate: now - 14 * day }, /still works\./],
    ['another', { hand: another }, /still works\./],
    ['another, without a record', { hand: another, record: undefined }, /still works\./],
  ];

  it.each(works)('says until when the token in hand works: %s', (_, more, told) => {
    for (const act of ['fail: next is not told', 'fail: next is refused'] as const)
      expect(problemOf(act, situation({ known: { ...known, ...more } }))?.cause).toMatch(told);
  });

  it.each(['refused', 'untold'] as const)('says nothing of that where ThousandEyes does not: %s', (word) => {
    const hand = { ...inPlace, word };
    expect(textOf('fail: next is not told', { known: { ...known, hand } })).not.toMatch(/still works|at most/);
  });

  it('names a deadline while it is to come, and none that is over', () => {
    const firstStep = (act: Act, more: Partial<Known>) =>
      problemOf(act, situation({ known: { ...known, ...more } }))?.steps[0];
    const over = { nextDate: now - 14 * day };
    expect(firstStep('fail: stored meanwhile', {})).toMatch(/^Before 2026-12-07 18:00 UTC: as /);
    expect(firstStep('fail: stored meanwhile', over)).toMatch(/^As /);
    expect(firstStep('fail: next is not told', {})).toContain(' by 2026-12-07 18:00 UTC:');
    expect(firstStep('fail: next is not told', over)).not.toContain(' by ');
  });

  it('says how long the old token lives that was written back, while it does', () => {
    const causeAt = (previousUntil: number) =>
      problemOf('fail: written back', situation({ known: { ...known, record: usualRecord({ previousUntil }) } }))
        ?.cause;
    expect(causeAt(now + 9 * day)).toMatch(/; it has 9 days left at most$/);
    expect(causeAt(now)).toMatch(/wrote the old token back$/);
  });

  it('names the run that the home got its token from, where one is known', () => {
    const causeOf = (record: Known['record']) =>
      problemOf('fail: another token', situation({ known: { ...known, record } }))?.cause;
    expect(causeOf(usualRecord({ run: runUrl }))).toContain(`got on 2026-01-27 19:00 UTC by ${runUrl}`);
    expect(causeOf(usualRecord({ run: undefined }))).toMatch(/got on 2026-01-27 19:00 UTC$/);
    expect(causeOf(undefined)).toMatch(/got$/);
  });

  it('says that it asked for ten minutes only where it did', () => {
    const causeOf = (hasWaited: boolean) => problemOf('fail: next is refused', situation({ hasWaited }))?.cause;
    expect(causeOf(true)).toContain('401 for ten minutes.');
    expect(causeOf(false)).toContain('401. ');
  });

  it('tells two dead tokens from one', () => {
    const both = textOf('fail: next is refused', { known: { ...known, hand: { token: 'sha256:1', word: 'refused' } } });
    expect(both).not.toBe(textOf('fail: next is refused'));
    expect(both).toContain('refused, too');
  });
});

describe('a note that was left', () => {
  const stepsWith = (record: Known['record']) => noteLeft(situation({ known: { ...known, record } })).steps.join(' ');

  it('says to revoke only where no token before it may live', () => {
    expect(stepsWith(usualRecord({ previousUntil: now + day }))).toContain('Revoke nothing');
    for (const record of [undefined, usualRecord({ previousUntil: undefined }), usualRecord({ previousUntil: now })])
      expect(stepsWith(record)).toContain('revoke every token');
  });

  it('names its run, where that can be read', () => {
    const causeOf = (run: string | undefined) =>
      noteLeft(situation({ next: { kind: 'note', at: undefined, run } })).cause;
    expect(causeOf(runUrl)).toContain(`token of ${runUrl} `);
    expect(causeOf(undefined)).toContain('token of a run ');
  });
});

describe('a record that can not be used', () => {
  const place = { store: target('acme/network').store, name: 'TE_TOKEN_ROTATION' };

  it('is told by what GitHub answered, by what it holds, or by who was faster', () => {
    const answer = { kind: 'answer', doing: 'Reading', answer: gitHubAnswer(403) } as const;
    expect(messageOf(recordProblem(answer, place, credentialOf()))).toMatch(/^Reading the record.*403/);
    const unwritten = { ...answer, doing: 'Writing' } as const;
    expect(messageOf(recordProblem(unwritten, place, credentialOf()))).toMatch(/^Writing the record.*403/);
    const unreadable = { kind: 'unreadable', detail: 'its version is 9' } as const;
    expect(messageOf(recordProblem(unreadable, place, credentialOf()))).toMatch(/version is 9.*gh variable delete/);
    const faster = { kind: 'faster', run: runUrl } as const;
    expect(messageOf(recordProblem(faster, place, credentialOf()))).toContain(runUrl);
  });

  it('is not all that was done, where only noting failed', () => {
    const failed = notRecorded({ kind: 'answer', doing: 'Writing', answer: gitHubAnswer(403) }, place, credentialOf());
    expect(messageOf(failed)).toMatch(/403.*again.*Everything is stored/);
    const unreadable = notRecorded({ kind: 'unreadable', detail: 'its version is 9' }, place, credentialOf());
    expect(messageOf(unreadable)).toMatch(/version is 9.*gh variable delete.*again.*Everything is stored/);
    const faster = notRecorded({ kind: 'faster', run: runUrl }, place, credentialOf());
    expect(messageOf(faster)).toContain(runUrl);
    expect(messageOf(faster)).not.toContain('is stored');
  });
});
