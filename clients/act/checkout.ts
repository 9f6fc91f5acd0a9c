import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { HOME } from '../../sandbox/world.ts';
import { type Ran, run } from '../shell.ts';

/** What a later step of the job is given of the action. */
export type Told = { outcome: string; outputs: Record<string, string> };
export type Played = Ran & { log: string; told: Told | undefined };

export type Event = {
  workflow: 'rotate.yml' | 'guard.yml';
  /** The event's name, and what act takes with it. */
  event: readonly string[];
  secrets?: Record<string, string>;
  variables?: Record<string, string>;
  /** Called between the action's main and its post step. */
  between?: () => void;
};

const project = join(import.meta.dirname, '..', '..');

/** A repository with the action as it is checked in and the workflows that use it. */
export class Checkout {
  readonly #folder = mkdtempSync(join(tmpdir(), 'act-'));
  readonly #cache = mkdtempSync(join(tmpdir(), 'act-cache-'));

  static async create(): Promise<Checkout> {
    const checkout = new Checkout();
    for (const name of ['action.yml', 'dist', 'guard', 'package.json']) {
      cpSync(join(project, name), join(checkout.#folder, name), { recursive: true });
    }
    cpSync(join(import.meta.dirname, 'tell.mjs'), join(checkout.#folder, 'tell.mjs'));
    cpSync(join(import.meta.dirname, 'workflows'), join(checkout.#folder, '.github', 'workflows'), { recursive: true });
    await checkout.#git('init', '--quiet', '--initial-branch', 'main');
    await checkout.#git('remote', 'add', 'origin', `https://github.com/${HOME}`);
    await checkout.#git('add', '--all');
    await checkout.#git(
      '-c',
      'user.name=acme',
      '-c',
      'user.email=acme@acme.example',
      'commit',
      '--quiet',
      '-m',
      'Rotate',
    );
    return checkout;
  }

  /** Plays an event as act does without containers. */
  async play({ workflow, event, secrets = {}, variables = {}, between }: Event): Promise<Played> {
    await using told = await Telling.start(between);
    const given = [
      ...Object.entries(secrets).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
      ...Object.entries({ ...variables, TOLD_TO: told.url }).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ];
    const host = ['-P', 'ubuntu-latest=-self-hosted', '--action-cache-path', this.#cache, '--no-cache-server'];
    const file = join('.github', 'workflows', workflow);
    const ran = await run('act', [...event, '-W', file, ...host, ...given], {
      cwd: this.#folder,
      // A person's own settings for act would change the run.
      env: { HOME: this.#cache, XDG_CONFIG_HOME: this.#cache },
    });
    return { ...ran, log: ran.stdout + ran.stderr, told: told.last };
  }

  async #git(...args: string[]): Promise<void> {
    const { code, stderr } = await run('git', args, { cwd: this.#folder });
    if (code !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.#cache, { recursive: true, force: true });
  }
}

/** Hears what `tell.mjs` sends from the job. */
class Telling {
  last: Told | undefined;
  url = '';
  readonly #server;

  private constructor(between?: () => void) {
    this.#server = createServer(async (request, response) => {
      this.last = (await json(request)) as Told;
      between?.();
      response.end();
    });
  }

  static async start(between?: () => void): Promise<Telling> {
    const telling = new Telling(between);
    await new Promise<void>((resolve) => telling.#server.listen(0, '127.0.0.1', resolve));
    telling.url = `http://127.0.0.1:${(telling.#server.address() as AddressInfo).port}`;
    return telling;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
