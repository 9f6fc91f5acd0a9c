import { expect, test } from '@jest/globals';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { InProcessJob } from './support/in-process-job.ts';

const targets = `${HOME}\nacme/tf-*`;

test('a pattern that finds nothing fails', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { targets });
  const { exitCode, stdout, outputs } = await job.main();
  expect(exitCode).toBe(1);
  expect(stdout).toContain('::error::Expanding acme/tf-*');
  expect(JSON.parse(outputs.results ?? '')).toEqual([{ target: HOME, secret: 'TE_TOKEN', status: 'unchanged' }]);
});

async function rotated(world: World) {
  using job = new InProcessJob(world, { targets });
  return await job.main();
}

test('what a pattern finds is named, where the running repository is private', async () => {
  await using world = await startWorld();
  world.setup(['acme/tf-secret']);
  expect((await rotated(world)).stdout).toContain('Stored: acme/tf-secret');
});

test('elsewhere it is refused before anything is looked for', async () => {
  await using world = await startWorld();
  world.github.addRepository(HOME, { private: false });
  world.setup(['acme/tf-secret']);
  const { exitCode, stdout, summary, outputs } = await rotated(world);
  expect(exitCode).toBe(1);
  expect([stdout, summary, JSON.stringify(outputs)].join('\n')).not.toMatch(/tf-secret/i);
  expect(world.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('what it finds after the first rotation is left out, which fails; `sync` gives it the token', async () => {
  await using world = await startWorld();
  world.setup(['acme/tf-old']);
  expect((await rotated(world)).exitCode).toBe(0);
  world.later('20 days');
  world.setup(['acme/tf-new'], { value: 'anything' });
  const { exitCode, stdout, outputs } = await rotated(world);
  expect([exitCode, outputs.rotated]).toEqual([1, 'true']);
  expect(stdout).toMatch(/^::error::.*acme\/tf-new.*mode: sync/m);
  const [, issued] = world.thousandeyes.issued;
  expect([world.github.open('acme/tf-old'), world.github.open('acme/tf-new')]).toEqual([issued, 'anything']);
  using sync = new InProcessJob(world, { targets, mode: 'sync' });
  expect((await sync.main()).exitCode).toBe(0);
  expect(world.github.open('acme/tf-new')).toBe(issued);
});
