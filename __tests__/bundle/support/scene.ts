import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DAY } from '../../../sandbox/clocks/clock.ts';
import { asksForToken } from '../../../sandbox/http/traffic.ts';
import type { RunOptions, RunResult } from '../../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World, type WorldOptions } from '../../../sandbox/world.ts';

export const next = 'TE_TOKEN_NEXT';
export const recordName = 'TE_TOKEN_ROTATION';
export const others = ['acme/edge', 'acme/lab'];
export const targets = [HOME, ...others];

/** As the record writes a token: 16 hex digits of its SHA-256. */
export function fingerprint(token: string): string {
  return `sha256:${hash(token).slice(0, 16)}`;
}

/** As the record writes a target: 12 hex digits of the SHA-256 of its full line in lower case. */
export function idOf(line: string, secret = 'TE_TOKEN'): string {
  return hash(`${line} as ${secret}`.toLowerCase()).slice(0, 12);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A world with three targets, and a workflow that writes them. */
export async function startScene(options: WorldOptions & { scene?: SceneOptions } = {}): Promise<Scene> {
  const { scene, ...world } = options;
  return new Scene(await startWorld(world), scene);
}

export type SceneOptions = {
  lines?: string[];
  with?: Record<string, string>;
  environment?: string;
  /** How long ago the record noted the token in hand; without it there is no record. */
  noted?: number;
};

export class Scene {
  readonly world: World;
  readonly lines: string[];
  readonly workflow: ReturnType<World['workflow']>;
  readonly #scaled: RunOptions;

  constructor(world: World, { lines = targets, noted, environment, ...more }: SceneOptions = {}) {
    this.world = world;
    this.lines = lines;
    world.setup(lines.slice(1));
    this.#scaled = world.clock.scale === 1 ? {} : scaledTo(world);
    const named = environment === undefined ? {} : { environment };
    this.workflow = world.workflow({ ...this.#scaled, ...named, with: { targets: lines.join('\n'), ...more.with } });
    if (noted !== undefined) this.note({ since: noted });
  }

  /** The same workflow with another mode. */
  inMode(mode: string, options: { environment?: string; with?: Record<string, string> } = {}) {
    const inputs = { targets: this.lines.join('\n'), mode, ...options.with };
    return this.world.workflow({ ...this.#scaled, ...options, with: inputs });
  }

  get home(): string {
    return this.lines[0] ?? HOME;
  }

  get record(): Record<string, unknown> {
    return this.world.variable(recordName, this.home).json ?? {};
  }

  /** The record of the token in the home, as a rotation of so many days ago would have left it, with what is given in place. */
  note({ since, ...more }: { since: number } & Record<string, unknown>): void {
    const { world, lines } = this;
    const at = world.clock.now() - since * DAY;
    const secret = world.github.secret(this.home);
    world.variable(recordName, this.home).seed({
      v: 1,
      token: fingerprint(secret?.value ?? ''),
      since: iso(at),
      validUntil: iso(at + 730 * DAY),
      previous: fingerprint('te-before'),
      previousUntil: iso(at + 14 * DAY),
      home: iso(secret?.updatedAt ?? at),
      run: 'https://github.com/acme/network/actions/runs/1',
      targets: lines.map((line) => idOf(line)),
      behind: [],
      ...more,
    });
  }

  /** What the targets hold, in their order. */
  get held(): (string | undefined)[] {
    return this.lines.map((line) => this.world.github.open(line));
  }

  /** What is beside the home. */
  get parked(): string | undefined {
    return this.world.github.open(this.home, next);
  }

  /** How often a token was asked for. */
  get asked(): number {
    return this.world.requests.filter(asksForToken).length;
  }

  /** What was written to GitHub, in order: method and the last part of the path. */
  get written(): string[] {
    return this.world.requests
      .filter(({ server, method }) => server === 'github' && method !== 'GET')
      .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
  }

  /** One working token everywhere, which the record knows to be there, and nothing beside it. */
  get isWell(): boolean {
    const { world, lines, held, parked, record } = this;
    const [token = ''] = held;
    const ids = Array.isArray(record.targets) ? record.targets : [];
    return (
      held.every((each) => each === token) &&
      world.thousandeyes.activeTokens().includes(token) &&
      record.token === fingerprint(token) &&
      lines.every((line) => ids.includes(idOf(line))) &&
      parked === undefined
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.close();
  }
}

/** What a process needs to run on a world's clock. */
function scaledTo(world: World): RunOptions {
  return {
    env: world.clock.env,
    execArgv: ['--import', join(import.meta.dirname, '../../../sandbox/clocks/scaled.ts')],
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What a person reads of a run: log, annotations and summary, of post, too. */
export function saidBy(run: RunResult): string {
  return [run.log, run.summary, run.post?.log, run.post?.summary].join('\n');
}
