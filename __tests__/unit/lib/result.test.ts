import { expect, test } from '@jest/globals';
import { failed, ok, type Result, valuesOf } from '../../../src/lib/result.ts';

test('a result is a value, or why there is none', () => {
  const results: Result<number, string>[] = [ok(7), failed('why')];
  expect(results).toEqual([
    { ok: true, value: 7 },
    { ok: false, error: 'why' },
  ]);
  expect(results.map((each) => (each.ok ? each.value : each.error))).toEqual([7, 'why']);
  expect(valuesOf(results)).toEqual([7]);
});
