import { setImmediate as turn } from 'node:timers/promises';
import { DAY, timestamp } from '../../../sandbox/clocks/clock.ts';
import { asksForToken, type TrafficEvent } from '../../../sandbox/http/traffic.ts';
import { findLeaks } from '../../../sandbox/leaks.ts';
import { startWorld, type World, type WorldOptions } from '../../../sandbox/world.ts';
import { IdleClock } from './idle-clock.ts';
import { fingerprint, idOf } from './record.ts';

export const home = 'acme/network';
export const others = ['acme/network/environments/Production EU', 'orgs/acme'] as const;
export const targets = [home, ...others] as const;
export const nextName = 'TE_TOKEN_NEXT';
export const writeTest = 'ROTATION_WRITE_TEST';

/** What one stage of a run, main or post, told and left behind. */
export interface Stage {
  readonly failed: boolean;
  /** Ended without a word. */
  readonly isKilled: boolean;
  /** What a person reads of it: log, annotations, summary. */
  readonly said: string;
  readonly summary: string;
  /** Everything it wrote anywhere, but the commands that announce a mask. */
  readonly wrote: string;
  readonly masks: readonly string[];
}

/** A run of the workflow, stage by stage, with what its job was handed when it was queued. */
export interface Job {
  readonly runId: number;
  main(): Promise<Stage>;
  post(): Promise<Stage>;
  [Symbol.dispose](): void;
}

export interface JobOptions {
  /** Inputs in place of the scene's. */
  readonly with?: Record<string, string>;
  /** When main is killed. */
  readonly kill?: (event: TrafficEvent) => boolean;
  /** Steps the time of day, and it alone, by so many ms. In this process only. */
  readonly step?: { readonly at: (event: TrafficEvent) => boolean; readonly by: number };
}

/** Queues a run: in this process, or with the bundle. */
export type NewJob = (scene: Scene, options?: JobOptions) => Job;

/** Whether the home's token was rotated before, or the record is still to be made. */
export type Start = 'first' | 'later';

/** The secrets of all three targets, and who sees them. */
type Contents = readonly { line: string; value: string | undefined; access: unknown }[];

/** A world with a home and two targets of other kinds, watched for what must never happen. */
export class Scene {
  readonly world: World;
  /** What was seen that must not be, in the order in which it was. */
  readonly breaches: string[] = [];
  readonly inputs = { targets: targets.join('\n') };
  readonly #before: Contents;
  #clock: IdleClock | undefined;
  /** The newest token, by its place among the issued, that the home was seen to hold. */
  #newest = -1;
  /** The newest token that the home or `_NEXT` was seen to hold. */
  #kept: string | undefined;

  constructor(world: World) {
    this.world = world;
    this.#before = this.contents();
    world.on(({ phase }) => {
      if (phase === 'acted') this.#watch();
    });
  }

  /** The time of every step that runs in this process. */
  get clock(): IdleClock {
    this.#clock ??= new IdleClock(this.world);
    return this.#clock;
  }

  /** The token that ThousandEyes issued last. */
  get issued(): string | undefined {
    return this.world.thousandeyes.issued.at(-1);
  }

  get isEverywhere(): boolean {
    return this.issued !== undefined && targets.every((line) => this.world.github.open(line) === this.issued);
  }

  get isAtHome(): boolean {
    return this.issued !== undefined && this.world.github.open(home) === this.issued;
  }

  /** What `_NEXT` holds. */
  get next(): string | undefined {
    return this.world.github.open(home, nextName);
  }

  /** Whether the next run can get at the token that was issued last. */
  get isKept(): boolean {
    return this.issued !== undefined && (this.isAtHome || this.next === this.issued);
  }

  /** Whether ThousandEyes sent an answer from which the token can be read. */
  get wasToldWhole(): boolean {
    return this.world.requests.some(
      (request) => asksForToken(request) && request.status === 201 && request.fault === undefined,
    );
  }

  contents(): Contents {
    return targets.map((line) => {
      const secret = this.world.github.secret(line);
      const access = [secret?.visibility, secret?.selectedRepositoryIds];
      return { line, value: secret?.value, access };
    });
  }

  /** What must hold after any stage, whatever went wrong. */
  check(stage: Stage): void {
    const { github, thousandeyes, currentToken, githubToken } = this.world;
    const tokens = [currentToken, ...thousandeyes.issued, ...thousandeyes.activeTokens()];
    for (const [index, { line, value, access }] of this.contents().entries()) {
      const before = this.#before[index];
      if (JSON.stringify(access) !== JSON.stringify(before?.access))
        this.breaches.push(`${line} is seen by others than before`);
      if (value === undefined || !tokens.includes(value)) this.breaches.push(`${line} holds no token`);
      const strange = github
        .secretNames(line)
        .filter((name) => !['TE_TOKEN', writeTest, ...(line === home ? [nextName] : [])].includes(name));
      for (const name of strange) this.breaches.push(`${name} was created in ${line}`);
    }
    for (const token of new Set([...tokens, githubToken])) {
      for (const encoding of findLeaks(stage.wrote, token)) this.breaches.push(`a token leaked (${encoding})`);
    }
    for (const violation of this.world.violations.splice(0)) this.breaches.push(`contract: ${violation}`);
  }

  /** Whether the secret of a write test is left anywhere. */
  get hasLeftover(): boolean {
    return targets.some((line) => this.world.github.secretNames(line).includes(writeTest));
  }

  /** What keeps this from being the end of a rotation: nothing, where one working token is in all targets and the record is right. */
  get missing(): string[] {
    const { thousandeyes, github } = this.world;
    const { issued = '' } = this;
    const record = this.world.variable().json;
    const ids = Array.isArray(record?.targets) ? [...record.targets].sort() : [];
    const wrong: Record<string, boolean> = {
      'nothing was issued': issued === '',
      'ThousandEyes does not know the token': !thousandeyes.activeTokens().includes(issued),
      ...Object.fromEntries(targets.map((line) => [`${line} does not hold it`, github.open(line) !== issued])),
      'the record names another token': record?.token !== fingerprint(issued),
      "the record's targets are others": ids.join() !== targets.map(idOf).sort().join(),
      'the record has targets behind': JSON.stringify(record?.behind) !== '[]',
      [`${nextName} is there`]: this.next !== undefined,
    };
    return Object.keys(wrong).filter((name) => wrong[name]);
  }

  /** Until the servers have dealt with what a process that is dead by now had sent. */
  async quiet(): Promise<void> {
    for (let seen = -1; seen < this.world.requests.length; ) {
      seen = this.world.requests.length;
      for (let count = 0; count < 5; count++) await turn();
    }
  }

  /** At every moment: no target is ahead of the home, the home never goes back, and what was kept stays kept. */
  #watch(): void {
    const { github, thousandeyes } = this.world;
    const ageOf = (line: string) => thousandeyes.issued.indexOf(github.open(line) ?? '');
    for (const line of others) if (ageOf(line) > ageOf(home)) this.breaches.push(`${line} was ahead of the home`);
    if (ageOf(home) < this.#newest && thousandeyes.activeTokens().includes(thousandeyes.issued[this.#newest] ?? ''))
      this.breaches.push('the home went back to an older token');
    this.#newest = Math.max(this.#newest, ageOf(home));
    if (this.isKept) this.#kept = this.issued;
    else if (this.#kept !== undefined && this.#kept === this.issued && thousandeyes.activeTokens().includes(this.#kept))
      this.breaches.push('the only copy of a living token was deleted or overwritten');
  }

  /** @throws where something was seen that must not be: whoever looks for himself takes it out of `breaches` */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.close();
    if (this.breaches.length > 0) throw new Error([...new Set(this.breaches)].join('; '));
  }
}

export type SceneOptions = WorldOptions & {
  /** Whether time passes only where a test moves it. */
  readonly frozen?: boolean;
  readonly start?: Start;
};

export async function startScene({ frozen = false, start = 'later', ...options }: SceneOptions = {}): Promise<Scene> {
  const world = await startWorld(frozen ? { ...options, scale: 0 } : options);
  world.setup([others[0]]);
  world.setup([others[1]], { selected: ['network', 'edge'] });
  if (start === 'later') noteEarlierRotation(world);
  return new Scene(world);
}

/** The record of the rotation that brought the current token, 400 days ago. */
function noteEarlierRotation(world: World): void {
  const since = world.github.secret(home)?.updatedAt ?? 0;
  world.variable().seed({
    v: 1,
    token: fingerprint(world.currentToken),
    since: timestamp(since),
    validUntil: timestamp(since + 730 * DAY),
    previous: fingerprint('te-of-long-ago'),
    previousUntil: timestamp(since + 14 * DAY),
    home: timestamp(since),
    run: 'https://github.com/acme/network/actions/runs/1',
    targets: targets.map(idOf),
    behind: [],
  });
}
