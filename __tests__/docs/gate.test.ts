import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { machineSettings } from '../../sandbox/runner/machine.ts';
import { read } from './support/markdown.ts';
import { runScript, type Workflow } from './support/workflows.ts';

const { jobs } = parse(read('.github/workflows/ci.yml')) as Workflow;
const { gate, ...others } = jobs;
const [step] = gate?.steps ?? [];

test('the gate needs every other job, and runs whatever becomes of them', () => {
  expect([...(gate?.needs ?? [])].sort()).toEqual(Object.keys(others).sort());
  expect(gate?.if).toBe('always()');
});

test('no job may fail and pass all the same, and none may be left out', () => {
  for (const job of Object.values(others)) {
    expect(job).not.toHaveProperty('if');
    expect(job).not.toHaveProperty('continue-on-error');
    for (const { 'continue-on-error': goesOn } of job.steps) expect(goesOn).toBeUndefined();
  }
});

test.each([
  ['success success success', 0],
  ['success failure success', 1],
  ['success success cancelled', 1],
  ['skipped success success', 1],
])('%s: the gate ends with %d', async (results, code) => {
  expect(step?.env).toEqual({ RESULTS: `\${{ join(needs.*.result, ' ') }}` });
  expect((await runScript(step?.run ?? '', { ...machineSettings(), RESULTS: results })).code).toBe(code);
});
