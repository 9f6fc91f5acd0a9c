import { expect, test } from '@jest/globals';
import { recordName, startScene } from '../support/scene.ts';

test('the guard reads the record that the modes keep: a rotation, a token stored by hand, a rehearsal, none', async () => {
  await using scene = await startScene();
  const { world } = scene;
  const levels = async () => {
    const run = await world.guard();
    return [run.exitCode, ...run.annotations.map(({ level }) => level)];
  };
  expect(await levels()).toEqual([1, 'error']);
  await scene.inMode('rehearse').run({ post: false });
  expect(await levels()).toEqual([0, 'warning']);
  await scene.workflow.run({ post: false });
  expect(await levels()).toEqual([0]);
  expect((await world.guard()).outputs['days-left']).toMatch(/^7[23]\d$/);
  world.later('715 days');
  expect(await levels()).toEqual([1, 'error']);

  // A token stored by hand: until when it is valid is not known.
  const [token = ''] = world.thousandeyes.activeTokens();
  world.thousandeyes.revoke(token);
  world.github.rewrite(scene.home, world.thousandeyes.create());
  await scene.inMode('sync').run({ post: false });
  expect(await levels()).toEqual([0, 'warning']);
  world.variable(recordName).seed('no JSON');
  expect(await levels()).toEqual([1, 'error']);
  const fork = await world.guard({ fork: true });
  expect([fork.exitCode, ...fork.annotations.map(({ level }) => level)]).toEqual([0, 'notice']);
});
