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

  it('tells two dead tokens from one', () => {
    const both = textOf('fail: next is refused', { known: { ...known, hand: { token: 'sha256:1', word: 'refused' } } });
    expect(both).not.toBe(textOf('fail: next is refused'));
    expect(both).toContain('refused, too');
  });
});

describe('a note that was left', () => {
  it('names its run, and says to revoke only where no overlap is known', () => {
    const over = messageOf(noteLeft(situation()));
    expect(over).toContain(runUrl);
    expect(over).toContain('revoke every token');
    const overlap = { ...known, record: usualRecord({ previousUntil: now + day }) };
    const steps = noteLeft(situation({ known: overlap })).steps.join(' ');
    expect(steps).toContain('Revoke nothing');
  });

  it('names no run that the run was not given', () => {
    expect(messageOf(noteLeft(situation({ next: { kind: 'none' } })))).not.toContain('undefined');
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
  });
});
