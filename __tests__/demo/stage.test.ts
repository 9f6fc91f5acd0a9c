import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { rendered } from '../../sandbox/demo/markdown.ts';
import { Stage } from '../../sandbox/demo/stage.ts';
import { storesTable } from '../../sandbox/demo/stores.ts';
import { table, widthOf, wrap } from '../../sandbox/demo/terminal.ts';
import { startWorld } from '../../sandbox/world.ts';

let shown = '';
beforeEach(() => {
  shown = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('what is not so is said, and fails', async () => {
  await using world = await startWorld();
  const stage = new Stage(world);
  stage.claim('The sun shines.', true);
  expect(stage.end()).toBe(true);
  expect(shown).toContain('  ✓ The sun shines.\n');
  stage.claim('It rains.', false);
  expect(stage.end()).toBe(false);
  expect(shown).toContain('  ✗ not so: It rains.\n');
});

test('a store without the token is no store with the new token', async () => {
  await using world = await startWorld();
  const stage = new Stage(world);
  stage.claimNewToken(['acme/nowhere'], 'It holds the new one.');
  expect(stage.end()).toBe(false);
});

test('a request outside the published descriptions fails', async () => {
  await using world = await startWorld();
  await fetch(`${world.github.url}/nonsense`).then((answer) => answer.text());
  expect(new Stage(world).end()).toBe(false);
  expect(world.violations.splice(0)).toEqual(['GET /nonsense: not in the contract']);
});

test('a breach of secrecy fails', async () => {
  await using world = await startWorld();
  const stage = new Stage(world);
  await stage.run('The step', { targets: `acme/${world.currentToken}` }, { secrets: [] });
  expect(stage.end()).toBe(false);
  expect(shown).toContain('✗ not so: No token stands in the log');
}, 20_000);

test('Markdown as text: references become characters, tags and control characters go', () => {
  const text = rendered(
    '### A &#60;b&#62; `c`\n\n- one **two**\n- TE&#95;TOKEN\n\n| h |\n| --- |\n| x&#124;y |\n\n<details>z&#27;[31m</details>\n',
  );
  expect(text).toBe('A <b> c\n\n• one two\n• TE_TOKEN\n\nh\nx|y\n\nz[31m');
});

test('lists keep their marks, also where text stands between their items', () => {
  const text = rendered('1. first\n\n```sh\ngh api x\n```\n\n2. second\n');
  expect(text).toBe('1. first\n\ngh api x\n\n2. second');
});

test('a command in an item of a list has a line of its own, set in', () => {
  expect(rendered('1. Store it:\n   ```sh\n   gh secret set X\n   ```\n2. Run it.\n')).toBe(
    '1. Store it:\n   gh secret set X\n2. Run it.',
  );
});

test('running text breaks between words, and not inside of short code', () => {
  expect(wrap('run `gh run list` and look', 16)).toBe('run\n`gh run list`\nand look');
});

test('an emoji takes two columns, colours take none', () => {
  expect([widthOf('✅ ok'), widthOf('⚠️ ok'), widthOf('\x1b[1mok\x1b[22m')]).toEqual([5, 5, 2]);
});

test('a table that is too wide is wrapped between words, the widest column first', () => {
  const rows = [['failed: GitHub answered 403', 'acme/network/environments/Production EU/West', 'TE_TOKEN']];
  const drawn = table(['result', 'target', 'secret'], rows, 70);
  expect(Math.max(...drawn.split('\n').map(widthOf))).toBeLessThanOrEqual(70);
  for (const word of rows.flat().flatMap((cell) => cell.split(' '))) expect(drawn).toContain(word);
  expect(table(['a', 'b'], [['1', '2']])).toBe('a  b\n1  2');
});

test('what the stores hold, and for whom', async () => {
  await using world = await startWorld();
  world.setup(['orgs/acme'], { selected: ['network'] });
  world.setup(['orgs/octo-org'], { visibility: 'all' });
  const shown = storesTable(world, ['acme/network', 'orgs/acme', 'orgs/octo-org', 'acme/nowhere']);
  const mark = `****${world.currentToken.slice(-4)} (current)`;
  expect(shown.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^acme\/network {2,}\*{4}[0-9a-f]{4} \(current\) {2}400 days ago$/),
    expect.stringContaining('orgs/acme (selected: network)'),
    expect.stringContaining('orgs/octo-org (all repositories)'),
    expect.stringMatching(/^acme\/nowhere +nothing$/),
  ]);
  expect(shown).toContain(mark);
});

test('which of several tokens a store holds', async () => {
  await using world = await startWorld();
  world.thousandeyes.issued.push('te-first', 'te-second');
  world.setup(['acme/edge'], { value: 'te-first' });
  world.setup(['acme/core'], { value: 'te-second' });
  for (const token of world.thousandeyes.activeTokens()) world.thousandeyes.revoke(token);
  world.setup(['acme/lab'], { value: world.thousandeyes.create() });
  world.setup(['acme/attic'], { value: 'te-of-long-ago' });
  const shown = storesTable(world, ['acme/network', 'acme/edge', 'acme/core', 'acme/lab', 'acme/attic']);
  expect([...shown.matchAll(/\((.*?)\)/g)].map(([, age]) => age)).toEqual(['older', 'old', 'new', 'by hand', 'older']);
});

test('a step of shell commands shows what it says, and its exit code', async () => {
  await using world = await startWorld();
  const stage = new Stage(world);
  expect(await stage.runScript('A step', 'echo "::error::$WORD"; exit 3', { WORD: 'no' })).toBe(3);
  expect(shown).toContain('  Error: no\n  (exit code 3)\n');
});

test('a command that sends nothing is no success', async () => {
  await using world = await startWorld();
  const stage = new Stage(world);
  expect(await stage.runCommand('A person', 'false')).toBe(false);
  expect(shown).toContain('GitHub answers nothing');
});
