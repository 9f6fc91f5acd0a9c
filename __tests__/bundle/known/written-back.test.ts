import { expect, test } from '@jest/globals';
import { type Scene, startScene } from '../support/scene.ts';

/** The old token is back in the home: Terraform, another workflow or a restore wrote it. The new one is nowhere there. */
async function writtenBack(): Promise<Scene> {
  const scene = await startScene({ scene: { noted: 20 } });
  const old = scene.world.github.open(scene.home) ?? '';
  await scene.workflow.run();
  scene.world.later('2 days');
  scene.world.github.rewrite(scene.home, old);
  scene.world.requests.length = 0;
  return scene;
}

test.concurrent('it is red in every mode, nothing is asked for and nothing is written', async () => {
  await using scene = await writtenBack();
  const { held } = scene;
  for (const mode of ['rotate', 'sync', 'check', 'rehearse']) {
    const run = await scene.inMode(mode).run();
    expect([mode, run.exitCode]).toEqual([mode, 1]);
    expect(run.log).toMatch(/acme\/network: someone wrote the old token back/);
    expect(run.summary).toMatch(/revoke every token.*\n.*[Cc]reate a token.*\n.*Store it/);
    expect(run.outputs.rotated).toBe('false');
  }
  expect(scene.asked).toBe(0);
  expect(scene.written).toEqual([]);
  expect(scene.held).toEqual(held);
  expect(held[1]).not.toBe(held[0]);
});

test.concurrent('the same token written again is no reason to stop', async () => {
  await using scene = await startScene({ scene: { noted: 2 } });
  scene.world.github.rewrite(scene.home, scene.world.currentToken);
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(0);
  expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);
  expect(scene.asked).toBe(0);
});
