import { expect, test } from '@jest/globals';
import { saidBy, startScene } from '../support/scene.ts';

test.concurrent('a run that was queued before a rotation spreads nothing old; a fresh one is green', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const [rotates, syncs] = [scene.workflow.queue(), scene.inMode('sync').queue()];
  await scene.workflow.run();
  const { held } = scene;
  scene.world.requests.length = 0;
  for (const queued of [rotates, syncs]) {
    const run = await queued.start();
    expect(run.exitCode).toBe(1);
    expect(saidBy(run)).toMatch(/fresh run/);
  }
  expect([scene.asked, scene.written, scene.held]).toEqual([0, [], held]);
  const fresh = await scene.workflow.run();
  expect(fresh.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
});

test.concurrent('a re-run goes on where nothing has changed, and stops where something has', async () => {
  await using scene = await startScene({ scene: { noted: 3 } });
  const first = scene.workflow.queue();
  expect((await first.start()).exitCode).toBe(0);
  const second = first.rerun();
  expect((await second.start()).exitCode).toBe(0);

  scene.world.later('20 days');
  await scene.workflow.run();
  const { held } = scene;
  scene.world.requests.length = 0;
  const stale = await second.rerun().start();
  expect(stale.exitCode).toBe(1);
  expect(saidBy(stale)).toMatch(/started again/);
  expect([scene.asked, scene.written, scene.held]).toEqual([0, [], held]);
});

test.concurrent('a re-run does not finish what an earlier run left: a fresh one does', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const first = scene.workflow.queue();
  await first.start(scene.world.killedAt({ method: 'PUT', path: '/TE_TOKEN_NEXT', nth: 2, phase: 'answered' }));
  const run = await first.rerun({ fresh: true }).start();
  expect(run.exitCode).toBe(1);
  expect(saidBy(run)).toMatch(/not Re-run/);
  expect(scene.parked).toBe(scene.world.thousandeyes.issued[0]);
  expect((await scene.workflow.run()).exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
});
