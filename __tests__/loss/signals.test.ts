import { constants } from 'node:os';
import { expect, test } from '@jest/globals';
import { moment } from '../../sandbox/http/moments.ts';
import { LossBundle } from './support/bundle.ts';
import { home, startScene } from './support/scene.ts';

/** Nobody can catch the first two; the others tell of a broken process, or end nothing. */
const uncaught = ['SIGKILL', 'SIGSTOP', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL'];
const signals = (Object.keys(constants.signals) as NodeJS.Signals[]).filter((name) => !uncaught.includes(name));
const late = { kind: 'delay', ms: 300 } as const;

test.each(signals)('%s while the token is asked for, and while the home is written, ends nothing', async (signal) => {
  await using scene = await startScene();
  const asking = { method: 'POST', path: '/api-tokens' };
  const writing = { method: 'PUT', path: '/repos/acme/network/actions/secrets/TE_TOKEN' };
  for (const rule of [asking, writing]) scene.world.faults.add({ ...rule, times: 1, fault: late });
  using step = new LossBundle(scene, {
    signals: [asking, writing].map((rule) => ({ signal, at: moment('received', rule) })),
  });
  const main = await step.main();
  expect([main.signal, main.exitCode, scene.isEverywhere]).toEqual([null, 0, true]);
  expect(main.stderr).not.toContain('Debugger listening');
  expect((await step.post()).wrote.trim()).toBe('');
});

test('a process that was stopped for longer than it waits reads what came meanwhile', async () => {
  await using scene = await startScene({ frozen: false });
  using step = new LossBundle(scene, { freeze: { at: moment('acted', { path: '/api-tokens' }), until: 1500 } });
  const main = await step.main();
  expect([main.exitCode, scene.isEverywhere, scene.world.github.open(home)]).toEqual([0, true, scene.issued]);
});
