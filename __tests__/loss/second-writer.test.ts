import { expect, test } from '@jest/globals';
import { LossBundle } from './support/bundle.ts';
import { home, others, startScene } from './support/scene.ts';

const homePath = '/repos/acme/network/actions/secrets/TE_TOKEN';

test.each([1, 2])('a repository that is taken from a selection stays out of it (seen at read %d)', async (nth) => {
  await using scene = await startScene();
  const { github } = scene.world;
  const rule = { method: nth === 1 ? 'POST' : 'PUT', path: nth === 1 ? '/api-tokens' : homePath };
  scene.world.meanwhile({ ...rule, phase: 'received' }, () => github.select(others[1], ['network']));
  using step = new LossBundle(scene);
  const main = await step.main();
  expect(main.exitCode).toBe(0);
  expect(github.secret(others[1])?.selectedRepositoryIds).toHaveLength(1);
  expect(scene.isEverywhere).toBe(true);
  scene.breaches.length = 0;
});

test('a selected repository that is deleted meanwhile costs nothing', async () => {
  await using scene = await startScene();
  const { github } = scene.world;
  scene.world.meanwhile({ path: '/api-tokens', phase: 'received' }, () => github.repositories.remove('acme/edge'));
  using step = new LossBundle(scene);
  expect([(await step.main()).exitCode, scene.isEverywhere]).toEqual([0, true]);
  scene.breaches.length = 0;
});

test('a write that was answered but not stored is told, and the post step writes it', async () => {
  await using scene = await startScene();
  scene.world.faults.add({ method: 'PUT', path: homePath, times: 1, fault: { kind: 'swallow' } });
  using step = new LossBundle(scene);
  const main = await step.main();
  expect(main.exitCode).toBe(1);
  expect(main.summary).toContain(`Finish by hand: ${home}`);
  const post = await step.post();
  expect([post.exitCode, scene.isEverywhere]).toEqual([0, true]);
  scene.breaches.length = 0;
}, 120_000);

test('a secret that is deleted meanwhile is created anew, and told', async () => {
  await using scene = await startScene();
  const { github } = scene.world;
  scene.world.meanwhile({ path: '/api-tokens', phase: 'received' }, () => github.deleteSecret(others[0]));
  using step = new LossBundle(scene);
  const main = await step.main();
  expect([main.exitCode, scene.isEverywhere]).toEqual([0, true]);
  expect(main.log).toContain('was deleted while this ran');
});
