import { describe, expect, it } from '@jest/globals';
import { finish } from '../../../../src/rotation/finish/finish.ts';
import { storeOthers } from '../../../../src/rotation/finish/store.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { type FinishingOptions, finishing } from '../../support/finishing.ts';

const access = { visibility: 'private' } as const;
const shared: FinishingOptions = { others: ['orgs/acme', 'acme/edge'], secrets: { 'orgs/acme': { access } } };

describe("an organization's secret", () => {
  const refusedWith = async (status: number) => {
    const { pending, dependencies } = await finishing({ ...shared, writes: { 'orgs/acme': gitHubAnswer(status) } });
    const { results } = await finish(pending, dependencies);
    return results[0];
  };

  it('is not created anew where it was deleted meanwhile: a person decides who sees it', async () => {
    const cause = expect.stringContaining('deleted');
    expect(await refusedWith(404)).toMatchObject({ status: 'failed', problem: { cause } });
  });

  it('is not said to be deleted where GitHub answers something else', async () => {
    const cause = expect.not.stringContaining('deleted');
    expect(await refusedWith(403)).toMatchObject({ status: 'failed', problem: { cause } });
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

  it('are counted while they are written', async () => {
    const { pending, dependencies, log, clock } = await finishing({ others: lines });
    let writes = 0;
    const write: typeof dependencies.secrets.write = async (...wanted) => {
      await clock.sleep(++writes * 100);
      return dependencies.secrets.write(...wanted);
    };
    await storeOthers(pending.others, 4, pending, { ...dependencies, secrets: { ...dependencies.secrets, write } });
    expect(log.lines).toContainEqual(expect.stringMatching(/^Stored: 50 of 120\b/));
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
    expect(log.lines.filter((line) => line.startsWith('Stored'))).toHaveLength(19);
  });
});
