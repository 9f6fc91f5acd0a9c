import { describe, expect, test } from '@jest/globals';
import type { Inspection, Misfit } from '../../src/inspection.ts';
import { problemsIn, stopped, unwritten } from '../../src/results.ts';
import { problem } from '../support/unit-outcome.ts';
import { homePlace, place } from '../support/unit-ports.ts';
import { named } from '../support/unit-scene.ts';

const misfit = (line: string, cameBack: string): Misfit => ({ ...named(line), problem: problem(cameBack) });
const inspection: Inspection = {
  home: homePlace('acme/network', { updatedAt: 5 }),
  homeMisfit: undefined,
  others: [],
  expiry: { kind: 'unknown' },
  isAccepted: true,
  problems: [],
  warnings: [],
};

describe('every problem that reading found', () => {
  test('each once, what concerns all first, then the home', () => {
    const found = problemsIn({
      ...inspection,
      homeMisfit: misfit('acme/network', 'home'),
      others: [misfit('acme/a', 'a'), place('acme/b'), misfit('acme/a/dependabot', 'a'), misfit('acme/c', 'home')],
      problems: [problem('token')],
    });
    expect(found.map(({ cameBack }) => cameBack)).toEqual(['token', 'home', 'a']);
  });

  test('or none', () => {
    expect(problemsIn({ ...inspection, others: [place('acme/b')] })).toEqual([]);
  });
});

describe('a target that was not written', () => {
  test('keeps the date of its secret, where it has one', () => {
    expect(unwritten(homePlace('acme/a', { updatedAt: 5 }))).toEqual({
      ...named('acme/a'),
      status: 'unchanged',
      updatedAt: 5,
    });
    expect(unwritten(place('acme/a')).updatedAt).toBeUndefined();
    expect(unwritten(named('acme/a')).updatedAt).toBeUndefined();
  });

  test('because something was wrong, says what', () => {
    expect(unwritten(misfit('acme/a', 'x'))).toEqual({ ...named('acme/a'), status: 'failed', problem: problem('x') });
  });
});

describe('a run that stopped', () => {
  test('names every target, the home first, and keeps all warnings', () => {
    const outcome = stopped(
      'sync',
      { ...inspection, others: [misfit('acme/a', 'x')], warnings: ['w1'] },
      [problem('x')],
      ['w2'],
    );
    expect(outcome).toMatchObject({
      mode: 'sync',
      headline: 'Nothing was issued and nothing was changed: 1 problem.',
      rotated: false,
      warnings: ['w1', 'w2'],
      notices: [],
    });
    expect(outcome.results.map(({ label, status }) => [label, status])).toEqual([
      ['acme/network', 'unchanged'],
      ['acme/a', 'failed'],
    ]);
  });

  test('because of its home', () => {
    const { results, warnings } = stopped(
      'rotate',
      { ...inspection, home: undefined, homeMisfit: misfit('acme/network', 'x') },
      [],
    );
    expect(results).toMatchObject([{ label: 'acme/network', status: 'failed' }]);
    expect(warnings).toEqual([]);
  });
});
