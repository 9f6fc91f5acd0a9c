import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bullets, details, escapeMarkdown, numbered, sections, shellBlock } from '../../../src/action/markdown.ts';

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
])('text from outside is text in Markdown: %j', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test('whatever text comes from outside, it makes no tag, no cell, no link with words of its own and no second line', () => {
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

test('sections leave out what is empty, and end with an empty line', () => {
  expect(sections(['a', undefined, '', 'b'])).toBe('a\n\nb\n\n');
});

test('a list without entries is none', () => {
  expect(bullets('Note', [])).toBeUndefined();
});

test('a list escapes its texts', () => {
  expect(bullets('Note', ['a', '<b>'])).toBe('**Note**\n\n- a\n- &#60;b&#62;');
});

test('of a list a hundred lines are shown, and the rest is counted', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}`);
  expect(bullets('Note', lines(100))).toMatch(/\n- line 99$/);
  expect(bullets('Note', lines(102))).toMatch(/\n- line 99\n- And 2 more: see the log\.$/);
});

test('shell code and what is folded away stand between their marks', () => {
  expect(shellBlock('gh api x')).toBe('```sh\ngh api x\n```');
  expect(details('5 <b>', '| a |')).toBe('<details><summary>5 &#60;b&#62;</summary>\n\n| a |\n\n</details>');
});

test('steps are numbered, and a command at the end of one stands in a block of its own', () => {
  const set = 'gh secret set X --org acme --repos "$(gh api x | paste -sd, -)"';
  expect(numbered(['Check <it>.'])).toBe('1. Check &#60;it&#62;.');
  expect(numbered(['Check `targets`.', `If \`targets\` is right, store it: \`${set}\`.`, 'Run it.'])).toBe(
    `1. Check \`targets\`.\n2. If \`targets\` is right, store it:\n\n   \`\`\`sh\n   ${set}\n   \`\`\`\n\n3. Run it.`,
  );
  expect(numbered([`Store it: \`GH_HOST=ghe.example ${set}\``])).toContain(`\n   GH_HOST=ghe.example ${set}\n`);
});

test('code that is no command at the end of a step stays in its line', () => {
  const text = `Add \`thousandeyes-token-next: \${{ secrets.X }}\``;
  expect(numbered([text])).toBe(`1. ${text}`);
  expect(numbered(['Run `gh auth login` first.'])).toBe('1. Run `gh auth login` first.');
});

test('the page of a run on github.com is a short link, and any other address is left for all to see', () => {
  const page = 'https://github.com/acme/network/actions/runs/47';
  expect(escapeMarkdown(`by ${page}, and ${page}8.`)).toBe(`by [run 47](${page}), and [run 478](${page}8).`);
  for (const other of [
    'https://github.com.acme.example/acme/network/actions/runs/47',
    'https://ghe.example/acme/network/actions/runs/47',
    'https://github.com/acme/network/actions',
  ])
    expect(escapeMarkdown(other)).toBe(other);
});
