/** Replaces this realm's `Date` by one whose present is told by `now`, in milliseconds; given dates stay what they are. */
export function replaceDate(now: () => number): void {
  globalThis.Date = new Proxy(Date, {
    apply: (RealDate) => new RealDate(now()).toString(),
    construct: (RealDate, parts, target) => Reflect.construct(RealDate, parts.length === 0 ? [now()] : parts, target),
    get: (RealDate, name, receiver) => (name === 'now' ? now : Reflect.get(RealDate, name, receiver)),
  });
}
