import type { Run, State } from './state.ts';

/** What a red run tells people to do. */
export type Advice =
  | 'run again'
  | 'run again, then recover'
  | 'recover'
  | 'wait, then recover'
  | 'wait'
  | 'rotate'
  | 'replaced by hand'
  | 'next refused'
  | 'store again or run again'
  | 'put it into _NEXT';

/** How a run ended. */
export interface Ended {
  readonly colour: 'green' | 'red' | 'gone';
  readonly what: string;
  readonly advice: Advice | undefined;
  readonly run: Run;
}

/** One arrow: what happens, and the state behind it. */
export interface Step {
  readonly label: string;
  readonly state: State;
  /** How many faults it takes. */
  readonly cost: 0 | 1;
  readonly ended?: Ended;
}

/** Collects what may happen next in one run. */
export class Steps {
  readonly all: Step[] = [];
  readonly state: State;
  readonly run: Run;
  readonly #index: number;

  constructor(state: State, index: number, run: Run) {
    this.state = state;
    this.run = run;
    this.#index = index;
  }

  /** The run goes on. */
  go(label: string, state: State, change: Partial<Run>, cost: 0 | 1 = 0): this {
    const under = state.under.with(this.#index, { ...this.run, ...change });
    this.all.push({ label, state: { ...state, under }, cost });
    return this;
  }

  end(label: string, state: State, ended: Omit<Ended, 'run'>, cost: 0 | 1 = 0): this {
    this.all.push({ label, state: this.#without(state), cost, ended: { ...ended, run: this.run } });
    return this;
  }

  red(label: string, state: State, what: string, advice: Advice, cost: 0 | 1 = 0): this {
    return this.end(label, state, { colour: 'red', what, advice }, cost);
  }

  green(label: string, state: State, what: string, advice?: Advice, cost: 0 | 1 = 0): this {
    return this.end(label, state, { colour: 'green', what, advice }, cost);
  }

  /** The machine goes, and the journal with it. */
  gone(label: string, state: State): this {
    return this.end(`${label}, machine gone`, state, { colour: 'gone', what: '', advice: undefined }, 1);
  }

  /** The process ends, and the post step goes on from the journal. */
  post(label: string, state: State, change: Partial<Run> = {}): this {
    return this.run.isPost ? this : this.go(`${label}, process dies, post`, state, { ...change, isPost: true }, 1);
  }

  #without(state: State): State {
    return { ...state, under: state.under.filter((_, index) => index !== this.#index) };
  }
}
