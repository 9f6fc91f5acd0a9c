import { covers, type RequestFilter } from './faults.ts';
import type { TrafficEvent } from './traffic.ts';

/** Which request is meant; the first that fits, unless `nth` says another. */
export type RequestRule = RequestFilter & { nth?: number };

/**
 * The moment at which a request has come so far: `received` before the server acts, `acted` before it answers, `answered`
 * once the answer left. A trigger for the stages of a run; it fires once, so each stage needs its own.
 */
export function moment(phase: TrafficEvent['phase'], rule: RequestRule = {}): (event: TrafficEvent) => boolean {
  let seen = 0;
  return (event) => {
    if (event.phase !== phase || !covers(rule, event.request)) return false;
    seen += 1;
    return seen === (rule.nth ?? 1);
  };
}
