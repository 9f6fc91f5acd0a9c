import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Recovery } from '../../src/outcome.ts';
import { bullets, escapeMarkdown, recoverySection, sections, summaryOf } from '../../src/summary.ts';
import { problem, quiet, result } from '../support/unit-outcome.ts';
import { target } from '../support/unit-ports.ts';

const url = 'https://api.github.com';
const issuedAt = Date.UTC(2026, 10, 23, 19);
const validUntil = Date.UTC(2028, 10, 23, 19);
const previousValidUntil = Date.UTC(2026, 11, 7, 19);
const recovery: Recovery = {
  target: target('acme/network'),
  shown: 'acme/network',
  body: { encrypted_value: 'abc', key_id: '7' },
  validity: { validUntil, previousValidUntil },
};

describe('a whole summary', () => {
  test('of a rotation', () => {
    const outcome = {
      ...quiet,
      headline: 'The token was rotated in 2 targets.',
      rotated: true,
      results: [result('acme/network'), result('acme/edge-eu as OTHER', { status: 'created' })],
      issuedAt,
      validUntil,
      previousValidUntil,
    };
    expect(summaryOf(outcome, url)).toBe(
      [
        '### ✅ ThousandEyes token: The token was rotated in 2 targets.',
        'The token in place is valid until **2028-11-23**. The one before it works until 2026-12-07 19:00 UTC at the latest; if it leaked, revoke it by hand.',
        [
          '```mermaid',
          '%%{init: {"gantt": {"gridLineStartPadding": 92}}}%%',
          'gantt',
          '  dateFormat YYYY-MM-DD',
          '  axisFormat %b %Y',
          '  todayMarker off',
          '  section Old token',
          '  works until 2026-12-07 :done, 2026-11-23, 2026-12-07',
          '  section New token',
          '  valid until 2028-11-23 :active, 2026-11-23, 2028-11-23',
          '```',
        ].join('\n'),
        [
          '| target | secret | result |',
          '| --- | --- | --- |',
          '| acme/network | TE_TOKEN | ✅ updated |',
          '| acme/edge-eu | OTHER | ✅ created |',
        ].join('\n'),
      ].join('\n\n') + '\n\n',
    );
  });

  test('of a home that could not be written', () => {
    const outcome = {
      ...quiet,
      headline: 'A new token was issued, but acme/network could not be written yet.',
      problems: [problem()],
      warnings: ['Something else.'],
      notices: ['And this.'],
      results: [
        result('acme/edge', { status: 'unchanged' }),
        result('acme/network', { status: 'failed', problem: problem('GitHub answered 500 (a | b)') }),
      ],
      previousValidUntil,
      recovery,
    };
    expect(summaryOf(outcome, url)).toBe(
      [
        '### ❌ ThousandEyes token: A new token was issued, but acme/network could not be written yet.',
        'The token in use works until **2026-12-07 19:00 UTC** at the latest.',
        '**What to do**',
        '- **Writing it**: GitHub answered 500. Run it again.',
        '#### Finish by hand: acme/network',
        'The new token is sealed below: GitHub can open it, nobody else. Whoever may write this secret runs the command, **by 2026-12-07 19:00 UTC**, when the old token stops working at the latest. The value itself is good until 2028-11-23. Then run this workflow with `mode: sync` for the other targets.',
        '```sh\ngh api --method PUT /repos/acme/network/actions/secrets/TE_TOKEN -f encrypted_value=abc -f key_id=7\n```',
        'Check that nothing of it was lost in copying or hidden by a mask: `encrypted_value` has 3 characters and the SHA-256 `ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad`.',
        '',
        '**Note**',
        '- Something else.\n- And this.',
        [
          '| target | secret | result |',
          '| --- | --- | --- |',
          '| acme/network | TE_TOKEN | ❌ failed: GitHub answered 500 (a &#124; b) |',
          '| acme/edge | TE_TOKEN | unchanged |',
        ].join('\n'),
      ].join('\n\n') + '\n\n',
    );
  });

  test('of nothing', () => {
    expect(summaryOf(quiet, url)).toBe('### ✅ ThousandEyes token: All is well.\n\n');
  });
});

test('the end of the credential is told last', () => {
  const text = summaryOf(
    { ...quiet, results: [result('acme/network')], credentialExpiresAt: Date.UTC(2027, 0, 31, 5) },
    url,
  );
  expect(text).toMatch(/ \|\n\nThe GitHub credential itself expires on 2027-01-31\.\n\n$/);
});

describe('the mark', () => {
  test.each([
    ['✅', {}],
    ['⚠️', { warnings: ['w'] }],
    ['❌', { problems: [problem()], warnings: ['w'] }],
    ['⚠️', { problems: [problem()], rotated: true }],
  ])('%s', (mark, more) => {
    expect(summaryOf({ ...quiet, ...more }, url)).toMatch(new RegExp(`^### ${mark} Th`, 'u'));
  });
});

describe('the dates', () => {
  test('only the new one', () => {
    expect(summaryOf({ ...quiet, validUntil }, url)).toContain(
      '\n\nThe token in place is valid until **2028-11-23**.\n\n',
    );
  });

  test.each([
    ['not rotated', { rotated: false, issuedAt, validUntil, previousValidUntil }],
    ['no issue', { rotated: true, validUntil, previousValidUntil }],
    ['no end', { rotated: true, issuedAt, previousValidUntil }],
    ['no overlap', { rotated: true, issuedAt, validUntil }],
  ])('no picture of them: %s', (_, more) => {
    expect(summaryOf({ ...quiet, ...more }, url)).not.toContain('mermaid');
  });

  test('a recovery whose new token has no known end', () => {
    const text = recoverySection({ ...recovery, validity: { previousValidUntil } }, url);
    expect(text).toContain('stops working at the latest. Then run this workflow');
  });
});

describe('many targets', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => result(`acme/r${n}`));

  test('fifty are in view', () => {
    expect(summaryOf({ ...quiet, results: many(50) }, url)).not.toContain('<details>');
  });

  test('more are folded, the failed first', () => {
    const results = [...many(50), result('acme/bad', { status: 'failed', problem: problem() })];
    const text = summaryOf({ ...quiet, results }, url);
    expect(text).toContain('<details><summary>51 targets</summary>\n\n| target | secret | result |');
    expect(text.indexOf('acme/bad')).toBeLessThan(text.indexOf('acme/r0 '));
    expect(text).toMatch(/\| acme\/r49 \| TE_TOKEN \| ✅ updated \|\n\n<\/details>\n\n$/);
  });

  test('the failed come first, and each kind in its order', () => {
    const failed = { status: 'failed', problem: problem() } as const;
    const results = [result('acme/a'), result('acme/b', failed), result('acme/c'), result('acme/d', failed)];
    const rows = summaryOf({ ...quiet, results }, url).match(/acme\/./g);
    expect(rows).toEqual(['acme/b', 'acme/d', 'acme/a', 'acme/c']);
  });

  test('five thousand fit into the mebibyte that GitHub takes, and the rest is counted', () => {
    const line = `acme/network/environments/${'é|'.repeat(120)}`;
    const results = Array.from({ length: 5000 }, (_, n) =>
      result(`${line}${n}`, { status: 'failed', problem: problem('x'.repeat(200)) }),
    );
    const text = summaryOf({ ...quiet, results, problems: [problem()], recovery }, url);
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toMatch(/And \d{4} more: see the output `results`\./);
  });

  test('of usual length, all five thousand are shown', () => {
    const text = summaryOf({ ...quiet, results: many(5000) }, url);
    expect(text).toContain('| acme/r4999 |');
    expect(text).not.toContain('more: see');
  });

  test('rows are cut at 300 KiB', () => {
    // With its line's end each row has 64 bytes, half of them for letters of two.
    const place = (n: number) => 'é'.repeat(15) + String(n).padStart(4, '0');
    const rows = (count: number) => many(count).map((row, n) => ({ ...row, shown: place(n) }));
    const full = summaryOf({ ...quiet, results: rows(4800) }, url);
    expect(full).toContain(`| ${place(4799)} | TE_TOKEN | ✅ updated |\n\n</details>`);
    const over = summaryOf({ ...quiet, results: rows(4802) }, url);
    expect(over).toContain(
      `| ${place(4799)} | TE_TOKEN | ✅ updated |\n\nAnd 2 more: see the output \`results\`.\n\n</details>`,
    );
  });

  test('and as many problems, of which a hundred are shown', () => {
    const problems = Array.from({ length: 5000 }, (_, n) => problem(`${n} ${'|'.repeat(60)}`));
    const text = summaryOf({ ...quiet, results: many(5000), problems, warnings: problems.map(String), recovery }, url);
    expect(text).toContain('- **Writing it**: 99 &#124;');
    expect(text).not.toContain('- **Writing it**: 100 ');
    expect(text).toContain('\n- And 4900 more: see the log.\n');
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  });

  test('those that may not be named are one row with a count', () => {
    const shown = 'acme/terraform-*';
    const results = [
      result('acme/network'),
      ...Array.from({ length: 3 }, (_, n) => result(`acme/terraform-${n}`, { shown })),
      result('acme/terraform-9', { shown, status: 'failed', problem: problem() }),
    ];
    const text = summaryOf({ ...quiet, results }, url);
    expect(text).toContain('| acme/terraform-&#42; | TE_TOKEN | ✅ updated (3 repositories) |');
    expect(text).toContain('| acme/terraform-&#42; | TE_TOKEN | ❌ failed: GitHub answered 500 |');
    expect(text).not.toMatch(/terraform-\d/);
  });
});

describe('text from outside is text', () => {
  test.each([
    ['<img src=x onerror=y>', '&#60;img src=x onerror=y&#62;'],
    ['a | b', 'a &#124; b'],
    ['[a](https://x)', '&#91;a&#93;(https://x)'],
    ['![a](x)', '!&#91;a&#93;(x)'],
    ['*a* _b_ ~c~', '&#42;a&#42; &#95;b&#95; &#126;c&#126;'],
    ['snake_case A_B 1_2 _', 'snake_case A_B 1_2 &#95;'],
    ['a\n\n# b\r\n- c', 'a &#35; b - c'],
    ['@acme/team #1 &amp; "q" \\|', '&#64;acme/team &#35;1 &#38;amp; &#34;q&#34; &#92;&#124;'],
    ['run `gh secret set TE_TOKEN --org acme`, <b>', 'run `gh secret set TE_TOKEN --org acme`, &#60;b&#62;'],
    ['`A_B` and `C_D`', '`A_B` and `C_D`'],
    ['one ` alone <b>', 'one &#96; alone &#60;b&#62;'],
    ['``` <b> ```', '&#96;&#96;&#96; &#60;b&#62; &#96;&#96;&#96;'],
    ['`a` | b', '`a` &#124; b'],
    ['`a|b`', '&#96;a&#124;b&#96;'],
  ])('%j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  test('whatever it is, it makes no tag, no cell, no link with words of its own and no second line', () => {
    const hostile = fc
      .array(
        fc.oneof(
          fc.constantFrom('`', '``', '<b>', '</details>', '|', '](', '[', '\n', '\r', '&lt;', '\\', '# ', '* '),
          fc.string(),
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[\n\r|]/);
        // Between backticks everything is text; they only count as such where each has its partner.
        const parts = escaped.split('`');
        expect(parts.length % 2).toBe(1);
        expect(escaped).not.toContain('``');
        const outside = parts.filter((_, n) => n % 2 === 0).join(' ');
        expect(outside).not.toMatch(/[<>[\]\\*~@"]|&(?!#\d+;)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/);
      }),
      { numRuns: 1000 },
    );
  });

  test('in the table, too', () => {
    const evil = '</details><script>|\n| x | y |';
    const failed = result('acme/network', { shown: evil, status: 'failed', problem: problem(evil) });
    const lines = summaryOf(
      { ...quiet, headline: evil, results: [failed], problems: [problem(evil)], warnings: [evil] },
      url,
    ).split('\n');
    expect(lines.filter((line) => line.startsWith('|'))).toHaveLength(3);
    expect(lines.join('\n')).not.toMatch(/<\/?(?:details|script)/);
  });
});

test('sections leave out what is empty, and end with an empty line', () => {
  expect(sections(['a', undefined, '', 'b'])).toBe('a\n\nb\n\n');
});

test('a list without entries is none', () => {
  expect(bullets('Note', [])).toBeUndefined();
  expect(bullets('Note', ['a', '<b>'])).toBe('**Note**\n\n- a\n- &#60;b&#62;');
});

test('of a list a hundred lines are shown, and the rest is counted', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}`);
  expect(bullets('Note', lines(100))).toMatch(/\n- line 99$/);
  expect(bullets('Note', lines(102))).toMatch(/\n- line 99\n- And 2 more: see the log\.$/);
});
