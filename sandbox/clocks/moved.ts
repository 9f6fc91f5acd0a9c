import { replaceDate } from './replaced-date.ts';

/**
 * Preloaded into Node (`NODE_OPTIONS=--import=…/clocks/moved.ts?<ms>`), it moves the time of day by so many milliseconds:
 * in this process, and in every process and every realm of a test that starts from it.
 */
const offset = Number(/clocks\/moved\.ts\?(-?\d+)/.exec(process.env.NODE_OPTIONS ?? '')?.[1] ?? 0);

if (offset !== 0) {
  const { now } = Date;
  replaceDate(() => now() + offset);
}
