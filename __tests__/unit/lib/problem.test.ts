import { expect, test } from '@jest/globals';
import { distinctProblems, messageOf, problem } from '../../../src/lib/problem.ts';

test('a problem is data: what was attempted, what came back, what to do', () => {
  const found = problem('Reading it', 'GitHub answered 404', 'Check the spelling.');
  expect(found).toEqual({ attempt: 'Reading it', cause: 'GitHub answered 404', action: 'Check the spelling.' });
  expect(found).not.toBeInstanceOf(Error);
  expect(messageOf(found)).toBe('Reading it: GitHub answered 404. Check the spelling.');
});

test('of equal problems one is told, in the order in which they came', () => {
  const [a, b, c] = [problem('A', 'x', 'Do.'), problem('B', 'x', 'Do.'), problem('A', 'y', 'Do.')];
  expect(distinctProblems([a, b, problem('A', 'x', 'Do.'), c, b])).toEqual([a, b, c]);
  expect(distinctProblems([])).toEqual([]);
});
