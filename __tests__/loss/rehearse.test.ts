import { afterAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { moment } from '../../sandbox/http/moments.ts';
import { asksForToken } from '../../sandbox/http/traffic.ts';
import { LossBundle } from './support/bundle.ts';
import { slowColumns } from './support/faults.ts';
import { playAll } from './support/matrix.ts';
import { cellsOf } from './support/play.ts';
import { LossProcess } from './support/process.ts';
import { rowsOf } from './support/requests.ts';
import { nextName, type Scene, type Stage, startScene, writeTest } from './support/scene.ts';
import { nextRun } from './support/verdict.ts';

const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
const rows = rowsOf();
const before = rows.slice(
  0,
  rows.findIndex(({ name }) => name === 'ask for the token'),
);
// Up to the POST it is a rotation's own code, which meets every fault: one is enough, that which leaves most behind.
const cells = cellsOf(
  slowColumns.filter(({ name }) => name === 'hang after acting forever'),
  before,
);

/** What a rehearsal left and nobody told. */
function untold(scene: Scene, stages: readonly Stage[]): string[] {
  const said = stages.map((stage) => stage.said).join('\n');
  const left = [...(scene.hasLeftover ? [writeTest] : []), ...(scene.next === undefined ? [] : [nextName])];
  return left.filter((name) => !said.includes(name));
}

const reportOf = playAll(cells, 4, async ({ row, column, start }) => {
  await using scene = await startScene({ frozen: true, start });
  const record = scene.world.variable().json;
  const { name: _, start: __, ...match } = row;
  const armed = scene.world.faults.add({ ...match, times: column.times, fault: column.fault ?? { kind: 'refuse' } });
  using job = new LossProcess(scene, { with: { mode: 'rehearse' } });
  const main = await job.main();
  scene.check(main);
  armed.remove();
  const post = await job.post();
  scene.check(post);
  const asked = scene.world.requests.filter(asksForToken).length;
  const report = { asked, untold: untold(scene, [main, post]), record: scene.world.variable().json };
  const run = { runId: job.runId, stages: [main, post], mayBeLost: false };
  const next = await nextRun(scene, run, (...given) => new LossProcess(...given), gh);
  return { report, before: start === 'first' ? { v: 1 } : record, next, breaches: scene.breaches.splice(0) };
});

test.each(cells)('a rehearsal asks for no token, and leaves nothing untold. $name', async (cell) => {
  const { report, before, next, breaches } = await reportOf(cell);
  expect({ ...report, next, breaches }).toEqual({
    asked: 0,
    untold: [],
    record: before,
    next: 'rotates anew',
    breaches: [],
  });
});

test.concurrent('what a killed rehearsal leaves is removed by the post step, silently', async () => {
  await using scene = await startScene();
  const kill = moment('acted', { method: 'PUT', path: `/orgs/acme/actions/secrets/${writeTest}` });
  using step = new LossBundle(scene, { kill, with: { mode: 'rehearse' } });
  const main = await step.main();
  expect([main.signal, scene.hasLeftover]).toEqual(['SIGKILL', true]);
  const post = await step.post();
  expect([post.exitCode, post.wrote.trim(), scene.hasLeftover]).toEqual([0, '', false]);
  expect(scene.world.requests.filter(asksForToken)).toEqual([]);
});

test.concurrent('a rehearsal proves the set-up, and says what a rotation would do', async () => {
  await using scene = await startScene();
  using step = new LossBundle(scene, { with: { mode: 'rehearse' } });
  const main = await step.main();
  expect([main.exitCode, main.outputs.rotated]).toEqual([0, 'false']);
  expect(main.log).toContain('ask for a new token now and write it to 3 targets');
  const writes = scene.world.requests.filter(({ method }) => method === 'PUT');
  // The note beside the home, and one test of each other kind of store.
  expect(writes).toHaveLength(3);
  expect([scene.next, scene.hasLeftover, (await step.post()).wrote.trim()]).toEqual([undefined, false, '']);
});
