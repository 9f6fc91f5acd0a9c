import { second } from '../lib/clock.ts';

/** How long GitHub may go on showing the date that a secret had before a write, in ms; 24 s and 40 s were seen. */
export const dateLag = 90 * second;

const pauses = [5, 10, 15, 30, 30].map((seconds) => seconds * second);

/** Pauses between reads of a date that may be late, which come to so many ms at most. */
export function pausesForLag(most = dateLag): readonly number[] {
  let sum = 0;
  return pauses.filter((pause) => {
    sum += pause;
    return sum <= most;
  });
}
