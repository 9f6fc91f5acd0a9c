import { describe, expect, test } from '@jest/globals';
import { readingOf } from '../../../src/guard/validity.ts';
import { linesOf } from '../../../src/lib/problem.ts';

const neverAsked = () => {
  throw new Error('asked whether the run is for a fork');
};
const read = (record: string) => readingOf(record, neverAsked);

/** The fault of a record. */
function fault(record: string): string {
  const reading = read(record);
  if (reading.kind !== 'fault') throw new Error(`${record} is read as ${reading.kind}`);
  return linesOf(reading.problem);
}

const whole =
  '{"v":1,"token":"sha256:9f86d081884c7d65","since":"2026-12-01T05:23:04Z","validUntil":"2028-11-30T05:23:01Z","previous":"sha256:60303ae22b998861","previousUntil":"2026-12-15T05:23:01Z","home":"2026-12-01T05:23:03Z","run":"https://github.com/acme/network/actions/runs/1","targets":["1b4f0e985197"],"behind":[]}';

test('a whole record says until when its token is valid', () => {
  expect(read(whole)).toEqual({ kind: 'date', validUntil: Date.UTC(2028, 10, 30, 5, 23, 1) });
});

test('so does one as large as a variable can be', () => {
  const targets = JSON.stringify(Array.from({ length: 3000 }, (_, index) => String(index).padStart(12, '0')));
  expect(read(whole.replace('["1b4f0e985197"]', targets)).kind).toBe('date');
});

test.each([
  ['{"v":1}', false],
  ['{"v":1,"token":null}', false],
  ['{"v":1,"token":"sha256:9f86d081884c7d65"}', true],
  ['{"v":1,"token":"sha256:9f86d081884c7d65","validUntil":null}', true],
])('%s has no date', (record, hasToken) => {
  expect(read(record)).toMatchObject({ kind: 'dateless', hasToken });
});

describe('an empty record', () => {
  test('is right in a run for a fork', () => {
    expect(readingOf('', () => true)).toEqual({ kind: 'fork' });
  });

  test('names its causes elsewhere', () => {
    const reading = readingOf('', () => false);
    const said = reading.kind === 'fault' ? linesOf(reading.problem) : '';
    for (const cause of [
      '`${' + '{ vars.TE_TOKEN_ROTATION }}`',
      'no rotation has run yet, start one',
      'the home is in an environment, name that in this job: `environment:`',
      'in an organization, let this repository see that variable',
      '`_ROTATION` behind it',
      'from a fork',
    ])
      expect(said).toContain(cause);
  });
});

const noRecord = /^Input `record`: expected the record that a rotation keeps, one line of JSON, got (.*?)\.\n1\. Pass /;

test.each([
  '2028-11-23T19:00:00Z',
  'null',
  'true',
  '4711',
  '"text"',
  '[]',
  '[{"v":1}]',
  '{}',
  '{"v":1',
  '{"v":0}',
  '{"v":-1}',
  '{"v":0.5}',
  '{"v":"1"}',
  '{"v":true}',
  '{"v":[1]}',
  '{"v":1,"token":4711}',
  '{"v":1,"token":["x"]}',
  '{"token":"x"}',
])('%s is no record, and is shown', (record) => {
  expect(noRecord.exec(fault(record))?.[1]).toBe(`\`${record}\``);
});

test('what is no record is not shown where it is long enough to be a token', () => {
  const token = '0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f';
  expect(noRecord.exec(fault(token))?.[1]).toBe('36 characters');
  expect(noRecord.exec(fault('x'.repeat(30)))?.[1]).toBe(`\`${'x'.repeat(30)}\``);
  expect(noRecord.exec(fault('x'.repeat(31)))?.[1]).toBe('31 characters');
  for (const record of ['['.repeat(48 * 1024), `"${'x'.repeat(48 * 1024)}`]) {
    expect(fault(record)).toContain(`got ${record.length} characters.`);
    expect(fault(record).length).toBeLessThan(400);
  }
});

test('what is shown is one line, and opens nothing', () => {
  expect(fault('next `year`\n::error::x')).toContain("got `next 'year' ::error::x`.");
});

test.each(['2', '10', '1.5', '1e300'])('a record of version %s is told with what to do', (version) => {
  expect(fault(`{"v":${version},"token":["x"],"validUntil":5}`)).toBe(
    `Input \`record\`: expected a record of version 1, got version ${Number(version)}.\nUse the same version of the action for the guard as for the rotation.`,
  );
});

const noDate = /^Input `record`: expected an ISO 8601 date as `validUntil` of the record, got (.*?)\.\n1\. Pass /;

test.each([
  ['"soon"', '`soon`'],
  ['""', '``'],
  ['"2027-02-29"', '`2027-02-29`'],
  ['1795546800000', 'a value of type number'],
  ['true', 'a value of type boolean'],
  ['["2028-11-23"]', 'a value of type object'],
  ['"0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f"', '36 characters'],
])('validUntil: %s is no date', (value, given) => {
  expect(noDate.exec(fault(`{"v":1,"token":"x","validUntil":${value}}`))?.[1]).toBe(given);
});
