import { expect, it } from '@jest/globals';
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
  expect(withCount('It stopped', Array(count).fill(problemOf()))).toBe(headline);
});
