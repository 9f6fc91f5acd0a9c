import { expect, test } from '@jest/globals';
import { distinctProblems, happenedIn, messageOf, numberedSteps, problem } from '../../../src/lib/problem.ts';

const missing = problem('Reading it', 'GitHub answered 404', 'Check the spelling.');

test('a problem is data: what was attempted, what came back, what to do', () => {
  expect(missing).toEqual({ attempt: 'Reading it', cause: 'GitHub answered 404', steps: ['Check the spelling.'] });
  expect(missing).not.toBeInstanceOf(Error);
});

test('a problem in one line: what happened, what to do, and why where that is known', () => {
  expect(happenedIn(missing)).toBe('Reading it: GitHub answered 404.');
  expect(messageOf(missing)).toBe('Reading it: GitHub answered 404. Check the spelling.');
  const why = problem('Reading it', 'GitHub answered 404', [], 'It was renamed.');
  expect(messageOf(why)).toBe('Reading it: GitHub answered 404. It was renamed.');
});

test('several steps are numbered, one is not', () => {
  expect(numberedSteps(missing)).toEqual(['Check the spelling.']);
  expect(numberedSteps(problem('', '', ['Do this.', 'Then that.']))).toEqual(['1. Do this.', '2. Then that.']);
  expect(numberedSteps(problem('', '', []))).toEqual([]);
});

test('each problem is told once, in the order in which they came', () => {
  const other = problem('Reading it', 'GitHub answered 404', 'Check the permission.');
  expect(distinctProblems([missing, other, { ...missing }, other])).toEqual([missing, other]);
});
