import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCommandFile } from '../../sandbox/runner-files.ts';
import { Secret } from '../../src/secret.ts';
import { workflow } from '../../src/workflow.ts';
import { captured } from '../support/unit-stdout.ts';
import { anyToken } from '../support/unit-tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_STEP_SUMMARY: 'summary' };
const pathOf = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(pathOf(name), 'utf8');

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

describe('lines', () => {
  test.each([
    ['info', 'a line', 'a line\n'],
    ['warning', 'careful: 100 %', '::warning::careful: 100 %25\n'],
    ['notice', 'a\nb', '::notice::a%0Ab\n'],
    ['error', 'bad\r', '::error::bad%0D\n'],
  ] as const)('%s', (kind, text, written) => {
    expect(captured(() => workflow[kind](text))).toBe(written);
  });

  test.each(['warning', 'notice', 'error'] as const)('%s is cut before GitHub cuts it', (kind) => {
    expect(captured(() => workflow[kind]('x'.repeat(5000)))).toBe(`::${kind}::${'x'.repeat(4000)}\n`);
  });

  test.each([
    ['::error::x', ': :error::x'],
    ['  ::add-mask::x', '  : :add-mask::x'],
    ['a ::error::x', 'a ::error::x'],
    ['a ##[error]x', 'a # #[error]x'],
    ['##[stop-commands]a ##[x]', '# #[stop-commands]a # #[x]'],
  ])('a line that would be a command is none: %j', (line, written) => {
    expect(captured(() => workflow.info(line))).toBe(`${written}\n`);
  });
});

test('a token that is empty masks nothing', () => {
  expect(captured(() => workflow.mask(new Secret('')))).toBe('');
});

test('any token is masked, on one line that says nothing else', () => {
  fc.assert(
    fc.property(anyToken, (token) => {
      const stdout = captured(() => workflow.mask(new Secret(token)));
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
      workflow.output('before', 'a');
      workflow.output('token', token);
      workflow.output('after', 'b');
      const entries = parseCommandFile(read('output'));
      expect(Object.keys(entries)).toEqual(['before', 'token', 'after']);
      expect(entries.token).toBe(token);
    }),
    { numRuns: 300 },
  );
});

describe('outputs and state', () => {
  test('go to their files', () => {
    expect(workflow.output('rotated', 'true')).toBe(true);
    workflow.state('journal', '/tmp/x');
    expect(parseCommandFile(read('output'))).toEqual({ rotated: 'true' });
    expect(parseCommandFile(read('state'))).toEqual({ journal: '/tmp/x' });
  });

  test('an output that can not be written is told and stops nothing', () => {
    process.env.GITHUB_OUTPUT = join(folder, 'none', 'output');
    let isWritten: boolean | undefined;
    expect(captured(() => (isWritten = workflow.output('rotated', 'true')))).toBe(
      '::warning::The output `rotated` could not be written.\n',
    );
    expect(isWritten).toBe(false);
  });

  test('state that can not be written is thrown: nothing may be issued without it', () => {
    delete process.env.GITHUB_STATE;
    expect(() => workflow.state('journal', 'x')).toThrow('file command STATE');
  });
});

describe('the summary', () => {
  test('is appended, in pieces', () => {
    expect(workflow.summary('a\n')).toBe(true);
    expect(workflow.summary('b\n')).toBe(true);
    expect(workflow.summary('c\n', 'append')).toBe(true);
    expect(read('summary')).toBe('a\nb\nc\n');
  });

  test('is put in the place of what this step wrote before', () => {
    workflow.summary('a\n');
    expect(workflow.summary('b\n', 'replace')).toBe(true);
    expect(read('summary')).toBe('b\n');
  });

  test('is left out where there is none', () => {
    delete process.env.GITHUB_STEP_SUMMARY;
    let isWritten: boolean | undefined;
    expect(captured(() => (isWritten = workflow.summary('a')))).toBe('');
    expect(isWritten).toBe(false);
  });

  test('that can not be written stops nothing', () => {
    process.env.GITHUB_STEP_SUMMARY = folder;
    let isWritten: boolean | undefined;
    expect(captured(() => (isWritten = workflow.summary('a')))).toBe(
      '::warning::The job summary could not be written.\n',
    );
    expect(isWritten).toBe(false);
  });
});

test('a failure is the exit code', () => {
  workflow.fail();
  expect(process.exitCode).toBe(1);
});
