import { describe, expect, test } from '@jest/globals';
import { sideBySide } from '../../src/side-by-side.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('work on many items', () => {
  test('answers in the order of the items, whichever ends first', async () => {
    const results = await sideBySide([3, 1, 2], async (turns, index) => {
      for (let waited = 0; waited < turns; waited++) await turn();
      return `${index}: ${turns}`;
    });
    expect(results).toEqual(['0: 3', '1: 1', '2: 2']);
  });

  test('is done on twenty at once', async () => {
    let [now, most] = [0, 0];
    await sideBySide(Array.from({ length: 50 }), async () => {
      most = Math.max(most, ++now);
      await turn();
      now--;
    });
    expect(most).toBe(20);
  });

  test('that fails is told', async () => {
    const work = async (item: number) => {
      if (item === 2) throw new Error('two');
    };
    await expect(sideBySide([1, 2, 3], work)).rejects.toThrow('two');
  });

  test('of which there is none is done', async () => {
    expect(await sideBySide([], () => Promise.reject(new Error('not reached')))).toEqual([]);
  });
});
