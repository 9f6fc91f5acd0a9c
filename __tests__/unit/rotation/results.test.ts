import { expect, test } from '@jest/globals';
import { failed, ok } from '../../../src/lib/result.ts';
import type { Preflight } from '../../../src/rotation/preflight.ts';
import type { RejectedTarget } from '../../../src/rotation/ready-target.ts';
import { nothingChanged, stopped, unwritten, withReason, withRejected } from '../../../src/rotation/results.ts';
import { readyHome, readyTarget, resolved } from '../support/fakes.ts';
import { problemOf } from '../support/outcomes.ts';
import { sceneOf } from '../support/scene.ts';

const rejection = (line: string, cause: string): RejectedTarget => ({
  resolved: resolved(line),
  problem: problemOf(cause),
});

const home = readyHome('acme/network');
const ada = { name: 'Ada', accountGroup: 'Network' };
const preflight: Preflight = {
  home: ok(home),
  others: [],
  sealer: ok(sceneOf().sealer),
  expiry: { kind: 'unknown' },
  isAccepted: true,
  user: ada,
  problems: [],
  warnings: ['w'],
};

test('a target that could be written is unchanged', () => {
  const ready = readyTarget('acme/a');
  expect(unwritten(ok(ready))).toEqual({ resolved: ready, status: 'unchanged' });
});

test('a target that could not be written failed, with why', () => {
  const rejected = rejection('acme/a', 'x');
  expect(unwritten(failed(rejected))).toEqual({ ...rejected, status: 'failed' });
});

test('a run that stopped names every target, the home first, and keeps what was told', () => {
  const problems = [problemOf('one'), problemOf('two')];
  const others = [failed(rejection('acme/a', 'x')), ok(readyTarget('acme/b'))];
  expect(stopped('sync', { ...preflight, others }, problems)).toEqual({
    mode: 'sync',
    headline: 'Nothing was issued and nothing was changed: 2 problems.',
    rotated: false,
    results: [
      { resolved: home, status: 'unchanged' },
      { resolved: resolved('acme/a'), status: 'failed', problem: problemOf('x') },
      { resolved: readyTarget('acme/b'), status: 'unchanged' },
    ],
    problems,
    warnings: ['w'],
    notices: [],
    user: ada,
    leftForPost: false,
  });
});

test('a run that stopped because of its home', () => {
  const { results } = stopped('rotate', { ...preflight, home: failed(rejection('acme/network', 'x')) }, []);
  expect(results).toEqual([{ resolved: resolved('acme/network'), status: 'failed', problem: problemOf('x') }]);
});

test('one problem is said at once, several are counted', () => {
  expect(nothingChanged([problemOf('GitHub answered 403')])).toBe(
    'Nothing was issued and nothing was changed. Writing it: GitHub answered 403.',
  );
  expect(nothingChanged([problemOf(), problemOf()])).toBe('Nothing was issued and nothing was changed: 2 problems.');
  expect(withReason('Stopped', [problemOf()])).toBe('Stopped. Writing it: GitHub answered 500.');
});

test('targets that refused their write test are rejected, and only they', () => {
  const others = [readyTarget('acme/a'), readyTarget('acme/b')];
  const gone = failed(rejection('acme/gone', 'x'));
  const judged = withRejected({ ...preflight, others: [...others.map(ok), gone] }, [
    { resolved: others[1] ?? home, problem: problemOf('GitHub answered 403') },
  ]);
  expect(judged.home).toEqual(ok(home));
  expect(judged.others).toEqual([
    ok(others[0]),
    failed({ resolved: others[1], problem: problemOf('GitHub answered 403') }),
    gone,
  ]);
  expect(judged).toMatchObject({ user: ada, warnings: ['w'], isAccepted: true });
});

test('a home that refused its write test is rejected', () => {
  const refusal = { resolved: home, problem: problemOf('GitHub answered 403') };
  expect(withRejected(preflight, [refusal]).home).toEqual(failed(refusal));
});
