import { constants } from 'node:os';

/** What can't be caught, what a broken process gets (a handler would only repeat the fault), and what ends nothing. */
const leftAlone = /^SIG(?:KILL|STOP|SEGV|BUS|FPE|ILL|CHLD|CONT|URG|WINCH|INFO|PIPE|LOST)$/;

/** Takes every signal that can be caught for a cancel, whatever it would do else: SIGUSR1 would open a debugger. */
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
