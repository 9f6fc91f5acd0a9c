import { randomBytes, randomUUID } from 'node:crypto';
import { DAY, SandboxClock } from './clocks/clock.ts';
import { GitHub, type GitHubOptions, type SeedOptions } from './github/github.ts';
import { splitLine } from './github/stores/target-line.ts';
import type { Faults } from './http/faults.ts';
import { moment, type RequestRule } from './http/moments.ts';
import { type SandboxRequest, Traffic, type TrafficEvent, type TrafficListener } from './http/traffic.ts';
import { type Inputs, type RunOptions, type RunResult, runAction, Step } from './runner/runner.ts';
import { ThousandEyes } from './thousandeyes/thousandeyes.ts';

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

export const HOME = 'acme/network';
const RUN_ID = 4711;

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

  /** Runs the action against this world. */
  run(options: RunOptions = {}): Promise<RunResult> {
    return runAction(this.#wired(options));
  }

  /** The same as a step whose stages the caller starts. */
  step(options: RunOptions = {}): Step {
    return new Step(this.#wired(options));
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

  #wired(options: RunOptions): RunOptions {
    const inputs: Inputs = {
      'thousandeyes-token': this.currentToken,
      'github-token': this.githubToken,
      'thousandeyes-api-url': this.thousandeyes.url,
      'github-api-url': this.github.url,
      ...options.with,
    };
    const context = { repository: HOME, runId: RUN_ID, apiUrl: this.github.url, ...options.context };
    return { on: (listener) => this.on(listener), ...options, with: inputs, context };
  }
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  await world.start();
  return world;
}
