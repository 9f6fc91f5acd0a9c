import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults } from '../../sandbox/faults.ts';
import { affordWrites } from '../../src/budget.ts';
import { createCancellation } from '../../src/cancellation.ts';
import type { Connections } from '../../src/connections.ts';
import { checkCurrentToken } from '../../src/current-token.ts';
import { Cancelled } from '../../src/errors.ts';
import { GitHub } from '../../src/github.ts';
import { createSend, type Send } from '../../src/http.ts';
import type { InspectionRequest } from '../../src/inspection.ts';
import { createJournal, openJournal, readJournal } from '../../src/journal.ts';
import { octokitFor } from '../../src/octokit.ts';
import type { Outcome } from '../../src/outcome.ts';
import { PublicKeys } from '../../src/public-keys.ts';
import { type Recovered, recover } from '../../src/recovery.ts';
import { report } from '../../src/report.ts';
import { Repositories } from '../../src/repositories.ts';
import { rotate } from '../../src/rotation.ts';
import { loadSodium, seal } from '../../src/sealed-box.ts';
import { Secret } from '../../src/secret.ts';
import { SecretStore } from '../../src/secret-store.ts';
import { recoverySection } from '../../src/summary.ts';
import { sync } from '../../src/sync.ts';
import { lineFrom } from '../../src/target.ts';
import { ThousandEyes } from '../../src/thousandeyes.ts';
import { VariableStore } from '../../src/variable-store.ts';
import type { Workflow } from '../../src/workflow.ts';
import { IdleClock } from './loss-clock.ts';
import { expiryVariable, type Scene, type Stage, targets } from './loss-scene.ts';
import { unpaced } from './unit-ports.ts';

const asker = { kind: 'classic', severalOwners: false } as const;

/** What a stage says to the runner, kept. */
class Notes implements Workflow {
  readonly masks: string[] = [];
  readonly lines: string[] = [];
  readonly outputs: string[] = [];
  journal = '';
  failed = false;
  #summary = '';

  get summaryText(): string {
    return this.#summary;
  }
  info(line: string): void {
    this.lines.push(line);
  }
  warning(text: string): void {
    this.lines.push(text);
  }
  notice(text: string): void {
    this.lines.push(text);
  }
  error(text: string): void {
    this.lines.push(text);
  }
  mask(token: Secret): void {
    this.masks.push(token.reveal());
  }
  output(name: string, value: string): boolean {
    this.outputs.push(`${name}=${value}`);
    return true;
  }
  state(name: string, value: string): void {
    if (name === 'journal') this.journal = value;
  }
  summary(markdown: string): boolean {
    this.#summary += markdown;
    return true;
  }
  fail(): void {
    this.failed = true;
  }
}

/**
 * A step in this process: the real clients against the scene's servers, on a clock that passes only when nothing else
 * can happen. It is wired as `main.ts` and `post-step.ts` wire theirs.
 */
export class LossProcess {
  readonly clock: IdleClock;
  /** Requests for which the server is not there. */
  readonly refusals = new Faults();
  /** Whether the process that wrote the journal still runs. */
  isAlive: (pid: number) => boolean = () => false;
  readonly #scene: Scene;
  readonly #temp = mkdtempSync(join(tmpdir(), 'loss-'));
  #journal = '';

  constructor(scene: Scene) {
    this.#scene = scene;
    this.clock = new IdleClock(scene.world);
  }

  async main(onCancel?: (cancel: () => void) => void): Promise<Stage> {
    const { world } = this.#scene;
    const notes = new Notes();
    const { connections, cancel } = this.#connect(notes);
    onCancel?.(cancel);
    const { clock, send, cancellation } = connections;
    const thousandEyes = new ThousandEyes(world.thousandeyes.url, send, clock);
    const token = new Secret(world.currentToken);
    const budget = { ...connections, credential: asker.kind, startedAt: clock.now() };
    try {
      const outcome = await rotate(
        { ...this.#request(), rotateWhenDaysLeft: undefined, exposeToken: false },
        {
          ...this.#readers(connections),
          regenerate: () => thousandEyes.regenerate(token),
          checkCurrentToken: () => this.#checkCurrent(thousandEyes, token, connections),
          checkNewToken: (fresh) => thousandEyes.check(fresh, cancellation.lastCall),
          mask: (fresh) => notes.mask(fresh),
          expose: () => true,
          createJournal: (header) => {
            const { journal, path } = createJournal(this.#temp, header);
            notes.state('journal', path);
            return journal;
          },
          affordWrites: (writes) => affordWrites(writes, budget),
        },
      );
      this.#tell(outcome, notes);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      notes.error('Cancelled');
      notes.fail();
    }
    this.#journal = notes.journal;
    return this.#stage(notes);
  }

  /** Puts a journal where post finds it, as if main had left it; yields its path. */
  leave(journal: string): string {
    this.#journal = join(this.#temp, 'journal.jsonl');
    writeFileSync(this.#journal, journal);
    return this.#journal;
  }

  async post(): Promise<Stage> {
    const notes = new Notes();
    if (this.#journal === '' || readJournal(this.#journal) === undefined) return this.#stage(notes);
    const { connections } = this.#connect(notes);
    const recovered = await recover({
      ...connections,
      read: () => readJournal(this.#journal),
      journal: openJournal(this.#journal),
      isAlive: (pid) => this.isAlive(pid),
      asker,
      announce: (recovery) => notes.summary(recoverySection(recovery, this.#scene.world.github.url)),
    });
    if (recovered !== undefined) tellRecovered(recovered, notes);
    return this.#stage(notes);
  }

  /** A fresh run with `mode: sync`, an hour later; it gets the token that the home holds. */
  async sync(): Promise<Stage> {
    const { world, issued = '' } = this.#scene;
    world.clock.advance(3_600_000);
    const notes = new Notes();
    const { connections } = this.#connect(notes);
    const thousandEyes = new ThousandEyes(world.thousandeyes.url, connections.send, this.clock);
    const token = new Secret(issued);
    const outcome = await sync(token, this.#request(), {
      ...this.#readers(connections),
      checkCurrentToken: () => this.#checkCurrent(thousandEyes, token, connections),
      runCreated: async () => ({ at: this.clock.now() }),
      affordWrites: async () => undefined,
    });
    this.#tell(outcome, notes);
    return this.#stage(notes);
  }

  #connect(log: Notes): { connections: Connections; cancel: () => void } {
    const { world } = this.#scene;
    const { clock } = this;
    const { cancellation, cancel } = createCancellation(clock);
    const send = clock.watch(this.#refusing(createSend(clock)));
    const credential = new Secret(world.githubToken);
    const retry = { clock, log, cancellation };
    const github = new GitHub(world.github.url, credential, {
      ...retry,
      send,
      pace: unpaced,
      octokit: octokitFor(world.github.url, credential),
    });
    const secrets = new SecretStore(github);
    return { connections: { ...retry, send, github, secrets, variables: new VariableStore(github) }, cancel };
  }

  /** Takes the server away before the request leaves, and brings it back afterwards. */
  #refusing(send: Send): Send {
    return async (request) => {
      const { thousandeyes, github } = this.#scene.world;
      const server = request.url.startsWith(github.origin) ? github : thousandeyes;
      const api = server === github ? 'github' : 'thousandeyes';
      const path = new URL(request.url).pathname;
      if (this.refusals.take({ server: api, method: request.method, path }) === undefined) return send(request);
      await server.stop();
      try {
        return await send(request);
      } finally {
        await server.start();
      }
    };
  }

  #readers(connections: Connections) {
    const keys = new PublicKeys(connections.secrets);
    return {
      ...connections,
      keys,
      repositories: new Repositories(connections.github),
      ready: () => this.clock.during(loadSodium()),
      seal,
    };
  }

  #request(): InspectionRequest {
    const named = targets.map((line) => {
      const parsed = lineFrom(line, 'TE_TOKEN');
      if (parsed.kind !== 'target') throw new Error(`no target: ${line}`);
      return { target: parsed.target, label: line, shown: line };
    });
    return { targets: named, createMissing: false, expiryVariable, asker };
  }

  #checkCurrent(thousandEyes: ThousandEyes, token: Secret, connections: Connections) {
    return checkCurrentToken(() => thousandEyes.check(token, connections.cancellation.now), connections);
  }

  #tell(outcome: Outcome, notes: Notes): void {
    report(outcome, this.#scene.world.github.url, notes);
  }

  #stage(notes: Notes): Stage {
    const { failed, masks, lines, outputs, summaryText } = notes;
    const said = [...lines, summaryText].join('\n');
    const files = readdirSync(this.#temp).map((name) => readFileSync(join(this.#temp, name), 'utf8'));
    return { failed, masks, said, summary: summaryText, wrote: [said, ...outputs, ...files].join('\n') };
  }

  [Symbol.dispose](): void {
    rmSync(this.#temp, { recursive: true });
  }
}

function tellRecovered({ headline, stored, problems, warnings }: Recovered, notes: Notes): void {
  const messages = problems.map(({ message }) => message);
  notes.summary([headline, ...stored, ...messages, ...warnings].join('\n'));
  notes.info(headline);
  for (const text of [...warnings, ...messages]) notes.error(text);
  if (problems.length > 0) notes.fail();
}
