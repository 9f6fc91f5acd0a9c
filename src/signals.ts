import { constants } from 'node:os';

/**
 * Signals that are not caught: those that can't be, those of a broken process (a handler would only repeat the fault), and
 * those that end nothing anyway.
 */
const leftAlone = new Set([
  'SIGKILL',
  'SIGSTOP',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGCHLD',
  'SIGCONT',
  'SIGURG',
  'SIGWINCH',
  'SIGINFO',
  'SIGPIPE',
  'SIGLOST',
]);

/**
 * Takes every signal that can be caught for a cancel, whatever it would do else: end the process, stop it, or open a
 * debugger in it (SIGUSR1).
 */
export function onAnySignal(cancel: () => void): void {
  const names = new Set([...Object.keys(constants.signals), 'SIGBREAK']);
  for (const name of names) {
    if (leftAlone.has(name)) continue;
    try {
      process.on(name as NodeJS.Signals, cancel);
    } catch {
      // This system does not let it be caught.
    }
  }
}
