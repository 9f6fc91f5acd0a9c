import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type RunOptions, type RunResult, runAction } from '../../sandbox/runner/runner.ts';
import { FakeAction } from './support/fake-action.ts';

/** Runs a script that says "ready"; a trigger may wait for that, or for anything else that it says. */
async function run(
  script: string,
  options: (heard: (text: string) => Promise<void>) => RunOptions,
): Promise<RunResult> {
  using action = new FakeAction(script);
  let all = '';
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const heard = (text: string): Promise<void> => {
    const wait = waiting.get(text) ?? Promise.withResolvers<void>();
    waiting.set(text, wait);
    return wait.promise;
  };
  const onSpawn: RunOptions['onSpawn'] = (child) => {
    child.stdout?.on('data', (chunk: string) => {
      all += chunk;
      for (const [text, { resolve }] of waiting) if (all.includes(text)) resolve();
    });
  };
  return await runAction({ actionDir: action.folder, onSpawn, ...options(heard) });
}

const SIGNALS = ['SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGALRM', 'SIGTERM', 'SIGINT'] as const;

test.each(SIGNALS)('%s ends a process that does not expect it', async (signal) => {
  const result = await run(`say('ready'); setInterval(() => {}, 1000)`, (heard) => ({
    signals: [{ signal, at: heard('ready') }],
  }));
  expect(result).toMatchObject({ exitCode: null, signal });
});

test.each([...SIGNALS, 'SIGUSR1'] as const)('%s can be caught', async (signal) => {
  const script = `process.on('${signal}', (name) => { say(name); process.exit(0); }); say('ready'); setInterval(() => {}, 1000)`;
  const result = await run(script, (heard) => ({ signals: [{ signal, at: heard('ready') }] }));
  expect(result).toMatchObject({ exitCode: 0, stdout: `ready\n${signal}\n` });
});

test('several signals come each at its moment', async () => {
  const script = `
    process.on('SIGHUP', () => say('HUP'));
    process.on('SIGUSR2', () => process.exit(7));
    say('ready');
    setInterval(() => {}, 1000);`;
  const result = await run(script, (heard) => ({
    signals: [
      { signal: 'SIGHUP', at: heard('ready') },
      { signal: 'SIGUSR2', at: heard('HUP') },
    ],
  }));
  expect(result).toMatchObject({ exitCode: 7, stdout: 'ready\nHUP\n' });
});

// Ticks every few milliseconds, and ends at the first pause that is long, or after two seconds without one.
const TICKING = `
  let last = performance.now();
  const start = last;
  let ticks = 0;
  setInterval(() => {
    const now = performance.now();
    if (now - last > 250) { say('paused'); process.exit(0); }
    if (now - start > 2000) { say('never paused'); process.exit(1); }
    last = now;
    ticks += 1;
    if (ticks === 1) say('ready');
  }, 5);
`;

test('a freeze holds the process for so long', async () => {
  const result = await run(TICKING, (heard) => ({ freeze: { at: heard('ready'), until: 400 } }));
  expect(result).toMatchObject({ exitCode: 0, stdout: 'ready\npaused\n' });
});

test('or until a moment', async () => {
  const result = await run(TICKING, (heard) => {
    const at = heard('ready');
    return { freeze: { at, until: at.then(() => sleep(400)) } };
  });
  expect(result).toMatchObject({ exitCode: 0, stdout: 'ready\npaused\n' });
});

test('a frozen process can be killed', async () => {
  const result = await run(TICKING, (heard) => ({ freeze: { at: heard('ready'), until: 60_000 }, timeout: 500 }));
  expect(result).toMatchObject({ signal: 'SIGKILL', timedOut: true, stdout: 'ready\n' });
});
