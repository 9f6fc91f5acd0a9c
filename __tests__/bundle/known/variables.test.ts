import { expect, test } from '@jest/globals';
import { saidBy, startScene } from '../support/scene.ts';

test.each(['rehearse', 'rotate'])(
  'Variables may be read and not written: `%s` is red, and nothing is asked for',
  async (mode) => {
    await using scene = await startScene({ scene: { noted: 20 } });
    scene.world.github.addCredential('github_pat_reader', {
      kind: 'fine-grained',
      permissions: { metadata: 'read', secrets: 'write', actions_variables: 'read' },
    });
    const run = await scene.inMode(mode, { with: { 'github-token': 'github_pat_reader' } }).run();
    expect(run.exitCode).toBe(1);
    expect(saidBy(run)).toMatch(/record TE_TOKEN_ROTATION.*can be written/);
    expect(saidBy(run)).toMatch(/Variables/);
    expect(scene.asked).toBe(0);
    expect(scene.parked).toBeUndefined();
  },
);

test('a rehearsal where there is no record yet proves it by creating one that names no token', async () => {
  await using scene = await startScene();
  const run = await scene.inMode('rehearse').run();
  expect(run.exitCode).toBe(0);
  expect(scene.record).toEqual({ v: 1 });
  expect([scene.parked, scene.asked]).toEqual([undefined, 0]);
});
