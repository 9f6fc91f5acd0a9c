import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DAY, MINUTE, SandboxClock } from '../../sandbox/clocks/clock.ts';
import { readAction } from '../../sandbox/runner/files.ts';
import { allOutput, type Inputs, type RunOptions, runAction } from '../../sandbox/runner/runner.ts';

/** The guard as a runner starts it: by its own action.yml, from the bundle that is shipped. */

const project = join(import.meta.dirname, '../..');
const actionDir = join(project, 'guard');
const scaledClock = join(project, 'sandbox/clocks/scaled.ts');

/** The record of a token that is valid until a date. */
const record = (validUntil: string) => JSON.stringify({ v: 1, token: 'sha256:9f86d081884c7d65', validUntil });

/** Runs the guard at a moment (ms since the epoch), in a time zone. */
function guard(inputs: Inputs, { at = Date.UTC(2026, 10, 25, 12), ...options }: RunOptions & { at?: number } = {}) {
  const { env } = new SandboxClock({ start: at });
  return runAction({
    ...options,
    actionDir,
    with: inputs,
    env: { ...env, ...options.env },
    execArgv: ['--import', scaledClock],
  });
}

test('silent while the token has time: an output and nothing else', async () => {
  const run = await guard({ record: record('2028-11-23T19:00:00Z') });
  expect(run).toMatchObject({ exitCode: 0, log: '', stderr: '', summary: '', state: {} });
  expect(run.outputs).toEqual({ 'days-left': '729' });
  expect([...run.files, ...run.strays]).toEqual([]);
});

test('a warning in time, and the step succeeds', async () => {
  const run = await guard({ record: record('2027-02-08T13:00:00Z') });
  expect(run.exitCode).toBe(0);
  expect(run.annotations).toEqual([
    { level: 'warning', message: expect.stringMatching(/2027-02-08 \(75 days left\)/) },
  ]);
  expect(run.outputs).toEqual({ 'days-left': '75' });
});

test('an error when the rotation has stopped, and the step fails', async () => {
  const run = await guard({ record: record('2026-11-20') });
  expect(run.exitCode).toBe(1);
  expect(run.annotations).toEqual([
    { level: 'error', message: expect.stringMatching(/has stopped: by the record, the token expired on 2026-11-20/) },
  ]);
  expect(run.outputs).toEqual({ 'days-left': '-6' });
});

test('its own thresholds, as YAML gives them', async () => {
  const inputs = { record: record('2026-12-05T13:00:00Z'), 'warn-when-days-left': 9, 'fail-when-days-left': 0 };
  expect((await guard(inputs)).log).toBe('');
  expect((await guard({ ...inputs, 'warn-when-days-left': 10 })).annotations).toHaveLength(1);
});

test.each([
  ['a rehearsal', '{"v":1}', /rehearsal/],
  ['a token that was stored by hand', '{"v":1,"token":"sha256:9f86d081884c7d65"}', /by hand/],
])('the record of %s has no date: a warning, and no output', async (_, dateless, message) => {
  const run = await guard({ record: dateless });
  expect(run).toMatchObject({ exitCode: 0, outputs: {} });
  expect(run.annotations).toEqual([{ level: 'warning', message: expect.stringMatching(message) }]);
});

test('a run for a pull request from a fork, which gets no variables, passes with a notice; one of the repository fails', async () => {
  const pulledFrom = (name: string) => {
    const repos = { head: { repo: { full_name: name } }, base: { repo: { full_name: 'acme/network' } } };
    return { context: { eventName: 'pull_request', event: { action: 'opened', pull_request: repos } } };
  };
  const run = await guard({ record: '' }, pulledFrom('ada/network'));
  expect(run).toMatchObject({ exitCode: 0, outputs: {} });
  expect(run.annotations).toEqual([{ level: 'notice', message: expect.stringMatching(/from a fork.*no variables/) }]);
  expect((await guard({ record: '' }, pulledFrom('acme/network'))).exitCode).toBe(1);
});

test('all faults of the inputs at once, and the variable that is missing', async () => {
  const run = await guard({ record: '', 'warn-when-days-left': 'many', 'fail-when-days-left': -1 });
  expect(run.exitCode).toBe(1);
  expect(run.annotations.map(({ level }) => level)).toEqual(['error', 'error', 'error']);
  expect(run.log).toMatch(/`\$\{\{ vars\.TE_TOKEN_ROTATION \}\}`/);
  expect(run.outputs).toEqual({});
});

describe('the same in every time zone', () => {
  // Clocks go forward in St. John's on 2027-03-14 and in Berlin on 2027-03-28; the date line runs beside the others.
  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];

  test.each(zones)('%s', async (zone) => {
    const env = { TZ: zone };
    const daysLeft = async (validUntil: string, at: number) =>
      (await guard({ record: record(validUntil) }, { at, env })).outputs['days-left'];
    const beforeBoth = Date.UTC(2027, 2, 10);
    expect(await daysLeft('2027-04-10', beforeBoth - MINUTE)).toBe('31');
    expect(await daysLeft('2027-04-10', beforeBoth + MINUTE)).toBe('30');
    expect(await daysLeft('2028-02-29T00:00:00', Date.UTC(2028, 1, 28) - MINUTE)).toBe('1');
    expect(await daysLeft('2027-02-29', Date.UTC(2027, 1, 28))).toBeUndefined();
  });
});

test('a token that is given for a date shows nowhere', async () => {
  const token = '0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f';
  for (const name of ['record', 'warn-when-days-left', 'fail-when-days-left']) {
    const run = await guard({ record: record('2028-11-23'), [name]: token });
    expect(run.exitCode).toBe(1);
    expect(allOutput(run)).not.toContain(token.slice(0, 8));
  }
});

test('its one file loads nothing that could reach a network', () => {
  const bundle = readFileSync(join(project, 'dist/guard.js'), 'utf8');
  const loaded = [...bundle.matchAll(/(?:createRequire\([\w.]+\)|from|import|require)\s*\(?\s*["']([^"']+)["']/g)];
  expect(new Set(loaded.map(([, name]) => name))).toEqual(new Set(['module', 'node:fs', 'node:util']));
  expect(bundle).not.toMatch(/\b(?:fetch|WebSocket|EventSource|getBuiltinModule|process\.binding)\b/);
});

describe('guard/action.yml', () => {
  const action = readAction(actionDir);

  test('starts a file of this repository, on the same Node as the rotation, without a post step', () => {
    const inside = relative(project, join(actionDir, action.runs.main));
    expect(isAbsolute(inside) || inside.startsWith('..')).toBe(false);
    expect(inside).toBe(join('dist', 'guard.js'));
    expect(action.runs).toEqual({ using: readAction(project).runs.using, main: '../dist/guard.js' });
  });

  test('has no expression in a text: a runner refuses those', () => {
    expect(readFileSync(join(actionDir, 'action.yml'), 'utf8')).not.toContain('${{');
  });

  test('declares the defaults that the code takes for granted', async () => {
    const at = (days: number) => ({ record: record(new Date(Date.UTC(2026, 10, 25, 12) + days * DAY).toISOString()) });
    const left = { 'warn-when-days-left': '', 'fail-when-days-left': '' };
    for (const days of [91, 90, 31, 30]) {
      const declared = await guard(at(days));
      const assumed = await guard({ ...at(days), ...left });
      expect({ days, log: declared.log }).toEqual({ days, log: assumed.log });
    }
  });
});
