import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/outcome.ts';
import { annotate, report } from '../../src/report.ts';
import { summaryOf } from '../../src/summary.ts';
import type { Workflow } from '../../src/workflow.ts';
import { problem, quiet, result } from '../support/unit-outcome.ts';

function told(outcome: Outcome, canWriteSummary = true) {
  const said: string[] = [];
  const outputs: Record<string, string> = {};
  const summaries: string[] = [];
  let failed = false;
  const workflow: Workflow = {
    info: (line) => said.push(`info: ${line}`),
    warning: (line) => said.push(`warning: ${line}`),
    notice: (line) => said.push(`notice: ${line}`),
    error: (line) => said.push(`error: ${line}`),
    mask: () => undefined,
    output: (name, value) => {
      outputs[name] = value;
      return true;
    },
    state: () => undefined,
    summary: (markdown) => canWriteSummary && summaries.push(markdown) > 0,
    fail: () => {
      failed = true;
    },
  };
  report(outcome, 'https://api.github.com', workflow);
  return { said, outputs, summaries, failed };
}

describe('a home that could not be written', () => {
  const outcome: Outcome = {
    ...quiet,
    problems: [problem()],
    recovery: {
      target: result('acme/network').target,
      shown: 'acme/network',
      body: { encrypted_value: 'c2VhbGVk', key_id: '7' },
      validity: { previousValidUntil: Date.UTC(2026, 11, 7, 19) },
    },
  };
  const command =
    'info: gh api --method PUT /repos/acme/network/actions/secrets/TE_TOKEN -f encrypted_value=c2VhbGVk -f key_id=7';

  test('is finished by the summary', () => {
    const { said, summaries } = told(outcome);
    expect(summaries[0]).toContain('gh api --method PUT');
    expect(said).not.toContain(command);
  });

  test('or by the log, where there can be no summary', () => {
    const { said, failed } = told(outcome, false);
    expect(said).toContain(command);
    expect(said).toContain('info: #### Finish by hand: acme/network');
    expect(said).not.toContain('info: ');
    expect(failed).toBe(true);
  });

  test('no log tells how to finish what needs no finishing', () => {
    expect(told(quiet, false).said).toEqual(['info: All is well.']);
  });
});

describe('outputs', () => {
  test('of a rotation', () => {
    const { outputs, failed } = told({
      ...quiet,
      rotated: true,
      validUntil: Date.UTC(2028, 10, 23, 19),
      previousValidUntil: Date.UTC(2026, 11, 7, 19),
      results: [
        result('acme/network'),
        result('acme/edge/dependabot as X', { status: 'failed', problem: problem() }),
        result('acme/terraform-1', { shown: 'acme/terraform-*', status: 'created' }),
      ],
    });
    expect(outputs).toEqual({
      rotated: 'true',
      'valid-until': '2028-11-23T19:00:00Z',
      'previous-valid-until': '2026-12-07T19:00:00Z',
      results: JSON.stringify([
        { target: 'acme/network', secret: 'TE_TOKEN', status: 'updated' },
        {
          target: 'acme/edge/dependabot',
          secret: 'X',
          status: 'failed',
          error: 'Writing it: GitHub answered 500. Run it again.',
        },
        { target: 'acme/terraform-1', secret: 'TE_TOKEN', status: 'created' },
      ]),
    });
    expect(failed).toBe(false);
  });

  test('where nothing is known', () => {
    const { outputs } = told({ ...quiet, previousValidUntil: 5 });
    expect(outputs).toEqual({ rotated: 'false', 'valid-until': '', 'previous-valid-until': '', results: '[]' });
    expect(told({ ...quiet, rotated: true }).outputs['previous-valid-until']).toBe('');
  });

  test('an error has at most 200 characters', () => {
    const { outputs } = told({
      ...quiet,
      results: [result('acme/network', { status: 'failed', problem: problem('x'.repeat(500)) })],
    });
    expect((JSON.parse(outputs.results ?? '') as { error: string }[])[0]?.error).toHaveLength(200);
  });
});

test('the log says what happened, then what to notice, and fails where something is wrong', () => {
  const outcome = { ...quiet, notices: ['n'], warnings: ['w'], problems: [problem()] };
  const { said, summaries, failed } = told(outcome);
  expect(said).toEqual([
    'info: All is well.',
    'notice: n',
    'warning: w',
    'error: Writing it: GitHub answered 500. Run it again.',
  ]);
  expect(failed).toBe(true);
  expect(summaries).toEqual([summaryOf(outcome, 'https://api.github.com')]);
});

describe('of many there are at most ten annotations of a kind', () => {
  test.each([
    [9, 9, 0],
    [10, 10, 1],
    [500, 10, 491],
  ])('%i', (count, annotations, lines) => {
    const said: string[] = [];
    const logged: string[] = [];
    const texts = Array.from({ length: count }, (_, n) => `problem ${n}`);
    annotate(texts, (text) => said.push(text), { info: (text) => logged.push(text) });
    expect(said).toHaveLength(annotations);
    expect(logged).toEqual(texts.slice(9));
    expect(logged).toHaveLength(lines);
    if (lines > 0) expect(said.at(-1)).toBe(`And ${lines} more: see the log above and the job summary.`);
  });
});
