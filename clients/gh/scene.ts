import type { Inputs, RunOptions, RunResult } from '../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { type Ran, run } from '../shell.ts';
import { TlsHosts } from '../tls-hosts.ts';
import { answersOf } from './answers.ts';

/** A kind of GitHub, by the address of its API. */
export type Place = { title: string; apiUrl: string; serverUrl: string; enterprise: boolean };

export const PLACES: readonly Place[] = [
  { title: 'github.com', apiUrl: 'https://api.github.com', serverUrl: 'https://github.com', enterprise: false },
  {
    title: 'GitHub Enterprise Server',
    apiUrl: 'https://github.acme.example/api/v3',
    serverUrl: 'https://github.acme.example',
    enterprise: true,
  },
  { title: 'ghe.com', apiUrl: 'https://api.acme.ghe.com', serverUrl: 'https://acme.ghe.com', enterprise: false },
];

export const ENVIRONMENT = `${HOME}/environments/Production EU/West`;
export const ORGANIZATION = 'orgs/acme';

/** A world that the action and `gh` meet at the address of a real GitHub, over TLS. */
export class Scene {
  readonly world: World;
  readonly hosts: TlsHosts;
  readonly #place: Place;

  private constructor(place: Place, world: World, hosts: TlsHosts) {
    this.#place = place;
    this.world = world;
    this.hosts = hosts;
  }

  static async start(place: Place): Promise<Scene> {
    const world = await startWorld({ enterprise: place.enterprise });
    world.github.repositories.addEnvironment(HOME, 'thousandeyes');
    for (const name of ['octo-org/rotation-scratch', 'acme/terraform-new']) world.github.addRepository(name);
    world.setup([ENVIRONMENT]);
    world.setup([ORGANIZATION], { selected: ['network', 'edge'] });
    const answer = answersOf(world);
    const name = new URL(place.apiUrl).hostname;
    return new Scene(place, world, await TlsHosts.start([{ name, upstream: world.github.origin, answer }]));
  }

  /** Runs the action, which meets this GitHub under its own address. @throws where it breaks the contract */
  async action(given: Inputs, more: Pick<RunOptions, 'cancel'> = {}): Promise<RunResult> {
    const { apiUrl, serverUrl } = this.#place;
    const result = await this.world.run({
      ...more,
      with: { 'github-api-url': apiUrl, ...given },
      context: { apiUrl, serverUrl },
      env: this.hosts.env,
    });
    if (this.world.violations.length > 0) throw new Error(this.world.violations.join('; '));
    return result;
  }

  /**
   * Types a command into a shell as a person would who is logged in everywhere, in a clone of `acme/network`. What it asks
   * for is the input.
   */
  async type(command: string, folder: string, input = ''): Promise<Ran> {
    this.hosts.seen.length = 0;
    const token = this.world.githubToken;
    const quiet = { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' };
    const clone = `${new URL(this.#place.serverUrl).host}/${HOME}`;
    const login = { GH_TOKEN: token, GH_ENTERPRISE_TOKEN: token, GH_CONFIG_DIR: folder, GH_REPO: clone };
    return run('bash', ['--norc', '-e', '-c', command], {
      cwd: folder,
      input,
      env: { ...this.hosts.env, ...quiet, ...login },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosts[Symbol.asyncDispose]();
    // What gh asked is its own affair.
    this.world.violations.length = 0;
    await this.world.close();
  }
}
