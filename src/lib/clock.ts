/** Time as the action sees it; tests move it by hand. All in milliseconds. */
export interface Clock {
  /** The date, in ms since the epoch. It can jump, so it serves for dates only, never for spans. */
  now(): number;
  /** Ms since some fixed moment. It never jumps: every span and every deadline is counted by it. */
  monotonic(): number;
  /** Resolves after `ms`, or when `signal` aborts; never rejects. In the `background` the process may end meanwhile. */
  sleep(ms: number, signal?: AbortSignal, background?: boolean): Promise<void>;
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal, background = false) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      // A longer delay would overflow the timer and fire at once.
      const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
      if (background) timer.unref();
      signal?.addEventListener('abort', done);
    }),
};
