import type { SandboxClock } from './clock.ts';
import { type Api, Contract } from './contract.ts';
import { Faults } from './faults.ts';

export type SandboxRequest = {
  server: Api;
  method: string;
  /** Raw, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds on the sandbox's clock. */
  at: number;
  /** The status answered, once it is. */
  status?: number;
  /** The fault it met. */
  fault?: string;
};

export type TrafficEvent = { phase: 'received' | 'acted' | 'answered'; request: SandboxRequest };
export type TrafficListener = (event: TrafficEvent) => void;

// Shared by all worlds, since its validators take a while to compile.
const CONTRACT = new Contract();

/** What both servers share: every request in order, listeners, faults and the contract. */
export class Traffic {
  readonly clock: SandboxClock;
  readonly faults = new Faults();
  readonly contract = CONTRACT;
  readonly requests: SandboxRequest[] = [];
  readonly violations: string[] = [];
  /** What every answer waits for. */
  hold: () => Promise<void> = async () => undefined;
  readonly #listeners = new Set<TrafficListener>();

  constructor(clock: SandboxClock) {
    this.clock = clock;
  }

  /** Calls back at once, before the server goes on. Returns how to stop that. */
  on(listener: TrafficListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(phase: TrafficEvent['phase'], request: SandboxRequest): void {
    for (const listener of [...this.#listeners]) listener({ phase, request });
  }
}

/** Whether a request asks for a new token. */
export function asksForToken({ method, path }: Pick<SandboxRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && path.endsWith('/api-tokens');
}
