import { describe, expect, it } from '@jest/globals';
import { problem } from '../../../../src/lib/problem.ts';
import { failed, ok } from '../../../../src/lib/result.ts';
import { targetIdOf } from '../../../../src/rotation/record/record.ts';
import { findsLine, leftOutResults, sortFinds, unreached } from '../../../../src/rotation/settle/new-finds.ts';
import { readyTarget, target } from '../../support/fakes.ts';
import { usualRecord } from '../../support/scene.ts';

const named = (line: string) => ok(readyTarget(line));
const found = (line: string) => ok({ ...readyTarget(line), isFound: true });
const broken = (line: string) =>
  failed({ resolved: { ...readyTarget(line), isFound: true }, problem: problem('Reading it', 'it is gone', 'Look.') });
const others = [named('acme/edge'), named('acme/new'), found('acme/found'), found('acme/made'), broken('acme/bad')];
const idOf = (line: string) => targetIdOf(target(line));
const record = usualRecord({ targets: [idOf('acme/found')], behind: [] });
const namesOf = (list: ReturnType<typeof sortFinds>['wanted']) =>
  list.map((other) => (other.ok ? other.value.name : other.error.resolved.name));

describe('what a pattern finds and the record does not know', () => {
  it('is left out by a run on a schedule', () => {
    const { wanted, leftOut } = sortFinds('rotate', others, record);
    expect(namesOf(wanted)).toEqual(['acme/edge', 'acme/new', 'acme/found']);
    expect(namesOf(leftOut)).toEqual(['acme/made', 'acme/bad']);
  });

  it('is known where it was meant for it and did not reach it', () => {
    const behind = usualRecord({ targets: [], behind: ['acme/made', 'acme/found', 'acme/bad'].map(idOf) });
    expect(sortFinds('rotate', others, behind).leftOut).toEqual([]);
  });

  it('is taken by the first rotation, and by sync, which a person starts', () => {
    for (const first of [undefined, usualRecord({ previous: undefined, targets: [] })])
      expect(sortFinds('rotate', others, first)).toEqual({ wanted: others, leftOut: [] });
    expect(sortFinds('sync', others, record)).toEqual({ wanted: others, leftOut: [] });
  });

  it('fails the run, each in its row, all in one problem', () => {
    const { leftOut } = sortFinds('rotate', others, record);
    const { results, problems } = leftOutResults(leftOut, '');
    expect(results.map(({ resolved, status }) => [resolved.name, status])).toEqual([
      ['acme/made', 'failed'],
      ['acme/bad', 'failed'],
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.attempt).toMatch(/acme\/made.*acme\/bad/);
    expect(leftOutResults([], '')).toEqual({ results: [], problems: [] });
  });

  it('is named where it is taken', () => {
    expect(findsLine(sortFinds('sync', others, record), record)).toEqual([expect.stringContaining('acme/made')]);
    expect(findsLine(sortFinds('sync', others, record), record)[0]).not.toContain('acme/found');
    expect(findsLine(sortFinds('rotate', others, record), record)).toEqual([]);
    expect(findsLine(sortFinds('rotate', others, undefined), undefined)).toEqual([
      expect.stringMatching(/acme\/found.*acme\/made/),
    ]);
  });

  it('is told after what is wanted and can not be written', () => {
    const gone = failed({ resolved: readyTarget('acme/gone'), problem: problem('Reading it', 'it is gone', 'Look.') });
    const { results, problems } = unreached(sortFinds('rotate', [...others, gone], record), '');
    expect(results.map(({ resolved, status }) => [resolved.name, status])).toEqual([
      ['acme/gone', 'failed'],
      ['acme/made', 'failed'],
      ['acme/bad', 'failed'],
    ]);
    expect(problems).toHaveLength(2);
  });
});
