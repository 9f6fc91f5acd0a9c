import { expect, test } from '@jest/globals';
import { fingerprint, startScene } from '../support/scene.ts';

test.concurrent('a token stored by hand, the only one: noted, told, and rotated, because its age is not known', async () => {
  await using scene = await startScene({ scene: { noted: 3 } });
  const { world } = scene;
  world.thousandeyes.revoke(world.currentToken);
  const own = world.thousandeyes.create();
  world.later('1 hour');
  world.github.rewrite(scene.home, own);
  const run = await scene.workflow.run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([0, 'true']);
  expect(run.annotations).toContainEqual({ level: 'warning', message: expect.stringMatching(/stored by hand/) });
  expect(scene.isWell).toBe(true);
  expect(scene.record.previous).toBe(fingerprint(own));
});

test.concurrent('a token stored by hand beside a second one: red, nothing to revoke yet, and it reaches all targets', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const { world } = scene;
  const own = world.thousandeyes.create();
  world.github.rewrite(scene.home, own);
  const run = await scene.workflow.run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([1, 'false']);
  expect(run.summary).toMatch(/two tokens are active/);
  expect(run.summary).toMatch(/Revoke nothing before/);
  expect(scene.isWell).toBe(true);
  expect(scene.held).toEqual([own, own, own]);
});

test.concurrent('`sync` spreads a token stored by hand, and asks for none; `check` only tells', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const { world } = scene;
  const own = world.thousandeyes.create();
  world.github.rewrite(scene.home, own);
  const checked = await scene.inMode('check').run();
  expect(checked.summary).toMatch(/stored by hand/);
  expect(scene.written).toEqual([]);
  const run = await scene.inMode('sync').run();
  expect(run.exitCode).toBe(0);
  expect([scene.isWell, scene.asked]).toEqual([true, 0]);
  expect(scene.record.validUntil).toBeUndefined();
});

test.concurrent('the first time: the token in hand is noted, and rotated; it is not the home of another', async () => {
  await using scene = await startScene();
  const run = await scene.workflow.run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([0, 'true']);
  expect(scene.isWell).toBe(true);
  expect(scene.record.previous).toBe(fingerprint(scene.world.currentToken));
});
