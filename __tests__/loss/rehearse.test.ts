import { expect, test } from '@jest/globals';
import { moment } from '../../sandbox/http/moments.ts';
import { asksForToken } from '../../sandbox/http/traffic.ts';
import { LossBundle } from './support/bundle.ts';
import { quickColumns, requestRows, slowColumns } from './support/faults.ts';
import { cellsOf, playAll } from './support/matrix.ts';
import { LossProcess } from './support/process.ts';
import { startScene } from './support/scene.ts';

const before = requestRows.slice(
  0,
  requestRows.findIndex(({ name }) => name === 'ask for the token'),
);
const cells = cellsOf(before, [...quickColumns, ...slowColumns]);

const reportOf = playAll(cells, 6, async ({ request, column }) => {
  await using scene = await startScene({ frozen: true });
  using step = new LossProcess(scene);
  const faults = column.fault === undefined ? step.refusals : scene.world.faults;
  const { name: _, ...match } = request;
  const armed = faults.add({ ...match, times: column.times, fault: column.fault ?? { kind: 'refuse' } });
  const main = await step.main(undefined, { mode: 'rehearse' });
  scene.check(main);
  armed.remove();
  const post = await step.post();
  scene.check(post);
  const asked = scene.world.requests.filter(asksForToken).length;
  const told = !scene.hasLeftover || /ROTATION_WRITE_TEST/.test(main.said + post.said);
  return {
    main: `${asked} requests for a token`,
    post: told ? 'clean' : 'left over',
    failed: main.failed,
    breaches: scene.breaches.splice(0),
  };
});

test.each(cells)('a rehearsal asks for no token and leaves nothing untold. $name', async (cell) => {
  const { failed: _, ...report } = await reportOf(cell);
  expect(report).toEqual({ main: '0 requests for a token', post: 'clean', breaches: [] });
});

test('a write test that a killed rehearsal leaves is removed by the post step, silently', async () => {
  await using scene = await startScene();
  const kill = moment('acted', { method: 'PUT', path: '/orgs/acme/actions/secrets/ROTATION_WRITE_TEST' });
  using step = new LossBundle(scene, { kill, with: { ...scene.inputs, mode: 'rehearse' } });
  const main = await step.main();
  expect([main.signal, scene.hasLeftover]).toEqual(['SIGKILL', true]);
  const post = await step.post();
  expect([post.exitCode, post.wrote.trim(), scene.hasLeftover]).toEqual([0, '', false]);
  expect(scene.world.requests.filter(asksForToken)).toEqual([]);
});

test('a rehearsal proves the set-up, and says what a rotation would do', async () => {
  await using scene = await startScene();
  using step = new LossBundle(scene, { with: { ...scene.inputs, mode: 'rehearse' } });
  const main = await step.main();
  expect([main.exitCode, main.outputs.rotated]).toEqual([0, 'false']);
  expect(main.log).toContain('a rotation would now ask for a new token and write it to 3 targets');
  expect(scene.world.requests.filter(({ method }) => method === 'PUT')).toHaveLength(3);
  expect((await step.post()).wrote.trim()).toBe('');
});
