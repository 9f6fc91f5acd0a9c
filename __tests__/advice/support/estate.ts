import { createHash } from 'node:crypto';
import { DAY, HOUR, MINUTE } from '../../../sandbox/clocks/clock.ts';
import { Gh } from '../../../sandbox/gh/gh.ts';
import { type JobValues, queuedValues, startedValues } from '../../../sandbox/github/job-values.ts';
import { expression } from '../../../sandbox/runner/expressions.ts';
import { HOME, type World } from '../../../sandbox/world.ts';
import { type JobOptions, type Page, runJob } from './job.ts';

/** Between two runs on a schedule. */
const week = 7 * DAY;
/** How often it is looked whether a token has died. */
const lookEvery = 6 * HOUR;

export type RunOptions = JobOptions & {
  mode?: string;
  /** What the job is handed, where it was queued or started before. */
  values?: JobValues;
  attempt?: number;
};

/** Both services, and a workflow that a schedule starts every week: what a person who reads a run's page has at hand. */
export class Estate {
  readonly world: World;
  readonly lines: string[];
  /** The step's `with`, as in the workflow's file, beside the tokens. */
  readonly inputs: Record<string, string> = {};
  /** The job's `environment:`. */
  environment: string | undefined;
  /** What others do again and again, right before a run on the schedule. */
  habit: () => void = () => undefined;
  /** What the person has copied. */
  clipboard = '';
  /** How long a target held a token that does not work, in ms, and nobody had been told to revoke it. */
  outage = 0;
  /** The person has revoked what was listed, and is not done yet. */
  isInterrupted = false;
  /** The page of the last run. */
  last: Page | undefined;
  #nextRun: number;
  #lastId = 4711;
  readonly #gh = new Gh();

  constructor(world: World, lines: string[]) {
    this.world = world;
    this.lines = lines;
    this.#nextRun = this.now + week;
  }

  get now(): number {
    return this.world.clock.now();
  }

  get home(): string {
    return this.lines[0] ?? HOME;
  }

  /** What a job that is queued now, and started now, is handed. */
  get values(): JobValues {
    const { repositories } = this.world.github;
    const queued = queuedValues(repositories, repositories.add(HOME));
    return this.environment === undefined
      ? queued
      : startedValues(queued, repositories.addEnvironment(HOME, this.environment));
  }

  async run({ mode, values = this.values, attempt = 1, ...options }: RunOptions = {}): Promise<Page> {
    const { world } = this;
    this.wait5();
    const inputs = {
      'thousandeyes-token': expression('secrets.TE_TOKEN'),
      'thousandeyes-token-next': expression('secrets.TE_TOKEN_NEXT'),
      'github-token': world.githubToken,
      'thousandeyes-api-url': world.thousandeyes.url,
      'github-api-url': world.github.url,
      targets: this.lines.join('\n'),
      ...this.inputs,
      ...(mode === undefined ? {} : { mode }),
    };
    const handed = { inputs, values, repository: HOME, runId: ++this.#lastId, attempt };
    this.last = await runJob(world, handed, options);
    this.isInterrupted = false;
    return this.last;
  }

  /** People are slow: whatever they do takes some minutes. */
  wait5(): void {
    this.world.later('5 min');
  }

  /**
   * Lets time pass until a moment, with the runs of the schedule. Ends at the first of those that `isNews` wants to be told of.
   */
  async until(moment: number, isNews: (page: Page) => boolean = () => false): Promise<Page | undefined> {
    while (this.now < moment) {
      const step = Math.min(moment, this.#nextRun, this.now + lookEvery) - this.now;
      if (step > 0) this.world.later(`${step} ms`);
      if (!this.isInterrupted && this.isDown) this.outage += Math.max(step, MINUTE);
      if (this.now < this.#nextRun) continue;
      this.#nextRun += week;
      this.habit();
      const page = await this.run();
      if (isNews(page)) return page;
    }
    return undefined;
  }

  /** Lets time pass until the next run of the schedule. */
  async nextRun(): Promise<Page> {
    return (await this.until(this.#nextRun + week, () => true)) ?? this.run();
  }

  isAccepted(token: string | undefined): boolean {
    const { accounts } = this.world.thousandeyes;
    return accounts.some((account) => this.world.thousandeyes.activeTokens(account).includes(token ?? ''));
  }

  /** Whether any target holds a token that does not work. */
  get isDown(): boolean {
    return this.lines.some((line) => !this.isAccepted(this.world.github.open(line)));
  }

  /** One working token everywhere, a record that says so, and nothing left over. */
  get faults(): string[] {
    const { world, lines } = this;
    const token = world.github.open(this.home);
    const record = world.variable('TE_TOKEN_ROTATION', this.home).json ?? {};
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const ids = lines.map((line) => hash(`${line} as TE_TOKEN`.toLowerCase()).slice(0, 12));
    const held = new Set(Array.isArray(record.targets) ? record.targets : []);
    return [
      ...lines.filter((line) => world.github.open(line) !== token).map((line) => `${line} holds another token`),
      ...(this.isDown ? ['a target holds a token that does not work'] : []),
      ...(record.token === `sha256:${hash(token ?? '').slice(0, 16)}` ? [] : ['the record names another token']),
      ...(ids.every((id) => held.has(id)) ? [] : ['the record does not know all targets']),
      ...lines.flatMap((line) => world.github.secretNames(line).filter((name) => name !== 'TE_TOKEN')),
    ];
  }

  /** A person revokes all that ThousandEyes lists for the user of the token. */
  revokeAll(): void {
    const { thousandeyes } = this.world;
    for (const token of thousandeyes.activeTokens()) thousandeyes.revoke(token);
    this.isInterrupted = true;
    this.wait5();
  }

  /** A person creates one, and copies it. @throws where two are active */
  create(): void {
    this.clipboard = this.world.thousandeyes.create();
    this.wait5();
  }

  /** A person pastes a command, and what it asks for. @throws where it fails */
  async type(command: string): Promise<void> {
    const { githubToken, github } = this.world;
    const code = await this.#gh.shell(command, githubToken, github.url, this.clipboard);
    if (code !== 0) throw new Error(`The command ended with ${code}: ${command.slice(0, 120)}`);
    this.wait5();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gh[Symbol.dispose]();
    await this.world.close();
  }
}
