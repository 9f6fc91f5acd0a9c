import { expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/http/faults.ts';
import { asksForToken } from '../../../sandbox/http/traffic.ts';
import { next, startScene } from '../support/scene.ts';

const down: Fault = { kind: 'status', status: 503 };

test.concurrent('POST is answered by 503 three times, after the overlap: the note stays, and the next run finds out', async () => {
  await using scene = await startScene({ scale: 4, scene: { noted: 20 } });
  scene.world.faults.add({ where: asksForToken, times: 3, fault: down });
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(1);
  expect(run.summary).toMatch(/Nothing tells whether a token was issued/);
  expect(run.summary).not.toMatch(/revoke every/);
  expect(scene.parked).toMatch(/^asked \S+ https:\/\/github\.com\/acme\/network\/actions\/runs\/\d+$/);
  const again = await scene.workflow.run();
  expect(again.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
});

test.concurrent('one was issued behind the 503: the next run says that it may be lost, with the link, and what to do', async () => {
  await using scene = await startScene({ scale: 4, scene: { noted: 20 } });
  scene.world.faults.sequence({ where: asksForToken }, [{ ...down, act: true }, down, down]);
  await scene.workflow.run();
  const { parked } = scene;
  const again = await scene.workflow.run();
  expect(again.exitCode).toBe(1);
  expect(again.summary).toMatch(/issued and lost/);
  expect(again.summary).toContain(parked?.split(' ').at(-1));
  expect(again.summary).toMatch(/revoke every token.*\n.*[Cc]reate a token.*\n.*Store it/);
  expect(scene.parked).toBe(parked);
  expect(new Set(scene.held)).toEqual(new Set([scene.world.currentToken]));
});

test.concurrent('in the overlap nothing is asked for, so nothing can be lost', async () => {
  await using scene = await startScene({ scene: { noted: 3 } });
  scene.world.faults.add({ where: asksForToken, fault: down });
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(0);
  expect(run.outputs.rotated).toBe('false');
  expect(run.summary).toMatch(/next rotation is possible after/);
  expect(scene.asked).toBe(0);
  expect(scene.written).toEqual([]);
});

test.concurrent('main is killed while it asks, its machine gone, and none was issued: the next run rotates', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  await scene.workflow.run(scene.world.killedAt({ where: asksForToken, phase: 'received' }));
  expect(scene.parked).toMatch(/^asked /);
  const run = await scene.workflow.run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([0, 'true']);
  expect(scene.isWell).toBe(true);
});

test.concurrent('an overlap that nothing tells of: nobody is told to revoke before its end', async () => {
  await using scene = await startScene();
  const { world } = scene;
  world.thousandeyes.create();
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(1);
  const day = (run.summary.match(/Run this workflow again (?:after|on) (\d{4}-\d{2}-\d{2})/) ?? [])[1];
  expect(run.summary).toMatch(/Revoke nothing before/);
  expect(world.github.secretNames(scene.home)).not.toContain(next);
  world.later('7 days');
  const later = await scene.workflow.run();
  expect(later.summary).toContain(day);
  world.later('9 days');
  const last = await scene.workflow.run();
  expect(last.summary).not.toMatch(/Revoke nothing before/);
  expect(last.summary).toMatch(/revoke every token/);
});
