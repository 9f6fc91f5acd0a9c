import { expect, test } from '@jest/globals';
import { expression } from '../../../sandbox/runner/expressions.ts';
import { next, type Scene, startScene } from '../support/scene.ts';

/** A token that an earlier run left beside the home before its machine was gone. */
async function parked(): Promise<Scene & { token: string }> {
  const scene = await startScene({ scene: { noted: 20 } });
  await scene.workflow.run(scene.world.killedAt({ method: 'PUT', path: `/${next}`, nth: 2, phase: 'answered' }));
  const [token = ''] = scene.world.thousandeyes.issued;
  expect(scene.parked).toBe(token);
  return Object.assign(scene, { token });
}

test.concurrent('someone stored another token meanwhile, which works: nothing is touched, in any mode', async () => {
  await using scene = await parked();
  const { world, record } = scene;
  const own = 'te-of-somebody';
  world.thousandeyes.addToken(world.thousandeyes.addAccount(), { value: own });
  world.later('1 hour');
  world.github.rewrite(scene.home, own);
  const { held } = scene;
  world.requests.length = 0;
  for (const mode of ['rotate', 'sync', 'check', 'rehearse']) {
    const run = await scene.inMode(mode).run();
    expect([mode, run.exitCode]).toEqual([mode, 1]);
    expect(run.summary).toMatch(/holds another token/);
  }
  expect([scene.asked, scene.written]).toEqual([0, []]);
  expect([scene.parked, scene.held, scene.record]).toEqual([scene.token, held, record]);
});

test.concurrent('the run was queued before it was there: red, and a fresh one finishes', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const queued = scene.workflow.queue();
  await scene.workflow.run(scene.world.killedAt({ method: 'PUT', path: `/${next}`, nth: 2, phase: 'answered' }));
  const [token] = scene.world.thousandeyes.issued;
  const run = await queued.start();
  expect(run.exitCode).toBe(1);
  expect(run.summary).toMatch(/this run was not given/);
  expect(scene.parked).toBe(token);
  const fresh = await scene.workflow.run();
  expect(fresh.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
});

test.concurrent('the job is never handed it: red as long as that is so, and the line is named', async () => {
  await using scene = await parked();
  const other = { 'thousandeyes-token-next': expression('secrets.TE_ANOTHER') };
  for (const mode of ['rotate', 'sync']) {
    const run = await scene.inMode(mode, { with: other }).run();
    expect(run.exitCode).toBe(1);
    expect(run.summary).toContain('secrets.TE_TOKEN_NEXT');
  }
  expect([scene.parked, scene.asked]).toEqual([scene.token, 1]);
});

test.concurrent("another run's token is finished by `sync`, too, and `check` only says so", async () => {
  await using scene = await parked();
  const checked = await scene.inMode('check').run();
  expect(checked.exitCode).toBe(0);
  expect(checked.summary).toMatch(/finish what an earlier run left/);
  expect(scene.parked).toBe(scene.token);
  const run = await scene.inMode('sync').run();
  expect([run.exitCode, run.outputs.rotated]).toEqual([0, 'true']);
  expect(scene.isWell).toBe(true);
});

test.concurrent('ThousandEyes can not tell whether it accepts it: red, and it stays', async () => {
  await using scene = await parked();
  scene.world.faults.add({ where: ofToken(scene.token), fault: { kind: 'status', status: 418 } });
  const run = await scene.workflow.run();
  expect(run.exitCode).toBe(1);
  expect(run.summary).toMatch(/again later/);
  expect([scene.parked, scene.asked]).toEqual([scene.token, 1]);
});

/** Requests that carry a token. */
function ofToken(token: string) {
  return ({ headers = {} }: { headers?: Record<string, unknown> }): boolean =>
    headers.authorization === `Bearer ${token}`;
}
