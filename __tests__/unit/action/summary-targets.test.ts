import { expect, test } from '@jest/globals';
import { summaryOf } from '../../../src/action/summary.ts';
import type { Mode, TargetResult } from '../../../src/rotation/outcome.ts';
import { problemOf, quiet, resultOf } from '../support/outcomes.ts';
import { now } from '../support/time.ts';

function targetsOf(results: readonly TargetResult[], mode: Mode = 'rotate'): string {
  const text = summaryOf({ ...quiet, mode, results }, 'https://api.github.com', now);
  return text.slice(text.indexOf('\n\n') + 2);
}

const many = (count: number, more: Partial<TargetResult> = {}) =>
  Array.from({ length: count }, (_, n) => resultOf(`acme/r${n}`, more));

test('failures stand first, each with its own cause, then what was written, and the rest is folded away', () => {
  const failed = { status: 'failed', problem: problemOf('GitHub answered 500 (a | b)') } as const;
  expect(
    targetsOf([
      resultOf('acme/a', { status: 'unchanged' }),
      resultOf('acme/b', { note: 'was deleted' }),
      resultOf('acme/c', failed),
      resultOf('acme/d as X', { status: 'created' }),
    ]),
  ).toBe(
    '**Targets**\n\n- ❌ failed: acme/c: GitHub answered 500 (a &#124; b)\n- ✅ updated: acme/b: was deleted\n- ✅ created: acme/d as X\n\n<details><summary>1 target unchanged</summary>\n\n- acme/a\n\n</details>\n\n',
  );
});

test('what failed alike is one line, so that a phone shows it', () => {
  const failed = { status: 'failed', problem: problemOf('GitHub answered 403') } as const;
  const other = resultOf('acme/other', { status: 'failed', problem: problemOf('GitHub answered 404') });
  expect(targetsOf([...many(2, failed), other, resultOf('acme/done'), resultOf('acme/last', failed)])).toBe(
    '**Targets**\n\n- ❌ failed: acme/r0, acme/r1, acme/last: GitHub answered 403\n- ❌ failed: acme/other: GitHub answered 404\n- ✅ updated: acme/done\n\n',
  );
});

test('of thousands that failed alike the first are named, and the others counted', () => {
  const text = targetsOf(many(5000, { status: 'failed', problem: problemOf('GitHub answered 403') }));
  expect(text).toContain('acme/r498, acme/r499 and 4500 more: GitHub answered 403');
});

test('where nothing was written, nothing but a fold is in view', () => {
  expect(targetsOf(many(2, { status: 'unchanged' }))).toBe(
    '<details><summary>2 targets unchanged</summary>\n\n- acme/r0\n- acme/r1\n\n</details>\n\n',
  );
});

test('up to twenty targets are in view, more are folded away', () => {
  expect(targetsOf(many(20))).toMatch(/^\*\*Targets\*\*\n\n- ✅ updated: acme\/r0\n/);
  expect(targetsOf(many(21))).toMatch(
    /^<details><summary>21 targets<\/summary>\n\n- ✅ updated: acme\/r0\n[\s\S]*r20\n\n<\/details>\n\n$/,
  );
});

test('a check shows of every target what is known', () => {
  expect(
    targetsOf(
      [
        resultOf('acme/a', { status: 'unchanged', note: 'written 3 days ago' }),
        resultOf('acme/b', { status: 'failed', problem: problemOf() }),
      ],
      'check',
    ),
  ).toBe('**Targets**\n\n- **acme/b**: ❌ GitHub answered 500\n- **acme/a**: written 3 days ago\n\n');
});

test('without targets there is no list', () => {
  expect(targetsOf([])).toBe('');
});

test('a list of thousands has at most 300 KiB, and says how many it leaves out', () => {
  const place = `${'é'.repeat(100)}`;
  const results = Array.from({ length: 5000 }, (_, n) => resultOf(`acme/network/environments/${place}${n}`));
  const text = targetsOf(results);
  const shown = text.match(/^- /gm)?.length ?? 0;
  expect(Buffer.byteLength(text)).toBeLessThan(300 * 1024 + 300);
  expect(Buffer.byteLength(text)).toBeGreaterThan(299 * 1024);
  expect(text).toContain(`And ${5000 - shown} more: see the output \`results\`.`);
});
