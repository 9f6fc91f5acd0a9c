import { expect, test } from '@jest/globals';
import { moment } from '../../sandbox/http/moments.ts';
import { LossBundle } from './support/bundle.ts';
import { LossProcess } from './support/process.ts';
import { startScene } from './support/scene.ts';

const second = 1000;
const hour = 3600 * second;
const stages = {
  'the first reads': { method: 'GET', path: '/users/current' },
  'the note': { method: 'PUT', path: 'TE_TOKEN_NEXT' },
  'the answer with the token': { method: 'POST', path: '/api-tokens' },
  'the check of the new token': { method: 'GET', path: '/users/current', nth: 2 },
  'the write of the home': { method: 'PUT', path: '/repos/acme/network/actions/secrets/TE_TOKEN' },
  'the record': { method: 'PATCH', path: 'TE_TOKEN_ROTATION', nth: 2 },
};
const cells = Object.entries(stages).flatMap(([name, rule]) =>
  [35 * second, -35 * second, 2 * hour, -2 * hour].map((by) => ({ name, rule, by })),
);

test.each(cells)('the date jumps by $by ms at $name: nothing is lost', async ({ rule, by }) => {
  await using scene = await startScene({ frozen: true });
  // It spreads in the time of three checks.
  scene.world.thousandeyes.spread = { attempts: 2 };
  using job = new LossProcess(scene, { step: { at: moment('received', rule), by } });
  const main = await job.main();
  expect([main.failed, scene.missing]).toEqual([false, []]);
  scene.check(main);
  expect((await job.post()).said).toBe('');
});

// The bundle's own clocks: no span goes by the time of day.
test.concurrent.each([2 * hour, -2 * hour])('the bundle, where the date jumps by %d ms again and again', async (by) => {
  await using scene = await startScene();
  scene.world.thousandeyes.spread = { attempts: 2 };
  const wallClock = Object.values(stages).map((rule) => ({ at: moment('received', rule), by }));
  using job = new LossBundle(scene, { wallClock });
  const main = await job.main();
  expect([main.exitCode, scene.missing]).toEqual([0, []]);
  scene.check(main);
  expect((await job.post()).exitCode).toBe(0);
});
