import { expect, test } from '@jest/globals';
import { summaryOf } from '../../../src/action/summary.ts';
import type { Outcome } from '../../../src/rotation/outcome.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { resolved, target } from '../support/fakes.ts';
import { problemOf, quiet, resultOf } from '../support/outcomes.ts';
import { day, now } from '../support/time.ts';

const recovery = {
  home: resolved('acme/network'),
  body: { encrypted_value: 'abc', key_id: '7' },
  validity: { previousValidUntil: now + 14 * day },
};
const keptAside = { kind: 'token', ...recovery } as const;
const summary = (more: Partial<Outcome>) => summaryOf({ ...quiet, ...more }, 'https://api.github.com', now);

const many = (count: number) => Array.from({ length: count }, (_, n) => resultOf(`acme/r${n}`));

test('fifty targets are in view of the summary, more are folded, the failed first', () => {
  expect(summary({ results: many(50) })).not.toContain('<details>');
  const text = summary({ results: [...many(50), resultOf('acme/bad', { status: 'failed', problem: problemOf() })] });
  expect(text).toContain('<details><summary>51 targets</summary>\n\n| result | target | secret |');
  expect(text.indexOf('acme/bad')).toBeLessThan(text.indexOf('acme/r0 '));
  expect(text).toMatch(/\| ✅ updated \| acme\/r49 \| TE_TOKEN \|\n\n<\/details>\n\n$/);
});

test('the failed targets come first in the summary, and each kind in its order', () => {
  const failed = { status: 'failed', problem: problemOf() } as const;
  const results = [resultOf('acme/a'), resultOf('acme/b', failed), resultOf('acme/c'), resultOf('acme/d', failed)];
  expect(summary({ results }).match(/acme\/./g)).toEqual(['acme/b', 'acme/d', 'acme/a', 'acme/c']);
});

test('five thousand targets fit into the mebibyte that GitHub takes of a summary, and the rest is counted', () => {
  const line = `acme/network/environments/${'é|'.repeat(120)}`;
  const results = Array.from({ length: 5000 }, (_, n) =>
    resultOf(`${line}${n}`, { status: 'failed', problem: problemOf('x'.repeat(200)) }),
  );
  const text = summary({ results, problems: [problemOf()], recovery, keptAside });
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  expect(text).toMatch(/And \d{4} more: see the output `results`\./);
});

test('five thousand targets with names of usual length are all shown in the summary', () => {
  const text = summary({ results: many(5000) });
  expect(text).toContain('| acme/r4999 |');
  expect(text).not.toContain('more: see');
});

test('the rows of the summary are cut at 300 KiB', () => {
  // With its line's end each row has 64 bytes, half of them for letters of two.
  const place = (n: number) => 'é'.repeat(15) + String(n).padStart(4, '0');
  const rows = (count: number) =>
    many(count).map((row, n) => ({ ...row, resolved: { ...row.resolved, publicName: place(n) } }));
  const last = `| ✅ updated | ${place(4799)} | TE_TOKEN |\n\n`;
  expect(summary({ results: rows(4800) })).toContain(`${last}</details>`);
  expect(summary({ results: rows(4802) })).toContain(`${last}And 2 more: see the output \`results\`.\n\n</details>`);
});

test('of thousands of problems a hundred are in the summary, which still fits', () => {
  const problems = Array.from({ length: 5000 }, (_, n) => problemOf(`${n} ${'|'.repeat(60)}`));
  const text = summary({ results: many(5000), problems, warnings: problems.map(({ cause }) => cause), recovery });
  expect(text).toContain('- **Writing it**: 99 &#124;');
  expect(text).not.toContain('- **Writing it**: 100 ');
  expect(text).toContain('\n- And 4900 more: see the log.\n');
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
});

test('targets that must not be named are one row of the summary with a count', () => {
  const hidden = (n: number, more: Partial<Outcome['results'][number]> = {}) => ({
    ...resultOf('acme/network', more),
    resolved: hiddenTarget(target(`acme/terraform-${n}`), target('acme/terraform-*'), 'TE_TOKEN'),
  });
  const failed = { status: 'failed', problem: problemOf() } as const;
  const text = summary({ results: [resultOf('acme/network'), hidden(0), hidden(1), hidden(2), hidden(9, failed)] });
  expect(text).toContain('| ✅ updated (3 repositories) | acme/terraform-&#42; | TE_TOKEN |');
  expect(text).toContain('| ❌ failed | acme/terraform-&#42;: GitHub answered 500 | TE_TOKEN |');
  expect(text).not.toMatch(/terraform-\d/);
});
