import { describe, expect, test } from '@jest/globals';
import {
  distinctProblems,
  grouped,
  happenedIn,
  messageOf,
  numberedSteps,
  type Problem,
  problem,
} from '../../../src/lib/problem.ts';

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

describe('alike problems of many targets', () => {
  const failure = (name: string, step = `Give the App the permission for ${name}.`) =>
    problem(`Reading ${name}`, `the repository of ${name} is closed`, step, `Only ${name} is.`);
  const told = (...problems: Problem[]) => grouped(problems, 2);

  test('are one, which speaks of each of them', () => {
    expect(told(failure('acme/a'), failure('acme/b'), failure('acme/c'))).toEqual([
      problem(
        'Reading acme/a, acme/b and 1 more',
        'the repository of each of them is closed',
        'Give the App the permission for each of them.',
        'Only each of them is.',
      ),
    ]);
  });

  test('stay apart where a command names its target, as it is run as it stands', () => {
    const command = (name: string) => failure(name, `Set it: \`gh secret set X --repo ${name}\``);
    expect(told(command('acme/a'), command('acme/b'))).toEqual([command('acme/a'), command('acme/b')]);
  });

  test('stay apart where they speak of another target', () => {
    for (const longer of ['acme/bc', 'acme/b.c', 'acme/b/dependabot']) {
      const other = failure('acme/b', `Give the App the permission for ${longer}.`);
      expect(told(failure('acme/a'), other)).toEqual([failure('acme/a'), other]);
    }
  });

  test('one alone is as it is', () => {
    expect(told(failure('acme/a'))).toEqual([failure('acme/a')]);
  });
});
