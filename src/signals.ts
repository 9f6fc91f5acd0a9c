import { constants } from 'node:os';

/** Those that can't be caught, those of a broken process (a handler would only repeat the fault), and those that end nothing. */
const leftAlone = /^SIG(?:KILL|STOP|SEGV|BUS|FPE|ILL|CHLD|CONT|URG|WINCH|INFO|PIPE|LOST)$/;

/**
 * Takes every signal that can be caught for a cancel, whatever it would do else: end the process, stop it, or open a
 * debugger in it (SIGUSR1).
 */
export function onAnySignal(cancel: () => void): void {
  for (const name of new Set([...Object.keys(constants.signals), 'SIGBREAK'])) {
    if (leftAlone.test(name)) continue;
    try {
      process.on(name as NodeJS.Signals, cancel);
    } catch {
      // This system does not let it be caught.
    }
  }
}
