import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCommandFile } from '../../../sandbox/runner/files.ts';
import { createWorkflow } from '../../../src/action/workflow.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { anyToken } from '../support/any-token.ts';
import { captured } from '../support/captured-output.ts';

const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_STEP_SUMMARY: 'summary' };
const pathOf = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(pathOf(name), 'utf8');
const workflow = () => createWorkflow(process.env);

beforeEach(() => {
  for (const [variable, name] of Object.entries(files)) {
    writeFileSync(pathOf(name), '');
    process.env[variable] = pathOf(name);
  }
});
afterEach(() => {
  for (const variable of Object.keys(files)) delete process.env[variable];
  process.exitCode = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is written to the log while something is done, and what came of it. */
function done<Value>(action: () => Value): { value: Value | undefined; log: string } {
  let value: Value | undefined;
  const log = captured(() => {
    value = action();
  });
  return { value, log };
}

test.each([
  ['info', 'a line', 'a line\n'],
  ['warning', 'careful: 100 %', '::warning::careful: 100 %25\n'],
  ['notice', 'a\nb', '::notice::a%0Ab\n'],
  ['info', 'a\nb', 'a b\n'],
  ['error', 'bad\r', '::error::bad\n'],
] as const)('a line of the log: %s', (kind, text, written) => {
  expect(captured(() => workflow()[kind](text))).toBe(written);
});

test.each(['info', 'warning', 'notice', 'error'] as const)('control characters never reach the log: %s', (kind) => {
  const text = captured(() => workflow()[kind]('a\u001b[31mred\u0007\u2028b\u202Ec\u0000d\re'));
  expect(text).toMatch(/a \[31mred b c d e\n$/);
});

test.each(['warning', 'notice', 'error'] as const)('an annotation is cut before GitHub cuts it: %s', (kind) => {
  expect(captured(() => workflow()[kind]('x'.repeat(5000)))).toBe(`::${kind}::${'x'.repeat(4000)}\n`);
});

test.each([
  ['::error::x', ': :error::x'],
  ['  ::add-mask::x', ': :add-mask::x'],
  ['\r\n::stop-commands::x', ': :stop-commands::x'],
  ['a ::error::x', 'a ::error::x'],
  ['a ##[error]x', 'a # #[error]x'],
  ['##[stop-commands]a ##[x]', '# #[stop-commands]a # #[x]'],
])('a line of the log that would be a command is none: %j', (line, written) => {
  expect(captured(() => workflow().info(line))).toBe(`${written}\n`);
});

test('a token that is empty masks nothing', () => {
  expect(captured(() => workflow().mask(new Secret('')))).toBe('');
});

test('any token is masked, on one line that says nothing else', () => {
  fc.assert(
    fc.property(anyToken, (token) => {
      const stdout = captured(() => workflow().mask(new Secret(token)));
      expect(stdout).toMatch(/^::add-mask::[^\r\n]*\n$/);
      const told = stdout.slice('::add-mask::'.length, -1);
      expect(told.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')).toBe(token);
    }),
    { numRuns: 300 },
  );
});

// Only a token that can stand in a header gets so far; any other is refused before.
test('any usable token as the output is read back unchanged, and nothing else is set', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{1,200}$/), (token) => {
      writeFileSync(pathOf('output'), '');
      const outputs = workflow();
      outputs.output('before', 'a');
      outputs.output('token', token);
      outputs.output('after', 'b');
      const entries = parseCommandFile(read('output'));
      expect(Object.keys(entries)).toEqual(['before', 'token', 'after']);
      expect(entries.token).toBe(token);
    }),
    { numRuns: 300 },
  );
});

test('outputs and state go to their files, and an output that is set is known', () => {
  const files = workflow();
  expect(files.hasOutput('rotated')).toBe(false);
  expect(files.output('rotated', 'true')).toBe(true);
  expect(files.hasOutput('rotated')).toBe(true);
  expect(files.state('journal', '/tmp/x')).toBe(true);
  expect(parseCommandFile(read('output'))).toEqual({ rotated: 'true' });
  expect(parseCommandFile(read('state'))).toEqual({ journal: '/tmp/x' });
});

test.each([
  ['has no file', undefined],
  ['cannot be written', join(folder, 'none', 'output')],
])('an output that %s is told by its name, and its value is not printed', (_, path) => {
  if (path === undefined) delete process.env.GITHUB_OUTPUT;
  else process.env.GITHUB_OUTPUT = path;
  const broken = workflow();
  expect(done(() => broken.output('token', 'te-of-an-output'))).toEqual({
    value: false,
    log: expect.stringMatching(/^::warning::The output `token` could not be written: .*GITHUB_OUTPUT.*\n$/),
  });
  expect(broken.hasOutput('token')).toBe(false);
});

test.each([
  ['has no file', undefined],
  ['cannot be written', folder],
])('state that %s is not thrown, but known', (_, path) => {
  if (path === undefined) delete process.env.GITHUB_STATE;
  else process.env.GITHUB_STATE = path;
  expect(done(() => workflow().state('journal', 'x'))).toEqual({ value: false, log: '' });
});

test('the summary is in the place of what this step wrote before', () => {
  const summaries = workflow();
  expect(summaries.summary('a longer text\n')).toBe(true);
  expect(summaries.summary('b\n')).toBe(true);
  expect(read('summary')).toBe('b\n');
});

test.each([
  ['has no file', undefined],
  ['cannot be written', folder],
])('a summary that %s stops nothing, and is told', (_, path) => {
  if (path === undefined) delete process.env.GITHUB_STEP_SUMMARY;
  else process.env.GITHUB_STEP_SUMMARY = path;
  expect(done(() => workflow().summary('a'))).toEqual({
    value: false,
    log: expect.stringMatching(/^::warning::The job summary could not be written: .*GITHUB_STEP_SUMMARY.*\n$/),
  });
});

test('a failure is the exit code', () => {
  workflow().fail();
  expect(process.exitCode).toBe(1);
});
