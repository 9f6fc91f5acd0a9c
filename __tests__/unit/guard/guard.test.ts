import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { environmentFrom } from '../../../src/action/environment.ts';
import { command, guard } from '../../../src/guard/guard.ts';

const now = Date.UTC(2026, 10, 25, 12);
let folder = '';
let output = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guard-'));
  output = join(folder, 'output');
  writeFileSync(output, 'earlier=1\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The guard on a record. */
function judged(record: string, variables: NodeJS.ProcessEnv = { GITHUB_OUTPUT: output }) {
  const lines: string[] = [];
  const exitCode = guard(environmentFrom({ ...variables, INPUT_RECORD: record }), now, (line) => lines.push(line));
  return { exitCode, lines };
}

const guarded = (validUntil: string, variables?: NodeJS.ProcessEnv) =>
  judged(JSON.stringify({ v: 1, token: 'sha256:9f86d081884c7d65', validUntil }), variables);

test('with time left it is silent and sets the output', () => {
  expect(guarded('2028-11-25')).toEqual({ exitCode: 0, lines: [] });
  expect(readFileSync(output, 'utf8')).toBe('earlier=1\ndays-left=730\n');
});

test('a warning does not fail the step', () => {
  const { exitCode, lines } = guarded('2027-02-01');
  expect(exitCode).toBe(0);
  expect(lines).toEqual([
    expect.stringMatching(
      /^::warning::The ThousandEyes token ends soon: by the record, the token is valid until 2027-02-01/,
    ),
  ]);
  expect(readFileSync(output, 'utf8')).toContain('days-left=67\n');
});

test('an error fails the step, and the output is set all the same', () => {
  const { exitCode, lines } = guarded('2026-11-24T11:00:00Z');
  expect(exitCode).toBe(1);
  expect(lines).toEqual([expect.stringMatching(/^::error::The rotation .* has stopped/)]);
  expect(readFileSync(output, 'utf8')).toContain('days-left=-2\n');
});

test('each fault is an error of its own, and no output is set', () => {
  const variables = { GITHUB_OUTPUT: output, 'INPUT_WARN-WHEN-DAYS-LEFT': 'x', 'INPUT_FAIL-WHEN-DAYS-LEFT': 'y' };
  const { exitCode, lines } = judged('', variables);
  expect(exitCode).toBe(1);
  expect(lines.map((line) => line.slice(0, 15))).toEqual(Array.from({ length: 3 }, () => '::error::Input '));
  expect(readFileSync(output, 'utf8')).toBe('earlier=1\n');
});

test('what stands in an input ends no workflow command and begins none', () => {
  const { lines } = judged('100%0A%0D\r\n::x::');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('`100%250A%250D ::x::`');
  expect(lines[0]).not.toMatch(/[\r\n]/);
});

test('a record without a date is a warning, and no output is set', () => {
  expect(judged('{"v":1}')).toEqual({ exitCode: 0, lines: [expect.stringMatching(/^::warning::.*rehearsal/)] });
  expect(readFileSync(output, 'utf8')).toBe('earlier=1\n');
});

test('in a pull request from a fork an empty record passes with a notice, and any other is judged', () => {
  const event = join(folder, 'event.json');
  const repos = { head: { repo: { full_name: 'ada/network' } }, base: { repo: { full_name: 'acme/network' } } };
  writeFileSync(event, JSON.stringify({ pull_request: repos }));
  const variables = { GITHUB_OUTPUT: output, GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: event };
  expect(judged('', variables)).toEqual({
    exitCode: 0,
    lines: [expect.stringMatching(/^::notice::This run is for a pull request from a fork\./)],
  });
  expect(readFileSync(output, 'utf8')).toBe('earlier=1\n');
  expect(guarded('2026-11-24', variables).exitCode).toBe(1);
  expect(judged('', { ...variables, GITHUB_EVENT_NAME: 'schedule' }).exitCode).toBe(1);
  expect(judged('', { ...variables, 'INPUT_WARN-WHEN-DAYS-LEFT': 'x' })).toEqual({
    exitCode: 1,
    lines: [expect.stringContaining('`warn-when-days-left`')],
  });
});

test('a workflow command is one line, and nothing in it is lost', () => {
  expect(command('warning', '5 %\r\nnext')).toBe('::warning::5 %25%0D%0Anext');
});

test.each([[{}], [{ GITHUB_OUTPUT: '' }], [{ GITHUB_OUTPUT: '/nowhere/output' }]])(
  'an output that cannot be written is a warning, and the date still counts: %j',
  (variables) => {
    expect(guarded('2028-11-25', variables)).toEqual({
      exitCode: 0,
      lines: [expect.stringMatching(/^::warning::.*`days-left`/)],
    });
    expect(guarded('2026-11-26', variables).exitCode).toBe(1);
  },
);
