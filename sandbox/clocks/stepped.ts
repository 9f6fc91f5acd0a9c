import { readFileSync } from 'node:fs';
import { replaceDate } from './replaced-date.ts';

/**
 * Preloaded into the action, it lets a test step the time of day while the action runs, as an operator or a time server
 * would: SANDBOX_WALL_CLOCK names a file with the milliseconds by which it is off, read at every look at the clock.
 * Monotonic time (`performance.now()`, `process.hrtime()`, timers) is left alone.
 */
const file = process.env.SANDBOX_WALL_CLOCK ?? '';
const { now } = Date;

replaceDate(() => now() + offset());

function offset(): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
