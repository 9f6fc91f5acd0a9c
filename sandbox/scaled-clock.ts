/**
 * Preloaded into the action (`node --import`), it runs on the sandbox's clock: an hour of GitHub's rate limits passes in
 * a minute, and the bundle needs no switch for it.
 */
const { scale, since, base } = JSON.parse(process.env.SANDBOX_CLOCK ?? '{"scale":1,"since":0,"base":0}') as {
  scale: number;
  since: number;
  base: number;
};
const realNow = Date.now;
const realSetTimeout = globalThis.setTimeout;

Date.now = () => Math.round(base + (realNow() - since) * scale);
globalThis.setTimeout = Object.assign(
  (callback: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
    realSetTimeout(callback, delay / scale, ...args),
  realSetTimeout,
) as typeof setTimeout;
