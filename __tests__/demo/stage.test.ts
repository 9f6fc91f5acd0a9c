import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { rendered } from '../../sandbox/demo/markdown.ts';
import { Stage } from '../../sandbox/demo/stage.ts';
import { timeline } from '../../sandbox/demo/timeline.ts';
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

test('a gantt chart as text is to scale', () => {
  const chart =
    'gantt\n  section Old\n  ends soon :done, 2026-01-01, 2026-01-26\n  section New\n  lasts :active, 2026-01-01, 2026-04-11';
  expect(timeline(chart, 20)).toBe(`Old  █████${'·'.repeat(15)}  ends soon\nNew  ${'█'.repeat(20)}  lasts`);
});
