import { describe, expect, it } from '@jest/globals';
import { problem } from '../../../../src/lib/problem.ts';
import { finish } from '../../../../src/rotation/finish/finish.ts';
import { expose, failuresOf, finishedParts } from '../../../../src/rotation/finish/finished.ts';
import type { TargetResult } from '../../../../src/rotation/outcome.ts';
import { FakeWorkflow, gitHubAnswer, resolved } from '../../support/fakes.ts';
import { beside, type FinishingOptions, finishing, home } from '../../support/finishing.ts';
import { newToken, rotatedLongAgo } from '../../support/scene.ts';
import { day, now } from '../../support/time.ts';

async function partsOf(options: FinishingOptions = {}) {
  const { pending, dependencies } = await finishing(options);
  const finished = await finish(pending, dependencies);
  const { results, ...parts } = finishedParts(pending, finished, dependencies);
  return { ...parts, pending, finished, statuses: results.map(({ status }) => status) };
}

const refusedHome = { writes: { [home]: gitHubAnswer(403) } };
const old = { updatedAt: rotatedLongAgo.updatedAt };

describe('what finishing came to', () => {
  it('is nothing but results where all went well', async () => {
    expect(await partsOf()).toMatchObject({
      statuses: ['updated', 'updated'],
      problems: [],
      warnings: [],
      validUntil: now + 730 * day,
      previousUntil: now + 14 * day,
      recovery: undefined,
    });
  });

  it('tells what was created, the home that was gone meanwhile as well', async () => {
    const writes = { [home]: 201, 'acme/edge': 201 };
    const { statuses } = await partsOf({ others: ['acme/edge?', 'acme/lab'], writes });
    expect(statuses).toEqual(['created', 'created', 'updated']);
  });

  it('names the home that refuses, and leaves the others as they were', async () => {
    const { statuses, problems, recovery } = await partsOf(refusedHome);
    expect(statuses).toEqual(['failed', 'unchanged']);
    expect(problems.map(({ cause }) => cause)).toEqual([expect.stringContaining('403')]);
    expect(recovery).toBeUndefined();
  });

  it('holds the sealed token only where neither the home nor _NEXT could be written', async () => {
    const { recovery, pending, problems } = await partsOf({
      isParked: false,
      writes: { ...refusedHome.writes, [beside]: gitHubAnswer(403) },
    });
    const sealed = 'sealed(te-new-token-of-the-scene)';
    expect(recovery).toMatchObject({ next: pending.next.resolved, body: { encrypted_value: sealed } });
    expect(problems[0]?.steps.length).toBeGreaterThan(1);
  });

  it('names a home that someone wrote, and one whose date does not move', async () => {
    for (const updatedAt of [now - 1000, old.updatedAt]) {
      const { statuses, problems, finished } = await partsOf({ secrets: { [home]: { updatedAt } } });
      expect(statuses[0]).toBe('failed');
      expect(problems).toHaveLength(1);
      expect([finished.home.kind, finished.confirmation?.kind]).toEqual(
        updatedAt === old.updatedAt ? ['stored', 'not moved'] : ['written by another', undefined],
      );
    }
  });

  it('warns of what is odd and no fault', async () => {
    const odd: FinishingOptions[] = [
      { writes: { [home]: 201 } },
      { writes: { 'acme/edge': 201 } },
      { secrets: { [home]: [old, gitHubAnswer(403)] } },
      { deletes: { [beside]: gitHubAnswer(500) } },
      { secrets: { [home]: [old, { updatedAt: now }] }, writes: { [home]: [500, 204] } },
    ];
    for (const options of odd) {
      const { problems, warnings } = await partsOf(options);
      expect([problems.length, warnings.length]).toEqual([0, 1]);
    }
  });

  it('has a problem where only noting it failed', async () => {
    const { problems, statuses } = await partsOf({ recordWrites: gitHubAnswer(403) });
    expect(statuses).toEqual(['updated', 'updated']);
    expect(problems).toHaveLength(1);
  });
});

describe('failures of many targets', () => {
  const failure = (line: string, cause = 'GitHub answered 500'): TargetResult => ({
    resolved: resolved(line),
    status: 'failed',
    problem: problem(`Writing ${line}`, cause, 'Wait.'),
  });
  const written: TargetResult = { resolved: resolved('acme/lab'), status: 'updated' };

  it('are one problem each, as long as it is one', () => {
    const [only, ...rest] = failuresOf([failure('acme/edge'), written], '');
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ attempt: 'Writing acme/edge', steps: ['Wait.', expect.anything()] });
    expect(failuresOf([], '')).toEqual([]);
  });

  it('are one problem where they are alike', () => {
    const problems = failuresOf(
      ['acme/a', 'acme/b'].map((line) => failure(line)),
      '',
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]?.attempt).toMatch(/acme\/a.*acme\/b/);
  });

  it('are one problem for all where the causes are many, with some of their names', () => {
    const lines = ['acme/a', 'acme/b', 'acme/c', 'acme/d', 'acme/e', 'acme/f', 'acme/g'];
    const failures = lines.map((line) => failure(line, `GitHub's ${line.slice(5)}`));
    const problems = failuresOf([written, ...failures], '');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.attempt).toContain('7 targets');
    expect(problems[0]?.cause).toContain('acme/e');
    expect(problems[0]?.cause).not.toContain('acme/g');
    expect(
      failuresOf(
        lines.slice(0, 3).map((line) => failure(line, line.slice(5))),
        '',
      ),
    ).toHaveLength(3);
  });
});

describe('the output `token`', () => {
  const given = (exposeToken: boolean, isBroken = false) => {
    const workflow = new FakeWorkflow();
    if (isBroken) workflow.broken.add('output');
    return { problems: expose(newToken, { exposeToken }, { workflow }).length, outputs: workflow.outputs };
  };

  it('is set only where that was asked for', () => {
    expect(given(false)).toEqual({ problems: 0, outputs: {} });
    expect(given(true)).toEqual({ problems: 0, outputs: { token: newToken.reveal() } });
  });

  it('is a problem where it can not be set', () => {
    expect(given(true, true)).toEqual({ problems: 1, outputs: {} });
  });
});
