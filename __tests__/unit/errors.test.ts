import { expect, test } from '@jest/globals';
import { Cancelled, Problem } from '../../src/errors.ts';

test('a problem says what was tried, what came back, what to do', () => {
  const problem = new Problem('Reading it', 'GitHub answered 404', 'Check the spelling.');
  expect(problem).toBeInstanceOf(Error);
  expect({ ...problem, message: problem.message }).toEqual({
    name: 'Problem',
    tried: 'Reading it',
    cameBack: 'GitHub answered 404',
    todo: 'Check the spelling.',
    message: 'Reading it: GitHub answered 404. Check the spelling.',
  });
});

test('a cancel is told by its name', () => {
  expect(new Cancelled('x').name).toBe('Cancelled');
});
