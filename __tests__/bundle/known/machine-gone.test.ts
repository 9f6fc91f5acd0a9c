import { expect, test } from '@jest/globals';
import { saidBy, startScene } from '../support/scene.ts';

const check = { server: 'thousandeyes' as const, path: '/users/current' };

const home = { method: 'PUT', path: /acme\/network\/.*\/TE_TOKEN$/ };

test.concurrent.each([
  ['while the new token is checked', { method: 'PUT', path: '/TE_TOKEN_NEXT', nth: 2, phase: 'answered' as const }],
  ['right before the home is written', { ...home, phase: 'received' as const }],
  ['right after the home was written', { ...home, phase: 'acted' as const }],
  ['before the record is written', { method: 'PATCH', path: '/TE_TOKEN_ROTATION', nth: 2, phase: 'received' as const }],
])('the machine is gone %s: the next run finishes with the same token', async (when, moment) => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const { world } = scene;
  if (when.includes('checked')) world.faults.add({ ...check, nth: 2, times: 1, fault: { kind: 'hang', acted: false } });
  await scene.workflow.run(world.killedAt(moment));
  const [token] = world.thousandeyes.issued;
  expect([typeof token, scene.parked]).toEqual(['string', token]);
  const run = await scene.workflow.run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([0, 'true']);
  expect(saidBy(run)).toMatch(/earlier run issued/);
  expect(scene.held).toEqual([token, token, token]);
  expect(scene.isWell).toBe(true);
  expect(scene.asked).toBe(1);
});

test.concurrent('only its deletion was missing: the next run deletes it, and asks for nothing', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const { world } = scene;
  await scene.workflow.run(world.killedAt({ method: 'DELETE', path: '/TE_TOKEN_NEXT', phase: 'received' }));
  const [token] = world.thousandeyes.issued;
  expect([scene.parked, scene.held[0]]).toEqual([token, token]);
  const run = await scene.workflow.run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([0, 'false']);
  expect(scene.isWell).toBe(true);
  expect(scene.asked).toBe(1);
});
