import { describe, expect, it } from '@jest/globals';
import { finish } from '../../../../src/rotation/finish/finish.ts';
import { storeOthers } from '../../../../src/rotation/finish/store.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { type FinishingOptions, finishing, home } from '../../support/finishing.ts';
import { rotatedLongAgo } from '../../support/scene.ts';
import { second } from '../../support/time.ts';

const access = { visibility: 'private' } as const;
const shared: FinishingOptions = { others: ['orgs/acme', 'acme/edge'], secrets: { 'orgs/acme': { access } } };

describe("an organization's secret", () => {
  it('is not created anew where it was deleted meanwhile: a person decides who sees it', async () => {
    const { pending, dependencies } = await finishing({ ...shared, writes: { 'orgs/acme': gitHubAnswer(404) } });
    const { results } = await finish(pending, dependencies);
    expect(results[0]).toMatchObject({ status: 'failed', problem: { cause: expect.stringContaining('deleted') } });
  });
});

describe('many targets', () => {
  const lines = Array.from({ length: 120 }, (_, index) => `acme/r${index}`);

  it('are counted, not named one by one, and it is said when they are done', async () => {
    const { pending, dependencies, log } = await finishing({ others: lines });
    log.lines.length = 0;
    const results = await storeOthers(pending.others, 4, pending, dependencies);
    expect(results).toHaveLength(120);
    expect(log.lines[0]).toContain('120 targets');
    expect(log.lines.filter((line) => line.includes('acme/r')).length).toBe(0);
  });

  it('take no longer where some of them hold the token already', async () => {
    const { pending, dependencies, log } = await finishing({ others: lines });
    const others = pending.others.map((other) => ({ ...other, isDone: other.number > 60 }));
    await finish({ ...pending, others }, dependencies);
    // Four writes and 120: 80 of them at once, the last after 33 s.
    expect(log.lines).toContainEqual(expect.stringMatching(/^Storing 120 targets .* 19:00 UTC$/));
  });

  it('are named where they are few', async () => {
    const { pending, dependencies, log } = await finishing({
      others: lines.slice(0, 20),
      writes: { 'acme/r3': gitHubAnswer(403) },
    });
    log.lines.length = 0;
    await storeOthers(pending.others, 4, pending, dependencies);
    expect(log.lines).toHaveLength(20);
    expect(log.lines.filter((line) => line.startsWith('Not'))).toEqual([expect.stringContaining('acme/r3')]);
  });
});

describe('after a cancel', () => {
  it('confirms no longer than the runner lets it', async () => {
    const old = { updatedAt: rotatedLongAgo.updatedAt };
    const { pending, dependencies, cancel, elapsed } = await finishing({ secrets: { [home]: old } });
    cancel();
    const { confirmation } = await finish(pending, dependencies);
    expect(confirmation).toEqual({ kind: 'not moved', detail: expect.stringContaining('cancelled') });
    expect(elapsed()).toBeLessThan(10 * second);
  });
});
