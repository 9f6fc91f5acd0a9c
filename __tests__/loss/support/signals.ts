import { constants } from 'node:os';
import { expect } from '@jest/globals';
import { moment } from '../../../sandbox/http/moments.ts';
import { LossBundle } from './bundle.ts';
import { startScene } from './scene.ts';

/** Nobody can catch the first two; the others tell of a broken process. */
const uncaught = ['SIGKILL', 'SIGSTOP', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL'];

/** Every signal that can be caught, or that ends nothing. */
export const signals = (Object.keys(constants.signals) as NodeJS.Signals[]).filter((name) => !uncaught.includes(name));

/** Sends signals to the bundle while the token is asked for, and while the home is written: none ends it. */
export async function expectNoEnd(names: readonly NodeJS.Signals[]): Promise<void> {
  await using scene = await startScene();
  const asking = { method: 'POST', path: '/api-tokens' };
  const writing = { method: 'PUT', path: '/repos/acme/network/actions/secrets/TE_TOKEN' };
  for (const rule of [asking, writing])
    scene.world.faults.add({ ...rule, times: 1, fault: { kind: 'delay', ms: 300 } });
  using job = new LossBundle(scene, {
    signals: names.flatMap((signal) => [asking, writing].map((rule) => ({ signal, at: moment('received', rule) }))),
  });
  const main = await job.main();
  expect([main.signal, main.exitCode, scene.missing]).toEqual([null, 0, []]);
  // Nor does one open a debugger, which says so here.
  expect(main.stderr).toBe('');
  expect((await job.post()).wrote.trim()).toBe('');
}
