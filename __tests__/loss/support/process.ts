import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults } from '../../../sandbox/http/faults.ts';
import { type Environment, environmentFrom } from '../../../src/action/environment.ts';
import { mainStep } from '../../../src/action/main-step.ts';
import { postStep } from '../../../src/action/post-step.ts';
import { connectMain, connectPost, realWiring, type Wiring } from '../../../src/dependencies.ts';
import type { HttpRequest } from '../../../src/lib/http.ts';
import type { Network } from '../../../src/lib/network.ts';
import { closeJournal, readJournal, removeFiles } from '../../../src/rotation/journal.ts';
import { FakeWorkflow } from '../../unit/support/fakes.ts';
import { IdleClock } from './idle-clock.ts';
import type { Scene, Stage } from './scene.ts';

/**
 * A step in this process, wired as the real one but for its clock, which passes only when nothing else can happen, and
 * what it says to the runner, which is kept.
 */
export class LossProcess {
  readonly clock: IdleClock;
  /** Requests for which the server is not there. */
  readonly refusals = new Faults();
  /** Whether the process that wrote the journal still runs. */
  isAlive: (pid: number) => boolean = () => false;
  /** What the next stages can't write. */
  readonly broken = new Set<'output' | 'state' | 'summary'>();
  readonly #scene: Scene;
  readonly #temp = mkdtempSync(join(tmpdir(), 'loss-'));
  #state: Readonly<Record<string, string>> = {};
  /** What the world's own run has. */
  #lastRun = 4711;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.clock = new IdleClock(scene.world);
  }

  async main(
    onCancel: (cancel: () => void) => void = () => undefined,
    inputs: Record<string, string> = {},
  ): Promise<Stage> {
    const workflow = this.#workflow();
    const environment = this.#environment(inputs);
    await mainStep(environment, workflow, (read) => {
      const real = connectMain(read, environment, workflow, { ...this.#wiring(), onCancel });
      // No time passes while libsodium loads.
      return { ...real, loadSealer: () => this.clock.during(real.loadSealer()) };
    });
    this.#state = { ...this.#state, ...workflow.states };
    return this.#stage(workflow);
  }

  /** Puts a journal where post finds it, as if main had left it; yields its path. */
  leave(journal: string, isAsked = true): string {
    const path = join(this.#temp, 'journal.jsonl');
    writeFileSync(path, journal);
    writeFileSync(`${path}${isAsked ? '.asked' : '.unclaimed'}`, '');
    this.#state = { journal: path };
    return path;
  }

  async post(): Promise<Stage> {
    const workflow = this.#workflow();
    const { journal, finished } = this.#state;
    // What the entry of the post step does.
    if (journal === undefined || finished === 'true') return this.#stage(workflow);
    const environment = this.#environment({});
    const handle = {
      read: () => readJournal(journal),
      close: () => closeJournal(journal),
      remove: () => removeFiles(journal),
      isAlive: (pid: number) => this.isAlive(pid),
    };
    await postStep(environment, workflow, handle, (settings, announce) =>
      connectPost(settings, announce, environment, workflow, this.#wiring()),
    );
    return this.#stage(workflow);
  }

  /** A fresh run with `mode: sync`, an hour later; it gets the token that the home holds. */
  async sync(): Promise<Stage> {
    const { world, issued = '' } = this.#scene;
    world.clock.advance(3_600_000);
    world.github.addRun('acme/network', { id: ++this.#lastRun, createdAt: world.clock.now() });
    return this.main(undefined, { mode: 'sync', 'thousandeyes-token': issued });
  }

  #workflow(): FakeWorkflow {
    const workflow = new FakeWorkflow();
    for (const each of this.broken) workflow.broken.add(each);
    return workflow;
  }

  #environment(inputs: Record<string, string>): Environment {
    const { world, inputs: scenes } = this.#scene;
    const all: Record<string, string> = {
      'thousandeyes-token': world.currentToken,
      'github-token': world.githubToken,
      'thousandeyes-api-url': world.thousandeyes.url,
      'github-api-url': world.github.url,
      ...scenes,
      ...inputs,
    };
    const variables = Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    return environmentFrom({
      ...Object.fromEntries(variables),
      GITHUB_REPOSITORY: 'acme/network',
      GITHUB_RUN_ID: String(this.#lastRun),
      RUNNER_TEMP: this.#temp,
      ...Object.fromEntries(Object.entries(this.#state).map(([name, value]) => [`STATE_${name}`, value])),
    });
  }

  #wiring(): Wiring {
    const network: Wiring['network'] = (clock, variables) => {
      const real = realWiring.network(clock, variables);
      return {
        ...real,
        send: this.clock.watch(this.#refusing(real.send)),
        open: this.clock.watchExchange(this.#refusingExchange(real.open)),
      };
    };
    return { clock: this.clock, onCancel: () => undefined, network };
  }

  /** Takes the server away before the request leaves, and brings it back afterwards. */
  #refusing(send: Network['send']): Network['send'] {
    return async (request) => {
      const server = this.#refused(request);
      if (server === undefined) return send(request);
      await server.stop();
      try {
        return await send(request);
      } finally {
        await server.start();
      }
    };
  }

  #refusingExchange(open: Network['open']): Network['open'] {
    return (request) => {
      const server = this.#refused(request);
      if (server === undefined) return open(request);
      let exchange: ReturnType<typeof open> | undefined;
      const answer = server.stop().then(async () => {
        exchange = open(request);
        try {
          return await exchange.answer;
        } finally {
          await server.start();
        }
      });
      return { answer, arrived: () => 0, close: () => exchange?.close() };
    };
  }

  #refused({ url, method }: Pick<HttpRequest, 'url' | 'method'>) {
    const { thousandeyes, github } = this.#scene.world;
    const server = url.startsWith(github.origin) ? github : thousandeyes;
    const api = server === github ? 'github' : 'thousandeyes';
    const path = new URL(url).pathname;
    return this.refusals.take({ server: api, method, path }) === undefined ? undefined : server;
  }

  #stage({ hasFailed, masks, lines, outputs, summaries }: FakeWorkflow): Stage {
    const summary = summaries.at(-1) ?? '';
    const said = [...lines, summary].join('\n');
    const files = readdirSync(this.#temp).map((name) => readFileSync(join(this.#temp, name), 'utf8'));
    const wrote = [said, ...summaries, ...Object.entries(outputs).flat(), ...files].join('\n');
    return { failed: hasFailed, masks, said, summary, wrote };
  }

  [Symbol.dispose](): void {
    rmSync(this.#temp, { recursive: true });
  }
}
