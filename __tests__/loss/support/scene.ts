import { asksForToken } from '../../../sandbox/http/traffic.ts';
import { findLeaks } from '../../../sandbox/leaks.ts';
import { startWorld, type World } from '../../../sandbox/world.ts';

export const home = 'acme/network';
export const others = ['acme/network/environments/Production EU', 'orgs/acme'] as const;
export const targets = [home, ...others] as const;
export const expiryVariable = 'TE_EXPIRY';
export const writeTest = 'ROTATION_WRITE_TEST';

/** What one stage of a run, main or post, told and left behind. */
export interface Stage {
  readonly failed: boolean;
  /** What a person reads of it: log, annotations, summary. */
  readonly said: string;
  readonly summary: string;
  /** Everything it wrote anywhere, but the commands that announce a mask. */
  readonly wrote: string;
  readonly masks: readonly string[];
}

/** The secrets of all three targets, and who sees them. */
type Contents = readonly { line: string; value: string | undefined; access: unknown }[];

/** A world with a home and two targets of other kinds, watched for what must never happen. */
export class Scene {
  readonly world: World;
  /** What was seen that must not be, in the order in which it was. */
  readonly breaches: string[] = [];
  readonly #before: Contents;

  constructor(world: World) {
    this.world = world;
    this.#before = this.contents();
    world.on(({ phase }) => {
      if (phase === 'acted') this.#lookAhead();
    });
  }

  get inputs() {
    return { targets: targets.join('\n'), 'expiry-variable': expiryVariable };
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

  /** Puts the secrets back to what they were, as far as their values go. */
  restore(contents: Contents): void {
    for (const { line, value } of contents) {
      const secret = this.world.github.secret(line);
      if (secret !== undefined && value !== undefined) secret.value = value;
    }
  }

  /** What must hold after any stage, whatever went wrong. */
  check(stage: Stage): void {
    const now = this.contents();
    const changed = now.filter(({ value }, index) => value !== this.#before[index]?.value);
    const exposed = now.filter(
      ({ access }, index) => JSON.stringify(access) !== JSON.stringify(this.#before[index]?.access),
    );
    for (const { line } of exposed) this.breaches.push(`${line} is seen by others than before`);
    for (const { line, value } of changed)
      if (value !== this.issued) this.breaches.push(`${line} holds neither the old nor the new token`);
    for (const token of [this.world.currentToken, this.world.githubToken, ...this.world.thousandeyes.issued]) {
      for (const encoding of findLeaks(stage.wrote, token)) this.breaches.push(`a token leaked (${encoding})`);
    }
    for (const violation of this.world.violations.splice(0)) this.breaches.push(`contract: ${violation}`);
  }

  /** Whether the secret of a write test is left anywhere. */
  get hasLeftover(): boolean {
    return targets.some((line) => this.world.github.secretNames(line).includes(writeTest));
  }

  #lookAhead(): void {
    const ahead = others.filter((line) => this.issued !== undefined && this.world.github.open(line) === this.issued);
    if (!this.isAtHome) for (const line of ahead) this.breaches.push(`${line} was ahead of the home`);
  }

  /** @throws where something was seen that must not be: whoever looks for himself takes it out of `breaches` */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.close();
    if (this.breaches.length > 0) throw new Error(this.breaches.join('; '));
  }
}

/** @param frozen whether time passes only where a test moves it */
export async function startScene({ frozen = false } = {}): Promise<Scene> {
  const world = await startWorld(frozen ? { scale: 0 } : {});
  world.setup([others[0]]);
  world.setup([others[1]], { selected: ['network', 'edge'] });
  return new Scene(world);
}
