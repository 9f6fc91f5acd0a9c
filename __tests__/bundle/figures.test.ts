import { readdirSync, statSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';

/** Committed figures: what grows here costs every run of every user, so it is changed on purpose or not at all. */
const bundleKiB = 2700;
const files = 8;

test('the bundle stays as small as it is', () => {
  const names = readdirSync('dist').filter((name) => name.endsWith('.js'));
  const size = names.reduce((sum, name) => sum + statSync(`dist/${name}`).size, 0) / 1024;
  expect(size).toBeLessThanOrEqual(bundleKiB);
  // So that the figure is lowered when the bundle shrinks.
  expect(size).toBeGreaterThan(bundleKiB * 0.9);
  expect(names.length).toBeLessThanOrEqual(files);
});

const others = Array.from({ length: 9 }, (_, index) => `acme/service-${index}`);

test.each([
  // Read: the repository, the key, the home, its next token, the record. After the answer: the home and the next token before
  // and after their writes. Written: the note, the proof of the record, the token beside the home, the home, the record; and
  // the next token is deleted.
  ['one target', [], { reads: 9, writes: 6, thousandEyes: 3 }],
  // Three reads more and one write more for each further repository of the same owner.
  ['ten targets', others, { reads: 9 + 27, writes: 6 + 9, thousandEyes: 3 }],
  // And for each further kind of store two writes of a test and a read of its name; an organization's secret is read with who
  // sees it, once more before its write.
  [
    'ten targets in four kinds of stores',
    [...others.slice(3), 'orgs/acme', 'acme/network/dependabot', 'acme/network/environments/live'],
    { reads: 9 + 18 + 3 + 2 + 2 + 4 + 2, writes: 6 + 9 + 6, thousandEyes: 3 },
  ],
])(
  '%s cost no more requests than they must, and nothing is read twice without a write between',
  async (_, more, expected) => {
    await using world = await startWorld();
    world.setup(more.filter((line) => line !== 'orgs/acme'));
    world.setup(
      more.filter((line) => line === 'orgs/acme'),
      { selected: ['network'] },
    );
    const workflow = world.workflow({ with: { targets: [HOME, ...more].join('\n') } });
    expect(await workflow.run()).toMatchObject({ exitCode: 0 });
    world.later('20 days');
    const before = world.requests.length;
    expect(await workflow.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
    const second = world.requests.slice(before);
    const github = second.filter(({ server }) => server === 'github');
    const reads = github.filter(({ method }) => method === 'GET').length;
    const thousandEyes = second.length - github.length;
    expect({ reads, writes: github.length - reads, thousandEyes }).toEqual(expected);
    const isBefore = second.slice(
      0,
      second.findIndex(({ method }) => method !== 'GET'),
    );
    expect(new Set(isBefore.map(({ path }) => path)).size).toBe(isBefore.length);
  },
);

test('a run that has nothing to do reads, and no more', async () => {
  await using world = await startWorld();
  const workflow = world.workflow({ with: { 'rotate-when-days-left': '180' } });
  expect(await workflow.run()).toMatchObject({ outputs: { rotated: 'true' } });
  world.later('20 days');
  const before = world.requests.length;
  expect(await workflow.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
  expect(
    world.requests
      .slice(before)
      .map(({ server, method }) => `${server} ${method}`)
      .sort(),
  ).toEqual([...Array.from({ length: 5 }, () => 'github GET'), 'thousandeyes GET']);
});
