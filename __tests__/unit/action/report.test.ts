import { expect, test } from '@jest/globals';
import { annotate, logLines, report } from '../../../src/action/report.ts';
import { recoveryHeading, summaryOf } from '../../../src/action/summary.ts';
import { messageOf, problem } from '../../../src/lib/problem.ts';
import type { Outcome } from '../../../src/rotation/outcome.ts';
import { FakeWorkflow } from '../support/fakes.ts';
import { problemOf, quiet, recovery, resultOf } from '../support/outcomes.ts';
import { now } from '../support/time.ts';

const context = { githubUrl: 'https://api.github.com', now, isPost: false };

function told(outcome: Outcome, workflow = new FakeWorkflow(), more: Partial<typeof context> = {}) {
  report(outcome, workflow, { ...context, ...more });
  return {
    isInSummary: workflow.summaries.length > 0,
    workflow,
    lines: workflow.lines,
    results: JSON.parse(workflow.outputs.results ?? 'null') as unknown,
  };
}

function unwritable(): FakeWorkflow {
  const workflow = new FakeWorkflow();
  for (const each of ['output', 'state', 'summary'] as const) workflow.broken.add(each);
  return workflow;
}

const command =
  'gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN_NEXT -f encrypted_value=abc -f key_id=7';
const notStored: Outcome = { ...quiet, problems: [problemOf()], recovery };

test('the command that keeps the token stands in the summary, and not in the log', () => {
  const { workflow, lines, isInSummary } = told(notStored);
  expect(isInSummary).toBe(true);
  expect(workflow.summaries).toEqual([expect.stringContaining(command)]);
  expect(lines.join('\n')).not.toContain(command);
});

test('the command that keeps the token stands in the log, where there can be no summary', () => {
  const { workflow, lines, isInSummary } = told(notStored, unwritable());
  expect(isInSummary).toBe(false);
  expect(lines).toContain(command);
  expect(lines).toContain(`#### ${recoveryHeading}`);
  expect(lines).not.toContain('');
  expect(workflow.hasFailed).toBe(true);
});

test('what another journal has put into the summary stays in front', () => {
  const workflow = new FakeWorkflow();
  report(quiet, workflow, { ...context, isPost: true, before: 'of another\n\n' });
  expect(workflow.summaries).toEqual([`of another\n\n${summaryOf(quiet, context.githubUrl, now)}`]);
});

test('no log tells how to keep what needs no keeping', () => {
  expect(told(quiet, unwritable()).lines).toEqual(['All is well.']);
});

test('the log says what happened and what is known, then what to notice, then what is wrong, and the step fails', () => {
  const outcome = { ...quiet, record: ['The record.'], notices: ['n'], warnings: ['w'], problems: [problemOf()] };
  const { workflow, lines } = told(outcome);
  expect(lines).toEqual([
    'All is well.',
    'The record.',
    'notice: n',
    'warning: w',
    'error: Writing it: GitHub answered 500.\nRun it again.',
  ]);
  expect(workflow.hasFailed).toBe(true);
  expect(workflow.summaries).toEqual([summaryOf(outcome, context.githubUrl, now)]);
  expect(told({ ...outcome, problems: [] }).workflow.hasFailed).toBe(false);
});

test('a problem is said once: what happened and each step on a line of its own, and why below all of them', () => {
  const first = problem('Reading a', 'GitHub answered 404', ['Check it.', 'Store it: `gh x`'], 'It is so.');
  const second = problem('Reading b', 'GitHub answered 403', 'Allow it.', 'It is so.');
  expect(told({ ...quiet, problems: [first, second] }).lines.slice(1)).toEqual([
    'error: Reading a: GitHub answered 404.\n1. Check it.\n2. Store it: `gh x`',
    'error: Reading b: GitHub answered 403.\nAllow it.',
    'Why: It is so.',
  ]);
});

test('problems that differ in what was attempted only are one annotation, which names all', () => {
  const problems = ['a', 'b', 'c'].map((name) => problem(`Reading ${name}`, 'GitHub answered 404', 'Check it.'));
  expect(told({ ...quiet, problems }).lines.slice(1)).toEqual([
    'error: Reading a, b, c: GitHub answered 404.\nCheck it.',
  ]);
});

test('an annotation that GitHub would cut stands whole in the log', () => {
  const long = problem('Reading it', 'x'.repeat(4000), ['First.', 'Store it: `gh x`']);
  const { lines } = told({ ...quiet, problems: [long] });
  expect(lines.slice(1, 4)).toEqual([`Reading it: ${'x'.repeat(4000)}.`, '1. First.', '2. Store it: `gh x`']);
  expect(lines[4]).toMatch(/^error: Reading it: x+/);
});

test('the outputs of a rotation', () => {
  const { workflow, results } = told({
    ...quiet,
    rotated: true,
    validUntil: Date.UTC(2028, 10, 23, 19),
    previousUntil: Date.UTC(2026, 11, 7, 19),
    results: [
      resultOf('acme/network'),
      resultOf('acme/edge/dependabot as X', { status: 'failed', problem: problemOf() }),
      resultOf('acme/lab', { status: 'created' }),
    ],
  });
  expect(workflow.outputs).toMatchObject({
    rotated: 'true',
    'valid-until': '2028-11-23T19:00:00Z',
    'previous-valid-until': '2026-12-07T19:00:00Z',
  });
  expect(results).toEqual([
    { target: 'acme/network', secret: 'TE_TOKEN', status: 'updated' },
    { target: 'acme/edge/dependabot', secret: 'X', status: 'failed', error: messageOf(problemOf()) },
    { target: 'acme/lab', secret: 'TE_TOKEN', status: 'created' },
  ]);
});

test('the outputs where nothing is known are empty', () => {
  const nothing = { rotated: 'false', 'valid-until': '', 'previous-valid-until': '', results: '[]' };
  expect(told({ ...quiet, previousUntil: 5 }).workflow.outputs).toEqual(nothing);
  expect(told({ ...quiet, rotated: true }).workflow.outputs).toEqual({ ...nothing, rotated: 'true' });
});

test('a post step sets no outputs', () => {
  expect(told({ ...quiet, rotated: true }, new FakeWorkflow(), { isPost: true }).workflow.outputs).toEqual({});
});

test('an output `rotated` that is set stays as it is', () => {
  const workflow = new FakeWorkflow();
  workflow.output('rotated', 'true');
  expect(told(quiet, workflow).workflow.outputs.rotated).toBe('true');
});

test('an error in the output `results` has at most 200 characters', () => {
  const { results } = told({
    ...quiet,
    results: [resultOf('acme/network', { status: 'failed', problem: problemOf('x'.repeat(500)) })],
  });
  expect((results as { error: string }[])[0]?.error).toHaveLength(200);
});

const mostBytes = 100 * 1024;
const written = (count: number) =>
  Array.from({ length: count }, (_, n) => resultOf(`acme/repository-${String(n).padStart(6, '0')}`));

test('an output `results` of up to 100 KB is whole', () => {
  const one = JSON.stringify([{ target: 'acme/repository-000000', secret: 'TE_TOKEN', status: 'updated' }]).length - 1;
  const count = Math.floor((mostBytes - 1) / one);
  const { workflow, results } = told({ ...quiet, results: written(count) });
  expect(results).toHaveLength(count);
  expect(Buffer.byteLength(workflow.outputs.results ?? '')).toBeGreaterThan(mostBytes - one);
  const over = told({ ...quiet, results: written(count + 1) });
  expect(over.results).toEqual([{ omitted: count + 1, of: count + 1 }]);
});

test('an output `results` of over 100 KB is cut to the failed targets and a count', () => {
  const failures = ['acme/a', 'acme/b'].map((line) => resultOf(line, { status: 'failed', problem: problemOf() }));
  const { results } = told({ ...quiet, results: [...written(2000), ...failures] });
  expect(results).toMatchObject([
    { target: 'acme/a', status: 'failed' },
    { target: 'acme/b', status: 'failed' },
    { omitted: 2000, of: 2002 },
  ]);
});

test('an output `results` of thousands of failed targets has no more than 100 KB, wherever it is cut', () => {
  const failures = Array.from({ length: 3000 }, (_, n) =>
    resultOf(`acme/network/environments/é${n}`, { status: 'failed', problem: problemOf('é') }),
  );
  for (let shift = 1; shift < 150; shift += 15) {
    const first = resultOf(`acme/network/environments/${'x'.repeat(shift)}`, {
      status: 'failed',
      problem: problemOf(),
    });
    const { workflow, results } = told({ ...quiet, results: [first, ...failures] });
    const size = Buffer.byteLength(workflow.outputs.results ?? '');
    expect(size).toBeLessThanOrEqual(mostBytes);
    expect(size).toBeGreaterThan(mostBytes - 500);
    const kept = (results as unknown[]).length - 1;
    expect((results as unknown[]).at(-1)).toEqual({ omitted: 3001 - kept, of: 3001 });
  }
});

test('each part of a report is told whether or not the others can be, and nothing is thrown', () => {
  const parts = ['output', 'summary', 'info', 'notice', 'warning', 'error'] as const;
  const outcome = { ...notStored, notices: ['n'], warnings: ['w'] };
  for (const broken of parts) {
    const workflow = new FakeWorkflow();
    workflow[broken] = () => {
      throw new Error('a bug');
    };
    const { lines, isInSummary } = told(outcome, workflow);
    expect(workflow.hasFailed).toBe(true);
    expect(isInSummary).toBe(broken !== 'summary');
    const expected = {
      info: 'All is well.',
      notice: 'notice: n',
      warning: 'warning: w',
      error: 'error: Writing it: GitHub answered 500.\nRun it again.',
    };
    for (const [kind, line] of Object.entries(expected)) expect(lines.includes(line)).toBe(kind !== broken);
    if (broken === 'summary') expect(lines).toContain(command);
    if (broken !== 'output') expect(workflow.outputs.rotated).toBe('false');
  }
  const fine = new FakeWorkflow();
  fine.notice = () => {
    throw new Error('a bug');
  };
  expect(told({ ...quiet, notices: ['n'] }, fine).workflow.hasFailed).toBe(true);
});

test.each([
  [9, 9, 0],
  [10, 10, 1],
  [500, 10, 491],
])('of %i texts there are at most ten annotations, and the log has the rest', (count, annotations, rest) => {
  const said: string[] = [];
  const logged: string[] = [];
  const texts = Array.from({ length: count }, (_, n) => `problem ${n}\nstep ${n}`);
  annotate(texts, (text) => said.push(text), { info: (text) => logged.push(text) });
  expect(said).toHaveLength(annotations);
  expect(logged).toEqual(texts.slice(9).flatMap((text) => text.split('\n')));
  if (rest > 0) expect(said.at(-1)).toMatch(new RegExp(`^And ${rest} more`));
});

test('lines for the log are those of the Markdown that are not empty', () => {
  const workflow = new FakeWorkflow();
  logLines('a\n\nb\n', workflow);
  expect(workflow.lines).toEqual(['a', 'b']);
});
