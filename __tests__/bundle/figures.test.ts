import { readdirSync, statSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';

/** Committed figures: what grows here costs every run of every user, so it is changed on purpose or not at all. */
const bundleKiB = 2650;
const files = 7;

test('the bundle stays as small as it is', () => {
  const names = readdirSync('dist').filter((name) => name.endsWith('.js'));
  const size = names.reduce((sum, name) => sum + statSync(`dist/${name}`).size, 0) / 1024;
  expect(size).toBeLessThanOrEqual(bundleKiB);
  // So that the figure is lowered when the bundle shrinks.
  expect(size).toBeGreaterThan(bundleKiB * 0.9);
  expect(names.length).toBeLessThanOrEqual(files);
});

test.each([
  // Three reads of the home and one of the token; test and delete; ask; check; write; the home's date.
  ['one target', [HOME], { reads: 4, writes: 3, thousandEyes: 3 }],
  // Three reads more and one write more for each further repository of the same owner.
  [
    'ten targets',
    [HOME, ...Array.from({ length: 9 }, (_, index) => `acme/service-${index}`)],
    { reads: 31, writes: 12, thousandEyes: 3 },
  ],
])('%s cost no more requests than they must', async (_, lines, expected) => {
  await using world = await startWorld();
  world.setup(lines.slice(1));
  const run = await world.run({ with: { targets: lines.join('\n') } });
  expect(run.exitCode).toBe(0);
  const github = world.requests.filter(({ server }) => server === 'github');
  const reads = github.filter(({ method }) => method === 'GET').length;
  const thousandEyes = world.requests.length - github.length;
  expect({ reads, writes: github.length - reads, thousandEyes }).toEqual(expected);
});
