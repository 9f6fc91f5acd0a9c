// Loaded before the action, makes its time run so many times as fast: a minute's wait takes a second.
const factor = Number(process.env.SANDBOX_HURRY ?? 1);
const now = Date.now;
const start = now();
const later = globalThis.setTimeout;

Date.now = () => Math.round(start + (now() - start) * factor);
const sooner = (act: () => void, ms = 0) => later(act, ms / factor);
globalThis.setTimeout = Object.assign(sooner, later);
