import { expect, test } from '@jest/globals';
import { dripped, rawAnswers } from '../../sandbox/http/raw-answers.ts';
import { LossBundle } from './support/bundle.ts';
import { startScene } from './support/scene.ts';

// The one answer that can't be had again, in every framing that a proxy or a server makes of it.
test.each(Object.entries({ ...rawAnswers, dripped: dripped(7, 2) }))(
  'the token is read out of %s',
  async (_, fault) => {
    await using scene = await startScene();
    scene.world.faults.add({ method: 'POST', path: '/api-tokens', times: 1, fault });
    using step = new LossBundle(scene);
    const main = await step.main();
    expect([main.log.includes('The token was rotated in 3 targets.'), main.exitCode, scene.isEverywhere]).toEqual([
      true,
      0,
      true,
    ]);
    expect((await step.post()).wrote.trim()).toBe('');
    scene.check(main);
  },
);
