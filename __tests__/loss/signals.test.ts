import { expect, test } from '@jest/globals';
import { moment } from '../../sandbox/http/moments.ts';
import { LossBundle } from './support/bundle.ts';
import { startScene } from './support/scene.ts';
import { expectNoEnd, signals } from './support/signals.ts';

// One that is not caught ends the process, whichever came before it. Each alone is in __tests__/thorough/.
test.concurrent('all signals while the token is asked for, and while the home is written, end nothing', () =>
  expectNoEnd(signals));
test.concurrent('nor do they in the reverse order', () => expectNoEnd([...signals].reverse()));

test.concurrent('a process that was stopped for longer than it waits reads what came meanwhile', async () => {
  await using scene = await startScene();
  using job = new LossBundle(scene, { freeze: { at: moment('acted', { path: '/api-tokens' }), until: 1500 } });
  const main = await job.main();
  expect([main.exitCode, scene.missing]).toEqual([0, []]);
});
