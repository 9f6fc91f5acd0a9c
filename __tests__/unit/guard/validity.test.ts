import { describe, expect, test } from '@jest/globals';
import { judgeValidity, type ReadInput } from '../../../src/guard/validity.ts';
import { linesOf } from '../../../src/lib/problem.ts';

const day = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 10, 25, 12);

const noFork = () => false;
/** The verdict, as it is said. */
const verdictOn = (read: ReadInput, isFromFork: () => boolean, at: number) => {
  const { errors, warning, ...rest } = judgeValidity(read, isFromFork, at);
  const warned = warning === undefined ? {} : { warning: linesOf(warning) };
  return { ...rest, ...warned, errors: errors.map(linesOf) };
};
/** The verdict on a record that says this date, unless the inputs say another record. */
const judge = (inputs: Record<string, unknown>, at = now) => {
  const { validUntil, ...others } = inputs;
  const all: Record<string, unknown> = { record: JSON.stringify({ v: 1, token: 'sha256:x', validUntil }), ...others };
  return verdictOn((name) => all[name] as string | undefined, noFork, at);
};
/** How the guard ends with so many ms left. */
const outcome = (left: number, inputs: Record<string, string> = {}) => {
  const verdict = judge({ validUntil: new Date(now + left).toISOString(), ...inputs });
  const kind = verdict.errors.length > 0 ? 'error' : verdict.warning === undefined ? 'silent' : 'warning';
  return { kind, daysLeft: verdict.daysLeft };
};

describe('days left decide, rounded down', () => {
  test.each([
    [91 * day, 'silent', 91],
    [91 * day - 1, 'warning', 90],
    [90 * day, 'warning', 90],
    [31 * day, 'warning', 31],
    [31 * day - 1, 'error', 30],
    [30 * day, 'error', 30],
    [day, 'error', 1],
    [day - 1, 'error', 0],
    [0, 'error', 0],
    [-1, 'error', -1],
    [-day, 'error', -1],
    [-day - 1, 'error', -2],
  ])('%d ms left: %s, %d', (left, kind, daysLeft) => {
    expect(outcome(left)).toEqual({ kind, daysLeft });
  });

  test('at the edges that the inputs name', () => {
    const inputs = { 'warn-when-days-left': '10', 'fail-when-days-left': '0' };
    expect(outcome(11 * day, inputs).kind).toBe('silent');
    expect(outcome(11 * day - 1, inputs).kind).toBe('warning');
    expect(outcome(day, inputs).kind).toBe('warning');
    expect(outcome(day - 1, inputs).kind).toBe('error');
  });

  test('equal edges never warn', () => {
    const inputs = { 'warn-when-days-left': '30', 'fail-when-days-left': '30' };
    expect(outcome(31 * day, inputs).kind).toBe('silent');
    expect(outcome(31 * day - 1, inputs).kind).toBe('error');
  });

  test('an edge that is empty is the default', () => {
    const inputs = { 'warn-when-days-left': '', 'fail-when-days-left': '' };
    expect(outcome(91 * day, inputs).kind).toBe('silent');
    expect(outcome(90 * day, inputs).kind).toBe('warning');
    expect(outcome(30 * day, inputs).kind).toBe('error');
  });
});

describe('the calendar', () => {
  test('29 February counts in a leap year', () => {
    expect(judge({ validUntil: '2028-03-01' }, Date.UTC(2028, 1, 28)).daysLeft).toBe(2);
    expect(judge({ validUntil: '2027-03-01' }, Date.UTC(2027, 1, 28)).daysLeft).toBe(1);
    expect(judge({ validUntil: '2028-02-29' }, Date.UTC(2028, 1, 28)).daysLeft).toBe(1);
  });

  test.each(['2027-02-29', '2027-02-30', '2027-04-31T00:00:00Z', '2027-13-01', '2027-00-10'])(
    '%s is no date',
    (text) => {
      const { daysLeft, errors } = judge({ validUntil: text });
      expect(daysLeft).toBeUndefined();
      expect(errors).toEqual([expect.stringContaining(`\`${text}\``)]);
    },
  );

  test.each([
    ['2026-12-25', 29],
    ['2026-12-25T12:00:00Z', 30],
    ['2026-12-25T12:00:00.000Z', 30],
    ['2026-12-25T12:00:00', 30],
    ['2026-12-25T17:45:00+05:45', 30],
    ['2026-12-25T17:44:59+05:45', 29],
    ['2026-12-25T02:00:00-1000', 30],
  ])('%s has %d days left, whatever zone it names', (text, daysLeft) => {
    expect(judge({ validUntil: text }).daysLeft).toBe(daysLeft);
  });
});

describe('what it says', () => {
  const texts = (left: number) => {
    const { warning = '', errors } = judge({ validUntil: new Date(now + left).toISOString() });
    return [warning, ...errors].join('');
  };

  test('a warning has the date, the days, and how to find out', () => {
    expect(texts(75 * day)).toMatch(
      /^The ThousandEyes token ends soon: by the record, the token is valid until 2027-02-08 \(75 days left\)[\s\S]*gh workflow list --all[\s\S]*gh run list/,
    );
    expect(texts(75 * day)).not.toContain('has stopped');
  });

  test('an error says that the rotation has stopped, and how to find out', () => {
    expect(texts(20 * day)).toMatch(/rotation .* has stopped: by the record, .*2026-12-15 \(20 days left\)/);
    for (const clue of ['gh workflow list --all', 'gh run list --status failure'])
      expect(texts(20 * day)).toContain(clue);
  });

  test('an expired token is told, with the way back', () => {
    expect(texts(-5 * day)).toMatch(
      /has stopped: by the record, the token expired on 2026-11-20 \(5 days ago\)[\s\S]*gh workflow list[\s\S]*Start a run, and do what it says\./,
    );
    expect(texts(0)).toContain('expired on 2026-11-25');
    expect(texts(1)).not.toContain('expired');
  });
});

describe('faults in the inputs', () => {
  test.each(['-1', '1.5', '1e2', '+5', '5 5', '٣', 'ninety', '0x10', '1000000'])('%s is no number of days', (value) => {
    for (const name of ['warn-when-days-left', 'fail-when-days-left']) {
      const { daysLeft, errors } = judge({ validUntil: '2030-01-01', [name]: value });
      expect(daysLeft).toBeUndefined();
      expect(errors).toEqual([expect.stringContaining(`Input \`${name}\`: expected a whole number of days`)]);
      expect(errors[0]).toContain(`got \`${value}\``);
    }
  });

  test('0 and 007 are', () => {
    expect(outcome(8 * day, { 'warn-when-days-left': '007', 'fail-when-days-left': '0' }).kind).toBe('silent');
    expect(outcome(8 * day - 1, { 'warn-when-days-left': '007', 'fail-when-days-left': '0' }).kind).toBe('warning');
  });

  test('failing before warning is one, also against a default', () => {
    const fails = (inputs: Record<string, string>) => judge({ validUntil: '2030-01-01', ...inputs }).errors;
    expect(fails({ 'warn-when-days-left': '10', 'fail-when-days-left': '11' })).toHaveLength(1);
    expect(fails({ 'warn-when-days-left': '29' })).toEqual([
      expect.stringMatching(/`fail-when-days-left`: expected at most .*29.*`30`/),
    ]);
    expect(fails({ 'fail-when-days-left': '91' })).toEqual([expect.stringMatching(/90.*`91`/)]);
    expect(fails({ 'fail-when-days-left': '90' })).toEqual([]);
  });

  test('all of them are told at once', () => {
    const { errors } = judge({ record: 'soon', 'warn-when-days-left': 'a', 'fail-when-days-left': 'b' });
    expect(errors.map((text) => /`([\w-]+)`/.exec(text)?.[1])).toEqual([
      'record',
      'warn-when-days-left',
      'fail-when-days-left',
    ]);
    expect(judge({ record: '', 'warn-when-days-left': '1', 'fail-when-days-left': '2' }).errors).toHaveLength(2);
  });

  test('they count also where the record has no date, or is empty for a fork', () => {
    const wrong = { 'warn-when-days-left': 'a' };
    expect(judge({ record: '{"v":1}', ...wrong })).toEqual({
      errors: [expect.stringContaining('warn-when-days-left')],
    });
    const read = (name: string) => (name === 'record' ? '' : wrong[name as 'warn-when-days-left']);
    expect(verdictOn(read, () => true, now)).toEqual({ errors: [expect.stringContaining('warn-when-days-left')] });
  });
});

describe('a record without a date', () => {
  test.each(['{"v":1}', '{"v":1,"token":null,"validUntil":null}'])('of a rehearsal is a warning: %s', (record) => {
    expect(judge({ record })).toEqual({ errors: [], warning: expect.stringMatching(/a rehearsal has written it/) });
  });

  test.each(['{"v":1,"token":"sha256:x"}', '{"v":1,"token":"sha256:x","validUntil":null}'])(
    'of a token that was stored by hand is a warning: %s',
    (record) => {
      expect(judge({ record })).toEqual({ errors: [], warning: expect.stringMatching(/stored by hand.*\nStart a/) });
    },
  );

  test('is to be replaced once that is possible: two tokens are active until then', () => {
    const until = (previousUntil: string) => judge({ record: JSON.stringify({ v: 1, token: 'x', previousUntil }) });
    expect(until('2099-12-15T05:23:00Z').warning).toContain('\nAfter 2099-12-15 05:23 UTC, start a rotation');
    expect(until('2001-12-15T05:23:00Z').warning).toContain('\nStart a rotation');
    expect(until('soon').warning).toContain('\nStart a rotation');
  });
});

test('a run for a fork, which has no record, gets a notice and nothing else', () => {
  const { notice, ...rest } = verdictOn(
    () => '',
    () => true,
    now,
  );
  expect(notice).toMatch(/from a fork.*no variables/);
  expect(rest).toEqual({ errors: [] });
});
