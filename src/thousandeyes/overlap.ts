import { day } from '../lib/clock.ts';

/**
 * How long the token before a regenerated one goes on working, in ms, and what follows from it. Source: ThousandEyes,
 * "Regenerate API token". One place, because other kinds of credential have another overlap.
 */
export const overlap = 14 * day;
/** A home that was written longer ago than this was not written by a rotation whose overlap still lasts. */
export const overlapWithMargin = 15 * day;
/** ThousandEyes allows no rotation so soon after another; a day is left for clocks that differ. */
export const surelyNoRotation = 13 * day;
