import { expect, test } from '@jest/globals';
import { next, saidBy, startScene } from '../support/scene.ts';

test.concurrent('the store is full: the note has no place, and nothing is asked for', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const { github } = scene.world;
  const names = Array.from({ length: 99 }, (_, index) => `OTHER_${index}`);
  for (const name of names) github.seed(scene.home, { name, value: 'x' });
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(1);
  expect(saidBy(run)).toMatch(/TE_TOKEN_NEXT/);
  expect(scene.asked).toBe(0);
  expect(scene.held).toEqual([scene.world.currentToken, scene.world.currentToken, scene.world.currentToken]);
});

test.concurrent('the note is refused with 403: nothing is asked for', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  scene.world.faults.add({ method: 'PUT', path: `/${next}`, fault: { kind: 'status', status: 403 } });
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(1);
  expect([scene.asked, scene.parked]).toEqual([0, undefined]);
});

test.concurrent('the token is refused beside the home after its note was taken: a line in the log, and the rotation goes on', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  scene.world.faults.add({ method: 'PUT', path: `/${next}`, nth: 2, fault: { kind: 'status', status: 403 } });
  const run = await scene.workflow.run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([0, 'true']);
  expect(run.log).toMatch(/Not kept beside the home/);
  expect(scene.isWell).toBe(true);
});
