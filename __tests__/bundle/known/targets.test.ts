import { expect, test } from '@jest/globals';
import { type Scene, saidBy, startScene } from '../support/scene.ts';

const forbidden = { kind: 'status', status: 403, body: { message: 'no' } } as const;
const edge = { method: 'PUT', path: /acme\/edge\/.*\/TE_TOKEN$/, fault: forbidden };

test.concurrent('a target refused in the first rotation, its secret written an hour before, is written by the next run', async () => {
  await using scene = await startScene({ scene: {} });
  const { world } = scene;
  world.github.rewrite('acme/edge', world.currentToken);
  world.later('1 hour');
  world.faults.add(edge);
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(1);
  expect(run.outputs.rotated).toBe('true');
  const [token] = world.thousandeyes.issued;
  expect(scene.held).toEqual([token, world.currentToken, token]);
  expect(scene.record.behind).toHaveLength(1);
  expect(scene.parked).toBeUndefined();

  world.faults.clear();
  world.later('1 day');
  const again = await scene.workflow.run();
  expect([again.exitCode, again.outputs.rotated]).toEqual([0, 'false']);
  expect(scene.isWell).toBe(true);
  expect(scene.record.behind).toEqual([]);
  expect(scene.asked).toBe(1);
});

test.concurrent('a new line of the targets is written by a rotation that is not due, and only that', async () => {
  await using scene = await withNewLine();
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
  expect(scene.written).toEqual(['PUT TE_TOKEN', `PATCH TE_TOKEN_ROTATION`]);
});

test.concurrent('`sync` to one new target waits for nothing', async () => {
  await using scene = await withNewLine();
  const run = await scene.inMode('sync').run();
  expect(run.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
  expect(scene.written).toEqual(['PUT TE_TOKEN', 'PATCH TE_TOKEN_ROTATION']);
  expect(scene.world.requests.length).toBeLessThanOrEqual(20);
  expect(run.durationMs).toBeLessThan(10_000);
  expect(saidBy(run)).not.toMatch(/waiting|again in/);
});

/** The record knows all targets but one, which still holds an older token. */
async function withNewLine(): Promise<Scene> {
  const scene = await startScene({ scene: { noted: 3 } });
  const [, first, ...rest] = scene.record.targets as string[];
  scene.note({ since: 3, targets: [(scene.record.targets as string[])[0], ...rest] });
  expect(first).toBeDefined();
  scene.world.github.seed('acme/edge', { value: 'te-older' });
  return scene;
}
