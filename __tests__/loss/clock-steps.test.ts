import { expect, test } from '@jest/globals';
import { moment } from '../../sandbox/http/moments.ts';
import { LossBundle } from './support/bundle.ts';
import { startScene } from './support/scene.ts';

const second = 1000;
const hour = 3600 * second;
const stages = {
  'the first reads': { method: 'GET', path: '/users/current' },
  'the write test': { method: 'PUT', path: 'ROTATION_WRITE_TEST' },
  'the answer with the token': { method: 'POST', path: '/api-tokens' },
  'the check of the new token': { method: 'GET', path: '/users/current', nth: 2 },
  'the write of the home': { method: 'PUT', path: '/repos/acme/network/actions/secrets/TE_TOKEN' },
};
const cells = Object.entries(stages).flatMap(([name, rule]) =>
  [35 * second, -35 * second, 2 * hour, -2 * hour].map((by) => ({ name, rule, by })),
);

test.each(cells)('the date jumps by $by ms at $name: nothing is lost', async ({ rule, by }) => {
  await using scene = await startScene();
  // It spreads in the time of three checks.
  scene.world.thousandeyes.spread = { attempts: 2 };
  using step = new LossBundle(scene, { wallClock: [{ at: moment('received', rule), by }] });
  const main = await step.main();
  expect([main.exitCode, scene.isEverywhere]).toEqual([0, true]);
  scene.check(main);
  expect((await step.post()).exitCode).toBe(0);
});
