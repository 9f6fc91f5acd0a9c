import { expect, test } from '@jest/globals';
import { saidBy, startScene } from '../support/scene.ts';

test('two runs beside each other: one token, in every target, and the slower one says so', async () => {
  await using scene = await startScene({ latency: 30, scene: { noted: 20 } });
  const runs = await Promise.all([scene.workflow.run(), scene.workflow.run()]);
  expect(scene.world.thousandeyes.issued).toHaveLength(1);
  const slower = runs.filter(({ outputs }) => outputs.rotated !== 'true');
  for (const run of slower) expect(saidBy(run)).toMatch(/another run was faster|fresh run/);
  const fresh = await scene.workflow.run();
  expect(fresh.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
});
