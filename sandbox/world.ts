import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DAY, SandboxClock } from './clocks/clock.ts';
import { spanOf } from './clocks/span.ts';
import { GitHub, type GitHubOptions, type SeedOptions } from './github/github.ts';
import type { NamedVariable } from './github/named-variable.ts';
import { homeOf, splitLine } from './github/stores/target-line.ts';
import type { Faults } from './http/faults.ts';
import { moment, type RequestRule } from './http/moments.ts';
import { type SandboxRequest, Traffic, type TrafficEvent, type TrafficListener } from './http/traffic.ts';
import { expression } from './runner/expressions.ts';
import { actionOf, type Inputs, type RunOptions, type RunResult, runAction, Step } from './runner/runner.ts';
import { ThousandEyes } from './thousandeyes/thousandeyes.ts';
import { type QueuedRun, Workflow, type WorkflowHost, type WorkflowOptions } from './workflow.ts';

export type WorldOptions = GitHubOptions & {
  /** Sandbox seconds in a real one. */
  scale?: number;
  /** Milliseconds that every answer takes longer. */
  latency?: number;
  /** Milliseconds by which both servers' clocks are ahead of the runner's; each has a `skew` of its own. */
  skew?: number;
  /** The age of the current token and its secret. */
  ageInDays?: number;
};

export type WorldRunOptions = RunOptions & {
  /** Lines that `with` lacks, of those that it would have otherwise. */
  without?: string[];
};

/** A workflow of `acme/network`, unless told otherwise. */
export type WorldWorkflowOptions = WorldRunOptions & Partial<WorkflowOptions>;

export const HOME = 'acme/network';
const RUN_ID = 4711;
const GUARD = fileURLToPath(new URL('../guard', import.meta.url));
const NEXT = 'thousandeyes-token-next';

/** Both servers and a scene: `acme/network` holds the token of an account that is due for a rotation. */
export class World {
  readonly clock: SandboxClock;
  readonly github: GitHub;
  readonly thousandeyes: ThousandEyes;
  /** The token that the home holds at first. */
  readonly currentToken = `te-current-${randomUUID()}`;
  /** A classic token that may do everything. */
  readonly githubToken = `ghp_${randomBytes(18).toString('hex')}`;
  readonly #traffic: Traffic;
  #moved = 0;
  #lastRun = RUN_ID;

  constructor(options: WorldOptions) {
    this.clock = new SandboxClock({ scale: options.scale ?? 1 });
    this.#traffic = new Traffic(this.clock);
    this.github = new GitHub(this.#traffic, options);
    this.thousandeyes = new ThousandEyes(this.#traffic);
    this.github.latency = options.latency ?? 0;
    this.thousandeyes.latency = options.latency ?? 0;
    this.github.skew = options.skew ?? 0;
    this.thousandeyes.skew = options.skew ?? 0;
    const issuedAt = this.clock.now() - (options.ageInDays ?? 400) * DAY;
    this.thousandeyes.addToken(this.thousandeyes.addAccount(), { value: this.currentToken, issuedAt });
    this.github.addCredential(this.githubToken, { kind: 'classic' });
    this.github.addRun(HOME, { id: RUN_ID, createdAt: this.clock.now() });
    this.github.seed(HOME, { value: this.currentToken, createdAt: issuedAt });
  }

  get faults(): Faults {
    return this.#traffic.faults;
  }

  /** Every request to either server, in order. */
  get requests(): SandboxRequest[] {
    return this.#traffic.requests;
  }

  /** Every breach of the contracts. */
  get violations(): string[] {
    return this.#traffic.violations;
  }

  /** Holds every answer back until this resolves for it. */
  holdAnswers(hold: () => Promise<void>): void {
    this.#traffic.hold = hold;
  }

  on(listener: TrafficListener): () => void {
    return this.#traffic.on(listener);
  }

  /**
   * Lets someone else act in the middle of a run: when a request that fits has been received, unless another phase is
   * given, and before the server goes on. Returns how to stop that.
   */
  meanwhile(rule: RequestRule & { phase?: TrafficEvent['phase'] }, act: () => void): () => void {
    const isNow = moment(rule.phase ?? 'received', rule);
    return this.on((event) => {
      if (isNow(event)) act();
    });
  }

  /** Further targets that hold the current token, written when the home was. */
  setup(lines: string[], options: Partial<SeedOptions> = {}): void {
    const home = this.github.secret(HOME);
    const { createdAt = this.clock.now(), updatedAt = createdAt } = home ?? {};
    for (const line of lines) {
      const { store, ...named } = splitLine(line);
      this.github.seed(store, { value: this.currentToken, createdAt, updatedAt, ...named, ...options });
    }
  }

  /** Moves the clock on, of both servers and of every process that starts from now on: `15 days`, `3 hours`, `90 s`. */
  later(span: string): void {
    const ms = spanOf(span);
    this.clock.advance(ms);
    this.#moved += ms;
  }

  /** A variable beside the home, unless told otherwise: to look at a record, or to put one in place. */
  variable(name = 'TE_TOKEN_ROTATION', line = HOME): NamedVariable {
    return this.github.namedVariable(line, name);
  }

  /** Runs the action with the inputs that are given; the tokens are those of now, unless they are among them. */
  run(options: WorldRunOptions = {}): Promise<RunResult> {
    return runAction(this.#present(options));
  }

  /** The same as a step whose stages the caller starts. */
  step(options: WorldRunOptions = {}): Step {
    return new Step(this.#present(options));
  }

  /** A workflow whose runs get what GitHub would give their job; `with` may say `${{ secrets.NAME }}`. */
  workflow(options: WorldWorkflowOptions = {}): Workflow {
    const { repository = HOME } = options;
    const { name } = homeOf(options.with ?? {}, repository);
    const tokens = { 'thousandeyes-token': expression(`secrets.${name}`), [NEXT]: expression(`secrets.${name}_NEXT`) };
    const complete = (run: WorldRunOptions): RunOptions => this.#wired(run);
    return new Workflow(this.#host(complete), { ...options, repository, with: { ...tokens, ...options.with } });
  }

  /** A run of such a workflow that waits for its job to start. */
  queue(options: WorldWorkflowOptions = {}): QueuedRun {
    return this.workflow(options).queue();
  }

  /** Runs the guard in a workflow, on the record's variable. */
  guard(options: WorldWorkflowOptions = {}): Promise<RunResult> {
    const inputs = { record: expression('vars.TE_TOKEN_ROTATION'), ...options.with };
    const complete = (run: WorldRunOptions): RunOptions => this.#placed(run);
    return new Workflow(this.#host(complete), { repository: HOME, actionDir: GUARD, ...options, with: inputs }).run();
  }

  /**
   * What lets a run die at a moment, and its machine with it: no post, nothing of RUNNER_TEMP is left for the next. At
   * `received` the server never acts on the request, at `acted` (which it is unless told) the answer never comes.
   */
  killedAt(rule: RequestRule & { phase?: TrafficEvent['phase'] }): Required<Pick<RunOptions, 'kill' | 'post'>> {
    const isNow = moment(rule.phase ?? 'acted', rule);
    let isDead = false;
    // Armed by the death itself, so that a run that lives on leaves no fault behind.
    if (rule.phase === 'received') {
      this.faults.add({ where: () => isDead, times: 1, fault: { kind: 'reset-before' } });
    }
    const kill = (event: TrafficEvent): boolean => {
      isDead ||= isNow(event);
      return isDead;
    };
    return { kill, post: false };
  }

  async start(): Promise<void> {
    await Promise.all([this.github.start(), this.thousandeyes.start()]);
  }

  /** @throws where a request or an answer was not as published: whoever wanted that takes it out of `violations` */
  async close(): Promise<void> {
    await Promise.all([this.github.stop(), this.thousandeyes.stop()]);
    if (this.violations.length > 0) throw new Error(`The contract was broken: ${this.violations.join('; ')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #host(complete: WorkflowHost['complete']): WorkflowHost {
    const register = (repository: string): number => {
      this.#lastRun += 1;
      this.github.addRun(repository, { id: this.#lastRun, createdAt: this.clock.now() });
      return this.#lastRun;
    };
    return { repositories: this.github.repositories, register, complete };
  }

  #present(options: WorldRunOptions): RunOptions {
    // An action that has no such input would warn of it.
    const next = NEXT in actionOf(options).inputs ? { [NEXT]: this.#next(options) } : {};
    const inputs = { 'thousandeyes-token': this.currentToken, ...next, ...options.with };
    return this.#wired({ ...options, with: inputs });
  }

  #next(options: RunOptions): string {
    try {
      const { store, name } = homeOf(options.with ?? {}, options.context?.repository ?? HOME);
      return this.github.open(store, `${name}_NEXT`) ?? '';
    } catch {
      // A first line that means no store is for the action to refuse.
      return '';
    }
  }

  #wired(options: WorldRunOptions): RunOptions {
    const inputs: Inputs = {
      'github-token': this.githubToken,
      'thousandeyes-api-url': this.thousandeyes.url,
      'github-api-url': this.github.url,
      ...options.with,
    };
    return this.#placed({ ...options, with: inputs });
  }

  #placed(options: WorldRunOptions): RunOptions {
    const inputs = { ...options.with };
    for (const name of options.without ?? []) delete inputs[name];
    const context = { repository: HOME, runId: RUN_ID, apiUrl: this.github.url, ...options.context };
    // A process on the sandbox's own clock goes by that, which has been moved already.
    const isScaled = options.env !== undefined && 'SANDBOX_CLOCK' in options.env;
    const clock = isScaled ? {} : { clockOffset: () => this.#moved };
    return { on: (listener) => this.on(listener), ...clock, ...options, with: inputs, context };
  }
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  await world.start();
  return world;
}
