import { describe, expect, it } from '@jest/globals';
import { confirmHome } from '../../../../src/rotation/finish/confirm.ts';
import { finish } from '../../../../src/rotation/finish/finish.ts';
import { recordFrom } from '../../../../src/rotation/record/record.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { beside, type FinishingOptions, finishing, home } from '../../support/finishing.ts';
import { rotatedLongAgo } from '../../support/scene.ts';
import { now, second } from '../../support/time.ts';

/** Finishes, and what came of it. */
async function finished(options: FinishingOptions = {}) {
  const scene = await finishing(options);
  const result = await finish(scene.pending, scene.dependencies);
  return { ...scene, result, record: lastNoted(scene.noted) };
}

function lastNoted(noted: readonly string[]) {
  const record = recordFrom(noted.at(-1) ?? '{"v":1}');
  return record.ok ? record.value : undefined;
}

const movedBy = (date: number) => ({ updatedAt: date });
const old = movedBy(rotatedLongAgo.updatedAt);
const unmoved = { secrets: { [home]: old } };

describe('confirming the home', () => {
  it('keeps everything where its date does not move within 90 s', async () => {
    const { result, noted, steps, elapsed } = await finished(unmoved);
    expect(result.confirmation?.kind).toBe('not moved');
    expect(result.recorded).toBeUndefined();
    expect(noted).toEqual([]);
    expect(steps).toEqual([`PUT ${home}`, 'PUT acme/edge']);
    expect(elapsed()).toBe(90 * second);
  });

  it('takes a date of the very second of our write, which can not be seen to move, and no older one', async () => {
    const confirmedFrom = async (date: number) => {
      const { pending, dependencies, elapsed } = await finishing({ secrets: { [home]: movedBy(date) } });
      const { confirmation } = await finish({ ...pending, home: { ...pending.home, date } }, dependencies);
      return [confirmation?.kind, elapsed()];
    };
    expect(await confirmedFrom(now)).toEqual(['moved', 0]);
    expect(await confirmedFrom(now - second)).toEqual(['moved', 0]);
    expect(await confirmedFrom(now - 2 * second)).toEqual(['not moved', 90 * second]);
  });

  it('waits for a date that GitHub shows late', async () => {
    const { record, log } = await finished({
      secrets: { [home]: [old, old, old, old, movedBy(now + 7 * second)] },
    });
    expect(record?.home).toBe(now + 7 * second);
    expect(log.lines.filter((line) => line.includes('again in'))).toHaveLength(1);
  });

  it.each([401, 403])('is given up at once on a %i, and the home is noted as not confirmed', async (status) => {
    const { result, record, elapsed } = await finished({ secrets: { [home]: [old, gitHubAnswer(status)] } });
    expect(result.confirmation).toEqual({ kind: 'unread', detail: expect.stringContaining(String(status)) });
    expect(record?.home).toBeNull();
    expect(elapsed()).toBe(0);
    expect(result.unparked).toEqual({ kind: 'gone' });
  });

  it('keeps everything where the home is gone then', async () => {
    const { result, steps } = await finished({ secrets: { [home]: [old, gitHubAnswer(404)] } });
    expect(result.confirmation?.kind).toBe('not moved');
    expect(steps).not.toContain(`DELETE ${beside}`);
  });

  it('goes on for 90 s where GitHub is down', async () => {
    const { result, elapsed } = await finished({ secrets: { [home]: [old, gitHubAnswer(500)] } });
    expect(result.confirmation?.kind).toBe('unread');
    expect(elapsed()).toBe(90 * second);
  });

  it('reads no more after a cancel than the runner leaves time for', async () => {
    const { pending, dependencies, cancel, elapsed } = await finishing(unmoved);
    const readAfter: number[] = [];
    const read: typeof dependencies.secrets.read = (...wanted) => {
      readAfter.push(elapsed());
      return dependencies.secrets.read(...wanted);
    };
    cancel();
    const confirmation = await confirmHome(pending, { ...dependencies, secrets: { ...dependencies.secrets, read } });
    expect(confirmation).toEqual({ kind: 'not moved', detail: expect.stringContaining('cancelled') });
    expect(readAfter).toEqual([0, 1, 4, 6.5].map((seconds) => seconds * second));
  });

  it('has nothing to confirm where the home held the token before', async () => {
    const scene = await finishing(unmoved);
    const { steps, pending, dependencies, noted } = scene;
    const result = await finish({ ...pending, home: { ...pending.home, isDone: true } }, dependencies);
    expect(result.home).toEqual({ kind: 'stored', isAnew: false });
    expect(result.confirmation).toEqual({ kind: 'unread', detail: '' });
    expect(steps).toEqual(['PUT acme/edge', 'PATCH TE_TOKEN_ROTATION', `DELETE ${beside}`]);
    expect(lastNoted(noted)?.home).toBeNull();
  });

  it('takes the date that was confirmed before', async () => {
    const { pending, dependencies, noted } = await finishing(unmoved);
    const confirmed = now - 3 * second;
    const again = { ...pending, home: { ...pending.home, isDone: true, confirmed } };
    expect((await finish(again, dependencies)).confirmation).toEqual({ kind: 'moved', date: confirmed });
    expect(lastNoted(noted)?.home).toBe(confirmed);
  });
});
