import type { SandboxClock } from '../clocks/clock.ts';
import { Contract } from './contract.ts';
import { Faults } from './faults.ts';
import type { SandboxRequest } from './request.ts';

export { asksForToken, type SandboxRequest } from './request.ts';

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
