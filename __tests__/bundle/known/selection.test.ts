import { expect, test } from '@jest/globals';
import { startScene } from '../support/scene.ts';

test("an organization's home whose selection was changed, which moves its date, is not rotated early: a warning", async () => {
  const inputs = { 'rotate-when-days-left': '30' };
  await using scene = await startScene({ scene: { lines: ['orgs/acme'] } });
  const { world } = scene;
  world.github.deleteSecret('acme/network');
  world.github.seed('orgs/acme', { value: world.currentToken, selected: ['network', 'edge'] });
  scene.note({ since: 200 });
  world.later('1 day');
  world.github.select('orgs/acme', ['network', 'edge', 'lab']);
  const secret = world.github.secret('orgs/acme');
  if (secret) secret.updatedAt = world.clock.now();
  for (const mode of ['rotate', 'sync', 'check']) {
    const run = await scene.inMode(mode, { with: inputs }).run();
    expect([mode, run.exitCode]).toEqual([mode, 0]);
    expect(run.summary).toMatch(/settings changed|written since the last rotation/);
  }
  expect(scene.asked).toBe(0);
  expect(scene.written).toEqual([]);
});
