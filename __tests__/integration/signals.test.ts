import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { SourceAction } from './support/source-action.ts';

/** On Windows a process can't catch what another one sends. */
const whereSignalsAre = process.platform === 'win32' ? test.skip : test;

const signals = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGTSTP'] as const;

whereSignalsAre.each(signals)(
  '%s while the token is asked for: the process goes on, opens no debugger, and stores the token',
  async (signal) => {
    await using world = await startWorld();
    using action = new SourceAction();
    world.faults.add({ method: 'POST', path: '/api-tokens', fault: { kind: 'delay', ms: 200 } });
    let main: ChildProcess | undefined;
    const stop = world.on(({ phase, request }) => {
      if (phase === 'received' && request.path.endsWith('/api-tokens')) main?.kill(signal);
    });
    const {
      exitCode,
      signal: endedBy,
      stdout,
      stderr,
      outputs,
    } = await world.run({
      actionDir: action.folder,
      onSpawn: (child) => {
        main ??= child;
      },
      timeout: 20_000,
    });
    stop();
    expect({ exitCode, endedBy, stderr }).toEqual({ exitCode: 0, endedBy: null, stderr: '' });
    expect(stdout).toContain('Cancelled, but the token is asked for by now: this step stores it before it ends');
    expect(outputs.rotated).toBe('true');
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  },
);
