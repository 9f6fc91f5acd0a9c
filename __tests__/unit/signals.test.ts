import { constants } from 'node:os';
import { afterEach, expect, test } from '@jest/globals';
import { onAnySignal } from '../../src/signals.ts';

const names = [...Object.keys(constants.signals), 'SIGBREAK'] as NodeJS.Signals[];
const before = new Map(names.map((name) => [name, process.listeners(name)]));

afterEach(() => {
  for (const name of names)
    for (const listener of process.listeners(name))
      if (!before.get(name)?.includes(listener)) process.removeListener(name, listener);
});

/** How often a cancel came for each signal, as if the system had sent it. */
function heard(signals: readonly NodeJS.Signals[]): number[] {
  let count = 0;
  onAnySignal(() => {
    count++;
  });
  return signals.map((signal) => {
    count = 0;
    process.emit(signal);
    return count;
  });
}

const isWindows = process.platform === 'win32';
const ending: NodeJS.Signals[] = isWindows
  ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP']
  : [
      'SIGINT',
      'SIGTERM',
      'SIGHUP',
      'SIGQUIT',
      'SIGUSR1',
      'SIGUSR2',
      'SIGALRM',
      'SIGVTALRM',
      'SIGTSTP',
      'SIGTTIN',
      'SIGTTOU',
      'SIGXCPU',
      'SIGXFSZ',
      'SIGABRT',
    ];

test('every signal that would end, stop or debug the process is a cancel', () => {
  expect(heard(ending)).toEqual(ending.map(() => 1));
});

test('signals that end nothing by themselves, or tell of a broken process, are no cancel', () => {
  const harmless: NodeJS.Signals[] = ['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH', 'SIGPIPE', 'SIGINFO'];
  const broken: NodeJS.Signals[] = ['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL'];
  expect(heard([...harmless, ...broken]).filter((count) => count > 0)).toEqual([]);
});

test('a signal that the system does not let be caught stops nothing', () => {
  const { on } = process;
  const tried: string[] = [];
  process.on = ((name: string, listener: () => void) => {
    tried.push(name);
    if (name === 'SIGHUP') throw new Error('uv_signal_start EINVAL');
    return on.call(process, name, listener);
  }) as typeof process.on;
  try {
    expect(heard(['SIGINT', 'SIGTERM'])).toEqual([1, 1]);
  } finally {
    process.on = on;
  }
  expect(tried).toContain('SIGHUP');
});
