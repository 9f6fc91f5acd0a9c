// Loaded before the action, makes its time run so many times as fast: a minute's wait takes a second.
const factor = Number(process.env.SANDBOX_HURRY ?? 1);
const now = Date.now;
const start = now();
const later = globalThis.setTimeout;

Date.now = () => Math.round(start + (now() - start) * factor);
const sooner = (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => later(act, ms / factor, ...args);
globalThis.setTimeout = Object.assign(sooner, later);
