import { expect, it } from '@jest/globals';
import { problem } from '../../../src/lib/problem.ts';
import { outcomeOf, unchanged, withCount } from '../../../src/rotation/outcome.ts';
import { resolved } from '../support/fakes.ts';
import { problemOf } from '../support/outcomes.ts';

it('says only what it has', () => {
  expect(outcomeOf('sync', 'It is done.', { warnings: ['odd'] })).toEqual({
    mode: 'sync',
    headline: 'It is done.',
    rotated: false,
    results: [],
    problems: [],
    warnings: ['odd'],
    notices: [],
    leftForPost: false,
  });
});

it('tells a target that was not written', () => {
  expect(unchanged(resolved('acme/edge'))).toEqual({ resolved: resolved('acme/edge'), status: 'unchanged' });
});

it.each([
  [0, 'It stopped.'],
  [1, 'It stopped.'],
  [2, 'It stopped: 2 problems.'],
])('counts problems where there is more than one: %i', (count, headline) => {
  const problems = Array.from({ length: count }, (_, n) => problemOf(`cause ${n}`));
  expect(withCount('It stopped', problems)).toBe(headline);
});

it('counts problems that are alike once', () => {
  const problems = ['acme/a', 'acme/b'].map((name) => problem(`Reading ${name}`, `${name} is archived`, []));
  expect(withCount('It stopped', problems)).toBe('It stopped.');
});
