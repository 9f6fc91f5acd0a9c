import { expect, it } from '@jest/globals';
import { outcomeOf, unchanged } from '../../../src/rotation/outcome.ts';
import { resolved } from '../support/fakes.ts';

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
