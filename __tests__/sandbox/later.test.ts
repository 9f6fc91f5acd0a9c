import { expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../sandbox/clocks/clock.ts';
import { spanOf } from '../../sandbox/clocks/span.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { call, github } from './support/client.ts';
import { FakeAction } from './support/fake-action.ts';

test.each([
  ['15 days', 15 * DAY],
  ['1 day', DAY],
  ['3 hours', 3 * HOUR],
  ['90 s', 90_000],
  ['2min', 2 * MINUTE],
  ['1.5 h', 90 * MINUTE],
  ['250 ms', 250],
  ['1 day 3 hours', 27 * HOUR],
])('a span of time: %s', (text, ms) => {
  expect(spanOf(text)).toBe(ms);
});

test.each(['', '15', 'days', '-1 day', '1 fortnight', '1 day and 3 hours'])('no span of time: %j', (text) => {
  expect(() => spanOf(text)).toThrow('No span of time');
});

const NOW = 'say(String(Date.now()));';

/** By how many milliseconds main's and post's time of day are ahead of the world's. */
async function ahead(world: World, action: FakeAction, options = {}): Promise<number[]> {
  const { post, ...main } = await world.run({ actionDir: action.folder, ...options });
  return [main, post].map((stage) => Number(stage?.stdout) - world.clock.now());
}

test('both servers and both stages of a run are as much later', async () => {
  await using world = await startWorld();
  using action = new FakeAction(NOW, NOW);
  const real = Date.now();
  world.later('15 days');
  world.later('3 hours');
  for (const off of await ahead(world, action)) expect(Math.abs(off)).toBeLessThan(MINUTE);
  expect(world.clock.now() - real).toBeGreaterThanOrEqual(15 * DAY + 3 * HOUR);
  for (const server of [world.github, world.thousandeyes]) {
    const { headers } = await call(server, 'GET', '/user/repos');
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - world.clock.now())).toBeLessThan(MINUTE);
  }
  world.violations.splice(0);
});

test('a step that began before is later, too, from its next stage on', async () => {
  await using world = await startWorld();
  using action = new FakeAction(NOW, NOW);
  const step = world.step({ actionDir: action.folder });
  const main = await step.main();
  world.later('2 days');
  const post = await step.post({ wallClock: [{ at: Promise.resolve(), by: 0 }] });
  expect(Number(post.stdout) - Number(main.stdout)).toBeGreaterThanOrEqual(2 * DAY);
  step.dispose();
});

test("steps of the time of day come on top, and the sandbox's own clock is later already", async () => {
  await using world = await startWorld();
  using action = new FakeAction(
    `say('ready'); while (Date.now() - ${world.clock.now()} < ${5 * DAY}) await new Promise((r) => setTimeout(r, 1)); ${NOW}`,
    NOW,
  );
  world.later('2 days');
  const ready = Promise.withResolvers<void>();
  const { post } = await world.run({
    actionDir: action.folder,
    onSpawn: (child) => child.stdout?.once('data', ready.resolve),
    wallClock: [{ at: ready.promise, by: 3 * DAY }],
  });
  expect(Math.abs(Number(post?.stdout) - world.clock.now() - 3 * DAY)).toBeLessThan(MINUTE);
  using plain = new FakeAction(NOW, NOW);
  const execArgv = ['--import', import.meta.resolve('../../sandbox/clocks/scaled.ts')];
  for (const off of await ahead(world, plain, { execArgv, env: world.clock.env }))
    expect(Math.abs(off)).toBeLessThan(MINUTE);
});

test('what ends in the meantime has ended: the overlap of two tokens, and a credential', async () => {
  await using world = await startWorld();
  const ask = async (method: string, path: string, token: string) =>
    (await call(world.thousandeyes, method, path, { token })).status;
  expect(await ask('POST', '/api-tokens', world.currentToken)).toBe(201);
  const [issued = ''] = world.thousandeyes.issued;
  world.github.addCredential('ghs_app', { kind: 'app', expiresAt: world.clock.now() + HOUR });
  world.later('13 days');
  expect(await ask('POST', '/api-tokens', issued)).toBe(409);
  expect((await github(world, 'GET', '/repos/acme/network', { token: 'ghs_app' })).status).toBe(401);
  world.later('1 day 1 min');
  expect(await ask('GET', '/users/current', world.currentToken)).toBe(401);
  expect(await ask('POST', '/api-tokens', issued)).toBe(201);
});
