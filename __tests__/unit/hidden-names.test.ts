import { describe, expect, test } from '@jest/globals';
import { Problem } from '../../src/errors.ts';
import { HiddenNames } from '../../src/hidden-names.ts';
import { problem, quiet, result } from '../support/unit-outcome.ts';
import { FakeLog } from '../support/unit-ports.ts';

const hidden = new HiddenNames();
hidden.hide('acme/net', 'acme/n*');
hidden.hide('acme/net.work', 'acme/n*');
hidden.hide('acme/new-$1', 'acme/n*');

describe('a hidden name', () => {
  test.each([
    ['Reading acme/net: 404', 'Reading acme/n*: 404'],
    ['Reading acme/net/dependabot', 'Reading acme/n*/dependabot'],
    ['the Actions secrets of acme/net.', 'the Actions secrets of acme/n*.'],
    ['acme/net.work and acme/net', 'acme/n* and acme/n*'],
    ['/repos/acme/net/actions', '/repos/acme/n*/actions'],
    ['acme/new-$1', 'acme/n*'],
  ])('%j becomes %j', (text, shown) => {
    expect(hidden.in(text)).toBe(shown);
  });

  test.each(['acme/network', 'xacme/net', 'acme/net-2', 'acme/net_', 'acme/netXwork', 'the net of acme'])(
    'is not part of another: %s',
    (text) => {
      expect(hidden.in(text)).toBe(text);
    },
  );
});

test('a line with the signs of a replacement is told as it is', () => {
  const names = new HiddenNames();
  names.hide('acme/net', 'acme/n*/environments/$&x');
  expect(names.in('Writing acme/net')).toBe('Writing acme/n*/environments/$&x');
});

test('what the user named is not hidden, whatever finds it', () => {
  const names = new HiddenNames();
  names.spare('ACME/Net');
  names.hide('acme/net', 'acme/n*');
  expect(names.in('Writing acme/net')).toBe('Writing acme/net');
});

test('a log does not say it', () => {
  const log = new FakeLog();
  const discreet = hidden.log(log);
  discreet.info('Stored: acme/net');
  discreet.warning('Not stored: acme/net');
  expect(log.lines).toEqual(['Stored: acme/n*', 'warning: Not stored: acme/n*']);
});

test('where nothing is hidden, everything is said', () => {
  expect(new HiddenNames().in('acme/net')).toBe('acme/net');
});

test('an outcome does not say it, but for what the outputs need', () => {
  const outcome = {
    ...quiet,
    headline: 'Done.',
    problems: [problem('acme/net is gone')],
    warnings: ['acme/net is odd'],
    notices: ['acme/net is old'],
    results: [
      result('acme/net', { shown: 'acme/n*', status: 'failed', problem: problem('acme/net is gone') }),
      result('acme/other'),
    ],
  };
  const told = hidden.inOutcome(outcome);
  expect(told.problems.map(({ message }) => message)).toEqual(['Writing it: acme/n* is gone. Run it again.']);
  expect(told.warnings).toEqual(['acme/n* is odd']);
  expect(told.notices).toEqual(['acme/n* is old']);
  expect(told.results.map((each) => each.problem?.cameBack)).toEqual(['acme/n* is gone', undefined]);
  expect(told.results.map(({ target }) => target)).toEqual(outcome.results.map(({ target }) => target));
  expect(told).toMatchObject({ mode: 'rotate', headline: 'Done.', rotated: false });
});

test('what was tried and what to do do not say it either', () => {
  const told = hidden.inProblem(new Problem('Reading acme/net', 'it', 'Look at acme/net.'));
  expect(told.message).toBe('Reading acme/n*: it. Look at acme/n*.');
});
