import { readFileSync } from 'node:fs';
import { replaceDate } from './replaced-date.ts';

/**
 * Preloaded into the action, it moves the time of day, and it alone: monotonic time (`performance.now()`,
 * `process.hrtime()`, timers) is left as it is. SANDBOX_WALL_CLOCK_MOVED is by how many milliseconds it is off from the
 * start. SANDBOX_WALL_CLOCK names a file with those that are added to it, read at every look at the clock: so a test steps it
 * while the action runs, as an operator or a time server would.
 */
const { SANDBOX_WALL_CLOCK: file, SANDBOX_WALL_CLOCK_MOVED = '0' } = process.env;
const moved = Number(SANDBOX_WALL_CLOCK_MOVED);
const { now } = Date;

replaceDate(() => now() + moved + stepped());

function stepped(): number {
  if (file === undefined) return 0;
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
