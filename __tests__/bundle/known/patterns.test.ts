import { expect, test } from '@jest/globals';
import { HOME } from '../../../sandbox/world.ts';
import { idOf, saidBy, startScene } from '../support/scene.ts';

const inputs = { targets: `${HOME}\nacme/*-probe` };

test.concurrent('what a pattern finds anew is left out and named, all the rest is done, and `sync` takes it', async () => {
  await using scene = await startScene({ scene: { lines: [HOME, 'acme/east-probe'], noted: 20 } });
  const { world } = scene;
  const evil = 'acme/evil-probe';
  world.setup([evil]);
  const run = await scene.inMode('rotate', { with: inputs }).run();
  const [token] = world.thousandeyes.issued;
  expect([run.exitCode, run.outputs.rotated]).toEqual([1, 'true']);
  expect(saidBy(run)).toMatch(/acme\/evil-probe/);
  expect(scene.held).toEqual([token, token]);
  expect(world.github.open(evil)).toBe(world.currentToken);
  expect(scene.record.targets).not.toContain(idOf(evil));

  world.later('1 day');
  const again = await scene.inMode('rotate', { with: inputs }).run();
  expect(again.exitCode).toBe(1);
  expect(world.github.open(evil)).toBe(world.currentToken);
  const synced = await scene.inMode('sync', { with: inputs }).run();
  expect(synced.exitCode).toBe(0);
  expect(world.github.open(evil)).toBe(token);
  expect(scene.record.targets).toContain(idOf(evil));
  expect((await scene.inMode('rotate', { with: inputs }).run()).exitCode).toBe(0);
});

test.concurrent('the first rotation takes what a pattern finds, and names it', async () => {
  await using scene = await startScene({ scene: { lines: [HOME, 'acme/east-probe'] } });
  const run = await scene.inMode('rotate', { with: inputs }).run();
  expect(run.exitCode).toBe(0);
  expect(saidBy(run)).toMatch(/acme\/east-probe/);
  expect(scene.isWell).toBe(true);
});

test.concurrent.each(['public', 'internal'] as const)(
  'a pattern in a repository that is %s is refused',
  async (visibility) => {
    await using scene = await startScene({ scene: { lines: [HOME, 'acme/east-probe'], noted: 20 } });
    scene.world.github.addRepository(HOME, { visibility });
    const run = await scene.inMode('rotate', { with: inputs }).run();
    expect(run.exitCode).toBe(1);
    expect(saidBy(run)).toMatch(/private/);
    expect(saidBy(run)).not.toMatch(/east-probe/);
    expect([scene.asked, scene.written]).toEqual([0, []]);
  },
);
