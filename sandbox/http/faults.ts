import type { Wire } from './answer.ts';
import type { Api } from './contract.ts';
import type { RawFault } from './raw-exchange.ts';
import type { SandboxRequest } from './request.ts';

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
  /** The server acts; its answer goes out changed, with the length that fits. */
  | { kind: 'alter'; alter: (answer: Wire) => Wire }
  /** The server acts; status and headers are right, the body is garbage. */
  | { kind: 'malformed' }
  /** The server acts; the headers are right, but only the first half, or so many bytes, of the body arrives. */
  | { kind: 'truncated'; bytes?: number }
  /** A proxy's page; the server never sees the request. */
  | { kind: 'html'; status?: number }
  /** Repeats the Authorization header and the request's body; the server has not acted. */
  | { kind: 'echo'; status?: number }
  /** A body of 10 MB of JSON. */
  | { kind: 'huge'; status?: number; act?: boolean }
  /** Checked and answered as ever, but what it should have written is not: a proxy that lies. GitHub's writes only. */
  | { kind: 'swallow' }
  | RawFault;

/** What a rule can see of a request; callers that hold less than a whole request may say so. */
export type FaultTarget = Pick<SandboxRequest, 'server' | 'method' | 'path'> & Partial<SandboxRequest>;

/** Which requests are meant. */
export type RequestFilter = {
  server?: Api;
  method?: string;
  /** A string has to be the path's end. */
  path?: RegExp | string;
  /** Anything else that has to be so, such as whose token a request carries. */
  where?: (request: FaultTarget) => boolean;
};

export type FaultRule = RequestFilter & {
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

  /** One fault after the other, from the rule's `nth` request on; `undefined` leaves a request to the server. */
  sequence(rule: Omit<FaultRule, 'fault' | 'times'>, faults: readonly (Fault | undefined)[]): FaultHandle {
    const first = rule.nth ?? 1;
    const handles = faults.flatMap((fault, index) =>
      fault === undefined ? [] : this.add({ ...rule, nth: first + index, times: 1, fault }),
    );
    return {
      get fired() {
        return handles.reduce((sum, { fired }) => sum + fired, 0);
      },
      remove: () => {
        for (const handle of handles) handle.remove();
      },
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that this request meets. Every rule counts every request that it matches. */
  take(request: FaultTarget): Fault | undefined {
    const matching = this.#rules.filter((rule) => covers(rule, request));
    for (const rule of matching) rule.seen += 1;
    const due = matching.find((rule) => rule.seen >= (rule.nth ?? 1) && rule.fired < (rule.times ?? Infinity));
    if (due) due.fired += 1;
    return due?.fault;
  }
}

/** Whether a request is one that a rule is about. */
export function covers(rule: RequestFilter, request: FaultTarget): boolean {
  if (rule.server && rule.server !== request.server) return false;
  if (rule.method && rule.method !== request.method) return false;
  if (rule.where && !rule.where(request)) return false;
  if (rule.path === undefined) return true;
  return typeof rule.path === 'string' ? request.path.endsWith(rule.path) : request.path.search(rule.path) >= 0;
}

/** A fault that changes the JSON of an answer, as a hostile or a newer server would. */
export function alterJson<Body>(change: (body: Body) => unknown): Fault {
  return {
    kind: 'alter',
    alter: (answer) => ({ ...answer, body: Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString())))) }),
  };
}

/** A fault that adds headers to an answer, or replaces them. */
export function addHeaders(headers: Record<string, string>): Fault {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { kind: 'alter', alter: (answer) => ({ ...answer, headers: { ...answer.headers, ...lower } }) };
}
