/** Spans in ms, on purpose not those of the sources: a wrong one there shall show. */
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** When the unit tests' rotations run, in ms since the epoch: 2026-11-23, 19:00 UTC. */
export const now = Date.UTC(2026, 10, 23, 19);
