import type { Api } from './contract.ts';

export type Fault =
  /** Closes the connection on receipt. For a refused connection stop the server instead. */
  | { kind: 'refuse' }
  /** Resets the connection; the server has not acted. */
  | { kind: 'reset-before' }
  /** The server acts, then the connection is reset without an answer. */
  | { kind: 'reset-after' }
  /** No answer, ever. */
  | { kind: 'hang'; acted: boolean }
  /** The server acts and answers so many milliseconds later. */
  | { kind: 'delay'; ms: number }
  /** Another answer; the server acts only with `act`. A string body goes out as it is. */
  | {
      kind: 'status';
      status: number;
      headers?: Record<string, string>;
      body?: unknown;
      contentType?: string;
      act?: boolean;
    }
  /** The server acts; status and headers are right, the body is garbage. */
  | { kind: 'malformed' }
  /** The server acts; the headers are right, but only the first half, or so many bytes, of the body arrives. */
  | { kind: 'truncated'; bytes?: number }
  /** A proxy's page; the server never sees the request. */
  | { kind: 'html'; status?: number }
  /** Repeats the Authorization header and the request's body; the server has not acted. */
  | { kind: 'echo'; status?: number }
  /** A body of 10 MB of JSON. */
  | { kind: 'huge'; status?: number; act?: boolean };

export type FaultRule = {
  server?: Api;
  method?: string;
  /** A string has to be the path's end. */
  path?: RegExp | string;
  /** Fires from this matching request on; the first is 1. */
  nth?: number;
  /** How often it fires; without end unless given. */
  times?: number;
  fault: Fault;
};

export type FaultHandle = {
  /** Requests that met the fault so far. */
  readonly fired: number;
  remove(): void;
};

type Armed = FaultRule & { seen: number; fired: number };

/** What shall go wrong, and when. Of several rules that could fire, the one added first does. */
export class Faults {
  #rules: Armed[] = [];

  add(rule: FaultRule): FaultHandle {
    const armed: Armed = { ...rule, seen: 0, fired: 0 };
    this.#rules.push(armed);
    return {
      get fired() {
        return armed.fired;
      },
      remove: () => {
        this.#rules = this.#rules.filter((other) => other !== armed);
      },
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that this request meets. Every rule counts every request that it matches. */
  take(request: { server: Api; method: string; path: string }): Fault | undefined {
    const matching = this.#rules.filter((rule) => covers(rule, request));
    for (const rule of matching) rule.seen += 1;
    const due = matching.find((rule) => rule.seen >= (rule.nth ?? 1) && rule.fired < (rule.times ?? Infinity));
    if (due) due.fired += 1;
    return due?.fault;
  }
}

function covers(rule: FaultRule, request: { server: Api; method: string; path: string }): boolean {
  if (rule.server && rule.server !== request.server) return false;
  if (rule.method && rule.method !== request.method) return false;
  if (rule.path === undefined) return true;
  return typeof rule.path === 'string' ? request.path.endsWith(rule.path) : request.path.search(rule.path) >= 0;
}
