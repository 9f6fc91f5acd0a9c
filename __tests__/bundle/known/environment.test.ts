import { expect, test } from '@jest/globals';
import { HOME } from '../../../sandbox/world.ts';
import { fingerprint, saidBy, startScene } from '../support/scene.ts';

const home = `${HOME}/environments/prod`;

test('the job names no environment, and reads an older secret of that name: nothing of it is spread', async () => {
  await using scene = await startScene({ scene: { lines: [home, 'acme/edge'] } });
  const { world } = scene;
  const older = 'te-older-of-the-repository';
  world.thousandeyes.addToken(world.thousandeyes.addAccount(), { value: older });
  world.github.seed(HOME, { value: older });
  world.github.seed(home, { value: world.currentToken });
  scene.note({ since: 3 });
  const { record } = scene;
  for (const mode of ['rotate', 'sync', 'check', 'rehearse']) {
    const run = await scene.inMode(mode).run();
    expect([mode, run.exitCode]).toEqual([mode, 1]);
    expect(saidBy(run)).toMatch(/environment: prod/);
  }
  expect([scene.asked, scene.written]).toEqual([0, []]);
  expect(scene.record).toEqual(record);

  // The advice obeyed.
  const mended = await scene.inMode('rotate', { environment: 'prod' }).run();
  expect(mended.exitCode).toBe(0);
  expect(scene.record.token).toBe(fingerprint(world.currentToken));
});
